"""The view from a broker's data folder, as a thief reads it: the segments themselves, without any broker."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiokafka.record import MemoryRecords

from deploy.proving.adversary.view import BrokerView, StoredRecord
from deploy.trouble import Trouble
from shared.records.codec import STATISTICS, TOPIC

TOPICS = (TOPIC, STATISTICS)


def read(folder: Path) -> BrokerView:
    """What lies in the folder of a broker, or of a demo. Raises Trouble where there is no log."""
    found = [segment for topic in TOPICS for segment in sorted(folder.rglob(f"{topic}-[0-9]*/*.log"))]
    if not found:
        raise Trouble(
            f"{folder} holds no log of Kafka; give the folder of a demo that was played with Kafka itself (./nrm demo --once --keep DIR)."
        )
    return BrokerView([record for segment in found for record in _records(segment)])


def _records(segment: Path) -> Iterator[StoredRecord]:
    topic, _, partition = segment.parent.name.rpartition("-")
    batches: Any = MemoryRecords(segment.read_bytes())
    while batches.has_next():
        batch = batches.next_batch()
        for record in batch:
            headers = tuple((name, value or b"") for name, value in record.headers)
            yield StoredRecord(
                topic, int(partition), record.offset, record.timestamp, batch.first_timestamp, batch.base_offset, record.key or b"",
                record.value or b"", headers,
            )  # fmt: skip
