"""Packs before disclosure control, for cleared staff alone: what they are made of is in the restricted view."""

from dataclasses import dataclass

from sqlmodel import Session

from services.reporting.queries import figures, table_cells
from services.reporting.queries.restricted import Clearance
from services.reporting.queries.tables import BeingCounted
from services.reporting.rules.exchange.packs import FiguresPack, PackTable, Values, counted_for
from shared.config.country import Country


@dataclass(frozen=True)
class CountedPack:
    """A pack of one year."""

    pack: FiguresPack
    years: list[str]
    """Of which there is anything, the newest first."""
    year: str
    """Empty where there is none."""
    tables: list[tuple[PackTable, list[tuple[Values, int]]]]


def counted(_by: Clearance, session: Session, pack: FiguresPack, country: Country, simulated: bool, year: str = "") -> CountedPack:
    """A pack of a year, of the newest where it is not named or has nothing. Raises BeingCounted."""
    if not table_cells.counted_by_these(session) and figures.kinds_of_data(session):
        raise BeingCounted
    cells = {id: table_cells.cells(session, id, simulated) for id in {one.made_of for one in pack.tables if one.made_of}}
    years = sorted({period[:4] for some in cells.values() for period, _, _ in some}, reverse=True)
    chosen = year if year in years else next(iter(years), "")
    tables = [(one, counted_for(one, cells.get(one.made_of, []), chosen, country.code)) for one in pack.tables]
    return CountedPack(pack, years, chosen, tables)
