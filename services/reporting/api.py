"""Reporting's interface: the rapporteur's figures and the operators' hand-offs as JSON, from what their pages read."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel

from services.reporting.models import SaidOpen
from services.reporting.queries import open_handoffs, releases, restricted
from services.reporting.queries.releases import chosen
from services.reporting.queries.view import PUBLIC, RESTRICTED, cleared, must_be_cleared
from services.reporting.rules.gate.releases import ReleasedTimes
from services.reporting.rules.latency.timings import Timing
from services.reporting.rules.shown import built_tables, public
from services.reporting.rules.shown.built_tables import NotBuilt
from services.reporting.rules.tables.figures import UnknownDimension, dimensions, rows
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.decisions.errors import RuleBroken
from shared.observability.open_statement import machine_time
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.openapi import problems


class Dimension(StrEnum):
    """By what referrals may be counted: in the restricted view `figures.DIMENSIONS`, of what is released `built_tables.THINGS`."""

    QUARTER = "quarter"
    FIRST_RESPONDER_TYPE = "first_responder_type"
    FIRST_RESPONDER = "first_responder"
    EXPLOITATION_TYPE = "exploitation_type"
    AGE_AT_EXPLOITATION = "age_at_exploitation"
    GENDER = "gender"
    NATIONALITY = "nationality"
    STANDING = "standing"
    PLACE = "place"
    DEPENDANTS = "dependants"
    BASIS = "basis"
    IDENTIFIED_BY = "identified_by"
    FIRST_HELP = "first_help"


class FiguresView(StrEnum):
    """Which view of the figures: the restricted one is for cleared staff."""

    RESTRICTED = RESTRICTED
    PUBLIC = PUBLIC


Chosen = Annotated[FiguresView | None, Query(description="Cleared staff get the restricted view unless they ask for the public one.")]
Simulated = Annotated[bool, Query(description="Figures of simulated times; they are never added to real ones.")]
Limit = Annotated[int, Query(ge=1, le=1000)]
Skip = Annotated[int, Query(ge=0, le=10**9)]
Number = Annotated[int, Query(ge=0, le=10**9, description="A release; the newest where it is 0.")]
QUARTERLY = [Dimension.QUARTER]


class Suppressed(BaseModel):
    """How much disclosure control takes away from the table asked for; of how many people is null where several things are asked for."""

    figures: int
    of_figures: int
    people: int | None
    of_people: int | None


class Figures(BaseModel):
    """People referred, counted by the dimensions asked for, and what happened nationally; null where no fact has come at all.

    In the public view `[c]` is a number that is suppressed (never zero, never missing), `[others]` the values of too few people added up,
    `[all]` a total; `release` is null where nothing has been released.
    """

    view: FiguresView
    simulated: bool
    people: list[dict[str, str | int]]
    national: dict[str, int | str | None]
    release: int | None = None
    suppressed: Suppressed | None = None


class NationalTime(BaseModel):
    """How long a stage took over all agencies, released: `n` in steps of the minimum, times with two digits; `[c]` is suppressed."""

    stage: str
    n: int | str
    median_ms: int | str
    p95_ms: int | str
    late_percent: int | str


class Latency(BaseModel):
    """How long a stage takes between two agencies, counting what is still open. Times in milliseconds, right to 2.2 %, null where too many
    are open for them to be known; `late_share` is the share past its deadline, null where none is due."""

    giver: str
    receiver: str
    stage: str
    machine: bool
    n: int
    open: int
    median_ms: int | None
    p95_ms: int | None
    late_share: float | None


class UnansweredHandoff(BaseModel):
    """A hand-off that nobody has answered. Moments are milliseconds since 1970, UTC."""

    handoff: str
    giver: str
    receiver: str
    need: str
    asked_at: int
    answer_by: int
    late: bool
    simulated: bool
    must_move: str
    state: str


figures_router = APIRouter(prefix="/api/reporting", tags=["reporting"])
"""What the rapporteur's programs read."""
operations_router = APIRouter(prefix="/api/reporting", tags=["reporting"])
"""What the operators' programs read."""
ERRORS = problems(401, 403, 422)
OF_RELEASES = problems(401, 403, 404, 422)


@figures_router.get("/figures", operation_id="reporting-figures", summary="Figures", responses=OF_RELEASES)
@needs(Act.READ_FIGURES)
async def figures(
    desk: CurrentDesk, request: Request, by: Annotated[list[Dimension], Query(max_length=len(Dimension))] = QUARTERLY,
    simulated: Simulated = False, view: Chosen = None, release: Number = 0,
) -> Figures:  # fmt: skip
    """People referred, by one dimension or several, and what happened nationally: released, or for cleared staff unprotected."""
    asked = tuple(dict.fromkeys(one.value for one in by))
    clearance = cleared(desk, request, view.value if view else "")
    if clearance is None:
        return await desk.ask(lambda reader: _released(releases.releases(reader.session, simulated), asked, simulated, release))

    try:
        dimensions(",".join(asked))
    except UnknownDimension as error:
        raise HTTPException(422, desk.pages.gettext(request)(error.words) % error.values) from None

    def read(reader: CaseReader) -> Figures:
        people = rows(asked, restricted.people(clearance, reader.session, asked, simulated))
        national: dict[str, int | str | None] = {**restricted.national(clearance, reader.session, simulated)}
        return Figures(view=FiguresView.RESTRICTED, simulated=simulated, people=people, national=national)

    return await desk.ask(read)


