"""What is asked of the facts: figures that are kept up to date, wider ones counted by the database."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import Session

from services.reporting.models import Referral
from services.reporting.queries import cells
from services.reporting.rules.tables.figures import Cell
from shared.store.database import table


def referrals(session: Session, by: Sequence[str], *, simulated: bool) -> list[Cell]:
    """People referred, by these dimensions (see figures.DIMENSIONS); without any, all of them in one cell. Of real facts or of simulated
    ones: nothing adds them up."""
    return cells.people(session, by, simulated=simulated) if len(by) <= cells.WIDEST else counted(session, by, simulated=simulated)


def counted(session: Session, by: Sequence[str], *, simulated: bool) -> list[Cell]:
    """The same, counted from the facts themselves."""
    facts = table(Referral)
    asked = [facts.c[name] for name in by]
    sums = select(*asked, func.sum(facts.c.people)).where(facts.c.simulated.is_(simulated)).group_by(*asked)
    return [(tuple(row[:-1]), int(row[-1])) for row in session.connection().execute(sums) if row[-1] is not None]
