"""Stages of hand-offs, counted by how long they took: by pair, stage, need and month, so that no page reads the history.

Counted in the transaction that takes a span or a fact, and only for those that are new.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlmodel import Session

from services.reporting.models import StageTally
from services.reporting.rules.time_buckets import bucket
from services.reporting.rules.timings import Ended, end_of
from shared.store.database import add_up, table

SPAN, FACT, OFFICE = "span", "fact", "office"
"""Counted from spans, from facts, and from spans by the time that lay in office hours."""
OFFERED, OFFERED_WHOLE = "offered", "offered_whole"
"""Of waits in which something was offered: the time until then, and the whole of it, which is among those of spans, too."""
ALL = ""
"""All months, all needs: counted by themselves, so that a page that asks for all of them adds up nothing."""
KEYS = ("source", "simulated", "month", "need", "stage", "giver", "receiver", "end", "bucket")
C = table(StageTally).c
SAID = (C.giver, C.receiver, C.stage, C.end, C.bucket, C.n)
"""What a row says, as `Ended` has it."""


class FinishedStage(NamedTuple):
    """A stage that has ended."""

    simulated: bool
    month: str
    need: str
    stage: str
    giver: str
    receiver: str
    outcome: str
    late: bool
    ms: int


@dataclass(frozen=True)
class Only:
    """Which stages are asked for; what is empty is not asked."""

    month: str = ALL
    need: str = ALL
    stage: str = ""
    giver: str = ""
    receiver: str = ""
    agency: str = ""
    """Who asked or was asked."""


ALL_STAGES = Only()


def count(session: Session, source: str, stages: Iterable[FinishedStage]) -> None:
    """Add stages that were never counted before."""
    found = Counter[tuple[object, ...]]()
    for one in stages:
        if end := end_of(one.stage, one.outcome, one.late, one.ms):
            for month, need in set(product((one.month, ALL), (one.need, ALL))):
                found[source, one.simulated, month, need, one.stage, one.giver, one.receiver, end.value, bucket(one.ms)] += 1
    rows = [dict(zip(KEYS, key, strict=True)) | {"n": n} for key, n in sorted(found.items())]
    add_up(session.connection(), StageTally, rows, KEYS, "n")


def empty(session: Session, source: str) -> None:
    """Take away what was counted from facts, or from spans."""
    session.connection().execute(delete(table(StageTally)).where(C.source == source))


def ended(session: Session, source: str, simulated: bool, only: Only = ALL_STAGES) -> list[Ended]:
    """What has ended, real or simulated ones."""
    of_these = _asked(source, simulated, only), C.month == only.month, C.need == only.need
    return [Ended(*row) for row in session.connection().execute(select(*SAID).where(*of_these))]


def months(session: Session, source: str, simulated: bool, only: Only = ALL_STAGES) -> list[tuple[str, Ended]]:
    """What has ended, by the month in which it began."""
    return _each(session, C.month, _asked(source, simulated, only), C.need == only.need)


def needs(session: Session, source: str, simulated: bool, only: Only) -> list[tuple[str, Ended]]:
    """What has ended, by what was asked."""
    return _each(session, C.need, _asked(source, simulated, only), C.month == only.month)


def _each(session: Session, by: ColumnElement[str], *of_these: ColumnElement[bool]) -> list[tuple[str, Ended]]:
    """By each value of a column, without what is counted for all of them."""
    found = select(by, *SAID).where(*of_these, by != ALL).order_by(by)
    return [(value, Ended(*row)) for value, *row in session.connection().execute(found)]


def _asked(source: str, simulated: bool, only: Only) -> ColumnElement[bool]:
    asked = {C.stage: only.stage, C.giver: only.giver, C.receiver: only.receiver}
    chosen = [column == value for column, value in asked.items() if value]
    chosen += [or_(C.giver == only.agency, C.receiver == only.agency)] if only.agency else []
    return and_(C.source == source, C.simulated.is_(simulated), *chosen)


def known_months(session: Session, source: str, simulated: bool) -> list[str]:
    """Months of which stages are counted, the newest first."""
    found = select(C.month).where(C.source == source, C.simulated.is_(simulated), C.month != ALL).distinct().order_by(C.month.desc())
    return list(session.connection().execute(found).scalars())


def counts(session: Session, source: str) -> bool:
    """Whether any stage was counted so."""
    return session.connection().execute(select(C.n).where(C.source == source).limit(1)).first() is not None


def kinds_of_data(session: Session, source: str) -> set[bool]:
    """Whether real stages were counted, simulated ones, or both."""
    one = select(C.simulated).where(C.source == source, C.month == ALL, C.need == ALL).limit(1)
    return {kind for kind in (False, True) if session.connection().execute(one.where(C.simulated.is_(kind))).first()}
