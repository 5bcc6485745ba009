"""What a statistical record becomes: the row of a table of facts, and figures that are kept up to date with it."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session

from services.reporting.models import FigureCell, Happening, Referral, StageTime
from services.reporting.queries import stage_tally
from services.reporting.queries.cells import count_happenings, count_referrals
from services.reporting.queries.stage_tally import FinishedStage
from shared.protocol.statistics import Counted, RecordsErased, ReferralCounted, StageCounted
from shared.records.codec import to_json
from shared.store.database import insert_new, table

FACTS = (Referral, StageTime, Happening)
"""What statistical records become."""


def add(session: Session, records: Iterable[tuple[str, Counted]]) -> None:
    """Make facts of these records (id, what it says), none of which has become one before."""
    rows: dict[type[Any], list[dict[str, Any]]] = {kind: [] for kind in FACTS}
    for name, said in records:
        if isinstance(said, RecordsErased):
            continue
        kind, row = _row(name, said)
        rows[kind].append(row)
    for kind, found in rows.items():
        insert_new(session.connection(), kind, found)
    count_referrals(session, rows[Referral])
    stage_tally.count(session, stage_tally.FACT, (_stage(row) for row in rows[StageTime]))
    count_happenings(session, rows[Happening])


def remove(session: Session, records: Collection[str]) -> None:
    """Take the facts of these records away, and restate the figures that they were counted in."""
    for kind, count in ((Referral, count_referrals), (Happening, count_happenings)):
        facts = table(kind)
        theirs = facts.c.record.in_(list(records))
        found = session.connection().execute(select(facts).where(theirs)).mappings()
        count(session, [{str(name): value for name, value in row.items()} for row in found], -1)
        session.connection().execute(delete(facts).where(theirs))


def empty(session: Session) -> None:
    """Take all facts and figures away."""
    for kind in (*FACTS, FigureCell):
        session.connection().execute(delete(table(kind)))
    stage_tally.empty(session, stage_tally.FACT)


def _stage(fact: dict[str, Any]) -> FinishedStage:
    return FinishedStage(*(fact[name] for name in ("simulated", "month", "need", "stage", "giver", "receiver", "outcome", "late", "ms")))


def _row(name: str, said: Counted) -> tuple[type[Any], dict[str, Any]]:
    body = said.model_dump(mode="json", exclude_unset=True)
    if isinstance(said, ReferralCounted):
        return Referral, {"record": name, "people": 1, **_without(body, "kind"), "month": said.month or "", "case": said.case}
    if isinstance(said, StageCounted):
        return StageTime, {"record": name, **_without(body, "kind"), "case": said.case}
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
