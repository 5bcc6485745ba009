"""A table of one's own, by up to four things at once, for cleared staff: so narrow that nearly every number may be one person."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from services.reporting.pages.csv_download import download
from services.reporting.pages.desk_filter import which
from services.reporting.pages.values import LABELS, said
from services.reporting.queries import restricted
from services.reporting.queries.view import must_be_cleared
from services.reporting.rules.figures import DIMENSIONS, Cell
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.web.http.desk import CurrentDesk

MOST, SHOWN = 4, 200
"""Dimensions at one time, and lines on the page; the file has all."""
NO_SUCH = N_("A table is built by one to four of the things that are offered here.")
By = Annotated[list[str], Query(max_length=len(DIMENSIONS))]
router = APIRouter(include_in_schema=False)


@router.get("/figures/build")
@needs(Act.READ_UNPROTECTED)
async def page(desk: CurrentDesk, request: Request, by: By = [], data: str = "") -> Response:  # noqa: B006  FastAPI copies it
    """Choose, and see the table."""
    clearance, translate, chosen = must_be_cleared(desk, request), desk.pages.gettext(request), asked(by, desk.pages.gettext(request))

    def read(clerk: CaseReader) -> tuple[set[bool], bool, list[Cell]]:
        known = restricted.kinds_of_data(clearance, clerk.session)
        simulated = which(known, data)
        return known, simulated, restricted.people(clearance, clerk.session, chosen, simulated) if chosen else []

    known, simulated, cells = await desk.ask(read)
    number = desk.pages.number(request)
    largest = sorted(cells, key=lambda cell: (-cell[1], cell[0]))[:SHOWN]
    lines = [
        [*(said(name, value, translate) for name, value in zip(chosen, values, strict=True)), number(n)] for values, n in largest
    ]  # fmt: skip
    return desk.pages.render(
        request, "build.html", known=known, simulated=simulated, by=chosen, most=MOST, lines=lines, left=len(cells) - len(lines),
        dimensions={name: translate(LABELS[name]) for name in DIMENSIONS}, people=sum(n for _, n in cells),
        single=sum(n == 1 for _, n in cells), all=len(cells),
    )  # fmt: skip


@router.get("/figures/build.csv")
@needs(Act.READ_UNPROTECTED)
async def file(desk: CurrentDesk, request: Request, by: By = []) -> Response:  # noqa: B006  FastAPI copies it
    """The same as a file, with all lines."""
    clearance, translate = must_be_cleared(desk, request), desk.pages.gettext(request)
    chosen = asked(by, translate) or ("quarter",)
    cells = await desk.ask(
        lambda clerk: [(*v, n, kind) for kind in (False, True) for v, n in restricted.people(clearance, clerk.session, chosen, kind)]
    )
    return download("referrals-by-" + "-and-".join(chosen), (*chosen, "people", "simulated"), sorted(cells), translate)


def asked(by: Sequence[str], translate: Callable[[str], str]) -> tuple[str, ...]:
    """The dimensions, each once, empty choices left out. Raises HTTPException for others, and for more than four."""
    chosen = tuple(dict.fromkeys(name for name in by if name))
    if len(chosen) > MOST or any(name not in DIMENSIONS for name in chosen):
        raise HTTPException(422, translate(NO_SUCH))
    return chosen
