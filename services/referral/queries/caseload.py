"""What the lead's pages read: its open cases, first those where nobody else must move, then those that wait longest."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, true
from sqlmodel import col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from shared.decisions.case_reader import Clerk
from shared.protocol.case import Case
from shared.store.tables import Duty, Picture

PAGE = 25


@dataclass(frozen=True)
class Led:
    """A case of the lead, with how many of its own decisions are not on the log yet."""

    id: str
    case: Case
    waiting: int


@dataclass(frozen=True)
class Load:
    """One page of the caseload, and the counts above it."""

    cases: list[Led]
    open: int
    closed: int
    joint: int
    late: int


def caseload(clerk: Clerk, page: int, now: int) -> Load:
    """The open cases in the order in which the lead should look at them."""
    found: list[Led] = []
    for id in clerk.session.exec(_in_order().where(clerk.open(col(Picture.case))).offset((page - 1) * PAGE).limit(PAGE)):
        shown = clerk.shown(id)
        if shown is not None:
            found.append(Led(id, shown.case, shown.waiting))
    is_open, joint = col(Picture.closed).is_(False), col(Picture.joint).is_(True)
    late = select(func.count(func.distinct(Duty.case))).where(
        col(Duty.open).is_(True), col(Duty.waiting).is_(True), col(Duty.due) < now, clerk.open(col(Duty.case))
    )
    return Load(
        found, _count(clerk, is_open), _count(clerk, col(Picture.closed).is_(True)), _count(clerk, and_(is_open, joint)),
        clerk.session.exec(late).one(),
    )  # fmt: skip


def _count(clerk: Clerk, where: ColumnElement[bool]) -> int:
    return clerk.session.exec(select(func.count()).select_from(Picture).where(where, clerk.open(col(Picture.case)))).one()


def _in_order() -> SelectOfScalar[str]:
    waits = func.min(case((col(Duty.waiting).is_(True), col(Duty.asked_at)), else_=None))
    rank = case((func.count(col(Duty.id)) == 0, 0), (waits.is_not(None), 1), else_=2)
    return (
        select(Picture.case)
        .outerjoin(Duty, and_(col(Duty.case) == col(Picture.case), col(Duty.open) == true()))
        .where(col(Picture.closed).is_(False))
        .group_by(Picture.case)
        .order_by(rank, waits, func.min(Picture.opened_at), Picture.case)
    )
