"""A table of one's own by up to four things, made of what is released alone: so it tells nobody more than a release does. Pure.

Each of its numbers is one that a release shows, or a sum of such numbers. So whoever sees it could have written it down without it, and no
attacker learns anything by it, however many are asked for and in whatever order (ADR 76). What no released table holds together is
refused, and the refusal names what there is.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from services.reporting.rules.gate.protected import ALL, Figure
from services.reporting.rules.gate.released_tables import ReleasedTable
from services.reporting.rules.gate.releases import PERIOD, ReleasedFigures
from services.reporting.rules.shown import public
from services.reporting.rules.shown.public import PublicRow
from services.reporting.rules.tables.figures import RELEASED
from services.reporting.rules.tables.table_cases import NumberPlace

MOST_DIMENSIONS = 4
"""Things by which a table is built at one time."""
BASES = ("T1", "T2", "T3", "T5", "T6", "T12b", "T13", "M20")
"""Released tables in which nobody is twice: those that count people reported, by what is known of them."""
THINGS = (PERIOD, *RELEASED, "standing", "place", "dependants", "basis", "identified_by", "first_help")
"""By what a table may be built at all; which of them together, the release says (`offers`)."""
NEVER_TOGETHER, TOO_MANY, NO_THING = "never together", "too many", "no such thing"


class NotBuilt(ValueError):
    """Such a table is in nothing that is released. `why`: one of NEVER_TOGETHER, TOO_MANY, NO_THING; `allowed`: what can be built beside
    the quarter, the largest first."""

    def __init__(self, why: str, allowed: Sequence[tuple[str, ...]] = ()) -> None:
        self.why, self.allowed = why, tuple(allowed)
        groups = "; ".join(" with ".join(one) for one in self.allowed) or "nothing yet"
        super().__init__(f"released figures are by {PERIOD} and one of these groups, or a part of it: {groups}")


class BuiltTable(NamedTuple):
    """A table as everybody may have it."""

    by: tuple[str, ...]
    made_of: str
    """The released table whose numbers these are; empty: referrals by quarter and one other thing."""
    rows: list[PublicRow]
    """Totals as ALL."""

    @property
    def hidden(self) -> int:
        """How many of its numbers are suppressed."""
        return sum(row.people is None for row in self.rows)


def asked_for(names: Sequence[str], of: Sequence[ReleasedFigures] = ()) -> tuple[str, ...]:
    """What was asked for of these, each once, empty choices left out. Raises NotBuilt for what there is not, and for more than four."""
    by = tuple(dict.fromkeys(name for name in names if name))
    why = NO_THING if any(name not in THINGS for name in by) else TOO_MANY if len(by) > MOST_DIMENSIONS else ""
    if why:
        raise NotBuilt(why, offers(of[0]) if of else ())
    return by


def offers(figures: ReleasedFigures) -> list[tuple[str, ...]]:
    """What can be asked for together, beside the quarter: groups of which none is a part of another, the largest first."""
    groups = [(name,) for name, table in figures.tables.items() if table.rows] + [one.by for one in _bases(figures)]
    largest = [one for n, one in enumerate(groups) if not any(_within(one, other, n, m) for m, other in enumerate(groups))]
    return sorted(largest, key=lambda one: (-len(one), one))


def _within(one: tuple[str, ...], other: tuple[str, ...], n: int, m: int) -> bool:
    return n != m and (set(one) < set(other) or (set(one) == set(other) and m < n))


def build(figures: ReleasedFigures, names: Sequence[str]) -> BuiltTable:
    """The table by these things. Raises NotBuilt."""
    by = asked_for(names, [figures])
    rest = tuple(name for name in by if name != PERIOD)
    if len(rest) < 2 and (not rest or rest[0] in figures.tables):
        return BuiltTable(by, "", public.rows(figures, by))
    found = [one for one in _bases(figures) if set(rest) <= set(one.by)]
    if not found:
        raise NotBuilt(NEVER_TOGETHER, offers(figures))
    return _margin(min(found, key=lambda one: (len(one.by), BASES.index(one.id))), by)


def build_each(all_: Sequence[ReleasedFigures], names: Sequence[str]) -> list[BuiltTable | None]:
    """The table of each of these; None where that one cannot make it. Raises NotBuilt where none of them can."""
    found, refused = list[BuiltTable | None](), None
    for figures in all_:
        try:
            found.append(build(figures, names))
        except NotBuilt as why:
            found.append(None)
            refused = refused or why
    if refused and not any(found):
        raise refused
    return found


def _bases(figures: ReleasedFigures) -> list[ReleasedTable]:
    """Tables of this release of which one may build: all that is added up in them is there, each person once."""
    return [one for one in figures.counted if one.id in BASES and not set(one.by) & set(one.several)]


def _margin(table: ReleasedTable, by: tuple[str, ...]) -> BuiltTable:
    """A table by some of the things of another, the others added up: by the totals that were released, never by adding cells."""
    shown = dict(zip(table.layout().grid(), table.numbers, strict=True))
    periods = tuple(dict.fromkeys(table.periods.values()))
    choices = [((*periods, ALL) if name == PERIOD else (*table.values[table.by.index(name)], ALL)) for name in by]
    rows: list[PublicRow] = []
    for values in product(*choices):
        said = dict(zip(by, values, strict=True))
        place = tuple(said.get(name, ALL) for name in table.by)
        rows.append(PublicRow(values, _over(shown, table.id, said.get(PERIOD, ALL), periods, place)))
    return BuiltTable(by, table.id, rows)


def _over(shown: dict[NumberPlace, Figure], id: str, period: str, periods: Sequence[str], values: tuple[str, ...]) -> Figure:
    """One number of a period; over all periods their sum, where each of them is shown."""
    found = [shown[NumberPlace(id, one, values)] for one in (periods if period == ALL else (period,))]
    known = [one for one in found if one is not None]
    return sum(known) if len(known) == len(found) else None


def details(table: BuiltTable) -> Iterator[PublicRow]:
    """Its lines without totals, and without those of nobody; where it is by nothing else but one thing, all of them."""
    yield from (row for row in table.rows if ALL not in row.values and row.people != 0)
