"""`/restricted-waiting`: the agency's head is told that a restricted case waits, and names somebody; a second person confirms it.

Nothing here says which case it is, or what it is about: a random name and a moment.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response

from shared.access.restriction_head import confirm, propose, refuse
from shared.access.roles import Act, needs
from shared.access.tokens import SUBJECT
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.web.admin.assignments import known
from shared.web.admin.named_desk import with_cases, without_cases
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import see_other
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.noticed import restricted_waiting
from shared.web.http.unsent import is_shown_again, not_sent, resumes
from shared.web.text.messages import REASONS

HOME = "/restricted-waiting"
Who = Annotated[str, Form(max_length=255)]
Id = Annotated[str, Path(max_length=64)]
router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("")
@needs(Act.CONFIRM_OFFICER)
async def waiting(desk: CurrentDesk, request: Request) -> Response:
    """What waits, and whom somebody has named for it."""
    if not with_cases(desk):
        return without_cases(desk, request, N_("Restricted cases that wait"))
    return await _show(desk, request)


@router.post("/{id}")
@needs(Act.NAME_OFFICER)
@resumes
async def proposed(desk: CurrentDesk, request: Request, id: Id, officer: Who = "", other: Who = "") -> Response:
    """Name an officer who may see the restricted case."""
    if is_shown_again(request):
        return await _show(desk, request, not_sent(desk.pages.gettext(request)).of(id), officer, other)
    whom = other.strip() or officer
    if not SUBJECT.fullmatch(whom) or (desk.guard.demo and whom not in desk.guard.seen()):
        reason = desk.pages.gettext(request)(REASONS["unknown-officer"].words)
        return await _show(desk, request, FormErrors.at("other" if other.strip() else "officer", reason).of(id), officer, other)
    if whom != desk.officer(request).id and not desk.takes_cases(whom):
        reason = desk.pages.gettext(request)(REASONS["officer-takes-no-cases"].words)
        return await _show(desk, request, FormErrors.at("other" if other.strip() else "officer", reason).of(id), officer, other)
    if all(one.id != id or one.proposed for one in await restricted_waiting(desk)):
        raise RuleBroken("restricted-not-waiting")
    await _everywhere(desk, request, lambda work, by, at: propose(work, id, whom, by, at))
    return see_other(HOME)


@router.post("/{id}/confirm")
@needs(Act.CONFIRM_OFFICER)
async def confirmed(desk: CurrentDesk, request: Request, id: Id) -> Response:
    """Say that this officer may see it."""
    if not desk.takes_cases(await _proposed(desk, id)):
        raise RuleBroken("officer-takes-no-cases")
    await _everywhere(desk, request, lambda work, by, at: confirm(work, id, by, at))
    return see_other(HOME)


@router.post("/{id}/refuse")
@needs(Act.CONFIRM_OFFICER)
async def refused(desk: CurrentDesk, request: Request, id: Id) -> Response:
    """Say that they may not."""
    await _proposed(desk, id)
    await _everywhere(desk, request, lambda work, by, at: refuse(work, id, by, at))
    return see_other(HOME)


async def _proposed(desk: Desk, id: str) -> str:
    found = next((one.proposed for one in await restricted_waiting(desk) if one.id == id), "")
    if not found:
        raise RuleBroken("restricted-not-waiting")
    return found


async def _everywhere(desk: Desk, request: Request, job: Callable[[UnitOfWork, str, int], None]) -> None:
    by = desk.officer(request).id
    for _, one in with_cases(desk):
        at = one.instance.clock.now()[0]
        await one.instance.run(lambda work, at=at: job(work, by, at))


async def _show(
    desk: Desk, request: Request, errors: FormErrors = NO_ERRORS, officer: str = "", other: str = ""
) -> Response:  # fmt: skip
    names, ids = desk.guard.seen(), set[str]()
    for _, one in with_cases(desk):
        ids |= await one.ask(known)
    takers = set(filter(desk.takes_cases, {*names, *ids})) - {desk.officer(request).id}
    order = desk.pages.language(request).sorting
    return desk.pages.render(
        request, "restricted_waiting.html", 422 if errors.summary else 200, waiting=await restricted_waiting(desk), names=names,
        everybody=sorted(takers, key=lambda one: order(names.get(one, one))), errors=errors, home=HOME,
        no_errors=NO_ERRORS, names_somebody=desk.may(request, Act.NAME_OFFICER),
        officer=desk.officer(request).id, chosen=officer, typed=other,
    )  # fmt: skip
