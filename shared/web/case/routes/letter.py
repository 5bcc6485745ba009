"""An official letter to somebody who is no member."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.casework.official_letters import WriteLetter
from shared.web.case import letter_page
from shared.web.case.deciding import decide_by_form
from shared.web.http.desk import CurrentDesk
from shared.web.http.form_posts import read_form
from shared.web.http.unsent import not_sent, resumes

router = APIRouter(include_in_schema=False)


@router.get("/{case}/letter")
@needs(Act.EXPORT)
async def form(desk: CurrentDesk, request: Request, case: str) -> Response:
    """What a letter asks."""
    return await letter_page.show(desk, request, case)


@router.post("/{case}/letter")
@needs(Act.EXPORT)
@resumes
async def written(desk: CurrentDesk, request: Request, case: str) -> Response:
    """The letter, as a paper. Without the id of a form it could not be found again, so nothing is written."""
    posted = await read_form(request, WriteLetter)
    if not posted.form:
        return await letter_page.show(desk, request, case, posted, not_sent(desk.pages.gettext(request)))
    made = await decide_by_form(
        desk, request, desk.decisions["write-letter"], letter_page.LABELS, partial(letter_page.show, desk, request, case), case=case,
        back=f"{desk.cases}/{case}",
        as_command=await letter_page.letter_note(desk, request),
    )  # fmt: skip
    return made if isinstance(made, Response) else await letter_page.handed_out(desk, request, made.command, made.receipt, posted.form)
