"""Reporting's interface: the rapporteur's figures and the operators' hand-offs as JSON, from what their pages read."""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.reporting.queries import figures as facts
from services.reporting.queries import spans
from services.reporting.rules.figures import rows
from services.reporting.rules.timings import Timing, timings
from shared.access.roles import Act, needs
from shared.decisions.case_reader import CaseReader
from shared.web.desk import CurrentDesk, Desk
from shared.web.openapi import problems


class Dimension(StrEnum):
    """By what referrals may be counted (see `figures.DIMENSIONS`)."""

    QUARTER = "quarter"
    FIRST_RESPONDER_TYPE = "first_responder_type"
    FIRST_RESPONDER = "first_responder"
    EXPLOITATION_TYPE = "exploitation_type"
    AGE_AT_EXPLOITATION = "age_at_exploitation"
    GENDER = "gender"
    NATIONALITY = "nationality"


Simulated = Annotated[bool, Query(description="Figures of simulated times; they are never added to real ones.")]
Limit = Annotated[int, Query(ge=1, le=1000)]
Skip = Annotated[int, Query(ge=0, le=10**9)]
QUARTERLY = [Dimension.QUARTER]


class Figures(BaseModel):
    """People referred, counted by the dimensions asked for, and what happened nationally; null where no fact has come at all."""

    simulated: bool
    people: list[dict[str, str | int]]
    national: dict[str, int | None]


class Latency(BaseModel):
    """How long a stage took between two agencies. Times in milliseconds; `late_share` is of those answered after the deadline."""

    giver: str
    receiver: str
    stage: str
    machine: bool
    n: int
    median_ms: float
    p95_ms: int
    late_share: float


class OpenHandoff(BaseModel):
    """A hand-off that nobody has answered. Moments are milliseconds since 1970, UTC."""

    handoff: str
    giver: str
    receiver: str
    need: str
    asked_at: int
    answer_by: int
    late: bool
    simulated: bool


figures_router = APIRouter(prefix="/api/reporting", tags=["reporting"])
"""What the rapporteur's programs read."""
operations_router = APIRouter(prefix="/api/reporting", tags=["reporting"])
"""What the operators' programs read."""
ERRORS = problems(401, 403, 422)


@figures_router.get("/figures", operation_id="reporting-figures", summary="Figures", responses=ERRORS)
@needs(Act.READ_FIGURES)
async def figures(
    desk: CurrentDesk, by: Annotated[list[Dimension], Query(max_length=len(Dimension))] = QUARTERLY, simulated: Simulated = False
) -> Figures:
    """People referred, by one dimension or several, and what happened nationally."""
    asked = tuple(dict.fromkeys(one.value for one in by))

    def read(clerk: CaseReader) -> Figures:
        people = rows(asked, facts.people(clerk.session, asked, simulated))
        return Figures(simulated=simulated, people=people, national=facts.national(clerk.session, simulated))

    return await desk.ask(read)


@figures_router.get("/figures/latency", operation_id="reporting-figures-latency", summary="Latency by facts", responses=ERRORS)
@needs(Act.READ_FIGURES)
async def times_by_facts(desk: CurrentDesk, simulated: Simulated = False) -> list[Latency]:
    """How long the stages of hand-offs took, from statistical records, by pair of agencies."""
    return await desk.ask(lambda clerk: _latency(desk, timings(facts.took(clerk.session, simulated))))


@operations_router.get("/handoffs", operation_id="reporting-handoffs", summary="Open hand-offs", responses=ERRORS)
@needs(Act.READ_FIGURES)
async def handoffs(desk: CurrentDesk, limit: Limit = 100, skip: Skip = 0) -> list[OpenHandoff]:
    """Hand-offs that wait for an answer, the oldest first, from finished spans."""
    now = desk.instance.clock.now()[0]
    return await desk.ask(lambda clerk: [_open(desk, row, now) for row in spans.open_handoffs(clerk.session, limit, skip)])


@operations_router.get("/latency", operation_id="reporting-latency", summary="Latency by spans", responses=ERRORS)
@needs(Act.READ_FIGURES)
async def times_by_spans(desk: CurrentDesk, simulated: Simulated = False) -> list[Latency]:
    """How long the stages of hand-offs took, from finished spans, by pair of agencies."""
    return await desk.ask(lambda clerk: _latency(desk, timings(spans.took(clerk.session, simulated))))


def _open(desk: Desk, row: Any, now: int) -> OpenHandoff:
    told = desk.country.told_as
    return OpenHandoff(
        handoff=row.handoff, giver=told(row.giver), receiver=told(row.receiver), need=row.need, asked_at=row.start,
        answer_by=row.answer_by, late=row.answer_by < now, simulated=row.simulated,
    )  # fmt: skip


def _latency(desk: Desk, found: list[Timing]) -> list[Latency]:
    told = desk.country.told_as
    return [
        Latency(
            giver=told(t.giver), receiver=told(t.receiver), stage=t.stage, machine=t.machine, n=t.n, median_ms=t.median, p95_ms=t.p95,
            late_share=t.late,
        )
        for t in found
    ]  # fmt: skip
