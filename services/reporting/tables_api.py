"""The rapporteur's tables as JSON: their definitions, and for cleared staff each of them before disclosure control."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request
from pydantic import BaseModel

from services.reporting.queries import tables
from services.reporting.queries.view import must_be_cleared
from services.reporting.rules.definitions import Definition
from services.reporting.rules.tables import ALL_TABLES, UnknownTable, definition
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.web.desk import CurrentDesk
from shared.web.openapi import problems

NO_TABLE = N_("There is no such table. The codebook names those that there are.")
BEING_COUNTED = N_("The figures are being counted again, since this release counts them otherwise. Try again in some minutes.")


class TableDefinition(BaseModel):
    """What a table counts. Not collected: no event carries it, which is neither zero nor suppressed."""

    id: str
    title: str
    meaning: str
    population: str
    period: str
    dimensions: list[str]
    shape: str
    sources: list[str]
    collected: bool
    lacks: str


class TableRow(BaseModel):
    """A line of a table: of a share `n` of `whole`; of a time how many have ended and how many are open, the median and the time within
    which 90 of 100 end (ms), null where too many are open to know."""

    period: str
    values: list[str]
    n: int
    whole: int | None = None
    open: int | None = None
    median_ms: int | None = None
    p90_ms: int | None = None


class CountedTable(BaseModel):
    """A table of the restricted view, with how many agencies reported somebody in each period."""

    table: TableDefinition
    simulated: bool
    rows: list[TableRow]
    agencies_reported: dict[str, int]


router = APIRouter(prefix="/api/reporting", tags=["reporting"])


@router.get("/tables", operation_id="reporting-tables", summary="Codebook", responses=problems(401, 403, 422))
@needs(Act.READ_FIGURES)
async def codebook(desk: CurrentDesk) -> list[TableDefinition]:
    """The definitions of all tables. They have no figures."""
    return [_said(one) for one in ALL_TABLES]


@router.get("/tables/{id}", operation_id="reporting-table", summary="A table", responses=problems(401, 403, 404, 422, 503))
@needs(Act.READ_UNPROTECTED)
async def table(
    desk: CurrentDesk, request: Request, id: Annotated[str, Path(max_length=10)],
    simulated: Annotated[bool, Query(description="Figures of simulated times; they are never added to real ones.")] = False,
) -> CountedTable:  # fmt: skip
    """One table before disclosure control, all periods: for cleared staff."""
    clearance = must_be_cleared(desk, request)
    try:
        asked = definition(id)
    except UnknownTable:
        raise HTTPException(404, desk.pages.gettext(request)(NO_TABLE)) from None
    now = desk.instance.clock.now()[0]
    try:
        found = await desk.ask(lambda clerk: tables.counted(clearance, clerk.session, asked, desk.country, now, simulated))
    except tables.BeingCounted:
        raise HTTPException(503, desk.pages.gettext(request)(BEING_COUNTED)) from None
    rows = [TableRow.model_validate({**row._asdict(), "values": list(row.values)}) for row in found.rows]
    return CountedTable(table=_said(asked), simulated=simulated, rows=rows, agencies_reported=found.reported)


def _said(one: Definition) -> TableDefinition:
    return TableDefinition(
        id=one.id, title=one.title, meaning=one.meaning, population=one.population, period=one.period, dimensions=list(one.dimensions),
        shape=one.shape.value, sources=list(one.sources), collected=one.collected, lacks=one.lacks,
    )  # fmt: skip
