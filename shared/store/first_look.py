"""The first look at the database of an instance that starts: its tables of one row, and whether others have anything to read.

One statement, since a start waits for each that it asks, and most of what it must ask has no answer: nothing is parked, nothing waits,
nothing was erased.
"""

from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Connection, ScalarSelect, exists, or_, select

from shared.store.account_tables import AccountEntry
from shared.store.database import table
from shared.store.erasure_tables import ErasedClass, RenewedKey
from shared.store.instance_tables import ONE, BatchSchedule, InstanceMetadata, LogState, LostDecision
from shared.store.message_tables import MessageRow
from shared.store.person_tables import StatementRow
from shared.store.tables import CaseView, Outbox, Parked, Statistic


class FirstLook(NamedTuple):
    """What it shows; of a table of one row that has none yet, what is usual."""

    secret: str
    """Empty before the first start."""
    keystore: str | None
    keeps: bool
    """Whether something of a case that was left may still be here."""
    generation: int
    fence: str
    slot: int | None
    parked: bool
    """Whether records are parked; and so on for what follows."""
    unsent: bool
    """Statistical records."""
    lost: bool
    """Decisions that a recovery report names."""
    waiting: bool
    """Decisions that are not on the log."""
    pictures: bool
    """Cases."""
    erased: bool
    """Something was erased here, or has another key than its first."""


def first_look(connection: Connection) -> FirstLook:
    """Read, in one statement, what the database says when it is opened."""
    secret, keystore, keeps, generation, fence, slot, *there = connection.execute(LOOK).one()
    return FirstLook(secret or "", keystore, bool(keeps), generation or 1, fence or "", slot, *there)


def _only(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    one = cast(Any, column).table
    return select(column).where(one.c.id == ONE).scalar_subquery()


def _any(column: ColumnElement[Any], *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(column).where(*which))


ME, LOG, SCHEDULE = (table(model).c for model in (InstanceMetadata, LogState, BatchSchedule))
OUT, COUNTED = table(Outbox).c, table(Statistic).c
STATED, SAID, TOLD = (table(model).c for model in (StatementRow, MessageRow, AccountEntry))
LOOK = select(
    _only(ME.secret).label("secret"), _only(ME.keystore).label("keystore"), _only(ME.keeps_left_cases).label("keeps"),
    _only(LOG.generation).label("generation"), _only(LOG.fence).label("fence"), _only(SCHEDULE.slot).label("slot"),
    _any(table(Parked).c.seq).label("parked"), _any(COUNTED.seq, COUNTED.done.is_(False)).label("unsent"),
    _any(table(LostDecision).c.seq).label("lost"), _any(OUT.seq, OUT.state == "waiting").label("waiting"),
    _any(table(CaseView).c.case).label("pictures"),
    or_(
        _any(table(ErasedClass).c.case), _any(table(RenewedKey).c.case),
        *(_any(one.case, one.erased_at.is_not(None)) for one in (STATED, SAID, TOLD)),
    ).label("erased"),
)  # fmt: skip
"""Made once: to make a statement takes as long as to ask it, and a process or an import starts many instances."""
