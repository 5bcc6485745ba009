"""The rapporteur's tables: their codebook, which everybody may read who may see figures, and each of them, for cleared staff alone."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from services.reporting.pages.csv_download import download
from services.reporting.pages.desk_filter import which
from services.reporting.pages.latency import NARROW, UNKNOWN, Naming, duration
from services.reporting.pages.table_words import DIMENSIONS, in_words
from services.reporting.queries import restricted, tables
from services.reporting.queries.restricted import Clearance
from services.reporting.queries.tables import BeingCounted, CountedFigures
from services.reporting.queries.view import must_be_cleared
from services.reporting.rules.definitions import Definition, TableShape
from services.reporting.rules.table_rows import TableLine
from services.reporting.rules.tables import ALL_TABLES, UnknownTable, definition
from services.reporting.tables_api import BEING_COUNTED, NO_TABLE
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.decisions.case_reader import CaseReader
from shared.web.csv_sheet import Cell
from shared.web.desk import CurrentDesk, Desk

HEADS = {
    TableShape.COUNT: (N_("Number"),), TableShape.SHARE: (N_("Number"), N_("Of"), N_("Share")),
    TableShape.TIME: (N_("Ended"), N_("Open"), N_("Median"), N_("90 of 100 within")),
}  # fmt: skip
"""The columns of numbers, by how a table is read."""
Period = Annotated[str, Query(max_length=10)]
router = APIRouter(include_in_schema=False)


@router.get("/figures/codebook")
@needs(Act.READ_FIGURES)
async def codebook(desk: CurrentDesk, request: Request) -> Response:
    """What each table counts: made from the definitions that count it. It has no figure."""
    return desk.pages.render(
        request, "codebook.html", tables=ALL_TABLES, dimensions=DIMENSIONS, cleared=desk.may(request, Act.READ_UNPROTECTED)
    )


@router.get("/figures/tables/{id}")
@needs(Act.READ_UNPROTECTED)
async def page(desk: CurrentDesk, request: Request, id: str, period: Period = "", data: str = "") -> Response:
    """One table before disclosure control, of one period; with its definition and how complete it is."""
    clearance, table, translate = must_be_cleared(desk, request), _table(desk, request, id), desk.pages.gettext(request)

    def read(clerk: CaseReader) -> tuple[set[bool], bool, CountedFigures | None]:
        known = restricted.kinds_of_data(clearance, clerk.session)
        simulated = which(known, data)
        try:
            return known, simulated, _counted(clearance, clerk, desk, table, simulated, period)
        except BeingCounted:
            return known, simulated, None

    known, simulated, found = await desk.ask(read)
    rows = found.rows if found else []
    chosen = next((row.period for row in rows), "")
    head = [translate(DIMENSIONS[name]) for name in table.dimensions] + [translate(text) for text in HEADS[table.shape]]
    lines = [_line(desk, request, table, row) for row in rows]
    return desk.pages.render(
        request, "table.html", table=table, known=known, simulated=simulated, found=found, period=chosen, head=head, lines=lines,
        being_counted=BEING_COUNTED, dimensions=DIMENSIONS, times=table.shape is TableShape.TIME,
        agencies=sum("intake" in one.services for one in desk.country.agencies),
    )  # fmt: skip


@router.get("/figures/tables/{id}/file.csv")
@needs(Act.READ_UNPROTECTED)
async def file(desk: CurrentDesk, request: Request, id: str) -> Response:
    """All periods of a table as a file, real figures and simulated ones."""
    clearance, table = must_be_cleared(desk, request), _table(desk, request, id)
    try:
        found = await desk.ask(lambda clerk: {kind: _counted(clearance, clerk, desk, table, kind) for kind in (False, True)})
    except BeingCounted:
        raise HTTPException(503, desk.pages.gettext(request)(BEING_COUNTED)) from None
    lines: list[tuple[Cell, ...]] = [
        (row.period, *row.values, *_numbers(table, row), kind) for kind, one in found.items() for row in one.rows
    ]  # fmt: skip
    head = ("period", *table.dimensions, *COLUMNS[table.shape], "simulated")
    return download(f"table-{table.id.lower()}", head, lines, desk.pages.gettext(request))


COLUMNS = {TableShape.COUNT: ("n",), TableShape.SHARE: ("n", "whole"), TableShape.TIME: ("n", "open", "median_ms", "p90_ms")}


def _numbers(table: Definition, row: TableLine) -> tuple[int | str, ...]:
    return tuple("" if (value := getattr(row, name)) is None else value for name in COLUMNS[table.shape])


def _table(desk: Desk, request: Request, id: str) -> Definition:
    try:
        return definition(id)
    except UnknownTable:
        raise HTTPException(404, desk.pages.gettext(request)(NO_TABLE)) from None


def _counted(
    clearance: Clearance, clerk: CaseReader, desk: Desk, table: Definition, simulated: bool, period: str | None = None
) -> CountedFigures:
    return tables.counted(clearance, clerk.session, table, desk.country, desk.instance.clock.now()[0], simulated, period)


def _line(desk: Desk, request: Request, table: Definition, row: TableLine) -> list[str]:
    translate, number = desk.pages.gettext(request), desk.pages.number(request)
    naming = Naming(desk.names(request), translate)
    spent: Any = partial(duration, translate=translate, locale=desk.pages.language(request).locale)
    values = [in_words(name, value, translate, naming) for name, value in zip(table.dimensions, row.values, strict=True)]
    match table.shape:
        case TableShape.COUNT:
            return [*values, number(row.n)]
        case TableShape.SHARE:
            whole = row.whole or 0
            return [*values, number(row.n), number(whole), f"{row.n * 100 / whole:.0f}{NARROW}%" if whole else "–"]
        case TableShape.TIME:
            times = [UNKNOWN if ms is None else spent(ms) for ms in (row.median_ms, row.p90_ms)]
            return [*values, number(row.n), number(row.open or 0), *times]
