"""An attacker on released figures. It shares no code with the gate: it sees numbers and None, and solves linear programmes.

It knows every number that is shown, every total, that numbers of people are whole and not negative, and that each table counts the same
people. `joint` links tables person by person: every combination of all things counted is an unknown of its own, so nothing that two tables
together give away can escape it. `brute` tries every way in which so many people can lie, without any solver.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import ceil, floor
from typing import NamedTuple, TypeVar

from tests.services.reporting.linear import Known, Programme

P = TypeVar("P")
Shown = dict[tuple[str, str], int | None]
"""(row, period) → what a table shows; "" for a total."""


class Sum(NamedTuple):
    """Unknowns that add up to a number that is shown."""

    of: tuple[int, ...]
    number: int


def narrowed(unknowns: int, sums: Sequence[Sum], asked: Mapping[P, Sequence[int]]) -> dict[P, tuple[int, int]]:
    """Between what the sum of some unknowns must lie, of each of what is asked."""
    import numpy as np  # here, since each process of the tests reads all of them and one solves anything

    programme, found = Programme(unknowns, [Known(dict.fromkeys(one.of, 1), one.number) for one in sums]), dict[P, tuple[int, int]]()
    for place, of in asked.items():
        want = np.zeros(unknowns)
        want[list(of)] = 1
        least, most = programme.least(want)[0], -programme.least(-want)[0]
        found[place] = ceil(least - 1e-6), floor(min(most, 1e9) + 1e-6)
    return found


def alone(table: Shown) -> dict[tuple[str, str], tuple[int, int]]:
    """Each suppressed number of one table with its totals → its bounds."""
    rows, periods = (sorted({place[n] for place in table if place[n]}) for n in (0, 1))
    at = {place: n for n, place in enumerate(product(rows, periods))}

    def within(place: tuple[str, str]) -> tuple[int, ...]:
        return tuple(n for (r, p), n in at.items() if place[0] in ("", r) and place[1] in ("", p))

    sums = [Sum(within(place), number) for place, number in table.items() if number is not None]
    return narrowed(len(at), sums, {place: within(place) for place, number in table.items() if number is None})


def joint(tables: Mapping[str, Shown]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """The same for several tables of the same people, who are in one unknown for each combination of a period and a value of each table."""
    periods = sorted({place[1] for table in tables.values() for place in table if place[1]})
    rows = [sorted({place[0] for place in table if place[0]}) for table in tables.values()]
    at = {place: n for n, place in enumerate(product(periods, *rows))}

    def within(table: int, place: tuple[str, str]) -> tuple[int, ...]:
        return tuple(n for values, n in at.items() if place[0] in ("", values[table + 1]) and place[1] in ("", values[0]))

    sums = [
        Sum(within(n, place), number)
        for n, table in enumerate(tables.values()) for place, number in table.items() if number is not None
    ]  # fmt: skip
    asked = {
        (name, *place): within(n, place)
        for n, (name, table) in enumerate(tables.items()) for place, number in table.items() if number is None
    }  # fmt: skip
    return narrowed(len(at), sums, asked)


def brute(table: Shown) -> dict[tuple[str, str], tuple[int, int]]:
    """Bounds found by trying all tables with the totals of periods that are shown; small ones only."""
    rows, periods = (sorted({place[n] for place in table if place[n]}) for n in (0, 1))
    columns = [list(_parts(_of(table["", period]), len(rows))) for period in periods]
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for lie in product(*columns):
        full = {(row, period): lie[p][r] for p, period in enumerate(periods) for r, row in enumerate(rows)}
        full |= {(row, ""): sum(lie[p][r] for p in range(len(periods))) for r, row in enumerate(rows)}
        if any(number is not None and full.get(place, number) != number for place, number in table.items()):
            continue
        for place in (place for place, number in table.items() if number is None):
            least, most = found.get(place, (full[place], full[place]))
            found[place] = min(least, full[place]), max(most, full[place])
    return found


def _of(number: int | None) -> int:
    assert number is not None, "totals of periods are shown"
    return number


def _parts(number: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (number,)
        return
    for first in range(number + 1):
        yield from ((first, *rest) for rest in _parts(number - first, parts - 1))


def too_narrow(
    found: Mapping[tuple[str, ...], tuple[int, int]], truth: Callable[[tuple[str, ...]], int], minimum: int
) -> list[tuple[str, ...]]:
    """Suppressed numbers of few people of which the attacker learns that they are some, or that they are few."""
    return [place for place, (least, most) in found.items() if 0 < truth(place) < minimum and not (least == 0 and most >= minimum)]
