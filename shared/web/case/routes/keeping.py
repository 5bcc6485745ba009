"""What is kept of a case for proceedings though its ground has gone: which proceedings, and that they are over."""

from collections.abc import Mapping
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.casework.kept_for_proceedings import OfKeeping
from shared.decisions.decide import Decision
from shared.decisions.errors import RuleBroken
from shared.web.case import keeping_page
from shared.web.case.deciding import decide_by_form
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import on_pages
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
    if decision not in _of_keeping(desk):
        raise RuleBroken("no-such-case")
    here, again = f"{desk.cases}/{case}/keeping", partial(keeping_page.show, desk, request, case, decision)
    made = await decide_by_form(desk, request, _of_keeping(desk)[decision], keeping_page.LABELS, again, case=case, back=here)
    return made if isinstance(made, Response) else made.seen_at(here)


def _of_keeping(desk: Desk) -> Mapping[str, Decision]:
    return on_pages(desk.decisions, OfKeeping)
