"""Reporting takes the lead's statistical records: each becomes one fact, however often it comes."""

from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete, select
from sqlmodel import Session

from services.reporting.models import FigureCell, Happening, Referral, StageTime, UnreadableRecord
from services.reporting.queries.cells import count_happenings, count_referrals
from shared.decisions.unit_of_work import UnitOfWork
from shared.records.codec import to_json
from shared.records.record import Record, digest
from shared.store.database import insert_new, table

HAPPENINGS = frozenset({"joint_action", "pingpong", "decision"})
FACTS = (Referral, StageTime, Happening, UnreadableRecord)
"""What the statistics topic fills."""
Body = TypeAdapter(dict[str, Any])


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
        body = Body.validate_python(orjson.loads(record.value or b""))
        return _row(body)
    except (orjson.JSONDecodeError, ValidationError, KeyError, TypeError):
        return UnreadableRecord, {"id": digest(record), "reason": "the record is not a statistical record that this instance knows"}


def _row(body: dict[str, Any]) -> tuple[type[Any], dict[str, Any]]:
    kind = body["kind"]
    if kind == "referral":
        return Referral, _checked(Referral, {**body, "record": body["id"], "people": 1})
    if kind == "stage":
        return StageTime, _checked(StageTime, {**body, "record": body["id"]})
    if kind in HAPPENINGS:
        rest = {k: v for k, v in body.items() if k not in ("id", "kind", "month", "simulated")}
        return Happening, {
            "record": body["id"],
            "kind": kind,
            "month": body["month"],
            "simulated": body["simulated"],
            "body": to_json(rest),
        }
    raise KeyError(kind)


def _checked(model: type[Any], body: dict[str, Any]) -> dict[str, Any]:
    row = {name: body[name] for name in model.model_fields}
    return model.model_validate(row).model_dump()


def forget(session: Session) -> None:
    """Empty the facts, all of them: the log of statistical records, which is kept without limit, fills them again."""
    for kind in (*FACTS, FigureCell):
        session.connection().execute(delete(table(kind)))
