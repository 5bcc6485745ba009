"""`/today`: the first page of everybody: one row for each job of mine, of my agency, or of others for whom we wait, and whom to phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.casework.duty_rota import now_on_duty
from shared.casework.open_messages import merged
from shared.casework.today import ORDER, PAGE, JobFilter, Lists, Today, Whose, listed_at, looked, today
from shared.config.escalation import Rung
from shared.config.i18n import N_
from shared.config.legal_clocks import ClockRule
from shared.decisions.job_share import JobShare
from shared.store.job_tables import NEVER, Job
from shared.web.case.job_way import OF_CLOCKS, job_way
from shared.web.case.keeping_page import unnamed
from shared.web.case.nobodys import nobodys_of
from shared.web.case.own_label import labels_of
from shared.web.case.rights_page import WaitingRequest, waiting_rights
from shared.web.case.uncounted import waiting
from shared.web.case.words_page import talks_of
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import see_other
from shared.web.http.forms import form_errors
from shared.web.http.notice_trouble import notice_trouble
from shared.web.http.own_jobs import OwnJob
from shared.web.http.speaking import page_context, speaker
from shared.web.text.competence_words import place_name
from shared.web.text.labels import RUNGS, STALLS, WHATS
from shared.web.text.next_steps import headline

HOME = "/today"
TITLES = {
    Whose.MINE: N_("Mine"), Whose.AGENCY: N_("My agency’s"), Whose.OTHERS: N_("Waiting for others"),
    Whose.ESCALATED: N_("Nobody did it"),
}  # fmt: skip
LABELS = {"whose": N_("Whose"), "need": N_("Need"), "what": N_("What is to be done"), "page": N_("Page")}
router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("")
@needs(Act.LIST)
async def shown(desk: CurrentDesk, request: Request) -> Response:
    """What is to be done, in the order in which to do it."""
    given = {name: value for name, value in request.query_params.items() if value and name != "sent"}
    try:
        asked = JobFilter.model_validate(given)
    except ValidationError as error:
        gettext = desk.pages.gettext(request)
        wrong = form_errors(error, {name: gettext(label) for name, label in LABELS.items()}, gettext)
        return await _render(desk, request, JobFilter(), errors=wrong)
    return await _render(desk, request, asked)


@router.post("/looked")
@needs(Act.LIST)
async def seen(desk: CurrentDesk, request: Request) -> Response:
    """Say that one has looked at what is new."""
    officer, at = desk.officer(request).id, desk.instance.clock.now()[0]
    for part in parts_of(desk):
        await part.desk.instance.run(lambda work: looked(work, officer, at))
    return see_other(HOME)


@dataclass(frozen=True)
class JobSource:
    """A service of the agency, and which jobs are listed from it: each job from one service alone."""

    desk: Desk
    share: JobShare


@dataclass(frozen=True)
class JobRow:
    """A job as the page shows it."""

    job: Job
    href: str
    free: bool
    """Whether nobody has the case."""
    label: str
    phone: str
    """Of whom one would call about it."""
    rung: Rung | None
    """How high it has come, since nobody did it."""
    clock: ClockRule | None
    """The rule of the country that asks for it."""


def parts_of(desk: Desk) -> list[JobSource]:
    """Where the agency's jobs are."""
    listed = listed_at([name for name, peer in desk.peers.items() if peer.cases])
    return [JobSource(desk.peers[name], share) for name, share in listed.items()]


async def _render(desk: Desk, request: Request, asked: JobFilter, **more: Any) -> Response:
    to, officer = speaker(desk, request), desk.officer(request).id
    whose = asked.whose or (Whose.MINE if desk.assignment else Whose.AGENCY)
    parts = parts_of(desk)
    supervises = desk.may(request, Act.ASSIGN)

    def read(part: JobSource, reader: CaseReader) -> Today:
        leads = part.desk.instance.service.name == "referral"
        lists = Lists(reader, officer, part.share, to.now, desk.country.ladder, supervises=supervises, leads=leads)
        return today(lists, whose, asked, alone=len(parts) == 1)

    found = [await part.desk.ask_as(request, partial(read, part)) for part in parts]
    rights, kept = await _rights(parts, request), await unnamed(desk, request)
    begun = [one for peer in desk.peers.values() for one in await _begun(peer, officer)]
    tallies = [one.tally for one in found]
    changed = [(case, picture, part.desk) for part, one in zip(parts, found, strict=True) for case, picture in one.changed]
    context: dict[str, Any] = {
        "rows": await _rows(request, parts, found, asked.page, to.now), "asked": asked, "whose": whose,
        "titles": _titles(desk, supervises=supervises),
        "total": sum(one.total for one in found), "looked_at": found[0].looked_at, "assigns": desk.assignment,
        "late": sum(one.late for one in tallies), "fresh": sum(one.fresh for one in tallies) + await came_since(desk, found[0].looked_at),
        "counts": {one: sum(each.counts[one] for each in tallies) for one in Whose},
        "free_jobs": sum(one.free for one in tallies), "in_danger": sum(one.free_in_danger for one in tallies),
        "notices": request.app.state.notices is not None, "says_capacity": _says_capacity(desk),
        "reports": "intake" in desk.peers and desk.may(request, Act.DECIDE),
        "untold": await notice_trouble(request.app.state.notices) if supervises and request.app.state.notices else None,
        "whats": WHATS, "rungs": RUNGS, "stalls": STALLS,
        "never": NEVER, "size": PAGE, "address": _address(asked, whose), "home": HOME, "at": parts[0].desk.cases,
        "changed": [(case, headline(picture, to.say), f"{at.cases}/{case}") for case, picture, at in changed],
        "begun": begun, "unseen": [one for one in begun if one.partners and one.warned] if supervises else [],
        "uncounted": await waiting(desk, request, to), "asked_rights": rights, "unnamed": kept,
        "unsent": await _unsent(desk, request),
        "on_duty": await desk.first.ask(lambda reader: now_on_duty(reader, to.now)), "place_name": partial(place_name, to),
        "labels": await _labels(parts, request, {*(case for case, _, _ in changed), *(one.case for one in (*rights, *kept))}),
        "free": {case for part in parts for case in await nobodys_of(part.desk, request, {c for c, _, at in changed if at is part.desk})},
    }  # fmt: skip
    context |= await _talks(parts, request)
    status = 422 if "errors" in more else 200
    return desk.pages.render(request, "today.html", status, **page_context(desk, request, to), **context, **more)


