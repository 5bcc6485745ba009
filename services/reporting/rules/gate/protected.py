"""Tables as everybody may see them. Only the gate makes one (`protect`), so whatever shows one has passed it. Pure.

A table counts people by period and one other thing. Values of fewer people than the minimum are added up as one, and what could still point
to a person is suppressed (`suppression`).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.reporting.rules.gate.bounds import TOTAL, Grid, Place
from services.reporting.rules.gate.suppression import NothingToShow, of_few, suppressed
from shared.config.country_tables import Publication

SUPPRESSED = "[c]"
"""How files, programs and pages write a number that is suppressed (c: confidential, as official statistics mark it)."""
OTHERS = "[others]"
"""The row of all values that fewer people have than the minimum."""
ALL = "[all]"
"""In files and programs: the total over this dimension."""
Figure = int | None
"""A number that is shown, or None: suppressed."""
Counted = tuple[str, str, str, int]
"""Period, value, first responder, people."""
_GATE = object()


@dataclass(frozen=True)
class ProtectedTable:
    """People by period and one dimension; None is suppressed. Without rows where nothing but the totals of periods can be shown."""

    dimension: str
    periods: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[tuple[Figure, ...], ...]
    """For each row, one figure a period."""
    totals: tuple[Figure, ...]
    """Of the rows."""
    people: tuple[int, ...]
    """Of the periods."""
    made_by: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Nothing else makes one."""
        if self.made_by is not _GATE:
            raise TypeError("protected tables are made by the gate alone")

    @property
    def numbers(self) -> int:
        """How many cells it has."""
        return sum(map(len, self.cells))

    @property
    def hidden(self) -> int:
        """How many of them are suppressed."""
        return sum(figure is None for row in self.cells for figure in row)

    @property
    def hidden_people(self) -> int:
        """Of how many people no cell says what they are. It follows from what is shown: periods' totals without the cells."""
        return sum(self.people) - sum(figure or 0 for row in self.cells for figure in row)

    def body(self) -> dict[str, Any]:
        """What is kept of it."""
        return {"dimension": self.dimension, "periods": self.periods, "rows": self.rows, "cells": self.cells, "totals": self.totals,
                "people": self.people}  # fmt: skip


def kept(body: Mapping[str, Any]) -> ProtectedTable:
    """A table as the gate made it before."""
    return ProtectedTable(
        body["dimension"], tuple(body["periods"]), tuple(body["rows"]), tuple(map(tuple, body["cells"])), tuple(body["totals"]),
        tuple(body["people"]), _GATE,
    )  # fmt: skip


def without(table: ProtectedTable, hidden: Collection[tuple[str, str]]) -> ProtectedTable:
    """The same with more numbers suppressed: (row, period), or (row, ALL) for its total. Hiding more takes no proof."""
    cells = tuple(
        tuple(None if (row, period) in hidden else figure for period, figure in zip(table.periods, line, strict=True))
        for row, line in zip(table.rows, table.cells, strict=True)
    )
    totals = tuple(
        (line[0] if len(line) == 1 else None if (row, ALL) in hidden else total)
        for row, line, total in zip(table.rows, cells, table.totals, strict=True)
    )
    return replace(table, cells=cells, totals=totals)


def protect(dimension: str, periods: Sequence[str], counted: Iterable[Counted], policy: Publication) -> ProtectedTable:
    """The gate: the table as everybody may see it. Each period has as many people as the minimum at least (`periods.merged`)."""
    by, contributed = Counter[tuple[str, str]](), Counter[tuple[str, str, str]]()
    named = _named(list(counted), policy.minimum)
    for period, value, responder, people in named:
        by[value, period] += people
        contributed[value, period, responder] += people
    rows = sorted({value for value, _ in by}, key=lambda value: (value == OTHERS, value))
    grid = Grid(tuple(tuple(by[row, period] for period in periods) for row in rows))
    people = tuple(grid.column(c) for c in range(len(periods))) if rows else (0,) * len(periods)
    try:
        hidden = suppressed(grid, policy, _largest(rows, periods, contributed))
    except NothingToShow:
        return ProtectedTable(dimension, tuple(periods), (), (), (), people, _GATE)

    def shown(place: Place) -> Figure:
        return None if place in hidden else grid.at(place)

    columns = range(len(periods))
    cells = tuple(tuple(shown((r, c)) for c in columns) for r in range(len(rows)))
    totals = tuple(shown((r, TOTAL)) if len(columns) > 1 else cells[r][0] for r in range(len(rows)))
    return ProtectedTable(dimension, tuple(periods), tuple(rows), cells, totals, people, _GATE)


def _named(counted: list[Counted], minimum: int) -> list[Counted]:
    """The same people, with the values of fewer than the minimum under one name, and the next larger ones until it is of enough."""
    sizes = Counter[str]()
    for _, value, _, people in counted:
        sizes[value] += people
    merged = of_few(sizes, minimum)
    return [(period, OTHERS if value in merged else value, responder, people) for period, value, responder, people in counted]


def _largest(rows: Sequence[str], periods: Sequence[str], contributed: Mapping[tuple[str, str, str], int]) -> dict[Place, int]:
    """What one first responder contributes at most to each cell and to each row's total."""
    found: dict[Place, int] = {}
    over = Counter[tuple[str, str]]()
    for (row, period, responder), people in contributed.items():
        place = rows.index(row), periods.index(period)
        found[place] = max(found.get(place, 0), people)
        over[row, responder] += people
    for (row, _), people in over.items():
        place = rows.index(row), TOTAL
        found[place] = max(found.get(place, 0), people)
    return found
