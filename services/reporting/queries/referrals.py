"""What is asked of the facts: figures that are kept up to date, wider ones counted by the database."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import Session

from services.reporting.models import Referral
from services.reporting.queries import cells
from services.reporting.rules.figures import Cell
from shared.store.database import table

BOTH = (False, True)


def referrals(session: Session, by: Sequence[str], kinds: Sequence[bool] = BOTH) -> list[Cell]:
    """People referred, by these dimensions (see figures.DIMENSIONS); without any, all of them in one cell.

    `kinds`: of real facts (False), of simulated ones (True), or of both.
    """
    return cells.people(session, by, kinds) if len(by) <= cells.WIDEST else counted(session, by, kinds)


def counted(session: Session, by: Sequence[str], kinds: Sequence[bool] = BOTH) -> list[Cell]:
    """The same, counted from the facts themselves."""
    facts = table(Referral)
    asked = [facts.c[name] for name in by]
    sums = select(*asked, func.sum(facts.c.people)).where(facts.c.simulated.in_(kinds)).group_by(*asked)
    return [(tuple(row[:-1]), int(row[-1])) for row in session.connection().execute(sums) if row[-1] is not None]
