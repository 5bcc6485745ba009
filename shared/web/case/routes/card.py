"""A card for the person, offered and never pushed; and how things are, in plain words, for a person who asks."""

import asyncio
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.casework.person_card import Offering
from shared.web.case import card_page
from shared.web.case.deciding import decide_by_form
from shared.web.http.desk import CurrentDesk
from shared.web.http.form_posts import see_other
from shared.web.http.paper import pdf
from shared.web.http.unsent import resumes

router = APIRouter(include_in_schema=False)


@router.get("/{case}/card")
@needs(Act.DECIDE)
async def card(desk: CurrentDesk, request: Request, case: str) -> Response:
    """The card in a language of the person's, to give or to read aloud, and how things are."""
    return await card_page.show(desk, request, case)


@router.post("/{case}/card")
@needs(Act.DECIDE)
@resumes
async def offered(desk: CurrentDesk, request: Request, case: str) -> Response:
    """What became of it is noted; on paper it comes at once, under a name that says nothing."""
    again = partial(card_page.show, desk, request, case)
    made = await decide_by_form(
        desk, request, desk.decisions["offer-card"], card_page.LABELS, again, case=case, back=f"{desk.cases}/{case}"
    )
    if isinstance(made, Response):
        return made
    if made.command.how is not Offering.PAPER:
        return see_other(f"{desk.cases}/{case}/card?language={made.command.language}")
    text = card_page.card_of(desk, request, case, made.command.language)
    body = await asyncio.to_thread(pdf, card_page.paper_of(text))
    return Response(body, media_type="application/pdf", headers={"content-disposition": 'attachment; filename="document.pdf"'})
