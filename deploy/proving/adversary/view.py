"""What a thief of the broker's disks has: every stored record of every topic, and nothing that needs a key.

He sees no connections: which certificate sent a record is the broker's to know, not the disk's. The rules, the directory and the country's
file are public; what he makes of them is in the questions that he asks.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import orjson

from shared.records.codec import STATISTICS, TOPIC

Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record as it lies in a segment of the log."""

    topic: str
    partition: int
    offset: int
    at: int
    """The time that readers are given, ms UTC: the log's for events."""
    sent: int
    """The sender's own clock, ms UTC: Kafka leaves it in the batch when it writes the log's time over it."""
    batch: int
    """The first offset of the batch: what one sender sent at once."""
    key: bytes
    value: bytes
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value shows without any key: sizes in bytes, and what stands in the clear."""

    length: int
    parts: int = 0
    part: int = 0
    """Length of the longest part, as it is written."""
    lengths: int = 0
    """How many lengths its parts have."""
    body: int = 0
    clear: str = ""
    """Members of the JSON that are neither text nor lists, as they stand there: the bit `intro` of version 1."""


@lru_cache(maxsize=65_536)
def shape_of(value: bytes) -> Shape:
    """What this value shows. Whatever is no JSON object has a length alone."""
    try:
        found: Any = orjson.loads(value)
    except ValueError:
        return Shape(len(value))
    if not isinstance(found, dict):
        return Shape(len(value))
    members = cast(dict[str, Any], found)
    parts = [len(part) for part in members.get("parts", ()) if isinstance(part, str)]
    body, clear = members.get("body"), {name: said for name, said in members.items() if not isinstance(said, (str, list))}
    return Shape(
        len(value),
        len(parts),
        max(parts, default=0),
        len(set(parts)),
        len(body) if isinstance(body, str) else 0,
        repr(sorted(clear.items())),
    )


@dataclass
class BrokerView:
    """All topics, each in the order in which it was stored."""

    records: list[StoredRecord]

    @property
    def statistics(self) -> list[StoredRecord]:
        """The records of the statistics topic."""
        return sorted((r for r in self.records if r.topic == STATISTICS), key=lambda r: (r.at, r.partition, r.offset))

    @property
    def cases(self) -> dict[str, list[StoredRecord]]:
        """Record key → its records on the topic of cases, in their order; markers of the directory under a key of their own."""
        found: dict[str, list[StoredRecord]] = {}
        for record in sorted((r for r in self.records if r.topic == TOPIC and r.key), key=lambda r: (r.at, r.partition, r.offset)):
            found.setdefault(record.key.decode(errors="replace"), []).append(record)
        return found
