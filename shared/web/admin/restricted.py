"""`/restricted`: an officer restricts a case, and says who may see it. To everybody else these pages are not there, as the case is not.

A restriction holds at every service of the agency in this process. Programs do not restrict: there is nothing of it below `/api`.
"""

import secrets
from collections.abc import Callable, Collection
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BeforeValidator

from shared.access import restrictions
from shared.access.restrictions import (
    REASONS,
    NewRestriction,
    Restriction,
    RestrictionReason,
    lift,
    must_be_enough,
    must_say_why,
    restrict,
    restriction_of,
    take_off,
)
from shared.access.roles import Act, needs
from shared.access.tokens import SUBJECT
from shared.casework.case_reader import CaseReader
from shared.decisions.audit import LONGEST_REASON
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.web.admin.access_log import shown
from shared.web.admin.assignments import known
from shared.web.admin.named_desk import NamedDesk, with_cases
from shared.web.http.access_history import access
from shared.web.http.desk import Desk
from shared.web.http.form_posts import see_other
from shared.web.http.forms import NO_ERRORS, FormErrors, one_break
from shared.web.http.unsent import is_shown_again, not_sent, resumes
from shared.web.text.case_reference import reference
from shared.web.text.messages import REASONS as BROKEN

HOME = "/restricted"
OFFICERS_OF_A_FORM = 20
"""Officers that one form may name."""
Who = Annotated[str, Form(max_length=255)]
Names = Annotated[list[Annotated[str, Form(max_length=255)]], Form(max_length=OFFICERS_OF_A_FORM)]
Words = Annotated[str, BeforeValidator(one_break), Form(max_length=20 * LONGEST_REASON)]
router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("/{service}/{case}")
@needs(Act.READ_CASE)
async def asked(desk: NamedDesk, request: Request, case: str) -> Response:
    """Who may see it; of a case that is not restricted, the form to restrict it."""
    return await _show(desk, request, case, {"officers": [desk.officer(request).id]})


@router.post("/{service}/{case}")
@needs(Act.DECIDE)
@resumes
async def restricted(
    desk: NamedDesk, request: Request, case: str, reason: Who = "", others: Who = "", words: Words = "", officers: Names = []  # noqa: B006
) -> Response:  # fmt: skip
    """Restrict it."""
    values = {"officers": officers, "others": others, "reason": reason, "words": words}
    again = partial(_show, desk, request, case, values)
    if is_shown_again(request):
        return await again(not_sent(desk.pages.gettext(request)))
    if await desk.ask(lambda reader: restriction_of(reader, case)):
        raise RuleBroken("restricted-already")
    whom = [*officers, *others.split()]
    if wrong := [broken for broken in (_why(reason, words), _whom(desk, whom)) if broken]:
        return await again(_at(desk, request, *wrong))
    new = NewRestriction(secrets.token_hex(16), [case], list(dict.fromkeys(whom)), RestrictionReason(reason), " ".join(words.split()))
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]
    cases = await _linked(desk, case)

    def job(one: Desk, work: UnitOfWork) -> None:
        restrict(work, NewRestriction(new.id, cases, new.officers, new.reason, new.words if one is desk else ""), by, at)

    await everywhere(desk, job)
    return see_other(f"{HOME}/{desk.instance.service.name}/{case}" if by in new.officers else "/")


@router.post("/{service}/{case}/name")
@needs(Act.DECIDE)
@resumes
async def named(desk: NamedDesk, request: Request, case: str, officer: Who = "", other: Who = "") -> Response:
    """One more officer may see it."""
    await _must_be_restricted(desk, case)
    if is_shown_again(request):
        return await _show(desk, request, case, {"officer": officer, "other": other}, not_sent(desk.pages.gettext(request)))
    whom = other.strip() or officer
    try:
        _must_be_officers(desk, [whom], "other" if other.strip() else "officer")
    except RuleBroken as broken:
        return await _show(desk, request, case, {"officer": officer, "other": other}, _at(desk, request, broken))
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]
    await everywhere(desk, lambda _, work: restrictions.name(work, case, whom, by, at))
    return see_other(f"{HOME}/{desk.instance.service.name}/{case}")


@router.post("/{service}/{case}/take-off")
@needs(Act.DECIDE)
async def taken_off(desk: NamedDesk, request: Request, case: str, officer: Who = "") -> Response:
    """An officer may not see it any more."""
    found = await _must_be_restricted(desk, case)
    if officer in found.officers:
        try:
            must_be_enough(one for one in found.officers if one != officer)
        except RuleBroken as broken:
            return await _show(desk, request, case, {}, _at(desk, request, RuleBroken(broken.code, "officer")))
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]
    await everywhere(desk, lambda _, work: take_off(work, case, officer, by, at))
    return see_other("/" if officer == by else f"{HOME}/{desk.instance.service.name}/{case}")