async def _rights(parts: Sequence[JobSource], request: Request) -> list[WaitingRequest]:
    """What people ask of what is kept of them, at any service: what is due first comes first."""
    found = [one for part in parts for one in await waiting_rights(part.desk, request)]
    return sorted(found, key=lambda one: (one.due, one.case))


async def _labels(parts: Sequence[JobSource], request: Request, cases: set[str]) -> dict[str, str]:
    """What officers call these cases, at whichever service they say it."""
    found = [await labels_of(part.desk, request, cases) for part in parts]
    return {case: label for one in reversed(found) for case, label in one.items()}


async def _talks(parts: Sequence[JobSource], request: Request) -> dict[str, Any]:
    """The messages of all services, each case at the one that lists it."""
    each = [(part.desk, await talks_of(part.desk, request)) for part in parts]
    ways = {case: at.cases for at, one in each for case in one["talks"].cases}
    free = {case for _, one in each for case in one["talks_free"]}
    return {**each[0][1], "talks": merged(one["talks"] for _, one in each), "talks_free": free, "ways": ways}


async def came_since(desk: Desk, since: int | None) -> int:
    """How many of what is no case came in at the agency's services since somebody looked; none where they never have."""
    at = since or 0
    peers = [peer for peer in desk.peers.values() if peer.cases and since]
    return sum([await peer.ask(lambda reader, peer=peer: peer.came(reader, at)) for peer in peers])


def _says_capacity(desk: Desk) -> bool:
    """Whether the agency may say if it can take somebody: a confidential one does not."""
    return "assistance" in desk.peers and not desk.country.agency(desk.agency).apart


def _rule(desk: Desk, job: Job) -> ClockRule | None:
    return next((rule for rule in desk.country.clocks if rule.name == job.key), None) if job.what in OF_CLOCKS else None


async def _begun(desk: Desk, officer: str) -> Sequence[OwnJob]:
    now = desk.instance.clock.now()[0]
    return await desk.ask(lambda reader: desk.begun(reader, officer, now))


async def _rows(request: Request, parts: Sequence[JobSource], found: Sequence[Today], page: int, now: int) -> list[JobRow]:
    """The rows of one page, of all services in one order."""
    of_all = ((job, part.desk) for part, one in zip(parts, found, strict=True) for job in one.rows)
    ordered = sorted(of_all, key=lambda pair: (pair[0].rank, pair[0].due, pair[0].case, pair[0].what, pair[0].key))
    chosen = ordered if len(parts) == 1 else ordered[(page - 1) * PAGE : page * PAGE]
    rows: dict[int, JobRow] = {}
    for desk in (part.desk for part in parts):
        jobs = [(n, job) for n, (job, at) in enumerate(chosen) if at is desk]
        free = await nobodys_of(desk, request, {job.case for _, job in jobs})
        labels = await labels_of(desk, request, {job.case for _, job in jobs})
        for n, job in jobs:
            other = job.who if job.who != desk.agency else job.giver
            due = None if job.due == NEVER else job.due
            rows[n] = JobRow(
                job, job_way(desk, job.case, job), job.case in free, labels.get(job.case, ""), desk.country.phone_of(other),
                desk.country.ladder.reached(job.began, due, now, danger=job.rank == 0), _rule(desk, job),
            )  # fmt: skip
    return [rows[n] for n in sorted(rows)]


def _titles(desk: Desk, *, supervises: bool) -> dict[Whose, str]:
    """The lists that one may choose between: where cases are not assigned, nothing is anybody's own."""
    sees = {Whose.MINE: desk.assignment, Whose.ESCALATED: supervises or "referral" in desk.peers}
    return {whose: title for whose, title in TITLES.items() if sees.get(whose, True)}


def _address(asked: JobFilter, whose: Whose) -> str:
    """This list with its filters, to which a page is added."""
    chosen = {"whose": whose, "need": asked.need, "what": asked.what}
    return f"{HOME}?" + "".join(f"{name}={value}&" for name, value in chosen.items() if value)


async def _unsent(desk: Desk, request: Request) -> list[tuple[str, str]]:
    """Cases with decisions that the others cannot see yet, of all services of the agency: case and address, each case once."""

    def read(reader: CaseReader) -> list[str]:
        cases = reader.unsent
        closed = reader.closed(cases)
        return [case for case in cases if case not in closed]

    found: dict[str, str] = {}
    for name in reversed(ORDER):
        if name in desk.peers and desk.peers[name].cases:
            found |= {case: f"{desk.peers[name].cases}/{case}" for case in await desk.peers[name].ask_as(request, read)}
    return list(found.items())
