"""The rapporteur's tables: their codebook, which everybody may read who may see figures, and each of them, for cleared staff alone."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from services.reporting.pages import comparing, public_tables, trends
from services.reporting.pages.csv_download import download
from services.reporting.pages.desk_filter import which
from services.reporting.pages.latency import UNKNOWN, Naming
from services.reporting.pages.table_words import DIMENSIONS, heads, in_words, line_in_words
from services.reporting.queries import restricted, tables
from services.reporting.queries.restricted import Clearance
from services.reporting.queries.tables import BeingCounted, CountedFigures
from services.reporting.queries.view import cleared
from services.reporting.rules.shown.comparing import period_before, without_gaps
from services.reporting.rules.tables.catalogue import ALL_TABLES, UnknownTable, definition
from services.reporting.rules.tables.definitions import COLUMNS, Definition, TableShape
from services.reporting.rules.tables.table_rows import TableLine
from services.reporting.tables_api import BEING_COUNTED, NO_TABLE
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.config.calendar import quarter_of
from shared.web.drawing.sparkline import LEAST
from shared.web.http.csv_sheet import Cell
from shared.web.http.desk import CurrentDesk, Desk

Period = Annotated[str, Query(max_length=15)]
ReleaseNumber = Annotated[int, Query(ge=0, le=10**9)]
router = APIRouter(include_in_schema=False)


@router.get("/figures/codebook")
@needs(Act.READ_FIGURES)
async def codebook(desk: CurrentDesk, request: Request) -> Response:
    """What each table counts: made from the definitions that count it. It has no figure."""
    return desk.pages.render(request, "codebook.html", tables=ALL_TABLES, dimensions=DIMENSIONS)


@router.get("/figures/tables/{id}")
@needs(Act.READ_FIGURES)
async def page(
    desk: CurrentDesk, request: Request, id: str, period: Period = "", data: str = "", view: str = "", release: ReleaseNumber = 0,
    compare: Period = "",
) -> Response:  # fmt: skip
    """One table as released; for cleared staff before disclosure control, of one period beside another, with how complete it is."""
    clearance, table, translate = cleared(desk, request, view), _table(desk, request, id), desk.pages.gettext(request)
    if clearance is None:
        return await public_tables.page(desk, request, table, period, data, release, compare)
    how = comparing.how_of(compare)

    today = quarter_of(desk.instance.clock.now()[0], desk.country.time_zone)

    def read(reader: CaseReader) -> tuple[set[bool], bool, CountedFigures | None, _Others]:
        known = restricted.kinds_of_data(clearance, reader.session)
        simulated = which(known, data)
        try:
            found = _counted(clearance, reader, desk, table, simulated, period)
        except BeingCounted:
            return known, simulated, None, NO_OTHERS
        return known, simulated, found, _others(found, how, today, period)

    known, simulated, found, (chosen, before, then, alike, every) = await desk.ask(read)
    rows = found.rows if found else []
    head = [translate(DIMENSIONS[name]) for name in table.dimensions] + [translate(text) for text in heads(table, table.shape)]
    beside = comparing.head(table.shape, before, translate) if then is not None else []
    all_rows = _with_those_of_before(table, rows, then or [])
    lines = [_line(desk, request, table, row, then) for row in all_rows]
    wide = len(table.dimensions)
    named = [(row, ", ".join(words[:wide]) or translate(table.title)) for row, words in zip(all_rows, lines, strict=True)]
    said = comparing.words_of(desk, request, table, UNKNOWN)
    over = trends.of_lines(named, every, alike, table.shape, said, translate, whole=True)
    return desk.pages.render(
        request, "table.html", table=table, known=known, simulated=simulated, found=found, period=chosen, head=head + beside + over.head,
        lines=trends.beside(lines, over), over=over,
        being_counted=BEING_COUNTED, dimensions=DIMENSIONS, times=table.shape is TableShape.TIME, how=how, choices=comparing.CHOICES,
        left_out=found is not None and found.left_out, before=before, running=chosen in (today, today[:4]), compared=then is not None,
        agencies=sum("intake" in one.services for one in desk.country.agencies),
    )  # fmt: skip


class _Others(NamedTuple):
    """The period that is shown, the one that it is compared with, and the lines of that (None where the table has not got it); the periods
    of the trend and all their lines."""

    chosen: str
    before: str
    then: list[TableLine] | None
    alike: list[str]
    every: list[TableLine]


NO_OTHERS = _Others("", "", None, [], [])


def _others(found: CountedFigures, how: str, today: str, period: str) -> _Others:
    """`today`: the quarter that has not ended. Neither it nor its year is in the trend of another: half of it would look like a fall."""
    chosen = next((row.period for row in found.rows), period if period in found.periods else next(iter(found.periods), ""))
    before = period_before(chosen, how)
    then = found.every.lines(before) if before in found.periods else None
    known = trends.alike((one for one in found.periods if one == chosen or one not in (today, today[:4])), chosen)
    every = [line for one in known for line in found.every.lines(one)] if len(known) >= LEAST else []
    return _Others(chosen, before, then, without_gaps(known) if every else [], every)


def _with_those_of_before(table: Definition, rows: list[TableLine], then: list[TableLine]) -> list[TableLine]:
    """These lines, and where things are counted a line of nobody for each that there was before and is no more."""
    if table.shape is not TableShape.COUNT or not rows:
        return rows
    known = {row.values for row in rows}
    gone = [TableLine(rows[0].period, one.values, 0) for one in then if one.values not in known]
    return sorted([*rows, *gone], key=lambda row: row.values)


@router.get("/figures/tables/{id}/file.csv")
@needs(Act.READ_FIGURES)
async def file(desk: CurrentDesk, request: Request, id: str, view: str = "", release: ReleaseNumber = 0) -> Response:
    """All periods of a table as a file, real figures and simulated ones: as released, or for cleared staff unprotected."""
    clearance, table = cleared(desk, request, view), _table(desk, request, id)
    if clearance is None:
        return await public_tables.file(desk, request, table, release)
    try:
        found = await desk.ask(lambda reader: {kind: _counted(clearance, reader, desk, table, kind) for kind in (False, True)})
    except BeingCounted:
        raise HTTPException(503, desk.pages.gettext(request)(BEING_COUNTED)) from None
    translate = desk.pages.gettext(request)
    naming = Naming(desk.names(request), translate)
    lines: list[tuple[Cell, ...]] = [
        (row.period, *row.values, *_numbers(table, row), kind, line_in_words(table.dimensions, row.values, translate, naming))
        for kind, one in found.items() for row in one.rows
    ]  # fmt: skip
    head = ("period", *table.dimensions, *COLUMNS[table.shape], "simulated", "in_words")
    return download(f"table-{table.id.lower()}", head, lines, translate)


def _numbers(table: Definition, row: TableLine) -> tuple[int | str, ...]:
    return tuple("" if (value := getattr(row, name)) is None else value for name in COLUMNS[table.shape])


def _table(desk: Desk, request: Request, id: str) -> Definition:
    try:
        return definition(id)
    except UnknownTable:
        raise HTTPException(404, desk.pages.gettext(request)(NO_TABLE)) from None


def _counted(
    clearance: Clearance, reader: CaseReader, desk: Desk, table: Definition, simulated: bool, period: str | None = None
) -> CountedFigures:
    return tables.counted(clearance, reader.session, table, desk.country, desk.instance.clock.now()[0], simulated, period)


def _line(desk: Desk, request: Request, table: Definition, row: TableLine, then: list[TableLine] | None) -> list[str]:
    translate = desk.pages.gettext(request)
    naming = Naming(desk.names(request), translate)
    said = comparing.words_of(desk, request, table, UNKNOWN)
    values = [in_words(name, value, translate, naming) for name, value in zip(table.dimensions, row.values, strict=True)]
    beside = comparing.cells(table.shape, row, _line_before(table, row, then), said) if then is not None else []
    match table.shape:
        case TableShape.COUNT:
            return [*values, said.shown(row.n), *beside]
        case TableShape.SHARE:
            return [*values, said.shown(row.n), said.shown(row.whole), said.share(row), *beside]
        case TableShape.TIME:
            times = (said.shown(ms, said.duration) for ms in (row.median_ms, row.p90_ms))
            return [*values, said.shown(row.n), said.shown(row.open), *times, *beside]


def _line_before(table: Definition, row: TableLine, then: list[TableLine]) -> TableLine | None:
    """The same line of the other period: of what is counted none is nobody."""
    nobody = TableLine("", row.values, 0) if table.shape is TableShape.COUNT else None
    return next((one for one in then if one.values == row.values), nobody)
