"""What a statistical record becomes: the row of a table of facts, and figures that are kept up to date with it."""

from collections.abc import Collection, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlmodel import Session

from services.reporting.models import FigureCell, Happening, Referral, StageTime
from services.reporting.queries import line_times, stage_tally, table_cells
from services.reporting.queries.cells import count_happenings, count_referrals
from services.reporting.queries.stage_tally import FinishedStage
from shared.config.calendar import month_of
from shared.protocol.statistics import Counted, RecordsErased, ReferralCounted, StageCounted
from shared.records.codec import to_json
from shared.store.database import insert_new, table

UTC = ZoneInfo("UTC")
FACTS = (Referral, StageTime, Happening)
"""What statistical records become."""


def add(session: Session, records: Iterable[tuple[str, Counted, int]], *, tables: bool = True) -> None:
    """Make facts of these records (id, what it says, when the log took it, ms UTC), none of which has become one before. Without `tables`
    whoever asks counts these again at the end."""
    rows: dict[type[Any], list[dict[str, Any]]] = {kind: [] for kind in FACTS}
    for name, said, logged_at in records:
        if isinstance(said, RecordsErased):
            continue
        kind, row = _row(name, said)
        rows[kind].append({**row, "came": month_of(logged_at, UTC)})
    for kind, found in rows.items():
        insert_new(session.connection(), kind, found)
    count_referrals(session, rows[Referral])
    stage_tally.count(session, stage_tally.FACT, (_stage(row) for row in rows[StageTime]))
    count_happenings(session, rows[Happening])
    fresh = [row for found in rows.values() for row in found]
    if tables and fresh:
        table_cells.restate(session, [row["record"] for row in fresh], {row["case"] for row in fresh})


def remove(session: Session, records: Collection[str]) -> None:
    """Take the facts of these records away, and restate the figures that they were counted in."""
    theirs = {kind: table(kind).c.record.in_(list(records)) for kind in (Referral, Happening)}
    found = {kind: _rows(session, kind, some) for kind, some in theirs.items()}
    known = [row for rows in found.values() for row in rows]
    table_cells.restate(session, [row["record"] for row in known], {row["case"] for row in known}, -1)
    for kind, count in ((Referral, count_referrals), (Happening, count_happenings)):
        count(session, found[kind], -1)
        session.connection().execute(delete(table(kind)).where(theirs[kind]))


def _rows(session: Session, kind: type[Any], theirs: Any) -> list[dict[str, Any]]:
    found = session.connection().execute(select(table(kind)).where(theirs)).mappings()
    return [{str(name): value for name, value in row.items()} for row in found]


def empty(session: Session) -> None:
    """Take all facts and figures away."""
    for kind in (*FACTS, FigureCell):
        session.connection().execute(delete(table(kind)))
    line_times.empty(session)
    stage_tally.empty(session, stage_tally.FACT)


def _stage(fact: dict[str, Any]) -> FinishedStage:
    return FinishedStage(*(fact[name] for name in ("simulated", "month", "need", "stage", "giver", "receiver", "outcome", "late", "ms")))


def _row(name: str, said: Counted) -> tuple[type[Any], dict[str, Any]]:
    body = said.model_dump(mode="json", exclude_unset=True)
    if isinstance(said, ReferralCounted):
        return Referral, {"record": name, "people": 1, **_without(body, "kind"), "month": said.month or "", "case": said.case}
    if isinstance(said, StageCounted):
        return StageTime, {"record": name, **_without(body, "kind"), "since": said.since, "case": said.case} | {
            "since_days": said.since_days,
            "stage_days": said.stage_days,
        }
    rest = _without(body, "kind", "month", "simulated", "case")
    return Happening, {
        "record": name,
        "kind": body["kind"],
        "month": body["month"],
        "simulated": said.simulated,
        "case": said.case,
        "body": to_json(rest),
    }


def _without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}
