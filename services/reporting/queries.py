"""What is asked of the facts: counted by the database, so that a figure never reads the history into memory."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import Session

from services.reporting.figures import Cell
from services.reporting.models import Referral
from shared.runtime.database import table


def referrals(session: Session, by: Sequence[str]) -> list[Cell]:
    """People referred, by these dimensions (see figures.DIMENSIONS); without any, all of them in one cell."""
    facts = table(Referral)
    asked = [facts.c[name] for name in by]
    counted = session.connection().execute(select(*asked, func.sum(facts.c.people)).group_by(*asked))
    return [(tuple(row[:-1]), int(row[-1])) for row in counted if row[-1] is not None]
