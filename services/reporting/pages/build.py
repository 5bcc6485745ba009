"""A table of one's own, by up to four things at once: of what is released, or of facts for cleared staff, so narrow that nearly every
number may be one person."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from services.reporting.pages import public_build
from services.reporting.pages.csv_download import download
from services.reporting.pages.desk_filter import which
from services.reporting.pages.values import LABELS, said
from services.reporting.queries import restricted
from services.reporting.queries.restricted import Clearance
from services.reporting.queries.view import cleared
from services.reporting.rules.tables.figures import DIMENSIONS, Cell
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.web.http.desk import CurrentDesk, Desk

MOST_DIMENSIONS, LINES_SHOWN = 4, 200
"""Dimensions at one time, and lines on the page; the file has all."""
NO_SUCH = N_("A table is built by one to four of the things that are offered here.")
By = Annotated[list[str], Query(max_length=20)]
Number = Annotated[int, Query(ge=0, le=10**9)]
router = APIRouter(include_in_schema=False)


@router.get("/figures/build")
@needs(Act.READ_FIGURES)
async def page(
    desk: CurrentDesk, request: Request, by: By = [], data: str = "", view: str = "", release: Number = 0,  # noqa: B006  FastAPI copies it
) -> Response:  # fmt: skip
    """Choose, and see the table: of what is released, or for cleared staff unprotected."""
    if clearance := cleared(desk, request, view):
        return await _page(desk, request, clearance, asked(by, desk.pages.gettext(request)), data)
    return await public_build.page(desk, request, by, data, release)


async def _page(desk: Desk, request: Request, clearance: Clearance, chosen: tuple[str, ...], data: str) -> Response:
    translate = desk.pages.gettext(request)

    def read(reader: CaseReader) -> tuple[set[bool], bool, list[Cell]]:
        known = restricted.kinds_of_data(clearance, reader.session)
        simulated = which(known, data)
        return known, simulated, restricted.people(clearance, reader.session, chosen, simulated) if chosen else []

    known, simulated, cells = await desk.ask(read)
    number = desk.pages.number(request)
    largest = sorted(cells, key=lambda cell: (-cell[1], cell[0]))[:LINES_SHOWN]
    lines = [
        [*(said(name, value, translate) for name, value in zip(chosen, values, strict=True)), number(n)] for values, n in largest
    ]  # fmt: skip
    return desk.pages.render(
        request, "build.html", known=known, simulated=simulated, by=chosen, most=MOST_DIMENSIONS, lines=lines, left=len(cells) - len(lines),
        dimensions={name: translate(LABELS[name]) for name in DIMENSIONS}, people=sum(n for _, n in cells),
        single=sum(n == 1 for _, n in cells), all=len(cells),
    )  # fmt: skip


@router.get("/figures/build.csv")
@needs(Act.READ_FIGURES)
async def file(
    desk: CurrentDesk, request: Request, by: By = [], view: str = "", release: Number = 0,  # noqa: B006  FastAPI copies it
) -> Response:  # fmt: skip
    """The same as a file, with all lines."""
    clearance, translate = cleared(desk, request, view), desk.pages.gettext(request)
    if clearance is None:
        return await public_build.file(desk, request, by, release)
    chosen = asked(by, translate) or ("quarter",)
    cells = await desk.ask(
        lambda reader: [(*v, n, kind) for kind in (False, True) for v, n in restricted.people(clearance, reader.session, chosen, kind)]
    )
    return download("referrals-by-" + "-and-".join(chosen), (*chosen, "people", "simulated"), sorted(cells), translate)


def asked(by: Sequence[str], translate: Callable[[str], str]) -> tuple[str, ...]:
    """The dimensions, each once, empty choices left out. Raises HTTPException for others, and for more than four."""
    chosen = tuple(dict.fromkeys(name for name in by if name))
    if len(chosen) > MOST_DIMENSIONS or any(name not in DIMENSIONS for name in chosen):
        raise HTTPException(422, translate(NO_SUCH))
    return chosen
