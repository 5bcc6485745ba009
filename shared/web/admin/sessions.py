"""`/sessions`: where one is signed in, and how one ends that. Ending sessions elsewhere asks for a fresh proof of who one is."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from shared.access.oidc import FRESH, SIGN_IN_AT, SignedIn
from shared.access.roles import Act, needs
from shared.access.sessions import MOST_OF_ONE
from shared.web.desk import Desk

HOME = "/sessions"
Names = Annotated[list[str], Form(max_length=2 * MOST_OF_ONE)]


def session_pages(desks: dict[str, Desk]) -> Iterator[APIRouter]:
    """The page, where people sign in at an issuer."""
    first = next(iter(desks.values()))
    if isinstance(first.guard, SignedIn):
        yield _pages(first, first.guard)


def _pages(desk: Desk, guard: SignedIn) -> APIRouter:
    router = APIRouter(include_in_schema=False, prefix=HOME)

    @router.get("")
    @needs(Act.OWN_SESSIONS)
    async def own(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        mine = guard.sessions.of(desk.officer(request).id, request.cookies.get(guard.cookie, ""))
        return desk.pages.render(
            request, "sessions.html", mine=mine, home=HOME, fresh=guard.just_proved(request), minutes=FRESH, most=MOST_OF_ONE,
            again=f"{SIGN_IN_AT}?next={HOME}&again=true",
        )  # fmt: skip

    @router.post("/end")
    @needs(Act.OWN_SESSIONS)
    async def end(request: Request, name: Names = []) -> Response:  # noqa: B006  # pyright: ignore[reportUnusedFunction]
        if guard.just_proved(request):
            who = desk.officer(request).id
            for _ in range(guard.sessions.end_of(who, name)):
                desk.trail.note(who, "session-ended", "", who)
        return RedirectResponse(HOME, 303)

    return router
