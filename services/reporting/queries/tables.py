"""Tables of figures before disclosure control, for cleared staff alone (`restricted`)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from services.reporting.queries import figures, line_times, table_cells
from services.reporting.queries.months import months_of
from services.reporting.queries.restricted import Clearance
from services.reporting.rules.tables.catalogue import BY_ID
from services.reporting.rules.tables.definitions import Definition, TableShape
from services.reporting.rules.tables.table_rows import TableLine, WholeTable, at_ends, rows
from shared.config.calendar import quarter_of
from shared.config.country import Country

BY_NAME = "first_responder"
"""The dimension that names agencies which report."""


class BeingCounted(RuntimeError):
    """There are facts, and tables are not counted by the definitions of this release yet."""


@dataclass(frozen=True)
class CountedFigures:
    """A table as it stands now."""

    table: Definition
    rows: list[TableLine]
    """Of the period that was asked for, or of all. Empty where the table is not collected, or nothing has come for it."""
    every: WholeTable
    """All of it, read once: of each other period, too."""
    reported: dict[str, int]
    """Period → how many agencies reported somebody in it, in the order of periods."""
    missing: dict[str, tuple[int, int]]
    """Field of the referral that the table counts by → of how many people it says nothing, and of how many all told."""
    silent: list[str]
    """Of a table by named agency and one period: who can report and reported nobody in it."""

    @property
    def periods(self) -> list[str]:
        """Those that it has, the newest first; of a table by quarters its years, too."""
        return self.every.periods

    @property
    def left_out(self) -> bool:
        """Whether records came, and no line stands because they do not say the time that the table tells: `Definition.lacks` says why."""
        return bool(self.periods) and not self.rows and self.every.table.shape is TableShape.TIME


def counted(
    _by: Clearance, session: Session, table: Definition, country: Country, now: int, simulated: bool, period: str | None = None
) -> CountedFigures:
    """A table, with how complete it is. `now`: ms UTC; `period`: of this one alone, of the newest where the table has not got it; of all
    where none is named. Raises BeingCounted."""
    if not table_cells.counted_by_these(session) and figures.kinds_of_data(session):
        raise BeingCounted

    begins = months_of(table, country, now)
    every = _every(session, table, country, now, simulated)
    chosen = "" if period is None or not every.periods else period if period in every.periods else every.periods[0]
    responders = {(period, values[0]) for period, values, _ in table_cells.cells(session, "T7", simulated)}
    years = {(period[:4], one) for period, one in responders}
    reported = dict(sorted(Counter(period for period, _ in responders | years).items()))
    fields = rows(BY_ID["T19"], table_cells.cells(session, "T19", simulated), now, begins) if table.collected else []
    missing = {
        name: (sum(one.n for one in fields if one.values == (name,)), sum(one.whole or 0 for one in fields if one.values == (name,)))
        for name in table.dimensions
    }
    known_missing = {name: said for name, said in missing.items() if said[1]}
    heard = {one for when, one in responders | years if when == chosen}
    silent = _silent(country, heard) if chosen and BY_NAME in table.dimensions else []
    return CountedFigures(table, every.lines(chosen), every, reported, known_missing, silent)


def _every(session: Session, table: Definition, country: Country, now: int, simulated: bool) -> WholeTable:
    begins = months_of(table, country, now)
    if table.shape is TableShape.TIME:
        return WholeTable(table, (), now, begins, line_times.lines(session, table.id, simulated))
    cells = table_cells.cells(session, table.id, simulated)
    return WholeTable(table, at_ends(cells, quarter_of(now, country.time_zone)) if table.stock else cells, now, begins)


def _silent(country: Country, heard: Collection[str]) -> list[str]:
    """Agencies that can report, by name, and have not; confidential ones, which no figure names, are left out."""
    return sorted(one.name for one in country.agencies if "intake" in one.services and not one.apart and one.name not in heard)