@router.post("/{service}/{case}/lift")
@needs(Act.DECIDE)
async def lifted(desk: NamedDesk, request: Request, case: str) -> Response:
    """It is like any other case again."""
    await _must_be_restricted(desk, case)
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]
    await everywhere(desk, lambda _, work: lift(work, case, by, at))
    return see_other(f"{desk.cases}/{case}")


@router.get("/{service}/{case}/access")
@needs(Act.READ_CASE)
async def seen(desk: NamedDesk, request: Request, service: str, case: str) -> Response:
    """Who has seen it and who was refused: for those who are named, whatever their role."""
    await _must_be_restricted(desk, case)
    return shown(desk, request, service, case, await access(desk, case), f"{HOME}/{service}/{case}")


async def everywhere(desk: Desk, job: Callable[[Desk, UnitOfWork], None]) -> None:
    """At each service of the agency in this process, at the one that is asked last: what failed before can be done once more."""
    for one in (*(one for _, one in with_cases(desk) if one is not desk), desk):
        await one.instance.run(partial(job, one))


async def _must_be_restricted(desk: Desk, case: str) -> Restriction:
    found = await desk.ask(lambda reader: restriction_of(reader, case))
    if found is None:
        raise RuleBroken("no-such-case")
    return found


async def _linked(desk: Desk, case: str) -> list[str]:
    """The case, and those that are restricted with it."""
    cases = {case: None}
    for _, one in with_cases(desk):
        cases |= dict.fromkeys(await one.ask(lambda reader, one=one: list(one.linked(reader.session, case))))
    return list(cases)


def _why(reason: str, words: str) -> RuleBroken | None:
    """What is wrong with the reason."""
    if reason not in set(RestrictionReason):
        return RuleBroken("restricted-reason", "reason")
    try:
        must_say_why(RestrictionReason(reason), words)
    except RuleBroken as broken:
        return RuleBroken(broken.code, "words")
    return None


def _whom(desk: Desk, officers: Collection[str], field: str = "officers") -> RuleBroken | None:
    """What is wrong with those who are named for a new restriction."""
    try:
        _must_be_officers(desk, officers, field)
        must_be_enough(officers)
    except RuleBroken as broken:
        return broken
    return None


def _must_be_officers(desk: Desk, officers: Collection[str], field: str) -> None:
    """Raises RuleBroken for what is no officer's id, and for officers with whom nobody would see the case."""
    if not all(SUBJECT.fullmatch(one) and (not desk.guard.demo or one in desk.guard.seen()) for one in officers):
        raise RuleBroken("unknown-officer", field)
    if not all(desk.takes_cases(one) for one in officers):
        raise RuleBroken("officer-takes-no-cases", field)


def _at(desk: Desk, request: Request, *wrong: RuleBroken) -> FormErrors:
    """All that is wrong, each at its field."""
    translate = desk.pages.gettext(request)
    fields = {broken.field: translate(BROKEN[broken.code].words) for broken in wrong}
    return FormErrors([{"text": text, "href": f"#{field}"} for field, text in fields.items()], fields)


async def _show(desk: Desk, request: Request, case: str, values: dict[str, Any], errors: FormErrors = NO_ERRORS) -> Response:
    def read(reader: CaseReader) -> tuple[Restriction | None, set[str]]:
        if reader.shown(case) is None:
            raise RuleBroken("case-parked" if case in reader.parked else "no-such-case")
        return restriction_of(reader, case), known(reader)

    found, ids = await desk.ask(read)
    translate, names = desk.pages.gettext(request), desk.guard.seen()
    takers = filter(desk.takes_cases, {*names, *ids, desk.officer(request).id})
    everybody = sorted(takers, key=lambda one: desk.pages.language(request).sorting(names.get(one, one)))
    return desk.pages.render(
        request, "restricted.html", 422 if errors.summary else 200, found=found, everybody=everybody, names=names, values=values,
        errors=errors, case=case, ref=reference(case), home=f"{HOME}/{desk.instance.service.name}/{case}", way=f"{desk.cases}/{case}",
        reasons=[{"value": code.value, "text": translate(text)} for code, text in REASONS.items()], most=LONGEST_REASON,
        officer=desk.officer(request).id,
    )  # fmt: skip
