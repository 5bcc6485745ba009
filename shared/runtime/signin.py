"""The demo's sign-in: "who are you today?". It asks nobody for a password, and production refuses it."""

from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from shared.runtime.desk import NO_OFFICER, Desk
from shared.runtime.forms import N_, FormErrors

CHOOSE = N_("Choose who you are today")


def sign_in(desk: Desk) -> APIRouter:
    """The page that lists the agency's invented officers, and the choice of one."""
    router = APIRouter(include_in_schema=False)

    def page(request: Request, after: str, status: int = 200, **context: object) -> Response:
        officers, chosen = desk.country.agency(desk.agency).officers, desk.officer(request).id
        return desk.pages.render(request, "who.html", status, officers=officers, chosen=chosen, after=local(after), **context)

    @router.get("/who")
    async def who(request: Request, next: str = "/") -> Response:  # pyright: ignore[reportUnusedFunction]
        return page(request, next)

    @router.post("/who")
    async def choose(  # pyright: ignore[reportUnusedFunction]
        request: Request, officer: Annotated[str, Form(max_length=60)] = "", next: Annotated[str, Form(max_length=500)] = "/"
    ) -> Response:
        if all(o.id != officer for o in desk.country.agency(desk.agency).officers):
            said = desk.pages.gettext(request)(CHOOSE)
            return page(request, next, 422, errors=FormErrors([{"text": said, "href": "#officer"}], {"officer": said}))
        answer = RedirectResponse(local(next), 303)
        answer.set_cookie(desk.cookie, officer, httponly=True, samesite="strict")
        return answer

    return router


class Chosen:
    """A dependency of pages: who has not said who they are is asked first, and comes back afterwards."""

    def __init__(self, desk: Desk) -> None:
        """Ask at this desk."""
        self.desk = desk

    async def __call__(self, request: Request) -> None:
        """Raises a redirect to the question."""
        if self.desk.officer(request).id == NO_OFFICER.id:
            here = request.url.path if request.method == "GET" else urlsplit(request.headers.get("referer", "")).path
            raise HTTPException(303, headers={"location": f"/who?next={quote(local(here))}"})


def local(address: str) -> str:
    """The address where it is one of ours, else the start page: nobody is led to another site."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours else "/"
