"""Cases in which the policy invited nobody by itself, since a suspect may be close to staff of an agency."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from shared.casework.case_reader import CaseReader
from shared.store.own_tables import ConflictCheck
from shared.store.tables import CaseView

LISTED_AT_MOST = 50


def to_settle(reader: CaseReader) -> Sequence[ConflictCheck]:
    """What waits for an officer in open cases that whoever asks may list, the earliest first."""
    rows = select(ConflictCheck).join(CaseView, col(CaseView.case) == col(ConflictCheck.case))
    rows = rows.where(col(ConflictCheck.looked_at).is_(None), col(CaseView.closed).is_(False), reader.open(col(ConflictCheck.case)))
    return reader.session.exec(rows.order_by(col(ConflictCheck.at)).limit(LISTED_AT_MOST)).all()


def checks_of(session: Session, case: str) -> Sequence[ConflictCheck]:
    """Those of a case, the newest first."""
    return session.exec(select(ConflictCheck).where(ConflictCheck.case == case).order_by(col(ConflictCheck.at).desc())).all()
