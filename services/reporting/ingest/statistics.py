"""Reporting takes the lead's statistical records: each becomes one fact, however often it comes."""

from collections.abc import Iterator, Sequence

from services.reporting.ingest import journal
from services.reporting.ingest.journal import Came
from services.reporting.models import UnreadableRecord
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.statistics import RecordsErased
from shared.records.batch_sealing import opened
from shared.records.codec import Unreadable
from shared.records.counting import NotCounted, read
from shared.records.record import Record, digest, logged_at
from shared.records.sealer import Sealer
from shared.store.database import insert_new


def take(work: UnitOfWork, records: Sequence[Record]) -> None:
    """One poll of the statistics topic, in the transaction that moves the position."""
    came: list[Came] = []
    for record in records:
        for one in _read(record, work.instance.seal):
            if isinstance(one, Came):
                came.append(one)
            else:
                insert_new(work.session.connection(), UnreadableRecord, [one.model_dump()])
    journal.keep(work, came)


def _read(record: Record, seal: Sealer | None) -> Iterator[Came | UnreadableRecord]:
    """What a record of the topic says: a batch, or one alone; what cannot be a fact keeps its reason."""
    at = logged_at(record)
    try:
        said = opened(seal, record, at)
    except Unreadable as reason:
        yield UnreadableRecord(id=digest(record), reason=str(reason))
        return
    for n, one in enumerate(said.records):
        try:
            name, record_said = read(one, at)
            if isinstance(record_said, RecordsErased) and not said.proven:
                raise NotCounted("only a lead may say what is erased, in a batch that it signed")
            yield Came(name, record_said, at)
        except NotCounted as reason:
            yield UnreadableRecord(id=f"{digest(record)}:{n}", reason=str(reason))
