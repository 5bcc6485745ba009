"""What the rapporteur's pictures show: of which tables each is made, and the figures that it takes from them, in either view. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from services.reporting.rules.gate.protected import ALL, OTHERS, Figure
from services.reporting.rules.gate.released_tables import ReleasedLine
from services.reporting.rules.gate.releases import ReleasedFigures
from services.reporting.rules.tables.catalogue import BY_ID
from services.reporting.rules.tables.table_cases import dimensions
from services.reporting.rules.tables.table_rows import TableLine

Line = ReleasedLine | TableLine
Lines = Mapping[str, Sequence[Line]]
"""Table → its lines, totals as ALL."""
FLOW, TIMES, PINGPONG, NEGATIVE = "flow", "times", "pingpong", "negative"
MADE_OF: Mapping[str, tuple[str, ...]] = {
    FLOW: ("M20",), TIMES: ("M1", "M2", "M3", "M11", "M12", "M10"), PINGPONG: ("M9",), NEGATIVE: ("M21", "M22", "T13", "M14"),
}  # fmt: skip
"""Each picture → the tables that it is made of."""
PICTURED = tuple(dict.fromkeys(id for ids in MADE_OF.values() for id in ids))
NO_CONSENT = "none"
"""The basis of whom only the figure is known."""


class BreakOff(NamedTuple):
    """So many of so many; None is suppressed."""

    table: str
    values: tuple[str, ...]
    n: Figure
    whole: Figure


def released_lines(figures: ReleasedFigures, ids: Iterable[str]) -> dict[str, list[Line]]:
    """The same of a release, as far as its tables count by what they count by now."""
    now = {id: (dimensions(BY_ID[id]), BY_ID[id].shape) for id in ids}
    tables = {one.id: one for one in figures.counted if now.get(one.id) == (one.by, one.shape)}
    return {id: list(tables[id].lines()) if id in tables else [] for id in now}


def of_period(lines: Lines, id: str, period: str) -> list[Line]:
    """The lines of one period."""
    return [one for one in lines.get(id, ()) if one.period == period]


def flows(lines: Lines, period: str, step: int) -> list[Line]:
    """From who met people to who identified them (step 0), or on to what helped them (step 1): not those of nobody."""
    left_out = 2 if step == 0 else 0
    return [
        one for one in of_period(lines, "M20", period)
        if one.n != 0 and [n for n, value in enumerate(one.values) if value == ALL] == [left_out]
    ]  # fmt: skip


def total(lines: Lines, id: str, period: str, values: tuple[str, ...]) -> Figure:
    """A total; nobody where there is none."""
    return next((one.n for one in of_period(lines, id, period) if one.values == values), 0)


def times(lines: Lines, period: str) -> list[tuple[str, Line]]:
    """(table, line) of each step: over all needs, and each stage of identification."""
    return [
        (id, one) for id in MADE_OF[TIMES] for one in of_period(lines, id, period) if id == "M12" or set(one.values) <= {ALL}
    ]  # fmt: skip


def over_time(lines: Lines) -> list[Line]:
    """How many of how many were passed round, by period."""
    return sorted(lines.get("M9", ()), key=lambda one: one.period)


def negative(lines: Lines, period: str) -> list[BreakOff]:
    """Where people's way breaks off: identified and referred to nobody, sent back and left, no consent, clocks that ran out."""
    found = [
        BreakOff(id, (), one.n, one.whole) for id in ("M21", "M22") for one in of_period(lines, id, period) if set(one.values) <= {ALL}
    ]
    bases = of_period(lines, "T13", period)
    if bases:
        merged = any(OTHERS in one.values for one in bases)
        refused = next((one.n for one in bases if one.values == (NO_CONSENT,)), None if merged else 0)
        found.append(BreakOff("T13", (NO_CONSENT,), refused, total(lines, "T13", period, (ALL,))))
    return found + [BreakOff("M14", one.values, one.n, one.whole) for one in of_period(lines, "M14", period) if ALL not in one.values]
