"""What an instance knows from its database when it starts, and when it begins to read another log."""

import secrets

from sqlalchemy import update
from sqlmodel import Session, select

from shared.decisions import jobs
from shared.decisions.state import State, Stored
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.erasure import fits
from shared.processing.parking_causes import NEWER_PROTOCOL
from shared.processing.recovery import missing, reports
from shared.store import at_rest, chain
from shared.store.database import table, upsert
from shared.store.first_look import FirstLook, first_look
from shared.store.instance_tables import ONE, InstanceMetadata, LogState, only
from shared.store.outbox import unsent, waiting
from shared.store.tables import CaseView, Parked, Position

LISTED_AT_ONCE = 500
"""Cases whose jobs are written in one statement at a start."""
TRIED_AGAIN = update(table(Parked)).where(table(Parked).c.code == NEWER_PROTOCOL.code).values(retry=True)
AWAITING = select(table(CaseView).c.case).where(table(CaseView).c.awaits.is_(True))
PARKED, PARKED_CASES = select(Parked), select(table(Parked).c.case).distinct()
"""Made once, as what `first_look` asks."""


def load(instance: State) -> None:
    """Fill the memory of an instance that starts. It may be a newer release: cases of a protocol that was unknown are tried again."""
    with Session(instance.engine, expire_on_commit=False) as session, session.begin():
        connection = session.connection()
        chain.begin(connection, instance.clock.now()[0])
        there = first_look(connection)
        fits(instance, session, there)
        if there.parked:
            reread(instance, session)
            connection.execute(TRIED_AGAIN)
        instance.fill(stored(instance, session, there))
        instance.positions.load(connection)
        instance.outgoing.fill(waiting(session, instance.keystore) if there.waiting else ())
        instance.outgoing.await_checkpoints(connection.scalars(AWAITING) if there.pictures else ())
        instance.outgoing.hold(set(instance.parked))
        unlisted, work = jobs.unlisted(connection) if there.pictures else [], UnitOfWork(instance, session)
        for at in range(0, len(unlisted), LISTED_AT_ONCE):
            work.list_jobs(unlisted[at : at + LISTED_AT_ONCE])


def stored(instance: State, session: Session, there: FirstLook) -> Stored:
    """What the database says of the instance; a new one is given its secret."""
    secret, is_new = _secret(instance, session, there)
    parked = session.connection().scalars(PARKED_CASES) if there.parked else ()
    lost = missing(reports(session)) if there.lost else 0
    waits = unsent(session, instance.keystore) if there.unsent else ()
    return Stored(secret, is_new, there.fence, there.generation, there.keeps, frozenset(parked), tuple(waits), lost, there.slot)


def reread(instance: State, session: Session) -> None:
    """Parked records whose key is gone, as in a database that came back from before its case was erased, are read from the log once more
    with all that waits behind them, or the case would wait for ever."""
    parked = session.exec(PARKED).all() if instance.keystore else ()
    lost = {row.case for row in parked if not at_rest.parked_value(instance.keystore, row)}
    for row in (row for row in parked if row.case in lost):
        at = session.get(Position, (instance.positions.topic, row.partition))
        if at and row.place < at.next:
            at.next, at.digest = row.place, ""
        session.delete(row)
    session.flush()


def recall(instance: State) -> None:
    """After a commit in doubt, fill the memory of a running instance again. What is on its way is sent again, which is harmless."""
    if not instance.in_doubt:
        return
    instance.cache.clear()
    instance.outgoing.forget()
    load(instance)
    if instance.generation != instance.reads_generation:  # it was the commit that admits another log
        instance.reads_from_beginning()
    instance.no_longer_in_doubt()
    instance.woken()


def _secret(instance: State, session: Session, there: FirstLook) -> tuple[bytes, bool]:
    """What makes ids that nobody can guess, and whether it is new. A new database takes it from the decision log, so that nothing is
    counted twice."""
    decision_log = instance.decision_log
    known = there.secret or (decision_log.secret if decision_log else "")
    secret = known or secrets.token_hex(32)
    if not there.secret:
        upsert(session.connection(), InstanceMetadata, [{"id": ONE, "secret": secret}], ("id",))
    if decision_log:
        decision_log.note_secret(secret)
    return bytes.fromhex(secret), not known


def fence_off(instance: State, reason: str) -> None:
    """Stop: this is another log. Nothing is sent and nothing applied until somebody has looked; the next start knows why."""
    instance.fenced(reason)
    instance.positions.back()
    with Session(instance.engine) as session, session.begin():
        log = only(session, LogState)
        log.fence = reason
        session.add(log)
