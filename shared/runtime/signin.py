"""The demo's sign-in: "who are you today?". It asks nobody for a password, and production refuses it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from shared.runtime.desk import OFFICER_COOKIE, Desk


def sign_in(desk: Desk) -> APIRouter:
    """The page that lists the agency's invented officers, and the choice of one."""
    router = APIRouter(include_in_schema=False)

    @router.get("/who")
    async def who(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        return desk.pages.render(request, "who.html", officers=desk.country.agency(desk.agency).officers, chosen=desk.officer(request).id)

    @router.post("/who")
    async def choose(officer: Annotated[str, Form(max_length=60)] = "") -> Response:  # pyright: ignore[reportUnusedFunction]
        answer = RedirectResponse("/", 303)
        if any(o.id == officer for o in desk.country.agency(desk.agency).officers):
            answer.set_cookie(OFFICER_COOKIE, officer, httponly=True, samesite="strict")
        return answer

    return router
