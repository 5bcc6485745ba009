"""What the lead's pages read: its open cases. First danger that is not answered, then where nobody must move, then who waits longest: for
an answer, or for somebody to take up what came back."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, null, true
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from services.referral.models import Side
from shared.decisions.case_reader import CaseReader
from shared.protocol.came_back import WITHOUT_HELP, came_back
from shared.protocol.case import Case, HandoffState
from shared.protocol.vocabulary import Urgency
from shared.store.tables import CaseView, Duty

PAGE = 25
BACK_AT_MOST = 500
"""Cases with requests that ended without help, which the lead's list looks at for needs that nobody has taken up: the oldest first."""


@dataclass(frozen=True)
class Led:
    """A case of the lead, with how many of its own decisions are not on the log yet."""

    id: str
    case: Case
    waiting: int


@dataclass(frozen=True)
class CaseloadPage:
    """One page of the caseload, and the counts above it."""

    cases: list[Led]
    open: int
    closed: int
    joint: int
    late: int


def caseload(clerk: CaseReader, page: int, now: int) -> CaseloadPage:
    """The open cases in the order in which the lead should look at them."""
    found: list[Led] = []
    for id in clerk.session.exec(_in_order(_back_since(clerk)).where(clerk.open(col(CaseView.case))).offset((page - 1) * PAGE).limit(PAGE)):
        shown = clerk.shown(id)
        if shown is not None:
            found.append(Led(id, shown.case, shown.waiting))
    is_open, joint = col(CaseView.closed).is_(False), col(CaseView.joint).is_(True)
    late = select(func.count(func.distinct(Duty.case))).where(
        col(Duty.open).is_(True), col(Duty.waiting).is_(True), col(Duty.due) < now, clerk.open(col(Duty.case))
    )
    return CaseloadPage(
        found, _count(clerk, is_open), _count(clerk, col(CaseView.closed).is_(True)), _count(clerk, and_(is_open, joint)),
        clerk.session.exec(late).one(),
    )  # fmt: skip


def _count(clerk: CaseReader, where: ColumnElement[bool]) -> int:
    return clerk.session.exec(select(func.count()).select_from(CaseView).where(where, clerk.open(col(CaseView.case)))).one()


def _back_since(clerk: CaseReader) -> dict[str, int]:
    """Case → when the oldest request was asked that came back and that nobody has taken up since."""
    ended = [state.value for state in (*WITHOUT_HELP, HandoffState.COMPLETED)]
    later = aliased(Duty)
    again = select(later.id).where(
        col(later.case) == col(Duty.case), col(later.need) == col(Duty.need), col(later.asked_at) > col(Duty.asked_at)
    )
    rows = (
        select(Duty.case).join(CaseView, col(CaseView.case) == col(Duty.case))
        .where(col(CaseView.closed).is_(False), Duty.kind == "handoff", col(Duty.state).in_(ended), ~again.exists())
        .group_by(Duty.case).order_by(func.min(Duty.asked_at)).limit(BACK_AT_MOST)
    )  # fmt: skip
    pictures = [shown.case for id in clerk.session.exec(rows) if (shown := clerk.shown(id)) is not None]
    back = {one.id: [h.requested_at for agency in one.agencies for h in came_back(one, agency)] for one in pictures}
    return {id: min(asked) for id, asked in back.items() if asked}


def _in_order(back: dict[str, int]) -> SelectOfScalar[str]:
    answer = func.min(case((col(Duty.waiting).is_(True), col(Duty.asked_at)), else_=None))
    since = case(back, value=col(CaseView.case), else_=null()) if back else null()
    waits = case((answer.is_(None), since), (since < answer, since), else_=answer)
    side = select(Side.side).where(col(Side.side) == CaseView.case).correlate(CaseView).exists()
    rank = case((and_(func.count(col(Duty.id)) == 0, ~side), 0), (waits.is_not(None), 1), else_=2)
    soon = _how_soon()
    unanswered = case((and_(soon == 0, rank < 2), 0), else_=1)
    return (
        select(CaseView.case)
        .outerjoin(Duty, and_(col(Duty.case) == col(CaseView.case), col(Duty.open) == true()))
        .where(col(CaseView.closed).is_(False))
        .group_by(CaseView.case)
        .order_by(unanswered, rank, soon, waits, func.min(CaseView.opened_at), CaseView.case)
    )


def _how_soon() -> ColumnElement[int]:
    """0 where somebody is in danger, 1 where it is urgent, 2 otherwise: any row of a case says so, ended ones too."""
    rows = aliased(Duty)
    level = case((col(rows.urgency) == Urgency.DANGER, 0), (col(rows.urgency) == Urgency.HIGH, 1), else_=2)
    return select(func.min(level)).where(col(rows.case) == col(CaseView.case)).correlate(CaseView).scalar_subquery()
