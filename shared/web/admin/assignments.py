"""`/assignments`: cases that came in and are nobody's, and whose each case is. Rows only: needs and times, nothing of the person."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import col, select

from shared.access.assignments import Workload, assigned, give, hand_over, is_here, release, remove, take, workloads
from shared.access.restrictions import restriction_of
from shared.access.roles import Act, needs
from shared.access.tokens import SUBJECT
from shared.casework.case_reader import CaseReader
from shared.casework.today import listed_at
from shared.config.i18n import N_
from shared.decisions.case_wall import in_force
from shared.decisions.errors import RuleBroken
from shared.decisions.job_share import JobShare
from shared.store.tables import Assignment, CaseView, Duty, Mandate
from shared.web.admin.named_desk import NamedDesk, with_cases, without_cases
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import see_other
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.sent_before import nothing_recorded
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again, not_sent, resumes
from shared.web.text.messages import REASONS

HOME = "/assignments"
CASES_AT_MOST = 200
Who = Annotated[str, Form(max_length=255)]
router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("")
@needs(Act.TAKE)
async def to_assign(desk: CurrentDesk, request: Request) -> Response:
    """The cases that are assigned to nobody, and how much each officer has."""
    if not with_cases(desk):
        return without_cases(desk, request, N_("To be assigned"))
    shares = listed_at([name for name, _ in with_cases(desk)])
    found = [(name, await one.ask(partial(_unassigned, share=shares.get(name, JobShare.ALL)))) for name, one in with_cases(desk)]
    loads: list[tuple[str, list[Workload]]] = []
    everybody: set[str] = set(desk.colleagues())
    if desk.may(request, Act.ASSIGN):
        now = desk.instance.clock.now()[0]
        loads = [(name, await one.ask(partial(workloads, now=now))) for name, one in with_cases(desk)]
        ids = everybody.union(*[await one.ask(known) for _, one in with_cases(desk)])
        everybody = {one for one in ids if desk.takes_cases(one)}
    context: dict[str, Any] = page_context(desk, request, speaker(desk, request)) | {"loads": loads, "everybody": sorted(everybody)}
    return desk.pages.render(request, "assignments.html", instances=found, home=HOME, **context)


@router.post("/{service}/release")
@needs(Act.ASSIGN)
async def released(desk: NamedDesk, request: Request, service: str, officer: Who = "") -> Response:
    """Somebody has left: none of their cases at this service is theirs any more."""
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]
    unseen = await desk.ask(lambda reader: reader.hidden)
    if not await desk.instance.run(lambda work: release(work, officer, by, at, unseen)):
        nothing_recorded(request)
    return see_other(HOME)


@router.post("/{service}/hand-over")
@needs(Act.ASSIGN)
async def handed_over(desk: NamedDesk, request: Request, officer: Who = "", to: Who = "") -> Response:
    """Somebody is away: another has their open cases at this service."""
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]
    if to == officer or not await desk.ask(lambda reader: {officer, to} <= known(reader) | set(desk.guard.seen())):
        raise RuleBroken("unknown-officer", "to")
    if not desk.takes_cases(to):
        raise RuleBroken("officer-takes-no-cases", "to")
    apart = await desk.ask(lambda reader: reader.hidden | frozenset(in_force(reader.session)))
    if not await desk.instance.run(lambda work: hand_over(work, officer, to, by, at, apart)):
        nothing_recorded(request)
    return see_other(HOME)


@router.get("/{service}/{case}")
@needs(Act.LIST)
async def whose(desk: NamedDesk, request: Request, case: str) -> Response:
    """Whose a case is."""
    return await _show(desk, request, case)


@router.post("/{service}/{case}/take")
@needs(Act.TAKE)
async def taken(desk: NamedDesk, request: Request, case: str) -> Response:
    """Take a case that is nobody's."""
    await _must_be_free(desk, case)
    officer, at = desk.officer(request).id, desk.instance.clock.now()[0]
    await desk.instance.run(lambda work: take(work, case, officer, at))
    return see_other(f"{desk.cases}/{case}")


