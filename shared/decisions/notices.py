"""Whoever must do a job is told that something needs them: the row is written in the transaction that makes the job, so no notice is lost.

A row names the case, so that a notice whose job is done meanwhile is not sent; what is sent names nothing.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, select, update

from shared.config.escalation import Rung, Step
from shared.decisions.job_share import JobShare
from shared.decisions.jobs import lasts
from shared.decisions.state import State
from shared.protocol.next_moves import What
from shared.store.database import table, upsert
from shared.store.job_tables import Job, reached, reached_at
from shared.store.notice_tables import Notice
from shared.store.tables import Assignment

DESK = ""
"""Who is told of a case that nobody has."""
A, J = table(Assignment).c, table(Job).c
THEIRS = select(A.case, A.officer).where(A.case.in_(bindparam("cases", expanding=True)))
RANKS = (
    select(J.case, func.min(J.rank))
    .where(J.case.in_(bindparam("cases", expanding=True)), J.who == bindparam("who"), lasts(bindparam("now")))
    .group_by(J.case)
)
OPENED = and_(J.who == bindparam("agency"), J.what == What.DECIDE_STATUS.value, J.opens > 0, J.opens <= bindparam("now"), J.since < J.opens)
"""What was not allowed when it was last news, and is now."""
OPEN_NOW = select(J.case, J.rank).where(OPENED)
KNOWN_OPEN = update(table(Job)).where(OPENED).values(since=bindparam("now"))


def tell(connection: Connection, news: Sequence[dict[str, Any]], at: int) -> None:
    """Whose the cases of these jobs are is to be told; of a case that nobody has, the desk."""
    ranks: dict[str, int] = {}
    for row in news:
        ranks[row["case"]] = min(row["rank"], ranks.get(row["case"], row["rank"]))
    if not ranks:
        return
    whose: dict[str, list[str]] = {}
    for case, officer in connection.execute(THEIRS, {"cases": sorted(ranks)}):
        whose.setdefault(case, []).append(officer)
    _write(connection, [(officer, case, rank) for case, rank in ranks.items() for officer in whose.get(case, [DESK])], at)


def tell_of_cases(connection: Connection, instance: State, cases: Collection[str], officer: str, at: int) -> None:
    """An officer has these cases from now on, or nobody has them: what is to be done in them is news to who has it now."""
    ranks = open_ranks(connection, instance, cases)
    _write(connection, [(officer, case, rank) for case, rank in ranks.items()], at)


def opened(connection: Connection, instance: State) -> list[dict[str, Any]]:
    """The decisions on status that had to wait for their time, which has come since somebody was told of them."""
    if instance.tells_of in (None, JobShare.REST):
        return []
    found = connection.execute(OPEN_NOW, {"agency": instance.agency, "now": instance.clock.now()[0]})
    return [{"case": case, "rank": rank} for case, rank in found]


def tell_of_opened(connection: Connection, instance: State) -> None:
    """That such a time has come is news, once: to whom a notice goes, and on the page Today."""
    now = instance.clock.now()[0]
    if news := opened(connection, instance):
        tell(connection, news, now)
        connection.execute(KNOWN_OPEN, {"agency": instance.agency, "now": now})


def left_undone(connection: Connection, instance: State) -> list[str]:
    """The cases in which somebody is in danger and nobody here has done what is to be done by the first step of the country's ladder, which
    has come since somebody was told of it."""
    step = instance.country.ladder.step(Rung.OFFICER)
    if step is None or instance.tells_of is None:
        return []
    return list(connection.execute(select(J.case).where(*_in_danger(instance, step), J.since < reached_at(step)).distinct()).scalars())


def tell_of_left_undone(connection: Connection, instance: State) -> None:
    """That is news, once, to whose the case is and to the desk besides: who has it may be asleep."""
    step, now = instance.country.ladder.step(Rung.OFFICER), instance.clock.now()[0]
    cases = left_undone(connection, instance)
    if step is None or not cases:
        return
    theirs = [(officer, case, 0) for case, officer in connection.execute(THEIRS, {"cases": sorted(cases)})]
    _write(connection, [*theirs, *((DESK, case, 0) for case in cases)], now)
    known = (*_in_danger(instance, step), J.since < reached_at(step))
    connection.execute(update(table(Job)).where(*known).values(since=now))


def reminded(connection: Connection, instance: State, cases: Collection[str]) -> set[str]:
    """Those of these cases of which the desk is told though somebody has them: nobody did in time what is to be done in danger."""
    step = instance.country.ladder.step(Rung.OFFICER)
    if step is None or instance.tells_of is None or not cases:
        return set()
    return set(connection.execute(select(J.case).where(J.case.in_(cases), *_in_danger(instance, step))).scalars())


def _in_danger(instance: State, step: Step) -> tuple[ColumnElement[bool], ...]:
    assert instance.tells_of is not None
    now = instance.clock.now()[0]
    return (J.who == instance.agency, J.rank == 0, instance.tells_of.own(instance.agency), lasts(now), reached(step, now))


def open_ranks(connection: Connection, instance: State, cases: Collection[str]) -> dict[str, int]:
    """Those of these cases in which something is to be done from here, and whether somebody is in danger there (0)."""
    if instance.tells_of is None or not cases:
        return {}
    ranks = RANKS.where(instance.tells_of.own(instance.agency))
    found = connection.execute(ranks, {"cases": sorted(cases), "who": instance.agency, "now": instance.clock.now()[0]})
    return {case: rank for case, rank in found}


def _write(connection: Connection, rows: Sequence[tuple[str, str, int]], at: int) -> None:
    """One that waits already waits since it was written first."""
    written = [{"officer": officer, "case": case, "rank": rank, "at": at} for officer, case, rank in rows]
    upsert(connection, Notice, written, ("officer", "case"), keep=("at",))
