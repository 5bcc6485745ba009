"""Parking: what this instance failed to apply waits visibly, its case with it; other cases go on. `retry` tries it again."""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from shared.crypto.keystore import Keystore
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.apply import apply_all, parked_row, seen, unreadable
from shared.processing.parking_causes import NEWER_PROTOCOL, WAITS_BEHIND, Cause, cause_of
from shared.processing.service import Service
from shared.processing.unseal import NOT_FOR_US
from shared.protocol.channel import record_key
from shared.records.codec import Opened
from shared.records.reader import Taken
from shared.records.record import Record
from shared.store import at_rest
from shared.store.database import is_away
from shared.store.tables import Parked

logger: Any = structlog.get_logger("nrm.parking")


def place_of(error: BaseException) -> str:
    """Where in the code an error arose: file and line, no values."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""


class Again:
    """A parked row in the shape of a Kafka record."""

    def __init__(self, row: Parked, keys: Keystore | None) -> None:
        self.partition, self.offset, self.timestamp = row.partition, row.place, row.logged_at
        self.key: bytes | None = record_key(row.case).encode()
        self.value: bytes | None = at_rest.parked_value(keys, row)


@dataclass(frozen=True, slots=True)
class NotApplied:
    """Why a record could not be applied."""

    cause: Cause
    reason: str = ""
    """Kind and place of the failure, where the cause leaves that open; never a value."""


def apply_careful(work: UnitOfWork, free: list[Taken], service: Service) -> None:
    """Each record behind its own savepoint: the one that fails is parked, the rest goes on."""
    for taken in free:
        if isinstance(taken.opened, Opened) and taken.opened.core.case in work.parked_cases:
            work.parked.append(parked_row(taken, WAITS_BEHIND))
        elif fault := try_one(work, taken, service):
            if taken.said:
                work.parked.append(parked_row(taken, fault.cause, fault.reason))
            elif not seen(work, [taken]):  # what it says is not known, so nothing can wait behind it
                unreadable(work, taken.record, taken.opened if isinstance(taken.opened, str) else NOT_FOR_US)


def take_careful(work: UnitOfWork, records: list[Record], take: Callable[[UnitOfWork, Sequence[Record]], None]) -> None:
    """The same for a service that takes records as they are: what it cannot take is journalled as unreadable and holds nothing."""
    for record in records:
        try:
            with work.session.begin_nested():
                take(work, [record])
        except Exception as error:
            if is_away(error):
                raise
            logger.error("a record is unreadable", instance=work.instance.me, error=type(error).__name__, where=place_of(error))
            reason = "the record is not one that this service can take"
            if not seen(work, [Taken(record, reason)]):
                unreadable(work, record, reason)


def try_one(work: UnitOfWork, taken: Taken, service: Service) -> NotApplied | None:
    """Apply one record; why not where that fails, and then nothing of it remains."""
    attempt = UnitOfWork(
        work.instance,
        work.session,
        fills=True,
        views=dict(work.views),
        written=list(work.written),
        echoes={c: dict(k) for c, k in work.echoes.items()},
    )
    try:
        with work.session.begin_nested():
            apply_all(attempt, [taken], service)
            attempt.flush()
    except Exception as error:  # whatever a projection raises is a reason to park, never to lose the poll
        if is_away(error):
            raise
        logger.error("a record is parked", instance=work.instance.me, error=type(error).__name__, where=place_of(error))
        cause = cause_of(error)
        return NotApplied(cause, "" if cause is NEWER_PROTOCOL else f"{type(error).__name__}, {place_of(error)}")
    work.views |= attempt.views
    work.left |= attempt.left
    work.ended |= attempt.left
    work.removed |= attempt.removed
    work.stale += attempt.stale
    for case, keys in attempt.echoes.items():
        work.echoes.setdefault(case, {}).update(keys)
    work.written += attempt.said
    work.statistics += attempt.statistics
    return None
