"""`/sessions`: where one is signed in, and how one ends that. Ending sessions elsewhere asks for a fresh proof of who one is."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from shared.access.oidc import FRESH, SIGN_IN_AT
from shared.access.roles import Act, needs
from shared.access.sessions import MOST_OF_ONE
from shared.web.admin.current_guard import IssuerGuard
from shared.web.http.desk import CurrentDesk
from shared.web.http.form_posts import see_other

HOME = "/sessions"
Names = Annotated[list[str], Form(max_length=2 * MOST_OF_ONE, default_factory=list)]
router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("")
@needs(Act.OWN_SESSIONS)
async def own(desk: CurrentDesk, guard: IssuerGuard, request: Request) -> Response:
    """Where one is signed in."""
    mine = guard.sessions.of(desk.officer(request).id, request.cookies.get(guard.cookie, ""))
    return desk.pages.render(
        request, "sessions.html", mine=mine, home=HOME, fresh=guard.just_proved(request), minutes=FRESH, most=MOST_OF_ONE,
        again=f"{SIGN_IN_AT}?next={HOME}&again=true",
    )  # fmt: skip


@router.post("/end")
@needs(Act.OWN_SESSIONS)
async def end(desk: CurrentDesk, guard: IssuerGuard, request: Request, name: Names) -> Response:
    """End those that are named."""
    if guard.just_proved(request):
        who = desk.officer(request).id
        for _ in range(guard.sessions.end_of(who, name)):
            desk.trail.note(who, "session-ended", "", who)
    return see_other(HOME)
