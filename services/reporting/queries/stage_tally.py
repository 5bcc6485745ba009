"""Stages of hand-offs, counted by how long they took: by pair, stage, need and month, so that no page reads the history.

Counted in the transaction that takes a span or a fact, and only for those that are new.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, delete, func, or_, select, tuple_
from sqlmodel import Session

from services.reporting.models import StageTally
from services.reporting.rules.latency.time_buckets import LAST, bucket
from services.reporting.rules.latency.timings import Ended, end_of
from shared.store.database import add_up, table

SPAN, FACT, OFFICE = "span", "fact", "office"
"""Counted from spans, from facts, and from spans by the time that lay in office hours."""
OFFERED, OFFERED_WHOLE = "offered", "offered_whole"
"""Of waits in which something was offered: the time until then, and the whole of it, which is among those of spans, too."""
ALL = ""
"""All months, all needs: counted by themselves, so that a page that asks for all of them adds up nothing."""
KEYS = ("source", "simulated", "month", "need", "stage", "giver", "receiver", "end", "bucket")
C = table(StageTally).c
WHOSE = (C.giver, C.receiver, C.stage, C.end)
BUCKETS = tuple(func.aggregate_strings(cast(column, String), ",") for column in (C.bucket, C.n))
"""The buckets of one pair, stage and end in one row, and how many are in each: the database is quicker at laying them together than we
are at reading them one by one."""


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
    pairs: frozenset[tuple[str, str]] | None = None
    """None: every pair."""


ALL_STAGES = Only()


def count(session: Session, source: str, stages: Iterable[FinishedStage], times: int = 1) -> None:
    """Add stages that were never counted before; -1 times takes those away that were counted and should not have been, and what a former
    release has never counted stays at none."""
    found = Counter[tuple[object, ...]]()
    for one in stages:
        if end := end_of(one.stage, one.outcome, one.late, one.ms):
            for month, need in set(product((one.month, ALL), (one.need, ALL))):
                found[source, one.simulated, month, need, one.stage, one.giver, one.receiver, end.value, bucket(one.ms)] += times
    rows = [dict(zip(KEYS, key, strict=True)) | {"n": n} for key, n in sorted(found.items())]
    add_up(session.connection(), StageTally, rows, KEYS, "n")
    if times < 0:
        session.connection().execute(delete(table(StageTally)).where(C.source == source, C.n <= 0))


def empty(session: Session, source: str) -> None:
    """Take away what was counted from facts, or from spans."""
    session.connection().execute(delete(table(StageTally)).where(C.source == source))


def ended(session: Session, source: str, simulated: bool, only: Only = ALL_STAGES) -> list[Ended]:
    """What has ended, real or simulated ones."""
    found = select(*WHOSE, *BUCKETS).where(*_all_of(source, simulated, only)).group_by(*WHOSE)
    return [_ended(row) for row in session.connection().execute(found)]


def ended_within(session: Session, source: str, simulated: bool, only: Only, limits: Sequence[int]) -> list[Ended]:
    """The same, told no finer than by these buckets: each as the first of them that it does not exceed. For who asks how many took longer
    than a time, and not how long."""
    bounds = [-1, *sorted(set(limits)), LAST]
    parts = [func.coalesce(func.sum(C.n).filter(C.bucket > low, C.bucket <= high), 0) for low, high in pairwise(bounds)]
    found = select(*WHOSE, *parts).where(*_all_of(source, simulated, only)).group_by(*WHOSE)
    return [_ended_within(row, bounds[1:]) for row in session.connection().execute(found)]


def _all_of(source: str, simulated: bool, only: Only) -> tuple[ColumnElement[bool], ...]:
    return _asked(source, simulated, only), C.month == only.month, C.need == only.need


def _ended_within(row: Sequence[Any], bounds: Sequence[int]) -> Ended:
    giver, receiver, stage, end, *numbers = row
    return Ended(giver, receiver, stage, end, {bound: n for bound, n in zip(bounds, numbers, strict=True) if n})


def _ended(row: Sequence[Any]) -> Ended:
    giver, receiver, stage, end, buckets, numbers = row
    return Ended(giver, receiver, stage, end, dict(zip(map(int, buckets.split(",")), map(int, numbers.split(",")), strict=True)))


def months(session: Session, source: str, simulated: bool, only: Only = ALL_STAGES) -> list[tuple[str, Ended]]:
    """What has ended, by the month in which it began."""
    return _each(session, C.month, _asked(source, simulated, only), C.need == only.need)


def needs(session: Session, source: str, simulated: bool, only: Only) -> list[tuple[str, Ended]]:
    """What has ended, by what was asked."""
    return _each(session, C.need, _asked(source, simulated, only), C.month == only.month)


def _each(session: Session, by: ColumnElement[str], *of_these: ColumnElement[bool]) -> list[tuple[str, Ended]]:
    """By each value of a column, without what is counted for all of them."""
    found = select(by, *WHOSE, *BUCKETS).where(*of_these, by != ALL).group_by(by, *WHOSE).order_by(by)
    return [(value, _ended(row)) for value, *row in session.connection().execute(found)]


def _asked(source: str, simulated: bool, only: Only) -> ColumnElement[bool]:
    asked = {C.stage: only.stage, C.giver: only.giver, C.receiver: only.receiver}
    chosen = [column == value for column, value in asked.items() if value]
    chosen += [or_(C.giver == only.agency, C.receiver == only.agency)] if only.agency else []
    chosen += [tuple_(C.giver, C.receiver).in_(sorted(only.pairs))] if only.pairs is not None else []
    return and_(C.source == source, C.simulated.is_(simulated), *chosen)


def known_months(session: Session, source: str, simulated: bool) -> list[str]:
    """Months of which stages are counted, the newest first. Each is sought behind the one before it: a list of them would read the whole
    table."""
    found, next_one = [ALL], select(func.min(C.month)).where(C.source == source, C.simulated.is_(simulated))
    while month := session.connection().execute(next_one.where(C.month > found[-1])).scalar():
        found.append(month)
    return found[:0:-1]


def counts(session: Session, source: str) -> bool:
    """Whether any stage was counted so."""
    return session.connection().execute(select(C.n).where(C.source == source).limit(1)).first() is not None


def kinds_of_data(session: Session, source: str) -> set[bool]:
    """Whether real stages were counted, simulated ones, or both."""
    one = select(C.simulated).where(C.source == source, C.month == ALL, C.need == ALL).limit(1)
    return {kind for kind in (False, True) if session.connection().execute(one.where(C.simulated.is_(kind))).first()}
