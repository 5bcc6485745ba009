"""The pages of what a person asks of what is kept of them."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.casework.access_requests import ReleaseCopy
from shared.casework.person_requests import OfRight
from shared.web.case.deciding import decide_by_form, decide_on_page
from shared.web.case.rights_copy import exported, handed_over
from shared.web.case.rights_page import LABELS, only_requests, show, show_form
from shared.web.http.desk import CurrentDesk
from shared.web.http.unsent import resumes

router = APIRouter(include_in_schema=False)


@router.get("/{case}/rights")
@needs(Act.HANDLE_RIGHTS)
async def rights(desk: CurrentDesk, request: Request, case: str) -> Response:
    """What was asked, and what came of it."""
    return await show(desk, request, case)


@router.get("/{case}/rights/{decision}")
@needs(Act.HANDLE_RIGHTS)
async def form(desk: CurrentDesk, request: Request, case: str, decision: str) -> Response:
    """The form of one request or answer."""
    return await show_form(desk, request, case, decision)


@router.post("/{case}/rights/take-copy")
@needs(Act.HAND_OVER)
@resumes
async def copy(desk: CurrentDesk, request: Request, case: str) -> Response:
    """The copy for the person, once in each format."""
    here, again = f"{desk.cases}/{case}/rights", partial(show, desk, request, case)
    made = await decide_by_form(desk, request, desk.decisions["take-copy"], LABELS, again, case=case, back=here)
    return made if isinstance(made, Response) else await handed_over(desk, request, made.command, made.receipt)


@router.post("/{case}/rights/export-file")
@needs(Act.EXPORT)
@resumes
async def export(desk: CurrentDesk, request: Request, case: str) -> Response:
    """A copy of the file, for a reason that is written down."""
    here, again = f"{desk.cases}/{case}/rights", partial(show_form, desk, request, case, "export-file")
    made = await decide_by_form(desk, request, desk.decisions["export-file"], LABELS, again, case=case, back=here)
    return made if isinstance(made, Response) else await exported(desk, request, case, made.receipt)


@router.post("/{case}/rights/{decision}")
@needs(Act.HANDLE_RIGHTS)
@resumes
async def written(desk: CurrentDesk, request: Request, case: str, decision: str) -> Response:
    """Write a request down, or answer one."""
    opened = partial(_as_opened, request)
    return await decide_on_page(desk, request, decision, OfRight, LABELS, show_form, case=case, page="rights", as_command=opened)


def _as_opened(request: Request, command: OfRight) -> OfRight:
    """Whoever opens nothing of a case but requests cannot look at documents, so releases none."""
    if isinstance(command, ReleaseCopy) and only_requests(request):
        return command.model_copy(update={"documents": "no"})
    return command
