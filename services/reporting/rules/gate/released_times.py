"""How long it took, as everybody may see it: with two digits, and only where enough took less and enough took more. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import ceil

from services.reporting.rules.gate.protected import Figure
from services.reporting.rules.gate.released_tables import TableLayout
from services.reporting.rules.gate.releases import two_digits
from services.reporting.rules.tables.catalogue import BY_ID
from services.reporting.rules.tables.definitions import ENDED, OPEN, TableShape
from services.reporting.rules.tables.table_cases import CountedCase, NumberPlace
from services.reporting.rules.tables.table_rows import Months, rows

TimesOfLines = Mapping[tuple[str, tuple[str, ...]], tuple[Figure, Figure]]
"""Period and values → the median, and the time within which 90 of 100 end (ms)."""


def released_times(
    one: TableLayout, cases: Iterable[CountedCase], shown: Mapping[NumberPlace, Figure], least: int, now: int, months: Months
) -> TimesOfLines:
    """The times of the lines of a table of times whose numbers are shown. `least`: how many there are on either side of a time."""
    if BY_ID[one.table].shape is not TableShape.TIME:
        return {}
    cells = Counter[tuple[str, tuple[str, ...]]]()
    for case in cases:
        for place, n in case.times:
            how = ENDED if place.table == one.table and place.values[-2] == ENDED else OPEN
            where = one.place(NumberPlace(place.table, place.period, (*place.values[:-2], how))) if place.table == one.table else None
            for line in one.sums(where) if where else ():
                cells[line.period, (*line.values[:-1], *place.values[-2:])] += n
    lines = rows(BY_ID[one.table], [(period, values, n) for (period, values), n in cells.items()], now, months)
    many = Counter[tuple[str, tuple[str, ...]]]()
    for (period, values), n in cells.items():
        many[period, values[:-2]] += n
    found: dict[tuple[str, tuple[str, ...]], tuple[Figure, Figure]] = {}
    for line in lines:
        number = many[line.period, line.values]
        if all(shown.get(NumberPlace(one.table, line.period, (*line.values, end))) is not None for end in (ENDED, OPEN)):
            middle = line.median_ms if number >= 2 * least else None
            high = line.p90_ms if number - ceil(0.9 * number) >= least else None
            found[line.period, line.values] = _told(middle), _told(high)
    return {key: said for key, said in found.items() if said != (None, None)}


def _told(ms: int | None) -> Figure:
    return None if ms is None else two_digits(ms)