@figures_router.get("/figures/latency", operation_id="reporting-figures-latency", summary="Latency by facts", responses=OF_RELEASES)
@needs(Act.READ_FIGURES)
async def times_by_facts(
    desk: CurrentDesk, request: Request, simulated: Simulated = False, view: Chosen = None, release: Number = 0
) -> list[Latency] | list[NationalTime]:
    """How long the stages of hand-offs took, from statistical records: nationally as released, or by pair of agencies for cleared staff."""
    clearance = cleared(desk, request, view.value if view else "")
    if clearance:
        return await desk.ask(lambda reader: _latency(desk, restricted.times_by_facts(clearance, reader.session, desk.country, simulated)))
    one = chosen(await desk.ask(lambda reader: releases.releases(reader.session, simulated)), release)
    return [_national_time(each) for each in (one.figures.times if one else ())]


@operations_router.get("/handoffs", operation_id="reporting-handoffs", summary="Open hand-offs", responses=problems(401, 403, 409, 422))
@needs(Act.READ_FIGURES)
async def handoffs(desk: CurrentDesk, response: Response, limit: Limit = 100, skip: Skip = 0) -> list[UnansweredHandoff]:
    """Hand-offs that wait for an answer, the oldest first, as agencies say it. 409 while the lead, which knows most, is silent; of a second
    agency that leads cases and is, what it said last, and the header `nrm-silent` names it, with a comma between two."""
    now = desk.instance.clock.now()[0]

    def read(reader: CaseReader) -> tuple[list[UnansweredHandoff], list[str]]:
        lead = open_handoffs.lead_standings(reader.session, desk.country, machine_time())
        if lead.main.silent:
            raise RuleBroken("lead-silent")
        rows = open_handoffs.waiting(reader.session, desk.country.leading(), limit, skip)
        return [_open(row, now) for row in rows], [one.agency for one in lead.gone]

    found, silent = await desk.ask(read)
    if silent:
        response.headers["nrm-silent"] = ", ".join(silent)
    return found


@operations_router.get("/latency", operation_id="reporting-latency", summary="Latency by spans", responses=ERRORS)
@needs(Act.READ_UNPROTECTED)
async def times_by_spans(desk: CurrentDesk, request: Request, simulated: Simulated = False) -> list[Latency]:
    """How long the stages of hand-offs took, from finished spans, by pair of agencies: for cleared staff."""
    clearance = must_be_cleared(desk, request)
    now = desk.instance.clock.now()[0]

    def read(reader: CaseReader) -> list[Latency]:
        open_now = open_handoffs.still_open(reader.session, desk.country.leading(), now, simulated)
        return _latency(desk, restricted.times_by_spans(clearance, reader.session, simulated, open_now))

    return await desk.ask(read)


def _released(found: list[releases.Released], asked: tuple[str, ...], simulated: bool, number: int) -> Figures:
    """The table as it was released, or as released numbers make it. Raises HTTPException where none of the kind is."""
    one = chosen(found, number)
    if number and one is None:
        raise HTTPException(404)
    try:
        by = built_tables.asked_for(asked, [one.figures] if one else ())
        built = built_tables.build(one.figures, by) if one else None
    except NotBuilt as why:
        raise HTTPException(422, f"{why}") from None
    if one is None or built is None:
        return Figures(view=FiguresView.PUBLIC, simulated=simulated, people=[], national={})
    rest = next((name for name in by if name in one.figures.tables and not built.made_of), None)
    lost = public.lost(one.figures.tables[rest]) if rest else None
    people = [{**dict(zip(by, row.values, strict=True)), "people": public.said(row.people)} for row in built.rows]
    return Figures(
        view=FiguresView.PUBLIC, simulated=simulated, people=people, release=one.id,
        national={kind: public.said(number) for kind, number in one.figures.national.items()},
        suppressed=Suppressed(
            figures=lost.numbers if lost else built.hidden, of_figures=lost.of_numbers if lost else len(built.rows),
            people=lost.people if lost else None, of_people=lost.of_people if lost else None,
        ),
    )  # fmt: skip


def _national_time(one: ReleasedTimes) -> NationalTime:
    n, middle, high, late = (public.said(figure) for figure in one[1:])
    return NationalTime(stage=one.stage, n=n, median_ms=middle, p95_ms=high, late_percent=late)


def _open(row: SaidOpen, now: int) -> UnansweredHandoff:
    return UnansweredHandoff(
        handoff=row.handoff, giver=row.giver, receiver=row.receiver, need=row.need, asked_at=row.asked_at, answer_by=row.due,
        late=row.due < now, simulated=row.simulated, must_move=row.mover, state=row.state,
    )  # fmt: skip


def _latency(desk: Desk, found: list[Timing]) -> list[Latency]:
    told = desk.country.watched_as
    return [
        Latency(
            giver=told(t.giver), receiver=told(t.receiver), stage=t.stage, machine=t.machine, n=t.n, open=t.open,
            median_ms=t.median, p95_ms=t.p95,
            late_share=t.late,
        )
        for t in found
    ]  # fmt: skip
