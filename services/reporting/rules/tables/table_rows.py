"""A table as it is read: rows of the cells that were counted. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from services.reporting.rules.latency.survival import until
from services.reporting.rules.latency.time_buckets import bucket, middle
from services.reporting.rules.tables.definitions import AGE, ENDED, OPEN, UNSAID, YES, Definition, TableShape

Cell = tuple[str, tuple[str, ...], int]
"""Period, values, number."""
Months = Callable[[str], int]
"""When a month begins (ms UTC)."""
MIDDLE_OF_A_MONTH = 15 * 86_400_000
"""Of what is open the month is known in which it began; it is taken to have begun in the middle of it (ms)."""


class TableLine(NamedTuple):
    """A line of a table. `n`: how many; of a share, how many of `whole`; of a time, how many have ended, with `open` that have not, the
    median and the time within which 90 of 100 end (ms; None where too many are open, or none has ended)."""

    period: str
    values: tuple[str, ...]
    n: int
    whole: int | None = None
    open: int | None = None
    median_ms: int | None = None
    p90_ms: int | None = None


def at_ends(cells: Iterable[Cell], last: str) -> list[Cell]:
    """Of changes by quarter how many there are at the end of each, from the first one until `last`, those in which nothing changed too.
    What is said to change later is in none: whoever has a wrong clock adds no quarters."""
    by = Counter[tuple[str, tuple[str, ...]]]()
    for period, values, n in cells:
        by[period, values] += n
    found: list[Cell] = []
    for values in sorted({values for _, values in by}):
        period, there = min(period for period, of in by if of == values), 0
        while period <= last:
            there += by[period, values]
            found.append((period, values, there))
            period = _next(period)
    return found


def _next(quarter: str) -> str:
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year}-Q{number + 1}" if number < 4 else f"{year + 1}-Q1"


def rows(table: Definition, cells: Iterable[Cell], now: int, months: Months) -> list[TableLine]:
    """The table, in the order of periods and values. `now`: ms UTC, until when what is open has waited."""
    match table.shape:
        case TableShape.COUNT:
            return [TableLine(period, values, n) for period, values, n in sorted(cells)]
        case TableShape.SHARE:
            return _shares(cells)
        case TableShape.TIME:
            return _times(cells, now, months)


class WholeTable:
    """All cells of a table, read once, and the lines of whichever of its periods is asked for."""

    def __init__(self, table: Definition, cells: Iterable[Cell], now: int, months: Months) -> None:
        """`now`: ms UTC, until when what is open has waited."""
        self.table, self._read = table, partial(rows, table, now=now, months=months)
        self._by: dict[str, list[Cell]] = {}
        for cell in cells:
            self._by.setdefault(cell[0], []).append(cell)
        quarters = sorted(self._by, reverse=True)
        years = {one[:4] for one in quarters if len(one) > len("2026")} if not table.stock else set[str]()
        self.periods = [*quarters, *sorted(years, reverse=True)]
        """Those that it has, the newest first, then its years. What stands at the end of quarters is not added up: that has none."""

    def lines(self, period: str = "") -> list[TableLine]:
        """Those of a period, of a year whose quarters are added up, or of all periods where none is named; none of one that it has not."""
        if not period:
            return self._read(cell for some in self._by.values() for cell in some)
        if period in self._by or period not in self.periods:
            return self._read(self._by.get(period, ()))
        found = Counter[tuple[str, ...]]()
        for quarter, some in self._by.items():
            if quarter[:4] == period:
                found.update({values: n for _, values, n in some})
        return self._read((period, values, n) for values, n in found.items() if n)


def _shares(cells: Iterable[Cell]) -> list[TableLine]:
    part, whole = Counter[tuple[str, tuple[str, ...]]](), Counter[tuple[str, tuple[str, ...]]]()
    for period, values, n in cells:
        whole[period, values[:-1]] += n
        part[period, values[:-1]] += n if values[-1] == YES else 0
    return [TableLine(period, values, part[period, values], n) for (period, values), n in sorted(whole.items())]


def _times(cells: Iterable[Cell], now: int, months: Months) -> list[TableLine]:
    found = defaultdict[tuple[str, tuple[str, ...]], _Times](_Times)
    known = list(cells)
    unsaid = {(period, values[:-2]) for period, values, n in known if values[-2] == UNSAID and n}
    for period, (*values, how, when), n in (one for one in known if (one[0], one[1][:-2]) not in unsaid):
        at = bucket(max(0, now - months(when) - MIDDLE_OF_A_MONTH)) if how in (OPEN, AGE) else int(when)
        found[period, tuple(values)].add(how, at, n)
    return [found[key].row(*key) for key in sorted(found)]


@dataclass
class _Times:
    """Times that are told together, in buckets."""

    ended: Counter[int] = field(default_factory=Counter[int])
    waiting: Counter[int] = field(default_factory=Counter[int])
    open: int = 0
    aged: int = 0

    def add(self, how: str, at: int, n: int) -> None:
        """Of an age the time itself is asked, as of what has ended; of what is open only that it is longer."""
        (self.ended if how in (ENDED, AGE) else self.waiting)[at] += n
        self.open += n if how in (OPEN, AGE) else 0
        self.aged += n if how == AGE else 0

    def row(self, period: str, values: tuple[str, ...]) -> TableLine:
        """What they come to."""
        median, p90 = until(self.ended, self.waiting, 0.5, 0.9)
        return TableLine(period, values, sum(self.ended.values()) - self.aged, None, self.open, _known(median), _known(p90))


def _known(found: int | None) -> int | None:
    return None if found is None else middle(found)
