"""What pictures of the restricted view are made of (`restricted`): lines of tables, each with the total over all it counts by."""

from collections import Counter
from collections.abc import Iterable
from itertools import product

from sqlmodel import Session

from services.reporting.queries import figures, table_cells
from services.reporting.queries.months import months_of
from services.reporting.queries.restricted import Clearance
from services.reporting.queries.tables import BeingCounted
from services.reporting.rules.gate.protected import ALL
from services.reporting.rules.tables.catalogue import BY_ID
from services.reporting.rules.tables.table_rows import Cell, TableLine, rows
from shared.config.country import Country


def lines(
    _by: Clearance, session: Session, ids: Iterable[str], country: Country, now: int, simulated: bool, period: str = ""
) -> dict[str, list[TableLine]]:
    """Table → its lines of a period, or of all, totals as ALL. `now`: ms UTC. Raises BeingCounted."""
    if not table_cells.counted_by_these(session) and figures.kinds_of_data(session):
        raise BeingCounted

    found: dict[str, list[TableLine]] = {}
    for table in (BY_ID[id] for id in ids):
        cells = table_cells.cells(session, table.id, simulated, period)
        begins = months_of(table, country, now)
        found[table.id] = rows(table, cells, now, begins)
        if table.dimensions and not table.several:
            found[table.id] += rows(table, _totals(cells, len(table.dimensions)), now, begins)
    return found


def periods(_by: Clearance, session: Session, ids: Iterable[str], simulated: bool) -> list[str]:
    """Of which quarters any of these tables has something, the newest first."""
    return sorted({one for id in ids for one in table_cells.periods(session, id, simulated)}, reverse=True)


def _totals(cells: Iterable[Cell], dimensions: int) -> list[Cell]:
    """Over one, several or all things that a table counts by."""
    summed = Counter[tuple[str, tuple[str, ...]]]()
    for period, values, n in cells:
        for said in product(*((value, ALL) for value in values[:dimensions])):
            if ALL in said:
                summed[period, (*said, *values[dimensions:])] += n
    return [(period, values, n) for (period, values), n in summed.items()]
