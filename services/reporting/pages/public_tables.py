"""The rapporteur's tables as they were released, as a page and as a file: what everybody sees who may see figures."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from services.reporting.pages import comparing, trends
from services.reporting.pages.csv_download import download
from services.reporting.pages.latency import Naming
from services.reporting.pages.public_figures import NOTES, released
from services.reporting.pages.shown_release import shown_release
from services.reporting.pages.table_words import DIMENSIONS, heads, in_words, line_in_words
from services.reporting.queries.releases import Released
from services.reporting.rules.gate.protected import SUPPRESSED
from services.reporting.rules.gate.released_tables import ReleasedLine
from services.reporting.rules.shown import public
from services.reporting.rules.shown.comparing import lines_before, period_before, without_gaps
from services.reporting.rules.tables.definitions import COLUMNS, Definition, TableShape
from services.reporting.rules.tables.table_cases import dimensions
from shared.access.roles import Act
from shared.web.http.csv_sheet import Cell
from shared.web.http.desk import Desk


async def page(desk: Desk, request: Request, table: Definition, period: str, data: str, number: int, compare: str = "") -> Response:
    """A table of a release, of one period, beside another; what it does not say and why."""
    known, simulated, found, one = await shown_release(desk, data, number)
    counted = public.counted(one.figures, table.id) if one else None
    periods = one.figures.periods[::-1] if one else ()
    by, shape = (counted.by, counted.shape) if counted else (dimensions(table), table.shape)
    shown, how = period if period in periods else next(iter(periods), ""), comparing.how_of(compare)
    translate = desk.pages.gettext(request)
    before = period_before(shown, how) if counted else ""
    then = lines_before(counted, [each.figures for each in _nearest(one, found)], before) if one and counted and before else None
    head = [translate(DIMENSIONS.get(name, name)) for name in by] + [translate(text) for text in heads(table, shape)]
    beside = comparing.head(shape, before, translate) if then is not None else []
    of_period = [line for line in (counted.lines() if counted else ()) if line.period == shown]
    lines = [_line(desk, request, table, shape, by, line, then) for line in of_period]
    named = [(line, ", ".join(words[: len(by)]) or translate(table.title)) for line, words in zip(of_period, lines, strict=True)]
    said = comparing.words_of(desk, request, table, SUPPRESSED)
    over = trends.NONE
    if one and counted:
        figures = [each.figures for each in _nearest(one, found)]
        alike = trends.alike({period for each in figures for period in each.periods}, shown)
        every = [line for period in alike for line in (lines_before(counted, figures, period) or {}).values()]
        over = trends.of_lines(named, every, without_gaps(alike), shape, said, translate)
    return desk.pages.render(
        request, "public_table.html", table=table, known=known, simulated=simulated, releases=found, release=one, found=counted,
        period=shown, head=head + beside + over.head, lines=trends.beside(lines, over),
        over=over, how=how, choices=comparing.CHOICES, before=before, compared=then is not None,
        dimensions=DIMENSIONS, by=by, mark=SUPPRESSED, may_restricted=desk.may(request, Act.READ_UNPROTECTED),
    )  # fmt: skip


def _nearest(one: Released, found: list[Released]) -> list[Released]:
    """This release, then the others, the newest first."""
    return [one, *(other for other in found if other is not one)]


def _line(
    desk: Desk, request: Request, table: Definition, shape: TableShape, by: tuple[str, ...], line: ReleasedLine,
    then: Mapping[tuple[str, ...], ReleasedLine] | None,
) -> list[str]:  # fmt: skip
    translate = desk.pages.gettext(request)
    naming = Naming(desk.names(request), translate)
    said = comparing.words_of(desk, request, table, SUPPRESSED)
    values = [in_words(name, value, translate, naming) for name, value in zip(by, line.values, strict=True)]
    beside = comparing.cells(shape, line, then.get(line.values), said) if then is not None else []
    match shape:
        case TableShape.COUNT:
            return [*values, said.shown(line.n), *beside]
        case TableShape.SHARE:
            return [*values, said.shown(line.n), said.shown(line.whole), said.share(line), *beside]
        case TableShape.TIME:
            times = (said.shown(ms, said.duration) for ms in (line.median_ms, line.p90_ms))
            return [*values, said.shown(line.n), said.shown(line.open), *times, *beside]


async def file(desk: Desk, request: Request, table: Definition, number: int) -> Response:
    """All periods of a table of a release as a file, each row with a note where its words are no plain value. Two releases in one file may
    count by other things: what one does not is empty."""
    translate = desk.pages.gettext(request)
    naming = Naming(desk.names(request), translate)
    found = [(one, counted) for one in await released(desk, number) if (counted := public.counted(one.figures, table.id))]
    by = tuple(dict.fromkeys(name for _, counted in found for name in counted.by)) if found else dimensions(table)
    columns = tuple(dict.fromkeys(name for _, counted in found for name in COLUMNS[counted.shape])) if found else COLUMNS[table.shape]
    lines: list[tuple[Cell, ...]] = []
    for one, counted in found:
        for line in counted.lines():
            values = dict(zip(counted.by, line.values, strict=True))
            said = {name: public.said(getattr(line, name)) for name in COLUMNS[counted.shape]}
            notes = dict.fromkeys(translate(NOTES[value]) for value in (*line.values, *map(str, said.values())) if value in NOTES)
            cells = (*(values.get(name, "") for name in by), *(said.get(name, "") for name in columns))
            words = line_in_words(counted.by, line.values, translate, naming)
            lines.append((one.id, line.period, *cells, one.simulated, words, "; ".join(notes)))
    head = ("release", "period", *by, *columns, "simulated", "in_words", "note")
    return download(f"released-table-{table.id.lower()}", head, lines, translate)
