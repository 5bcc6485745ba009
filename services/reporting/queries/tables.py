"""Tables of figures before disclosure control, for cleared staff alone (`restricted`)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from services.reporting.queries import figures, table_cells
from services.reporting.queries.months import months_of
from services.reporting.queries.restricted import Clearance
from services.reporting.rules.tables.catalogue import BY_ID
from services.reporting.rules.tables.definitions import Definition
from services.reporting.rules.tables.table_rows import TableLine, at_ends, rows
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
    periods: list[str]
    """Those that it has, the newest first; of a table by quarters its years, too."""
    reported: dict[str, int]
    """Period → how many agencies reported somebody in it."""
    missing: dict[str, tuple[int, int]]
    """Field of the referral that the table counts by → of how many people it says nothing, and of how many all told."""
    silent: list[str]
    """Of a table by named agency and one period: who can report and reported nobody in it."""


def counted(
    _by: Clearance, session: Session, table: Definition, country: Country, now: int, simulated: bool, period: str | None = None
) -> CountedFigures:
    """A table, with how complete it is. `now`: ms UTC; `period`: of this one alone, of the newest where the table has not got it; of all
    where none is named. Raises BeingCounted."""
    if not table_cells.counted_by_these(session) and figures.kinds_of_data(session):
        raise BeingCounted

    begins = months_of(table, country, now)
    of_stock = at_ends(table_cells.cells(session, table.id, simulated), quarter_of(now, country.time_zone)) if table.stock else []
    known = sorted({one for one, _, _ in of_stock}, reverse=True) if table.stock else table_cells.periods(session, table.id, simulated)
    known = [*known, *(_years(known) if not table.stock else [])]
    chosen = "" if period is None or not known else period if period in known else known[0]
    kept = [one for one in of_stock if chosen in ("", one[0])]
    found = rows(table, kept, now, begins) if table.stock else lines(_by, session, table, country, now, simulated, chosen)
    responders = {(period, values[0]) for period, values, _ in table_cells.cells(session, "T7", simulated)}
    years = {(period[:4], one) for period, one in responders}
    reported = Counter(period for period, _ in responders | years)
    fields = rows(BY_ID["T19"], table_cells.cells(session, "T19", simulated), now, begins) if table.collected else []
    missing = {
        name: (sum(one.n for one in fields if one.values == (name,)), sum(one.whole or 0 for one in fields if one.values == (name,)))
        for name in table.dimensions
    }
    known_missing = {name: said for name, said in missing.items() if said[1]}
    heard = {one for when, one in responders | years if when == chosen}
    return CountedFigures(
        table, found, known, reported, known_missing, _silent(country, heard) if chosen and BY_NAME in table.dimensions else []
    )


def lines(_by: Clearance, session: Session, table: Definition, country: Country, now: int, simulated: bool, period: str) -> list[TableLine]:
    """The lines of a period, of a year whose quarters are added up, or of all periods where none is named; nothing of what stands at their
    ends (`stock`), which is not added up."""
    cells = table_cells.cells(session, table.id, simulated, period)
    if not cells and len(period) == len("2026"):
        cells = table_cells.cells_of_year(session, table.id, simulated, period)
    return rows(table, cells, now, months_of(table, country, now))


def _years(quarters: Collection[str]) -> list[str]:
    """The years of these quarters, the newest first; none where the table counts by years itself."""
    return sorted({one[:4] for one in quarters if len(one) > len("2026")}, reverse=True)


def _silent(country: Country, heard: Collection[str]) -> list[str]:
    """Agencies that can report, by name, and have not; confidential ones, which no figure names, are left out."""
    return sorted(one.name for one in country.agencies if "intake" in one.services and not one.apart and one.name not in heard)
