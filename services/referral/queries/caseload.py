"""What the lead's pages read: its open cases. First danger that is not answered, then where nobody must move, then who waits longest."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, true
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from services.referral.models import Side
from shared.decisions.case_reader import CaseReader
from shared.protocol.case import Case
from shared.protocol.vocabulary import Urgency
from shared.store.tables import CaseView, Duty

PAGE = 25


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
    for id in clerk.session.exec(_in_order().where(clerk.open(col(CaseView.case))).offset((page - 1) * PAGE).limit(PAGE)):
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


def _in_order() -> SelectOfScalar[str]:
    waits = func.min(case((col(Duty.waiting).is_(True), col(Duty.asked_at)), else_=None))
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
