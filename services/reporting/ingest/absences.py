"""Who was silent and is heard again: what came to them meanwhile, and what was overdue, by what agencies say is open and by finished spans.

Nothing is inferred from a desk that was down itself: as long as it does not listen, nobody is silent.

Whether a process lives is asked by this machine's clock. Where the clock of cases is simulated, hours of it pass in a moment: then who
ended and began anew while it was moved was away for as long as that clock says, and the absence says that it is simulated.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session
from sqlmodel import select as rows_of

from services.reporting.models import Absence, FinishedSpan, MissedHandoff
from services.reporting.queries import open_handoffs
from services.reporting.queries.open_handoffs import These
from services.reporting.rules.latency.timings import ANSWERED
from shared.config.country import Country
from shared.decisions.unit_of_work import UnitOfWork
from shared.observability.open_statement import SILENT, OpenStatement
from shared.protocol.case import HandoffState
from shared.store.database import insert_new, table

A, S = table(Absence).c, table(FinishedSpan).c
OPEN_LOOKED_AT = 10_000
"""Open hand-offs of one agency that are looked at: more than any has."""


class LastHeard(NamedTuple):
    """When an agency was heard before (ms): by this machine's clock, and by that of cases."""

    at: int
    clock_at: int


def heard(work: UnitOfWork, agency: str, statement: OpenStatement, last: LastHeard, now: int) -> None:
    """An agency is heard: note that it was away, where it was, and how far it has caught up."""
    session, instance = work.session, work.instance
    (clock, simulated), silent = instance.clock.now(), now - max(last.at, instance.began) > SILENT
    moved = simulated and statement.began > last.at >= instance.began and clock - last.clock_at > SILENT
    if not silent and not moved:
        _reads_on(session, agency, statement, now)
        return
    session.add(Absence(
        agency=agency, since=last.at, back=now, ran_on=0 < statement.began <= last.at, clock_at=clock, clock_since=last.clock_at,
        simulated=moved, records=statement.missed if statement.began else None, caught_up=_all_read(statement, now),
    ))  # fmt: skip
    session.flush()
    found = {row["handoff"]: row for row in _missed(session, instance.country, agency, last, clock)}
    insert_new(session.connection(), MissedHandoff, list(found.values()))


def _all_read(statement: OpenStatement, now: int) -> int | None:
    """When it has read all that lay there: now, if it says so; a former release says nothing of it."""
    return now if statement.began and not statement.behind else None


def _reads_on(session: Session, agency: str, statement: OpenStatement, now: int) -> None:
    """What it says of its last absence until it has read all. Where a former release came back, nothing is known of that. A process that
    was restarted meanwhile counts from its own start: what it took in is at least what was said before."""
    absence = session.exec(rows_of(Absence).where(A.agency == agency).order_by(A.since.desc()).limit(1)).first()
    if absence is None or absence.records is None or absence.caught_up is not None or not statement.began:
        return
    absence.records, absence.caught_up = max(absence.records, statement.missed), _all_read(statement, now)
    session.add(absence)


def _missed(session: Session, country: Country, agency: str, last: LastHeard, clock: int) -> Iterator[dict[str, Any]]:
    """What ended meanwhile, and what is open."""
    whose = {"agency": agency, "since": last.at}
    for row in _ended(session, country, agency, last):
        lapsed = row["outcome"] == HandoffState.EXPIRED
        if row["start"] > last.clock_at or lapsed:
            told = {name: row[name] for name in ("handoff", "giver", "receiver", "need", "simulated")}
            yield whose | told | {
                "trace": row["trace_id"], "came": row["start"] > last.clock_at, "overdue": lapsed, "open": False,
                "asked_at": row["start"], "due": row["answer_by"],
            }  # fmt: skip
    for one in open_handoffs.waiting(session, country.leading(), OPEN_LOOKED_AT, these=These(agency=agency)):
        came, overdue = one.receiver == agency and one.asked_at > last.clock_at, one.mover == agency and one.due < clock
        if came or overdue:
            told = {name: getattr(one, name) for name in ("handoff", "trace", "giver", "receiver", "need", "simulated", "asked_at", "due")}
            yield whose | told | {"came": came, "overdue": overdue, "open": True}


def _ended(session: Session, country: Country, agency: str, last: LastHeard) -> list[Any]:
    """Waits for it that ended after it was heard last, found by pair as the index has them."""
    givers = sorted({country.watched_as(one.id) for one in country.agencies})
    asked = select(S.handoff, S.trace_id, S.giver, S.receiver, S.need, S.simulated, S.outcome, S.start, S.answer_by).where(
        S.giver.in_(givers), S.receiver == agency, S.stage == ANSWERED, S.end > last.clock_at
    )
    return list(session.connection().execute(asked).mappings())
