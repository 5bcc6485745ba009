"""`/caseload`: an officer's own open cases, to print or for a spreadsheet. Routing alone: case numbers, what is next, by when."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.casework.caseload import CaseloadRow, in_order, own_caseload
from shared.config.calendar import local
from shared.config.i18n import N_
from shared.protocol.next_moves import What
from shared.web.admin.today import WHATS, parts_of
from shared.web.http.csv_sheet import csv_file
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.speaking import page_context, speaker
from shared.web.text.case_reference import reference
from shared.web.text.labels import URGENCY
from shared.web.text.phrases import Speaker

HOME = "/caseload"
HEAD = (N_("Case"), N_("Open since"), N_("Urgency"), N_("What is next"), N_("Need"), N_("Who must do it"), N_("By when"))
SHOWN = 14
"""Cases that stand in sight, in two screens of a desk; the others are folded."""
router = APIRouter(include_in_schema=False, prefix=HOME)


@dataclass(frozen=True, slots=True)
class CaseloadLine:
    """A row as page and file show it, and where the case is."""

    href: str
    cells: tuple[str, ...]
    late: str


@router.get("")
@needs(Act.LIST)
async def shown(desk: CurrentDesk, request: Request, whole: bool = False) -> Response:
    """The list, as a page that may be printed. `whole`: nothing of it is folded, for a browser that prints no folds."""
    to = speaker(desk, request)
    lines = await _lines(desk, request, to)
    context: dict[str, Any] = page_context(desk, request, to) | {
        "lines": lines, "home": HOME, "printed": to.when(to.now), "shown": 0 if whole else SHOWN,
    }  # fmt: skip
    return desk.pages.render(request, "caseload.html", **context)


@router.get("/file")
@needs(Act.LIST)
async def taken(desk: CurrentDesk, request: Request) -> Response:
    """The same as a file for a spreadsheet; the audit says who took it."""
    to, officer = speaker(desk, request), desk.officer(request).id
    lines = await _lines(desk, request, to)
    desk.trail.note(officer, "took-caseload", "", officer)
    day = local(to.now, desk.country.time_zone).date().isoformat()
    return csv_file(f"document-{day}", [to.say.translate(one) for one in HEAD], [one.cells for one in lines], to.say.translate)


async def _lines(desk: Desk, request: Request, to: Speaker) -> list[CaseloadLine]:
    """Of all services of the agency, each case once: at the service where what comes first in it is done."""
    officer, found = desk.officer(request).id, dict[str, tuple[CaseloadRow, str]]()
    for part in parts_of(desk):
        at = part.desk
        rows = await at.ask_as(request, partial(own_caseload, officer=officer, assigned=desk.assignment, share=part.share))
        for row in rows:
            if row.case not in found or in_order(row) < in_order(found[row.case][0]):
                found[row.case] = row, f"{at.cases}/{row.case}"
    ordered = sorted(found.values(), key=lambda one: in_order(one[0]))
    return [CaseloadLine(href, _cells(row, to), to.late(row.due) if row.due else "") for row, href in ordered]


def _cells(row: CaseloadRow, to: Speaker) -> tuple[str, ...]:
    job, opened = row.job, to.when(row.opened_at)
    if job is None:
        return (reference(row.case), opened, "", to.say.translate(NOTHING), "", "", "")
    need, by = to.say.need(job.need) if job.need else "", to.when(row.due) if row.due else ""
    who = to.name(to.country.told_as(job.who))
    return (reference(row.case), opened, to.say.of(URGENCY, job.urgency), to.say.translate(WHATS[What(job.what)]), need, who, by)


NOTHING = N_("Nothing at present")
