"""Retry: the instance itself tries parked cases again that somebody flagged, in its own transaction. Others only set the flags."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, or_, update
from sqlmodel import Session, col, select

from shared.decisions.state import State
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.park import Again, NotApplied, try_one
from shared.processing.parking_causes import CANNOT_BE_OPENED
from shared.processing.service import Service
from shared.processing.set_aside import may_go, set_aside
from shared.processing.unseal import reopened
from shared.records.reader import read
from shared.store.database import table
from shared.store.tables import Parked

FLAGGED = or_(col(Parked.retry).is_(True), col(Parked.aside).is_(True))
NOBODY = {"retry": False, "aside": False, "asked_by": "", "asked_reason": "", "asked_at": None}


def flagged(instance: State, connection: Connection) -> list[str]:
    """Parked cases that somebody wants tried again. What is sealed for a key that is lacking waits for it, flagged."""
    if not instance.parked or (instance.seal and not instance.seal.ready):
        return []
    return list(connection.scalars(select(table(Parked).c.case).where(FLAGGED).distinct()))


def drain(work: UnitOfWork, cases: Iterable[str], service: Service) -> None:
    """Of these parked cases the records again, in the order of the log; what fails stays, and what is behind it."""
    for case in cases:
        rows = work.session.exec(select(Parked).where(Parked.case == case).order_by(col(Parked.place))).all()
        if all(_done(work, row, service) for row in rows):
            work.freed.add(case)


def _done(work: UnitOfWork, row: Parked, service: Service) -> bool:
    """Whether the first record left of its case is out of the way: applied, or set aside because it still cannot be."""
    connection = work.session.connection()
    again = Again(row, work.instance.keystore)
    taken = reopened(work.instance.seal, again) or read([again])[0]
    opened = taken.said
    fault = try_one(work, taken, service) if opened else NotApplied(CANNOT_BE_OPENED)  # it was read once: its key is lost
    type = opened.core.type if opened else row.type  # of what opens, not what somebody may have written into the table
    if fault and not (row.aside and may_go(type)):
        connection.execute(update(Parked).where(col(Parked.case) == row.case).values(NOBODY))
        connection.execute(update(Parked).where(col(Parked.seq) == row.seq).values(code=fault.cause.code, reason=fault.reason))
        return False
    if fault:
        set_aside(work, row, taken)
    connection.execute(delete(Parked).where(col(Parked.seq) == row.seq))
    return True


def ask_retry(session: Session, case: str | None = None) -> int:
    """Flag parked cases (all, or one) for another try by the process that owns the partition; how many records that concerns."""
    flagged = update(Parked).values(retry=True)
    return session.connection().execute(flagged if case is None else flagged.where(col(Parked.case) == case)).rowcount
