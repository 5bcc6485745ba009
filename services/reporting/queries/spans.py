"""What operators ask of the finished spans: what is open, what is late, how long hand-offs take, the path of one case."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, exists, func, not_, select
from sqlmodel import Session, col
from sqlmodel import select as rows_of

from services.reporting.models import FinishedSpan
from services.reporting.rules.timings import Took
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.events import CaseClosed, CaseReopened
from shared.store.database import insert_new, table

ASKED, ANSWERED, COMPLETED = "requested", "answered", "completed"


class Open(NamedTuple):
    """How many hand-offs wait for an answer, and how many of these are late."""

    number: int = 0
    late: int = 0


def store(work: UnitOfWork, rows: list[dict[str, Any]]) -> None:
    """Keep spans; one that is here already stays as it is, so that sending twice makes no second one."""
    insert_new(work.session.connection(), FinishedSpan, rows)


def _open(asked: FromClause) -> ColumnElement[bool]:
    """A hand-off is open while it was requested and nobody has answered; a closing that was not taken back ends it."""
    other, closing = table(FinishedSpan).alias("other"), table(FinishedSpan).alias("closing")
    answered = exists().where(other.c.handoff == asked.c.handoff, other.c.stage == ANSWERED)
    again = table(FinishedSpan).alias("again")
    reopened = exists().where(again.c.trace_id == closing.c.trace_id, again.c.name == CaseReopened.TYPE, again.c.start >= closing.c.start)
    closed = exists().where(closing.c.trace_id == asked.c.trace_id, closing.c.name == CaseClosed.TYPE, not_(reopened))
    return (asked.c.stage == ASKED) & not_(answered) & not_(closed)


def open_handoffs(session: Session, limit: int, skip: int = 0, kinds: Sequence[bool] = (False, True)) -> Sequence[Any]:
    """The open hand-offs, real ones (False), simulated ones (True) or both, oldest first: rows of the `requested` spans."""
    asked = table(FinishedSpan).alias("asked")
    these = select(asked).where(_open(asked), asked.c.simulated.in_(kinds))
    return session.connection().execute(these.order_by(asked.c.start, asked.c.span_id).limit(limit).offset(skip)).all()


def how_many_open(session: Session, now: int) -> dict[bool, Open]:
    """How many are open, real ones (False) and simulated ones (True) apart; none of a kind of which none waits."""
    asked = table(FinishedSpan).alias("asked")
    late = func.count().filter(asked.c.answer_by < now)
    counted = select(asked.c.simulated, func.count(), late).where(_open(asked)).group_by(asked.c.simulated)
    return {simulated: Open(number, late) for simulated, number, late in session.connection().execute(counted)}


def took(session: Session, simulated: bool) -> list[Took]:
    """Every finished stage, real or simulated ones; not the answer of a question, which takes nothing on and ends what was asked."""
    spans = table(FinishedSpan)
    stages = select(spans.c.giver, spans.c.receiver, spans.c.stage, spans.c.end - spans.c.start, spans.c.late).where(
        spans.c.stage.not_in(("", ASKED)),
        not_((spans.c.stage == ANSWERED) & (spans.c.outcome == COMPLETED)),
        spans.c.simulated.is_(simulated),
    )
    return [Took(*row) for row in session.connection().execute(stages)]


def kinds_of_data(session: Session) -> set[bool]:
    """Whether there are real times, simulated ones, or both."""
    spans = table(FinishedSpan)
    return set(session.connection().execute(select(spans.c.simulated).where(spans.c.stage != "").distinct()).scalars())


def of_trace(session: Session, trace: str) -> Sequence[FinishedSpan]:
    """The spans of a case, in order of time."""
    whole = rows_of(FinishedSpan).where(FinishedSpan.trace_id == trace)
    return session.exec(whole.order_by(col(FinishedSpan.start), col(FinishedSpan.end), col(FinishedSpan.span_id))).all()
