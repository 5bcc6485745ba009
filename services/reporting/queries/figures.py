"""What the rapporteur asks of the facts beside referrals: what happened, and how long hand-offs took."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import Session
from sqlmodel import select as count_of

from services.reporting.models import Happening, UnreadableRecord
from services.reporting.queries import cells, stage_tally, table_cells
from services.reporting.queries.referrals import referrals
from services.reporting.rules.tables.figures import Cell
from shared.store.database import table

HAPPENED = ("joint_action", "pingpong", "decision")
DECIDED = "case_decided"
"""The figure of cases with a decision."""


def kinds_of_data(session: Session) -> set[bool]:
    """Whether there are real facts, simulated ones, or both."""
    return cells.kinds(session) | stage_tally.kinds_of_data(session, stage_tally.FACT)


def people(session: Session, by: Sequence[str], simulated: bool) -> list[Cell]:
    """People referred, by these dimensions: real ones or simulated ones, never added up."""
    return referrals(session, by, simulated=simulated)


def national(session: Session, simulated: bool) -> dict[str, int | None]:
    """Referrals, joint actions, cases passed round, decisions, cases decided. None, not zero, while no fact has come at all."""
    if simulated not in kinds_of_data(session):
        return dict.fromkeys(("referral", *HAPPENED, DECIDED))
    known = cells.happenings(session, simulated)
    decided = {DECIDED: cases_decided(session, simulated)}
    return {
        "referral": sum(number for _, number in people(session, (), simulated)),
        **{kind: known.get(kind, 0) for kind in HAPPENED},
        **decided,
    }


def cases_decided(session: Session, simulated: bool) -> int:
    """Cases with a decision, each once however many decisions it has; a decision of before pseudonyms counts as a case of its own. Kept up
    to date with the tables; of the facts while those are counted again."""
    if (kept := table_cells.decided(session, simulated)) is not None:
        return kept
    case, facts = table(Happening).c.case, table(Happening).c
    counted = select(func.count(case.distinct()).filter(case != "") + func.count().filter(case == ""))
    return session.connection().execute(counted.where(facts.kind == "decision", facts.simulated.is_(simulated))).scalar_one()


def unreadable(session: Session) -> int:
    """How many records of the topic, or of its batches, were refused: they are in no figure."""
    return session.exec(count_of(func.count()).select_from(UnreadableRecord)).one()
