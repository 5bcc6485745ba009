"""The rapporteur's tables as JSON: their definitions, and for cleared staff each of them before disclosure control."""

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Request
from pydantic import BaseModel

from services.reporting.queries import releases, tables
from services.reporting.queries.view import PUBLIC, RESTRICTED, cleared
from services.reporting.rules.shown import public
from services.reporting.rules.tables.catalogue import ALL_TABLES, UnknownTable, definition
from services.reporting.rules.tables.definitions import COLUMNS, Definition
from services.reporting.rules.tables.table_cases import dimensions
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.web.http.desk import CurrentDesk
from shared.web.http.openapi import problems

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
    restricted: bool
    """In the restricted view alone: it is in no release."""


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

    view: Literal["restricted"] = RESTRICTED
    table: TableDefinition
    simulated: bool
    rows: list[TableRow]
    agencies_reported: dict[str, int]


class PublicTableRow(BaseModel):
    """A line of a released table: as `TableRow`, by what is released of it. `[c]` is a number that is suppressed, or a time that is not
    known (never zero, never missing), `[others]` the values of too few people added up, `[all]` a total."""

    period: str
    values: list[str]
    n: int | str
    whole: int | str | None = None
    open: int | str | None = None
    median_ms: int | str | None = None
    p90_ms: int | str | None = None


class PublicTable(BaseModel):
    """A table as it was released, `by` these things, with how many of its numbers are suppressed; `release` is null where nothing has been
    released, and there are no rows where nothing was counted for it."""

    view: Literal["public"] = PUBLIC
    table: TableDefinition
    simulated: bool
    release: int | None
    by: list[str]
    rows: list[PublicTableRow]
    suppressed: int = 0
    of_numbers: int = 0


router = APIRouter(prefix="/api/reporting", tags=["reporting"])


@router.get("/tables", operation_id="reporting-tables", summary="Codebook", responses=problems(401, 403, 422))
@needs(Act.READ_FIGURES)
async def codebook(desk: CurrentDesk) -> list[TableDefinition]:
    """The definitions of all tables. They have no figures."""
    return [_said(one) for one in ALL_TABLES]


@router.get("/tables/{id}", operation_id="reporting-table", summary="A table", responses=problems(401, 403, 404, 422, 503))
@needs(Act.READ_FIGURES)
async def table(
    desk: CurrentDesk, request: Request, id: Annotated[str, Path(max_length=10)],
    simulated: Annotated[bool, Query(description="Figures of simulated times; they are never added to real ones.")] = False,
    view: Annotated[Literal["restricted", "public"] | None, Query(description="Cleared staff get the restricted view without it.")] = None,
    release: Annotated[int, Query(ge=0, le=10**9, description="A release; the newest where it is 0.")] = 0,
) -> CountedTable | PublicTable:  # fmt: skip
    """One table, all periods: as released, or for cleared staff before disclosure control."""
    clearance = cleared(desk, request, view or "")
    try:
        asked = definition(id)
    except UnknownTable:
        raise HTTPException(404, desk.pages.gettext(request)(NO_TABLE)) from None
    if clearance is None:
        found = releases.chosen(await desk.ask(lambda reader: releases.releases(reader.session, simulated)), release)
        if release and not found:
            raise HTTPException(404)
        return _released(asked, found, simulated)
    now = desk.instance.clock.now()[0]
    try:
        counted = await desk.ask(lambda reader: tables.counted(clearance, reader.session, asked, desk.country, now, simulated))
    except tables.BeingCounted:
        raise HTTPException(503, desk.pages.gettext(request)(BEING_COUNTED)) from None
    rows = [TableRow.model_validate({**row._asdict(), "values": list(row.values)}) for row in counted.rows]
    return CountedTable(table=_said(asked), simulated=simulated, rows=rows, agencies_reported=counted.reported)


def _released(asked: Definition, found: releases.Released | None, simulated: bool) -> PublicTable:
    counted = public.counted(found.figures, asked.id) if found else None
    rows = [] if counted is None else [
        PublicTableRow(
            period=line.period, values=list(line.values), **{name: public.said(getattr(line, name)) for name in COLUMNS[counted.shape]}
        )
        for line in counted.lines()
    ]  # fmt: skip
    return PublicTable(
        table=_said(asked), simulated=simulated, release=found.id if found else None,
        by=list(counted.by if counted else dimensions(asked)), rows=rows,
        suppressed=counted.hidden if counted else 0, of_numbers=len(counted.numbers) if counted else 0,
    )  # fmt: skip


def _said(one: Definition) -> TableDefinition:
    return TableDefinition(
        id=one.id, title=one.title, meaning=one.meaning, population=one.population, period=one.period, dimensions=list(one.dimensions),
        shape=one.shape.value, sources=list(one.sources), collected=one.collected, lacks=one.lacks, restricted=one.restricted,
    )  # fmt: skip
