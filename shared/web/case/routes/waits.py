"""What waits in a case, why, and since when: the page, and what is decided on it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.casework.waiting import OfWait
from shared.web.case import waits_page
from shared.web.case.deciding import decide_on_page
from shared.web.http.desk import CurrentDesk
from shared.web.http.unsent import resumes

router = APIRouter(include_in_schema=False)


@router.get("/{case}/waits")
@needs(Act.READ_CASE)
async def waits(desk: CurrentDesk, request: Request, case: str) -> Response:
    """Who must do what by when, and the clocks of the country."""
    return await waits_page.show(desk, request, case)


@router.post("/{case}/waits/{decision}")
@needs(Act.DECIDE)
@resumes
async def decided(desk: CurrentDesk, request: Request, case: str, decision: str) -> Response:
    """Say why something waits, or pause a clock."""
    return await decide_on_page(desk, request, decision, OfWait, waits_page.LABELS, waits_page.show, case=case, page="waits")
