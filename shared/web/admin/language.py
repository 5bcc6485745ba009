"""`/language`: the languages of the pages, who has read them through, and how to tell of a word that is wrong. Choosing one is a form."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from shared.access.local_redirect import local
from shared.access.roles import Act, needs
from shared.web.http.desk import CurrentDesk
from shared.web.http.form_posts import see_other
from shared.web.http.pages import REMEMBERED

router = APIRouter(include_in_schema=False, prefix="/language")
YEAR = 365 * 24 * 3600


@router.get("")
@needs(Act.ANYBODY)
async def spoken(desk: CurrentDesk, request: Request) -> Response:
    """All languages, and how far each is to be trusted."""
    return desk.pages.render(request, "language.html")


@router.post("")
@needs(Act.ANYBODY)
async def choose(desk: CurrentDesk, language: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "/") -> Response:
    """From here on this browser gets the pages in this language; one that there is not changes nothing."""
    answer = see_other(local(back))
    if language in {one.tag for one in desk.pages.languages}:
        answer.set_cookie(REMEMBERED, language, max_age=YEAR, httponly=True, samesite="lax", secure=desk.guard.tls)
    return answer
