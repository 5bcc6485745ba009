"""What is parked at one instance, read for pages and the command line: its place, why, who can mend it. Never a record's content."""

from dataclasses import dataclass

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from shared.processing.parking_causes import Cause, cause
from shared.processing.set_aside import Aside, aside_of, may_go
from shared.store.tables import ASIDE, Journal, Parked

RECORDS_AT_MOST = 200
"""Rows of a page."""


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A parked record, the first one parked of its case, and how many wait behind that."""

    row: Parked
    first: Parked
    behind: int

    @property
    def why(self) -> Cause:
        """Why this record waits."""
        return cause(self.row.code)

    @property
    def root(self) -> Cause:
        """Why its case waits: what holds the first record."""
        return cause(self.first.code)

    @property
    def holds(self) -> bool:
        """Whether it is this record that holds its case."""
        return self.row.seq == self.first.seq

    @property
    def may_go(self) -> bool:
        """Whether it may be set aside."""
        return self.holds and may_go(self.row.type)

    @property
    def at(self) -> str:
        """Its place on the log, partition:offset."""
        return f"{self.row.partition}:{self.row.place}"


def held_cases(session: Session, limit: int = RECORDS_AT_MOST) -> list[HeldCase]:
    """The record that holds each parked case, the longest parked first. Of one case all records lie in one partition."""
    groups = select(Parked.case, func.min(Parked.place), func.count()).group_by(col(Parked.case)).subquery()
    named = select(Parked, groups.c[2]).join(groups, (col(Parked.case) == groups.c[0]) & (col(Parked.place) == groups.c[1]))
    rows = session.exec(named.order_by(col(Parked.seq)).limit(limit)).all()
    return [HeldCase(row, row, number - 1) for row, number in rows]


def held_record(session: Session, partition: int, place: int) -> HeldCase | None:
    """One parked record."""
    row = session.exec(select(Parked).where(Parked.partition == partition, Parked.place == place)).first()
    if row is None:
        return None
    first = session.exec(select(Parked).where(Parked.case == row.case).order_by(col(Parked.place)).limit(1)).one()
    number = session.exec(select(func.count()).select_from(Parked).where(Parked.case == row.case)).one()
    return HeldCase(row, first, number - 1)


def held_behind(session: Session, case: str, limit: int = RECORDS_AT_MOST) -> list[Parked]:
    """The records of a case that wait behind its first one, in the order of the log."""
    rows = select(Parked).where(Parked.case == case).order_by(col(Parked.place)).offset(1).limit(limit)
    return list(session.exec(rows))


def set_aside_records(session: Session, limit: int = RECORDS_AT_MOST) -> list[Aside]:
    """What was set aside here, the newest first."""
    rows = select(Journal).where(text(ASIDE)).order_by(col(Journal.seq).desc()).limit(limit)
    return [aside_of(row) for row in session.exec(rows)]
