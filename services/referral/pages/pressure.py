"""The lead's officer says that a mark of pressure was looked at: it is taken back, and what was held back is told."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.decisions import DECISIONS
from services.referral.pages import cases
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.web.case.deciding import decide_by_form
from shared.web.http.desk import CurrentDesk
from shared.web.http.unsent import resumes

LABELS = {"reason": N_("Reason")}
router = APIRouter(include_in_schema=False)


@router.post("/lead/{case}/person/reviewed")
@needs(Act.DECIDE)
@resumes
async def reviewed(desk: CurrentDesk, request: Request, case: str) -> Response:
    """Somebody of the lead has looked at it."""
    here, again = f"/lead/{case}", partial(cases.show, desk, request, case, "review-pressure")
    made = await decide_by_form(desk, request, DECISIONS["review-pressure"], LABELS, again, case=case, back=here)
    return made if isinstance(made, Response) else made.seen_at(here)
