"""What an agency keeps of a case for itself: label, reference and notes."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.casework.own_record import OfOwnRecord
from shared.web.case import own_record
from shared.web.case.deciding import decide_by_form, decide_on_page
from shared.web.http.desk import CurrentDesk
from shared.web.http.unsent import resumes

router = APIRouter(include_in_schema=False)


@router.get("/{case}/own")
@needs(Act.READ_CASE)
async def own(desk: CurrentDesk, request: Request, case: str) -> Response:
    """Label, reference and notes."""
    return await own_record.show(desk, request, case)


@router.post("/{case}/called")
@needs(Act.DECIDE)
@resumes
async def called(desk: CurrentDesk, request: Request, case: str) -> Response:
    """Report a telephone call."""
    back, again = f"{desk.cases}/{case}", partial(own_record.show, desk, request, case, own_record.NOTING)
    made = await decide_by_form(
        desk, request, desk.decisions["write-note"], own_record.LABELS, again, case=case, back=back, form=own_record.Called,
        as_command=await own_record.call_note(desk, request, case),
    )  # fmt: skip
    return made if isinstance(made, Response) else made.seen_at(back)


@router.post("/{case}/own/{decision}")
@needs(Act.DECIDE)
@resumes
async def written(desk: CurrentDesk, request: Request, case: str, decision: str) -> Response:
    """Name the case, or note something."""
    return await decide_on_page(desk, request, decision, OfOwnRecord, own_record.LABELS, own_record.show, case=case, page="own")
