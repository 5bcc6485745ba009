"""Releases as they lie in the database, and what one would be made of."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col
from sqlmodel import select as rows_of

from services.reporting.models import FiguresRelease, Happening, StageTime
from services.reporting.queries.figures import DECIDED, HAPPENED
from services.reporting.queries.referrals import referrals
from services.reporting.rules.gate.protected import Counted
from services.reporting.rules.gate.releases import PERIOD, EndedStage, ReleasedFigures, read
from services.reporting.rules.tables.figures import RELEASED
from shared.records.codec import from_json
from shared.store.database import table

RESPONDER = "first_responder"


class Released(NamedTuple):
    """A release and what it shows."""

    id: int
    made_at: int
    simulated: bool
    figures: ReleasedFigures


class ReleaseSource(NamedTuple):
    """What a release is made of, before the gate."""

    counted: dict[str, list[Counted]]
    national: dict[str, int]
    stages: list[EndedStage]


def releases(session: Session, simulated: bool) -> list[Released]:
    """All releases of real figures, or of simulated ones, the newest first."""
    asked = rows_of(FiguresRelease).where(col(FiguresRelease.simulated).is_(simulated)).order_by(col(FiguresRelease.id).desc())
    return [Released(row.id or 0, row.made_at, row.simulated, read(from_json(row.body))) for row in session.exec(asked)]


def chosen(found: Sequence[Released], number: int) -> Released | None:
    """The release of this number, else the newest."""
    return next((one for one in found if one.id == number), None if number else next(iter(found), None))


def kinds_released(session: Session) -> set[bool]:
    """Whether real figures are released, simulated ones, or both."""
    return set(session.connection().execute(select(table(FiguresRelease).c.simulated).distinct()).scalars())


def unreleased(session: Session, simulated: bool, before: str) -> list[str]:
    """Quarters before this one that have people and are in no release yet."""
    out = {quarter for one in releases(session, simulated) for quarter in one.figures.quarters}
    known = {quarter for (quarter,), people in referrals(session, (PERIOD,), simulated=simulated) if people > 0}
    return sorted(quarter for quarter in known - out if quarter < before)


def source(session: Session, simulated: bool, quarters: Sequence[str]) -> ReleaseSource:
    """What is counted of these quarters, in the same order each time."""
    counted = {
        dimension: sorted(
            (quarter, value, responder, people)
            for (quarter, value, responder), people in referrals(session, (PERIOD, dimension, RESPONDER), simulated=simulated)
            if quarter in quarters
        )
        for dimension in RELEASED
    }
    months = [month for quarter in quarters for month in months_of(quarter)]
    return ReleaseSource(counted, _national(session, simulated, months), _stages(session, simulated, months))


def months_of(quarter: str) -> list[str]:
    """The months of a quarter."""
    year, _, number = quarter.partition("-Q")
    return [f"{year}-{3 * int(number) - 2 + n:02}" for n in range(3)]


def _national(session: Session, simulated: bool, months: Sequence[str]) -> dict[str, int]:
    facts = table(Happening).c
    asked = select(facts.kind, func.count(), func.count(facts.case.distinct()).filter(facts.case != "")).where(
        facts.simulated.is_(simulated), facts.month.in_(months)
    )
    found = {kind: (number, cases) for kind, number, cases in session.connection().execute(asked.group_by(facts.kind))}
    unnamed = select(func.count()).where(
        facts.simulated.is_(simulated), facts.month.in_(months), facts.kind == "decision", facts.case == ""
    )
    decided = found.get("decision", (0, 0))[1] + session.connection().execute(unnamed).scalar_one()
    return {**{kind: found.get(kind, (0, 0))[0] for kind in HAPPENED}, DECIDED: decided}


def _stages(session: Session, simulated: bool, months: Sequence[str]) -> list[EndedStage]:
    facts: Any = table(StageTime).c
    asked = select(facts.stage, facts.ms, facts.late, facts.case).where(
        facts.stage != "requested", facts.simulated.is_(simulated), facts.month.in_(months)
    )
    return sorted(EndedStage(*row) for row in session.connection().execute(asked))
