"""A table as it is read: rows of the cells that were counted. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import NamedTuple, TypeVar

from services.reporting.rules.latency.survival import until
from services.reporting.rules.latency.time_buckets import bucket, middle
from services.reporting.rules.tables.definitions import AGE, ENDED, OPEN, UNSAID, WAITING, YES, Definition, TableShape

Cell = tuple[str, tuple[str, ...], int]
"""Period, values, number."""
Told = Mapping[str, Mapping[str, int]]
"""Of a time: `ended`, `waiting`, `open`, … → the time as a bucket or the month of its beginning → how many."""
LineOfTimes = tuple[str, tuple[str, ...], Told]
"""Period, values, and what is told of them."""
Months = Callable[[str], int]
"""When a month begins (ms UTC)."""
P = TypeVar("P", Cell, LineOfTimes)
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
            return _times(_by_line(cells), now, months)


class WholeTable:
    """All of a table, read once, and the lines of whichever of its periods is asked for."""

    def __init__(self, table: Definition, cells: Iterable[Cell], now: int, months: Months, times: Iterable[LineOfTimes] = ()) -> None:
        """`now`: ms UTC, until when what is open has waited. `times`: of a table of times instead of cells."""
        self.table, self._now, self._months = table, now, months
        self._cells, self._times = _by_period(cells), _by_period(times)
        quarters = sorted(self._cells.keys() | self._times.keys(), reverse=True)
        years = {one[:4] for one in quarters if len(one) > len("2026")} if not table.stock else set[str]()
        self.periods = [*quarters, *sorted(years - set(quarters), reverse=True)]
        """Those that it has, the newest first, then its years. What stands at the end of quarters is not added up: that has none."""

    def lines(self, period: str = "") -> list[TableLine]:
        """Those of a period, of a year whose quarters are added up, or of all periods where none is named; none of one that it has not."""
        if period and period not in self.periods:
            return []
        if self.table.shape is TableShape.TIME:
            return _times(_of_period(self._times, period, _times_of_a_year), self._now, self._months)
        return rows(self.table, _of_period(self._cells, period, _cells_of_a_year), self._now, self._months)


def _by_period(some: Iterable[P]) -> dict[str, list[P]]:
    found: dict[str, list[P]] = {}
    for one in some:
        found.setdefault(one[0], []).append(one)
    return found


def _of_period(by: Mapping[str, list[P]], period: str, added_up: Callable[[str, Iterable[P]], list[P]]) -> list[P]:
    if not period:
        return [one for some in by.values() for one in some]
    if period in by:
        return by[period]
    return added_up(period, (one for quarter, some in by.items() if quarter[:4] == period for one in some))


def _cells_of_a_year(year: str, cells: Iterable[Cell]) -> list[Cell]:
    found = Counter[tuple[str, ...]]()
    for _, values, n in cells:
        found[values] += n
    return [(year, values, n) for values, n in found.items() if n]


def _times_of_a_year(year: str, lines: Iterable[LineOfTimes]) -> list[LineOfTimes]:
    found: dict[tuple[str, ...], dict[str, Counter[str]]] = {}
    for _, values, told in lines:
        for how, some in told.items():
            found.setdefault(values, {}).setdefault(how, Counter()).update(some)
    return [(year, values, told) for values, told in found.items() if any(n for some in told.values() for n in some.values())]


def _shares(cells: Iterable[Cell]) -> list[TableLine]:
    part, whole = Counter[tuple[str, tuple[str, ...]]](), Counter[tuple[str, tuple[str, ...]]]()
    for period, values, n in cells:
        whole[period, values[:-1]] += n
        part[period, values[:-1]] += n if values[-1] == YES else 0
    return [TableLine(period, values, part[period, values], n) for (period, values), n in sorted(whole.items())]


def _by_line(cells: Iterable[Cell]) -> list[LineOfTimes]:
    found: dict[tuple[str, tuple[str, ...]], dict[str, Counter[str]]] = {}
    for period, (*values, how, when), n in cells:
        found.setdefault((period, tuple(values)), {}).setdefault(how, Counter())[when] += n
    return [(*line, told) for line, told in found.items()]


def _times(lines: Iterable[LineOfTimes], now: int, months: Months) -> list[TableLine]:
    @cache
    def age(month: str) -> int:
        return bucket(max(0, now - months(month) - MIDDLE_OF_A_MONTH))

    told = (_line(period, values, said, age) for period, values, said in lines if not any(said.get(UNSAID, {}).values()))
    return sorted(told, key=lambda one: one[:2])


def _line(period: str, values: tuple[str, ...], told: Told, age: Callable[[str], int]) -> TableLine:
    """Of an age the time itself is asked, as of what has ended; of what is open only that it is longer."""
    ages, still = told.get(AGE, {}), told.get(OPEN, {})
    ended = {int(at): n for at, n in told.get(ENDED, {}).items()}
    waiting = {int(at): n for at, n in told.get(WAITING, {}).items()}
    n = sum(ended.values())
    for of, months in ((ended, ages), (waiting, still)):
        for month, more in months.items():
            of[age(month)] = of.get(age(month), 0) + more
    median, p90 = until(ended, waiting, 0.5, 0.9)
    return TableLine(period, values, n, None, sum(ages.values()) + sum(still.values()), _known(median), _known(p90))


def _known(found: int | None) -> int | None:
    return None if found is None else middle(found)
