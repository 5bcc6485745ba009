"""Acts that cannot be undone: what waits for a second officer, and what came of those of a case."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from services.referral.models import WAITS, Owed, Proposal
from shared.casework.case_reader import CaseReader
from shared.protocol.case import Case
from shared.store.tables import Outbox


def waiting_act(session: Session, case: str) -> Proposal | None:
    """The act of a case that waits."""
    return session.exec(select(Proposal).where(Proposal.case == case, Proposal.outcome == WAITS)).first()


def waiting_acts(reader: CaseReader, most: int = 50) -> Sequence[Proposal]:
    """All that wait, of the cases that this officer may list; the oldest first."""
    rows = select(Proposal).where(Proposal.outcome == WAITS, reader.open(col(Proposal.case))).order_by(col(Proposal.at)).limit(most)
    return reader.session.exec(rows).all()


class Decider(NamedTuple):
    """Which officer of this agency made a decision, and why they made both."""

    officer: str
    words: str


def decider(session: Session, key: str) -> str | None:
    """The officer who made a decision here; None where this database does not know it."""
    return session.exec(select(Outbox.officer).where(Outbox.key == key)).first()


def deciders(session: Session, case: Case) -> dict[str, Decider]:
    """Decision key → who decided on status, of those decisions that this database knows."""
    words = {row.id: row.reason for row in acts_of(session, case.id)}
    found = ((one.key, decider(session, one.key)) for one in case.decisions)
    return {key: Decider(officer, words.get(key, "")) for key, officer in found if officer}


def acts_of(session: Session, case: str) -> Sequence[Proposal]:
    """All of a case, the oldest first."""
    return session.exec(select(Proposal).where(Proposal.case == case).order_by(col(Proposal.at))).all()


def former(session: Session, case: Case) -> list[str]:
    """The agencies that have left a case and were told something in it."""
    return sorted(set(session.exec(select(Owed.agency).where(col(Owed.case) == case.id))) - case.agencies)
