"""Finished spans: kept as they come, with their stages counted; and the path of one case."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as rows_of

from services.reporting.models import FinishedSpan
from services.reporting.queries import offers, passed_round, stage_tally
from services.reporting.queries.stage_tally import FinishedStage
from services.reporting.rules.latency.timings import ASKED
from shared.config.calendar import month_of
from shared.config.working_days import OfficeDays
from shared.decisions.unit_of_work import UnitOfWork
from shared.store.database import insert_new, table

CHUNK = 2_000
"""Spans that are looked for at one time."""


def store(work: UnitOfWork, rows: list[dict[str, Any]]) -> None:
    """Keep spans, and count the stages that have ended; one that is here already stays as it is, so that sending twice makes no second
    one."""
    told = work.instance.country.watched_as
    fresh = [_kept(row) | {end: told(row.get(end, "")) for end in ("giver", "receiver")} for row in _fresh(work.session, rows)]
    zone, office = work.instance.country.time_zone, work.instance.country.office_days
    _catch_up_in_office(work.session, zone, office)
    insert_new(work.session.connection(), FinishedSpan, fresh)
    stage_tally.count(work.session, stage_tally.SPAN, (_stage(row, zone) for row in fresh))
    offers.count(work.session, fresh, zone)
    passed_round.count(work.session, fresh, zone)
    staged = (row for row in fresh if row.get("stage", "") not in ("", ASKED))
    stage_tally.count(work.session, stage_tally.OFFICE, (in_office(row, zone, office) for row in staged))


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"took": row["end"] - row["start"]}


def _fresh(session: Session, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that never came before, each once."""
    span, there, sent = table(FinishedSpan).c.span_id, set[str](), dict[str, dict[str, Any]]()
    for row in rows:
        sent.setdefault(row["span_id"], row)
    names = list(sent)
    for n in range(0, len(names), CHUNK):
        there |= set(session.connection().execute(select(span).where(span.in_(names[n : n + CHUNK]))).scalars())
    return [row for id, row in sent.items() if id not in there]


def _stage(span: Mapping[str, Any], zone: ZoneInfo) -> FinishedStage:
    return FinishedStage(
        span.get("simulated", False), month_of(span["start"], zone), span.get("need", ""), span.get("stage", ""), span.get("giver", ""),
        span.get("receiver", ""), span.get("outcome", ""), span.get("late", False), span["end"] - span["start"],
    )  # fmt: skip


COUNTED = ("simulated", "start", "end", "need", "stage", "giver", "receiver", "outcome", "late")
"""What of a span is counted."""


def _catch_up_in_office(session: Session, zone: ZoneInfo, office: OfficeDays) -> None:
    """Count office hours of the spans of a former release, once: a migration knows no country, and no holidays."""
    if stage_tally.counts(session, stage_tally.OFFICE) or not stage_tally.counts(session, stage_tally.SPAN):
        return
    S = table(FinishedSpan).c
    before = select(*(S[name] for name in COUNTED)).where(S.stage.not_in(("", ASKED)))
    rows = session.connection().execute(before, execution_options={"yield_per": CHUNK}).mappings()
    stage_tally.count(session, stage_tally.OFFICE, (in_office({str(k): v for k, v in row.items()}, zone, office) for row in rows))


def in_office(span: Mapping[str, Any], zone: ZoneInfo, office: OfficeDays) -> FinishedStage:
    """The same stage, of which the time in office hours alone is counted."""
    return _stage(span, zone)._replace(ms=office.worked(span["start"], span["end"], zone))


def of_trace(session: Session, trace: str) -> Sequence[FinishedSpan]:
    """The spans of a case, in order of time."""
    whole = rows_of(FinishedSpan).where(FinishedSpan.trace_id == trace)
    return session.exec(whole.order_by(col(FinishedSpan.start), col(FinishedSpan.end), col(FinishedSpan.span_id))).all()


def traces(session: Session, beginning: str, most: int) -> list[str]:
    """Traces that begin with these signs, at most so many."""
    trace = table(FinishedSpan).c.trace_id
    found = select(trace).where(trace >= beginning, trace < beginning + "g").distinct().order_by(trace).limit(most)
    return list(session.connection().execute(found).scalars())


def slowest(session: Session, giver: str, receiver: str, stage: str, simulated: bool, most: int) -> Sequence[FinishedSpan]:
    """The stages of a pair that took longest, as the index has them: however many there are, so many rows are read."""
    these = rows_of(FinishedSpan).where(
        FinishedSpan.giver == giver,
        FinishedSpan.receiver == receiver,
        FinishedSpan.stage == stage,
        col(FinishedSpan.simulated).is_(simulated),
    )
    return session.exec(these.order_by(col(FinishedSpan.took).desc(), col(FinishedSpan.span_id)).limit(most)).all()
