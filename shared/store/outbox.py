"""The outbox as the database keeps it: what waits, in the order in which it must go."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlmodel import Session, col, select

from shared.crypto.keystore import Keystore
from shared.records.codec import Decided, Turn
from shared.store import at_rest
from shared.store.tables import Outbox, Statistic


class UnsentStatistic(NamedTuple):
    """A statistical record that Kafka has not acknowledged."""

    record: str
    """Its id."""
    body: str
    """JSON."""


def waiting(session: Session, keys: Keystore | None) -> Iterator[Decided]:
    """The decisions that are not on the log yet, in the order of `Outgoing`."""
    rows = select(Outbox).where(Outbox.state == "waiting").order_by(col(Outbox.turn), col(Outbox.seq))
    return (stored(row, keys) for row in session.exec(rows))


def stored(row: Outbox, keys: Keystore | None) -> Decided:
    """The decision that an outbox row holds, without the sections of an erased case."""
    parts = at_rest.opened(keys, at_rest.OUTBOX, row.key, row.case, row.parts)
    return Decided(row.key, row.case, row.type, row.cause, row.at, row.simulated, parts, row.ordinal, Turn(row.turn))


def unsent(session: Session, keys: Keystore | None) -> list[UnsentStatistic]:
    """Statistical records that Kafka has not acknowledged. Those of erased cases are let go, in this transaction."""
    found: list[UnsentStatistic] = []
    for row in session.exec(select(Statistic).where(col(Statistic.done).is_(False)).order_by(col(Statistic.seq))).all():
        body = at_rest.statistic_body(keys, row.record, row.body)
        if body is None:
            row.done = True
        else:
            found.append(UnsentStatistic(row.record, body))
    return found
