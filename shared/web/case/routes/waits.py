"""What waits in a case, why, and since when: the page, and what is decided on it."""

from collections.abc import Mapping
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.casework.waiting import OfWait
from shared.decisions.decide import Decision
from shared.decisions.errors import RuleBroken
from shared.web.case import waits_page
from shared.web.case.deciding import decide_by_form
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import on_pages
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
    if decision not in _of_waits(desk):
        raise RuleBroken("no-such-case")
    here, again = f"{desk.cases}/{case}/waits", partial(waits_page.show, desk, request, case, decision)
    made = await decide_by_form(desk, request, _of_waits(desk)[decision], waits_page.LABELS, again, case=case, back=here)
    return made if isinstance(made, Response) else made.seen_at(here)


def _of_waits(desk: Desk) -> Mapping[str, Decision]:
    return on_pages(desk.decisions, OfWait)
