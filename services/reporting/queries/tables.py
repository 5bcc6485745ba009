"""Tables of figures before disclosure control, for cleared staff alone (`restricted`)."""

from collections import Counter
from dataclasses import dataclass

from sqlmodel import Session

from services.reporting.queries import table_cells
from services.reporting.queries.restricted import Clearance
from services.reporting.rules.definitions import Definition
from services.reporting.rules.table_rows import TableLine, rows
from services.reporting.rules.tables import BY_ID
from shared.config.calendar import month
from shared.config.country import Country


@dataclass(frozen=True)
class CountedFigures:
    """A table as it stands now."""

    table: Definition
    rows: list[TableLine]
    """All periods. Empty where the table is not collected, or nothing has come for it."""
    reported: dict[str, int]
    """Period → how many agencies reported somebody in it."""
    missing: dict[str, tuple[int, int]]
    """Field of the referral that the table counts by → of how many people it says nothing, and of how many all told."""

    @property
    def periods(self) -> list[str]:
        """The periods that it has, the newest first."""
        return sorted({one.period for one in self.rows}, reverse=True)


def counted(_by: Clearance, session: Session, table: Definition, country: Country, now: int, simulated: bool) -> CountedFigures:
    """A table, with how complete it is. `now`: ms UTC."""

    def begins(said: str) -> int:
        return month(int(said[:4]), int(said[5:7]), country.time_zone)[0]

    found = rows(table, table_cells.cells(session, table.id, simulated), now, begins)
    responders = {(period, values[0]) for period, values, _ in table_cells.cells(session, "T7", simulated)}
    years = {(period[:4], one) for period, one in responders}
    reported = Counter(period for period, _ in responders | years)
    fields = rows(BY_ID["T19"], table_cells.cells(session, "T19", simulated), now, begins) if table.collected else []
    missing = {
        name: (sum(one.n for one in fields if one.values == (name,)), sum(one.whole or 0 for one in fields if one.values == (name,)))
        for name in table.dimensions
    }
    return CountedFigures(table, found, reported, {name: said for name, said in missing.items() if said[1]})
