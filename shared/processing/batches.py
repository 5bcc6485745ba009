"""Batches of statistical records: put together at fixed times, when what waits is of cases enough, and never before.

Whoever reads the bus without a key sees when a batch comes and how large it is padded. One that held a single case would tell by its time
what happened in it, so what waits goes out at fixed times only, in random order, each batch of at least the country's number of cases.
"""

import secrets
from collections.abc import Sequence
from typing import Any

import sqlalchemy
import structlog
from sqlalchemy import update
from sqlmodel import Session, col, select

from shared.config.calendar import HOUR
from shared.decisions.audit import AuditLine
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, UnitOfWork
from shared.records.batch_sealing import must_be_able
from shared.records.sealer import NotNow
from shared.store import statements
from shared.store.database import reading, table
from shared.store.instance_tables import BatchSchedule, only
from shared.store.outbox import StatisticBatch, UnsentStatistic, shuffled, unsent
from shared.store.tables import Statistic

logger: Any = structlog.get_logger("nrm.batches")
RECORDS_OF_A_BATCH = 256
"""Statistical records of one batch."""


def tend(instance: State, transact: Transact, *, unwritten: bool = False) -> None:
    """Put what waits in batches, where a fixed time has come or somebody asked for all of it: nobody has where the database is `unwritten`
    since that was looked at."""
    if not instance.caught_up or (instance.slot == _slot(instance) and (unwritten or not _asked(instance))):
        return
    try:
        must_be_able(instance.seal)
    except NotNow as reason:  # it waits, and the fixed time with it
        if instance.unsent and instance.batches_wait != str(reason):
            logger.warning("statistical records wait", instance=instance.me, reason=str(reason))
        instance.batches_waiting_for(str(reason))
        return
    instance.batches_waiting_for("")
    again = transact(_again)
    if again is not None:
        instance.refill_statistics(again)
    transact(_look)
    if instance.batches:
        instance.woken()


def ask_flush(session: Session) -> bool:
    """Have all that waits go out now: at the end of a demo or an import, whose people are invented or long published. Whether anything has
    not gone yet, in a batch or in none."""
    left = set(session.exec(select(col(Statistic.batch) == "").where(col(Statistic.done).is_(False)).distinct()))
    if True in left:
        schedule = only(session, BatchSchedule)
        schedule.flush = True
        session.add(schedule)
    return bool(left)


def ask_again(session: Session, officer: str) -> None:
    """Have all that was counted go once more, in the batches that it was in: reporting has lost its journal, or was listed late."""
    schedule = only(session, BatchSchedule)
    schedule.again = officer
    session.add(schedule)


def batched(waiting: Sequence[UnsentStatistic], cases: int) -> list[StatisticBatch]:
    """Batches of what waits, in random order, each of at least so many cases. What is of too few waits on."""
    some = shuffled(waiting)
    number = -(-len(some) // RECORDS_OF_A_BATCH)
    parts = [some[n::number] for n in range(number)]
    return [StatisticBatch(secrets.token_hex(16), tuple(part)) for part in parts if len({one.case for one in part}) >= cases]


def _slot(instance: State) -> int:
    """The fixed time that has come last, by the instance's own clock: counted in the country's interval since 1970."""
    return instance.clock.now()[0] // max(1, int(instance.country.statistics.every * HOUR))


def _asked(instance: State) -> bool:
    """Whether somebody asked for something from outside."""
    said = table(BatchSchedule).c
    with reading(instance.engine) as connection:
        schedule = connection.execute(sqlalchemy.select(said.again, said.flush)).first()
    return schedule is not None and (bool(schedule.again) or (schedule.flush and bool(instance.unsent)))


def _again(work: UnitOfWork) -> list[UnsentStatistic] | None:
    """All of it, where somebody asked for that; it is forgotten then. What was erased is not in it."""
    schedule = only(work.session, BatchSchedule)
    if not schedule.again:
        return None
    work.audits.append(AuditLine(work.instance.clock.now()[0], schedule.again, "statistics-sent-again", "", ""))
    work.session.connection().execute(update(table(Statistic)).values(done=False))
    schedule.again = ""
    work.session.add(schedule)
    return unsent(work.session, work.instance.keystore)


def _look(work: UnitOfWork) -> None:
    instance, schedule = work.instance, only(work.session, BatchSchedule)
    now, first = _slot(instance), schedule.slot is None
    fewest = 1 if schedule.flush else instance.country.statistics.cases
    found = [] if first and not schedule.flush else batched(instance.unsent, fewest)
    schedule.slot, schedule.flush = now, False
    work.session.add(schedule)
    rows = [{"r": one.record, "b": batch.name} for batch in found for one in batch.records]
    if rows:
        work.session.connection().execute(statements.BATCHED, rows)
    work.batched = (now, found)
