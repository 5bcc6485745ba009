"""What an agency was told of somebody in danger who did not consent, and that no officer has looked at again yet."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from services.referral.models import DangerReview
from shared.casework.case_reader import CaseReader

LISTED_AT_MOST = 50


def to_review(reader: CaseReader) -> Sequence[DangerReview]:
    """All of the cases that this officer may list, the earliest first."""
    rows = select(DangerReview).where(col(DangerReview.looked_at).is_(None), reader.open(col(DangerReview.case)))
    return reader.session.exec(rows.order_by(col(DangerReview.due)).limit(LISTED_AT_MOST)).all()


def reviews_of(session: Session, case: str) -> Sequence[DangerReview]:
    """Those of a case, the newest first."""
    return session.exec(select(DangerReview).where(DangerReview.case == case).order_by(col(DangerReview.at).desc())).all()
