"""What is kept of a case for proceedings though its ground has gone: which proceedings, and that they are over."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.casework.kept_for_proceedings import OfKeeping
from shared.web.case import keeping_page
from shared.web.case.deciding import decide_on_page
from shared.web.http.desk import CurrentDesk
from shared.web.http.unsent import resumes

router = APIRouter(include_in_schema=False)


@router.get("/{case}/keeping")
@needs(Act.READ_CASE)
async def keeping(desk: CurrentDesk, request: Request, case: str) -> Response:
    """What is kept, and for which proceedings."""
    return await keeping_page.show(desk, request, case)


@router.post("/{case}/keeping/{decision}")
@needs(Act.DECIDE)
@resumes
async def decided(desk: CurrentDesk, request: Request, case: str, decision: str) -> Response:
    """Name the proceedings, or say that they are over."""
    return await decide_on_page(desk, request, decision, OfKeeping, keeping_page.LABELS, keeping_page.show, case=case, page="keeping")
