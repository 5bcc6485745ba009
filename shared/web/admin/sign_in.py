"""Signing in and out: at the agency's issuer, or in the demo by saying who one is today, which asks nobody for a password."""

from typing import Annotated
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from shared.access.issuer import IssuerUnavailable
from shared.access.local_redirect import local
from shared.access.oidc import BACK_AT, ENDED_AT, LEAVE_AT, SIGN_IN_AT, SignedIn, SignInBegun
from shared.access.rate_limit import network_of
from shared.access.roles import Act, needs
from shared.access.sessions import UNDER_WAY
from shared.access.tokens import LONGEST_TOKEN, TokenRefused
from shared.config.i18n import N_
from shared.web.admin.current_guard import DemoGuard, IssuerGuard
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import see_other
from shared.web.http.forms import FormErrors
from shared.web.http.middleware import problem

log = structlog.get_logger("nrm.signin")
CHOOSE = N_("Choose who you are today")
NOT_REACHED = N_("The sign-in of your agency does not answer now. Nothing is lost; try again in a moment.")
NOT_ACCEPTED = N_("You are not signed in: what came back from the sign-in of your agency does not fit. Start again from here.")
CLEARED = '"cache", "cookies", "storage"'
demo = APIRouter(include_in_schema=False)
"""The page that lists the agency's invented officers, and the choice of one."""
issuer = APIRouter(include_in_schema=False)
"""To the issuer, back from it, and out."""


@demo.get("/who")
@needs(Act.ANYBODY)
async def who(desk: CurrentDesk, request: Request, next: str = "/") -> Response:
    """Who may one be today."""
    return _choice(desk, request, next)


@demo.post("/who")
@needs(Act.ANYBODY)
async def choose(
    desk: CurrentDesk, guard: DemoGuard, request: Request, officer: Annotated[str, Form(max_length=60)] = "",
    next: Annotated[str, Form(max_length=8000)] = "/",
) -> Response:  # fmt: skip
    """Be this officer from now on."""
    if all(o.id != officer for o in desk.country.agency(desk.agency).officers):
        return _choice(desk, request, next, 422, errors=FormErrors.at("officer", desk.pages.gettext(request)(CHOOSE)))
    answer = see_other(local(next))
    answer.set_cookie(guard.cookie, officer, httponly=True, samesite="strict")
    return answer


def _choice(desk: Desk, request: Request, after: str, status: int = 200, **context: object) -> Response:
    officers, one = desk.country.agency(desk.agency).officers, desk.officer(request).id
    return desk.pages.render(request, "who.html", status, officers=officers, chosen=one, after=local(after), **context)


@issuer.get(SIGN_IN_AT)
@needs(Act.ANYBODY)
async def asked(desk: CurrentDesk, request: Request, next: str = "/", again: bool = False) -> Response:
    """Nobody is signed in without an act of their own, not even whom the issuer knows."""
    return desk.pages.render(request, "signin.html", go=f"{LEAVE_AT}?next={quote(local(next))}{'&again=true' if again else ''}")


@issuer.get(LEAVE_AT)
@needs(Act.ANYBODY)
async def leave(desk: CurrentDesk, guard: IssuerGuard, request: Request, next: str = "/", again: bool = False) -> Response:
    """Go to the issuer to sign in."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":  # another site, or an address that somebody was sent
        return see_other(guard.sign_in_at(quote(local(next))))
    if not guard.rate_limit.lets(network_of(request.client.host if request.client else "")):
        return problem(request, desk.pages, 429, headers={"retry-after": "60"})
    try:
        begun = await guard.leave(next, again)
    except IssuerUnavailable as away:
        return _away(desk, request, away)
    return _sent(guard, begun)


@issuer.get(BACK_AT)
@needs(Act.ANYBODY)
async def back(desk: CurrentDesk, guard: IssuerGuard, request: Request, state: str = "", code: str = "", iss: str = "") -> Response:
    """Back from it, with what it says."""
    try:
        come = await guard.come_back(request, state, code, iss)
    except IssuerUnavailable as away:
        return _away(desk, request, away)
    except TokenRefused as refused:
        log.warning("a sign-in was refused", why=str(refused))
        desk.trail.note("", f"refused:sign-in:{refused}", "", "not-signed-in")
        return problem(request, desk.pages, 401, desk.pages.gettext(request)(NOT_ACCEPTED))
    if isinstance(come, SignInBegun):
        return _sent(guard, come)
    desk.trail.note(come.officer, "signed-in", "", "")
    answer = see_other(come.after)
    guard.set(answer, guard.cookie, come.session)
    guard.set(answer, guard.browser, "", 0)
    return answer


@issuer.post(ENDED_AT)
@needs(Act.ANYBODY)
async def ended(
    desk: CurrentDesk, guard: IssuerGuard, request: Request, logout_token: Annotated[str, Form(max_length=LONGEST_TOKEN)] = ""
) -> Response:
    """The issuer's back channel: it proves itself by its signature."""
    try:
        count = await guard.ended_there(logout_token)
    except IssuerUnavailable as away:
        return _away(desk, request, away)
    except TokenRefused as refused:
        log.warning("a logout token was refused", why=str(refused))
        desk.trail.note("", f"refused:logout:{refused}", "", "not-signed-in")
        return problem(request, desk.pages, 400)
    log.info("the issuer has ended sessions", count=count)
    return Response(status_code=200)


@issuer.post("/signout")
@needs(Act.ANYBODY)
async def out(desk: CurrentDesk, guard: IssuerGuard, request: Request) -> Response:
    """End the session."""
    if actor := guard.present(request):
        desk.trail.note(actor.id, "signed-out", "", "")
    answer = see_other("/signed-out")
    answer.headers["clear-site-data"] = CLEARED
    guard.end(request, answer)
    return answer


@issuer.get("/signed-out")
@needs(Act.ANYBODY)
async def signed_out(desk: CurrentDesk, guard: IssuerGuard, request: Request) -> Response:
    """Say so, with the way to end what the issuer itself still knows."""
    ends = guard.issuer.ends_at()
    return desk.pages.render(request, "signed_out.html", ends_at=f"{ends}?client_id={quote(guard.issuer.client)}" if ends else "")


def _sent(guard: SignedIn, begun: SignInBegun) -> Response:
    answer = see_other(begun.address)
    guard.set(answer, guard.browser, begun.browser, UNDER_WAY // 1000)
    return answer


def _away(desk: Desk, request: Request, away: IssuerUnavailable) -> Response:
    log.warning("the issuer was not reached", why=str(away))
    return problem(request, desk.pages, 503, desk.pages.gettext(request)(NOT_REACHED))