@router.post("/{service}/{case}/give")
@needs(Act.ASSIGN)
@resumes
async def given(desk: NamedDesk, request: Request, service: str, case: str, officer: Who = "", other: Who = "") -> Response:
    """Give it to somebody."""
    if is_shown_again(request):
        return await _show(desk, request, case, not_sent(desk.pages.gettext(request)), officer, other)
    whom = other.strip() or officer
    await _must_be_free(desk, case)
    code = _not_to(desk, whom)
    if code:
        reason = desk.pages.gettext(request)(REASONS[code].words)
        return await _show(desk, request, case, FormErrors.at("other" if other.strip() else "officer", reason), officer, other)
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]
    await desk.instance.run(lambda work: give(work, case, whom, by, at))
    return see_other(f"{HOME}/{service}/{case}")


@router.post("/{service}/{case}/remove")
@needs(Act.ASSIGN)
async def removed(desk: NamedDesk, request: Request, service: str, case: str, officer: Who = "") -> Response:
    """Take it from somebody."""
    await _must_be_free(desk, case)
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]

    if not await desk.instance.run(lambda work: remove(work, case, officer, by, at)):
        nothing_recorded(request)
    return see_other(f"{HOME}/{service}/{case}")


def _not_to(desk: Desk, officer: str) -> str:
    """Why a case cannot be given to whom this names; empty where it can."""
    if not SUBJECT.fullmatch(officer) or (desk.guard.demo and officer not in desk.guard.seen()):
        return "unknown-officer"
    return "" if desk.takes_cases(officer) else "officer-takes-no-cases"


async def _must_be_free(desk: Desk, case: str) -> None:
    """Raises RuleBroken where the case is not here, or who has it is said elsewhere, because it is restricted."""
    if not await desk.ask(lambda reader: is_here(reader, case)):
        raise RuleBroken("no-such-case")
    if await desk.ask(lambda reader: restriction_of(reader, case)):
        raise RuleBroken("restricted-by-name")


def _unassigned(reader: CaseReader, share: JobShare) -> list[tuple[str, int, list[Duty]]]:
    """Open cases that nobody has, the one that waits longest first, with what this agency must do in each."""
    here = share.lists(col(CaseView.case), col(CaseView.lead), reader.agency)
    nobodys = ~select(Assignment.case).where(col(Assignment.case) == col(CaseView.case)).exists()
    rows = (
        select(CaseView)
        .where(nobodys, here, col(CaseView.closed).is_(False))
        .order_by(col(CaseView.opened_at), col(CaseView.case))
        .limit(CASES_AT_MOST)
    )
    return [(row.case, row.opened_at, _duties(reader, row.case)) for row in reader.session.exec(rows)]


def _duties(reader: CaseReader, case: str) -> list[Duty]:
    mine = select(Duty).where(Duty.case == case, col(Duty.open).is_(True), Duty.holder == reader.agency).order_by(col(Duty.due))
    return list(reader.session.exec(mine))


async def _show(
    desk: Desk, request: Request, case: str, errors: FormErrors = NO_ERRORS, chosen: str = "", typed: str = ""
) -> Response:  # fmt: skip
    """What the lists show of a case, whose it is, and what whoever asks may do about that; to others it is not there."""
    assigns, officer, service = desk.may(request, Act.ASSIGN), desk.officer(request).id, desk.instance.service.name

    def read(reader: CaseReader) -> dict[str, Any]:
        whose = assigned(reader.session, case)
        if not is_here(reader, case) or (whose and officer not in whose and not assigns):
            raise RuleBroken("no-such-case")
        return {"whose": whose, "duties": _duties(reader, case), "known": known(reader), "restricted": restriction_of(reader, case)}

    told = await desk.ask(read)
    around = page_context(desk, request, speaker(desk, request))
    names = around["names"]
    takers = filter(desk.takes_cases, {*names, *told["known"]})
    everybody = sorted(takers, key=lambda one: desk.pages.language(request).sorting(names.get(one, one)))
    return desk.pages.render(
        request, "assignment.html", 422 if errors.summary else 200, **told, **around, case=case, officer=officer,
        assigns=assigns and not told["restricted"], errors=errors, home=f"{HOME}/{service}/{case}", everybody=everybody,
        way=f"{desk.cases}/{case}", chosen=chosen, typed=typed,
    )  # fmt: skip


def known(reader: CaseReader) -> set[str]:
    """Officers whom this instance's own tables name."""
    return {*reader.session.exec(select(Assignment.officer).distinct()), *reader.session.exec(select(Mandate.officer).distinct())}
