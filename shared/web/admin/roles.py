"""`/roles`: the roles that the agency gives beside those that its issuer names; not in the demo, where everybody has all."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from shared.access.oidc import SignedIn
from shared.access.roles import Act, Role, may, needs
from shared.access.tokens import SUBJECT
from shared.web.admin.current_guard import IssuerGuard
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import see_other
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.unsent import is_shown_again, not_sent, resumes
from shared.web.text.messages import REASONS

HOME = "/roles"
NOBODY = " "
"""No account is called so."""
Who = Annotated[str, Form(max_length=255)]
router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("")
@needs(Act.GRANT)
async def given(desk: CurrentDesk, guard: IssuerGuard, request: Request) -> Response:
    """Who has which role, and who gave it."""
    return _show(desk, guard, request)


@router.post("")
@needs(Act.GRANT)
@resumes
async def give(
    desk: CurrentDesk, guard: IssuerGuard, request: Request, role: Annotated[Role, Form()], officer: Who = ""
) -> Response:  # fmt: skip
    """Give a role."""
    if is_shown_again(request):
        return _show(desk, guard, request, not_sent(desk.pages.gettext(request)), officer, role)
    if not SUBJECT.fullmatch(officer.strip()):
        errors = FormErrors.at("officer", desk.pages.gettext(request)(REASONS["unknown-officer"].words))
        return _show(desk, guard, request, errors, officer, role)
    await guard.mandates.give(officer.strip(), role, desk.officer(request).id)
    return see_other(HOME)


@router.post("/end")
@needs(Act.GRANT)
async def end(desk: CurrentDesk, guard: IssuerGuard, request: Request, officer: Who = "") -> Response:
    """Nobody is signed in under this account any more: it was locked at the issuer, or it is in wrong hands."""
    if guard.sessions.ended_there(officer or NOBODY, "", guard.now()):
        desk.trail.note(desk.officer(request).id, "sessions-ended", "", officer)
    return see_other(HOME)


@router.post("/withdraw")
@needs(Act.GRANT)
async def withdraw(
    desk: CurrentDesk, guard: IssuerGuard, request: Request, role: Annotated[Role, Form()], officer: Who = ""
) -> Response:  # fmt: skip
    """Take a role away."""
    await guard.mandates.take(officer, role, desk.officer(request).id)
    if desk.assignment and may({role}, Act.READ_CASE) and not may(guard.roles_of(officer), Act.READ_CASE):
        await desk.release(officer, desk.officer(request).id)
    return see_other(HOME)


def _show(
    desk: Desk, guard: SignedIn, request: Request, errors: FormErrors = NO_ERRORS, officer: str = "", role: str = ""
) -> Response:  # fmt: skip
    rows = [(officer, role, by, at) for (officer, role), (by, at) in sorted(guard.mandates.known.items())]
    return desk.pages.render(
        request, "roles.html", 422 if errors.summary else 200, rows=rows, roles=list(Role), names=guard.seen(), errors=errors, home=HOME,
        typed=officer, chosen=role,
    )  # fmt: skip
