"""Reporting takes the lead's statistical records: each becomes one fact, however often it comes."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import delete, select
from sqlmodel import Session

from services.reporting.models import FigureCell, Happening, Referral, StageTime, UnreadableRecord
from services.reporting.queries.cells import count_happenings, count_referrals
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.statistics import Counted, NotCounted, ReferralCounted, StageCounted, read
from shared.records.codec import to_json
from shared.records.record import Record, digest, logged_at
from shared.store.database import insert_new, table

FACTS = (Referral, StageTime, Happening, UnreadableRecord)
"""What the statistics topic fills."""


def take(work: UnitOfWork, records: Sequence[Record]) -> None:
    """One poll of the statistics topic, in the transaction that moves the position."""
    rows: dict[type[Any], list[dict[str, Any]]] = {Referral: [], StageTime: [], Happening: [], UnreadableRecord: []}
    for record in records:
        kind, row = fact(record)
        rows[kind].append(row)
    new = {kind: _new(work.session, kind, found) for kind, found in rows.items()}
    for kind, found in new.items():
        insert_new(work.session.connection(), kind, found)
    count_referrals(work.session, new[Referral])
    count_happenings(work.session, new[Happening])


def _new(session: Session, kind: type[Any], found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that are not there yet, each once."""
    (key,) = table(kind).primary_key.columns
    rows = {row[key.name]: row for row in reversed(found)}
    there = set(session.connection().execute(select(key).where(key.in_(list(rows)))).scalars()) if rows else set[str]()
    return [row for name, row in rows.items() if name not in there]


def fact(record: Record) -> tuple[type[Any], dict[str, Any]]:
    """The table and the row that a record stands for; one that cannot be a fact keeps its reason."""
    try:
        name, said = read(orjson.loads(record.value or b""), logged_at(record))
    except orjson.JSONDecodeError:
        return UnreadableRecord, {"id": digest(record), "reason": "the record is not JSON"}
    except NotCounted as reason:
        return UnreadableRecord, {"id": digest(record), "reason": str(reason)}
    return row(name, said)


def row(name: str, said: Counted) -> tuple[type[Any], dict[str, Any]]:
    """The table of facts of this kind, and the row that a statistical record becomes there."""
    body = said.model_dump(mode="json", exclude_unset=True)
    if isinstance(said, ReferralCounted):
        return Referral, {"record": name, "people": 1, **_without(body, "kind")}
    if isinstance(said, StageCounted):
        return StageTime, {"record": name, **_without(body, "kind")}
    rest = _without(body, "kind", "month", "simulated")
    return Happening, {"record": name, "kind": body["kind"], "month": body["month"], "simulated": said.simulated, "body": to_json(rest)}


def _without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def forget(session: Session) -> None:
    """Empty the facts, all of them: the log of statistical records, which is kept without limit, fills them again."""
    for kind in (*FACTS, FigureCell):
        session.connection().execute(delete(table(kind)))
