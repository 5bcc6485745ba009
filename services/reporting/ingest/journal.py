"""Reporting's own journal: every statistical record that came, once, closed at rest. Facts and figures are made of it again.

What says something of a person is closed under a key of its own in reporting's keystore. The topic may forget; the journal does not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from services.reporting.ingest import facts
from services.reporting.models import ReceivedRecord
from services.reporting.queries import table_cells
from shared.crypto.keystore import OWN, Keystore
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.erasure_requests import ErasureRequest, request_erasure
from shared.protocol.statistics import Counted, RecordsErased, personal
from shared.records.codec import from_json, to_json
from shared.records.counting import NotCounted, read
from shared.store import at_rest
from shared.store.database import insert_new, table, upsert

CHUNK = 2_000
"""Records of the journal that are read at one time."""
J = table(ReceivedRecord).c


@dataclass(frozen=True, slots=True)
class Came:
    """A statistical record that came: its id, what it says, when the log took it (ms UTC)."""

    record: str
    said: Counted
    logged_at: int

    @property
    def personal(self) -> bool:
        """Whether it says something of a person."""
        return personal(self.said)


def keep(work: UnitOfWork, came: Sequence[Came]) -> None:
    """Write down what is new, and make facts of it."""
    fresh = _fresh(work.session, came)
    insert_new(work.session.connection(), ReceivedRecord, [_row(work.instance.keystore, one) for one in fresh])
    facts.add(work.session, [(one.record, one.said, one.logged_at) for one in fresh])
    for one in fresh:
        if isinstance(one.said, RecordsErased):
            erase(work, one.said.records, one.logged_at)


def erase(work: UnitOfWork, records: Sequence[str], at: int) -> None:
    """The lead has erased the persons of these records: figures are restated now, their keys are destroyed between polls. One that has not
    come yet is known as erased when it does."""
    facts.remove(work.session, records)
    row = {"logged_at": at, "said": "", "personal": True}
    upsert(work.session.connection(), ReceivedRecord, [{"record": record, **row} for record in records], ("record",))
    if work.instance.keystore is not None:
        for record in records:
            request_erasure(work.session, record, ErasureRequest("", "erased by its lead", at))


def rebuild(session: Session, keys: Keystore | None) -> int:
    """Make facts and figures anew; of how many records. What was erased is in none of them."""
    facts.empty(session)
    made, after = 0, ""
    while rows := _chunk(session, after):
        found = list(_opened(rows, keys))
        facts.add(session, found, tables=False)
        made, after = made + len(found), rows[-1].record
    table_cells.recount(session)
    return made


def _fresh(session: Session, came: Sequence[Came]) -> list[Came]:
    """Those that never came before, each once."""
    first = {one.record: one for one in reversed(came)}
    names = list(first)
    there = set[str]()
    for n in range(0, len(names), CHUNK):
        there |= set(session.connection().execute(select(J.record).where(J.record.in_(names[n : n + CHUNK]))).scalars())
    return [one for name, one in first.items() if name not in there]


def _row(keys: Keystore | None, one: Came) -> dict[str, Any]:
    said = to_json({"id": one.record, **one.said.model_dump(mode="json", exclude_unset=True)})
    closed = at_rest.closed_text(keys, at_rest.COUNTED, one.record, _key(one.record, personal=one.personal), said)
    return {"record": one.record, "logged_at": one.logged_at, "said": closed, "personal": one.personal}


def _key(record: str, *, personal: bool) -> str:
    """The entry of the keystore under which a record lies: one of its own where it says something of a person."""
    return record if personal else OWN


def _chunk(session: Session, after: str) -> Sequence[Any]:
    return session.connection().execute(select(*J).where(J.record > after).order_by(J.record).limit(CHUNK)).all()


def _opened(rows: Sequence[Any], keys: Keystore | None) -> Iterator[tuple[str, Counted, int]]:
    for row in rows:
        said = at_rest.opened_text(keys, at_rest.COUNTED, row.record, _key(row.record, personal=row.personal), row.said)
        if said:
            try:
                yield *read(from_json(said), row.logged_at), row.logged_at
            except NotCounted:  # kept by a release that bounded less
                continue
