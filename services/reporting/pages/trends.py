"""The trend beside each line of a table: the same line in every period of that length, as a picture of the height of a word, and as the
table behind it. It says nothing that the table's file does not."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from services.reporting.pages.comparing import NOT_COMPARED, ComparedWords
from services.reporting.rules.gate.released_tables import ReleasedLine
from services.reporting.rules.shown.comparing import quarters_in
from services.reporting.rules.tables.definitions import TableShape
from services.reporting.rules.tables.table_rows import TableLine
from shared.config.i18n import N_
from shared.web.drawing.drawings import TrendPoint, sparkline

Line = ReleasedLine | TableLine
OF_SHAPE = {
    TableShape.COUNT: N_("Trend of the number"), TableShape.SHARE: N_("Trend of the share"), TableShape.TIME: N_("Trend of the median"),
}  # fmt: skip
"""The head of the column."""


class Trends(NamedTuple):
    """What stands beside the lines: a picture for each (none at all where too few periods are known), and the twin."""

    head: list[str]
    pictures: list[Markup | str]
    periods: list[str]
    rows: list[list[str]]


NONE = Trends([], [], [], [])


def alike(periods: Iterable[str], period: str) -> list[str]:
    """Those as long as this one, the oldest first."""
    return sorted(one for one in periods if period and quarters_in(one) == quarters_in(period))


def of_lines(
    shown: Sequence[tuple[Line, str]], every: Iterable[Line], periods: Sequence[str], shape: TableShape, said: ComparedWords,
    translate: Callable[[str], str], *, whole: bool = False,
) -> Trends:  # fmt: skip
    """The trends of lines (each with its name), of all lines of these periods. `whole`: nothing is left out of these, so that a line that
    a period has not got is of nobody."""
    known = {(one.period, one.values): one for one in every}

    def point(period: str, line: Line) -> TrendPoint:
        return _point(period, known.get((period, line.values)) or _absent(period, line, shape, whole), shape, said)

    points = [[point(period, one) for period in periods] for one, _ in shown]
    head, names = translate(OF_SHAPE[shape]), [name for _, name in shown]
    pictures = [sparkline(each, f"{head}: {name}", f"trend-{n}") for n, (each, name) in enumerate(zip(points, names, strict=True), 1)]
    if not any(pictures):
        return NONE
    rows = [[name, *(one.text for one in each)] for each, name in zip(points, names, strict=True)]
    return Trends([head], [one or NOT_COMPARED for one in pictures], list(periods), rows)


def beside(lines: Sequence[list[str]], trends: Trends) -> list[list[Markup | str]]:
    """The lines of a page, each with its picture behind."""
    if not trends.pictures:
        return [[*line] for line in lines]
    return [[*line, picture] for line, picture in zip(lines, trends.pictures, strict=True)]


def _absent(period: str, line: Line, shape: TableShape, whole: bool) -> TableLine | None:
    return TableLine(period, line.values, 0) if whole and shape is TableShape.COUNT else None


def _point(period: str, line: Line | None, shape: TableShape, said: ComparedWords) -> TrendPoint:
    if line is None:
        return TrendPoint(period, None, NOT_COMPARED)
    match shape:
        case TableShape.COUNT:
            return TrendPoint(period, line.n, said.shown(line.n))
        case TableShape.SHARE:
            part = line.n * 100 / line.whole if line.n is not None and line.whole else None
            return TrendPoint(period, part, said.share(line))
        case TableShape.TIME:
            return TrendPoint(period, line.median_ms, said.shown(line.median_ms, said.duration))
