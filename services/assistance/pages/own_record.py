"""The page of what this agency keeps of a case for itself."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.assistance.decisions import DECISIONS
from shared.access.roles import Act, needs
from shared.decisions.errors import RuleBroken
from shared.decisions.own_record import OfOwnRecord
from shared.web.desk import CurrentDesk
from shared.web.form_posts import decide_by_form, on_pages
from shared.web.own_record import LABELS, show
from shared.web.unsent import resumes

router = APIRouter(include_in_schema=False)
OWN = on_pages(DECISIONS, OfOwnRecord)


@router.get("/cases/{case}/own")
@needs(Act.READ_CASE)
async def own(desk: CurrentDesk, request: Request, case: str) -> Response:
    """Label, reference and notes."""
    return await show(desk, request, case)


@router.post("/cases/{case}/own/{decision}")
@needs(Act.DECIDE)
@resumes
async def written(desk: CurrentDesk, request: Request, case: str, decision: str) -> Response:
    """Name the case, or note something."""
    if decision not in OWN:
        raise RuleBroken("no-such-case")
    here = f"/cases/{case}/own"
    made = await decide_by_form(desk, request, OWN[decision], LABELS, partial(show, desk, request, case, decision), case=case, back=here)
    return made if isinstance(made, Response) else made.seen_at(here)
