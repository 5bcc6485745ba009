"""The page of one hand-off: open the invitation, answer it, act on it, complete it, give it back; or take one's own request back."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.assistance.decisions import DECISIONS
from services.assistance.handlers import handoffs as h
from services.assistance.pages.case import LABELS, show
from shared.access.roles import Act, needs
from shared.decisions.errors import RuleBroken
from shared.web.case.deciding import decide_by_form
from shared.web.http.desk import CurrentDesk
from shared.web.http.form_posts import on_pages
from shared.web.http.unsent import resumes

TEMPLATE = "assistance/handoff.html"
router = APIRouter(include_in_schema=False)


ABOUT_A_HANDOFF = on_pages(DECISIONS, h.OfHandoff)
STAYS = ("open",)
"""Decisions after which one looks at the hand-off again, not at the case."""


@router.get("/cases/{case}/handoffs/{handoff}")
@needs(Act.READ_CASE)
async def handoff_page(desk: CurrentDesk, request: Request, case: str, handoff: str) -> Response:
    """Looking writes nothing: opening is a decision."""
    return await show(desk, request, case, TEMPLATE, handoff=handoff, decision="")


@router.post("/cases/{case}/handoffs/{handoff}/{decision}")
@needs(Act.DECIDE)
@resumes
async def decide(desk: CurrentDesk, request: Request, case: str, handoff: str, decision: str) -> Response:
    """One of the decisions about a hand-off, by what pages call it."""
    if decision not in ABOUT_A_HANDOFF:
        raise RuleBroken("no-such-handoff")
    back, again = f"/cases/{case}", partial(show, desk, request, case, TEMPLATE, handoff=handoff, decision=decision)
    made = await decide_by_form(desk, request, ABOUT_A_HANDOFF[decision], LABELS, again, case=case, given={"handoff": handoff}, back=back)
    if isinstance(made, Response):
        return made
    return made.seen_at(f"{back}/handoffs/{handoff}" if decision in STAYS else back)
