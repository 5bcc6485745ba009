"""What the rapporteur asks of the facts beside referrals: what happened, and how long hand-offs took."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import Session

from services.reporting.figures import Cell
from services.reporting.models import Happening, Referral, StageTime
from services.reporting.queries import referrals
from services.reporting.timings import Took
from shared.runtime.database import table

HAPPENED = ("joint_action", "pingpong", "decision")


def kinds_of_data(session: Session) -> set[bool]:
    """Whether there are real facts, simulated ones, or both."""
    found: set[bool] = set()
    for kind in (Referral, StageTime, Happening):
        found |= set(session.connection().execute(select(table(kind).c.simulated).distinct()).scalars())
    return found


def people(session: Session, by: Sequence[str], simulated: bool) -> list[Cell]:
    """People referred, by these dimensions: real ones or simulated ones, never added up."""
    cells = referrals(session, (*by, "simulated"))
    return [(values[:-1], number) for values, number in cells if bool(values[-1]) is simulated]


def national(session: Session, simulated: bool) -> dict[str, int | None]:
    """Referrals, joint actions, cases passed round, decisions. None, not zero, while no fact has come at all."""
    if simulated not in kinds_of_data(session):
        return dict.fromkeys(("referral", *HAPPENED))
    happened = table(Happening)
    counted = select(happened.c.kind, func.count()).where(happened.c.simulated.is_(simulated)).group_by(happened.c.kind)
    known = {kind: number for kind, number in session.connection().execute(counted)}
    return {"referral": sum(number for _, number in people(session, (), simulated)), **{kind: known.get(kind, 0) for kind in HAPPENED}}


def took(session: Session, simulated: bool) -> list[Took]:
    """Every finished stage, real or simulated ones."""
    facts = table(StageTime)
    stages = select(facts.c.giver, facts.c.receiver, facts.c.stage, facts.c.ms, facts.c.late).where(
        facts.c.stage != "requested", facts.c.simulated.is_(simulated)
    )
    return [Took(*row) for row in session.connection().execute(stages)]
