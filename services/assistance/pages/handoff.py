"""The page of one hand-off: open the invitation, answer it, act on it, complete it, give it back; or take one's own request back."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.assistance.decisions import DECISIONS
from services.assistance.handlers import handoffs as h
from services.assistance.pages.case import LABELS, home, is_beside, show
from services.assistance.rules import OF_WHO_ASKED
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.decisions.errors import RuleBroken
from shared.decisions.job_share import DONE_AT_THE_LEAD
from shared.protocol.next_moves import moves
from shared.web.case.deciding import decide_by_form
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import on_pages
from shared.web.http.unsent import resumes

TEMPLATE = "assistance/handoff.html"
router = APIRouter(include_in_schema=False)


ABOUT_A_HANDOFF = on_pages(DECISIONS, h.OfHandoff)
STAYS = ("open",)
"""Decisions after which one looks at the hand-off again, not at the case."""


@router.get("/cases/{case}/handoffs/{handoff}")
@needs(Act.SEE_REQUEST)
async def handoff_page(desk: CurrentDesk, request: Request, case: str, handoff: str) -> Response:
    """Looking writes nothing: opening is a decision."""
    await _must_concern_the_lead(desk, request, case, handoff)
    return await show(desk, request, case, TEMPLATE, handoff=handoff, decision="")


@router.post("/cases/{case}/handoffs/{handoff}/{decision}")
@needs(Act.DECIDE_REQUEST)
@resumes
async def decide(desk: CurrentDesk, request: Request, case: str, handoff: str, decision: str) -> Response:
    """One of the decisions about a hand-off, by what pages call it."""
    if decision not in ABOUT_A_HANDOFF:
        raise RuleBroken("no-such-handoff")
    await _must_concern_the_lead(desk, request, case, handoff)
    if is_beside(request) and decision not in OF_WHO_ASKED:
        raise RuleBroken("no-such-case")
    back, again = home(request, case), partial(show, desk, request, case, TEMPLATE, handoff=handoff, decision=decision)
    made = await decide_by_form(desk, request, ABOUT_A_HANDOFF[decision], LABELS, again, case=case, given={"handoff": handoff}, back=back)
    if isinstance(made, Response):
        return made
    return made.seen_at(f"/cases/{case}/handoffs/{handoff}" if decision in STAYS else back)


async def _must_concern_the_lead(desk: Desk, request: Request, case: str, handoff: str) -> None:
    """Whoever has the case at the desk that leads alone is let in to what others were asked, and to what is the lead's to settle: not to
    what the agency's other officers answer. Raises RuleBroken, as of a case that is not there."""
    if is_beside(request) and not await desk.ask(lambda reader: _concerns_lead(reader, case, handoff)):
        raise RuleBroken("no-such-case")


def _concerns_lead(reader: CaseReader, case: str, handoff: str) -> bool:
    shown = reader.shown(case)
    found = shown.case.handoffs.get(handoff) if shown else None
    if shown is None or found is None or found.to != reader.agency:
        return found is not None
    mine = (job.what for job in moves(shown.case) if job.key == handoff and job.who == reader.agency)
    return not DONE_AT_THE_LEAD.isdisjoint(mine)
