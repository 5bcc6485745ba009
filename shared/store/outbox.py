"""The outbox as the database keeps it: what waits, in the order in which it must go."""

import secrets
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlmodel import Session, col, select

from shared.crypto.keystore import Keystore
from shared.records.codec import Decided, Turn
from shared.store import at_rest
from shared.store.tables import Outbox, Statistic

WAITING = select(Outbox).where(Outbox.state == "waiting").order_by(col(Outbox.turn), col(Outbox.seq))
UNSENT = select(Statistic).where(col(Statistic.done).is_(False)).order_by(col(Statistic.seq))


class UnsentStatistic(NamedTuple):
    """A statistical record that Kafka has not acknowledged."""

    record: str
    """Its id."""
    body: str
    """JSON."""
    case: str = ""
    """Whose case it counts something of; empty where no release noted it."""
    batch: str = ""
    """The batch that it was put in; empty while it waits for one."""


class StatisticBatch(NamedTuple):
    """Statistical records that go out together, in this order, as one record of Kafka's."""

    name: str
    """Kafka's key: random, so that it says nothing."""
    records: tuple[UnsentStatistic, ...]


def batches(records: Iterable[UnsentStatistic]) -> list[StatisticBatch]:
    """Those that were put in batches, by these."""
    found: dict[str, list[UnsentStatistic]] = {}
    for one in records:
        if one.batch:
            found.setdefault(one.batch, []).append(one)
    return [StatisticBatch(name, tuple(shuffled(inside))) for name, inside in found.items()]


def shuffled(records: Iterable[UnsentStatistic]) -> list[UnsentStatistic]:
    """In random order: that of the table is the order in which things happened."""
    some = list(records)
    secrets.SystemRandom().shuffle(some)
    return some


def waiting(session: Session, keys: Keystore | None) -> Iterator[Decided]:
    """The decisions that are not on the log yet, in the order of the send queue."""
    return (stored(row, keys) for row in session.exec(WAITING))


def stored(row: Outbox, keys: Keystore | None) -> Decided:
    """The decision that an outbox row holds, without the sections of an erased case."""
    parts = at_rest.opened(keys, at_rest.OUTBOX, row.key, row.case, row.parts)
    return Decided(row.key, row.case, row.type, row.cause, row.at, row.simulated, parts, row.ordinal, Turn(row.turn))


def unsent(session: Session, keys: Keystore | None) -> list[UnsentStatistic]:
    """Statistical records that Kafka has not acknowledged. Those of erased cases are let go, in this transaction."""
    found: list[UnsentStatistic] = []
    for row in session.exec(UNSENT).all():
        body = at_rest.statistic_body(keys, row.record, row.body)
        if body is None:
            row.done = True
        else:
            found.append(UnsentStatistic(row.record, body, row.case, row.batch))
    return found
