"""What is out beside the tables of a release, or was out before: its numbers, and which of them are hidden. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from services.reporting.rules.gate.protected import ALL, ProtectedTable, without
from services.reporting.rules.gate.released_tables import TableLayout
from services.reporting.rules.gate.releases import ReleasedFigures
from services.reporting.rules.tables.table_cases import NATIONAL, STAGE, STAR, NumberPlace


@dataclass(frozen=True)
class Beside:
    """Numbers that are shown anyway: those of earlier releases and of what happened stay as they are; of referrals more may be hidden."""

    layouts: tuple[TableLayout, ...]
    hidden: frozenset[NumberPlace]

    @property
    def stay(self) -> frozenset[str]:
        """What stays as it is."""
        return frozenset(one.table for one in self.layouts if not one.table.startswith(STAR))


def beside(figures: ReleasedFigures, before: Mapping[int, ReleasedFigures]) -> Beside:
    """What goes out with the tables, and what earlier releases have shown."""
    said = [*_of(figures, "")]
    for number, one in before.items():
        said += _of(one, f"{number}:")
        for table in one.counted:
            places = table.layout(number)
            said.append((places, {place for place, shown in zip(places.grid(), table.numbers, strict=True) if shown is None}))
    return Beside(tuple(one for one, _ in said), frozenset(place for _, hidden in said for place in hidden))


def _of(figures: ReleasedFigures, release: str) -> Iterator[tuple[TableLayout, set[NumberPlace]]]:
    periods = figures.period_of
    for table in figures.tables.values():
        if table.rows:
            name = f"{release}{STAR}{table.dimension}"
            yield TableLayout(name, periods, (table.rows,), (True,)), set(_hidden(name, table))
    whole = dict.fromkeys(periods, figures.quarters[0])
    for name, shown in ((NATIONAL, figures.national), (STAGE, {one.stage: one.n for one in figures.times})):
        if shown:
            places = {value: NumberPlace(release + name, figures.quarters[0], (value,)) for value in shown}
            yield TableLayout(release + name, whole, (tuple(shown),), (False,)), {places[value] for value, n in shown.items() if n is None}


def hidden_too(table: ProtectedTable, hides: Callable[[NumberPlace], bool]) -> ProtectedTable:
    """Referrals by quarter and another thing, without the numbers that would give one of the tables away."""
    name = STAR + table.dimension
    return without(table, {(row, p) for row in table.rows for p in (*table.periods, ALL) if hides(NumberPlace(name, p, (row,)))})


def _hidden(name: str, table: ProtectedTable) -> Iterator[NumberPlace]:
    for row, cells, total in zip(table.rows, table.cells, table.totals, strict=True):
        yield from (NumberPlace(name, period, (row,)) for period, n in zip(table.periods, cells, strict=True) if n is None)
        if total is None:
            yield NumberPlace(name, ALL, (row,))
