"""What a poll of the log says, before any instance has looked at what is its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from aiokafka import partitioner

from shared.crypto.directory import Distrusted, is_marker
from shared.crypto.directory_state import Listing
from shared.crypto.envelopes import is_sealed
from shared.protocol.channel import record_key
from shared.records.codec import CLOSED, ELSEWHERE, MISSED, Opened, Unreadable, open_record
from shared.records.record import Record


@dataclass(frozen=True, slots=True)
class Taken:
    """A record of the log with what it says; `opened` is the reason in words where it cannot be read."""

    record: Record
    opened: Opened | str
    directory: int = 0
    """The version of the directory that is in force from here on, where the record is a marker."""

    @property
    def said(self) -> Opened | None:
        """What it says; nothing where it cannot be read, or no part of it opened here."""
        return None if isinstance(self.opened, str) or self.opened is MISSED else self.opened


def read(
    records: Iterable[Record], partitions: int = 0, agencies: frozenset[str] = frozenset(), listing: Listing | None = None
) -> list[Taken]:
    """Open the records of a poll; unreadable ones keep their reason. Records that lie where their case does not are among them:
    the one order of a case is that of its partition. With the number of `partitions` this is checked. What is for none of these
    `agencies` is not looked into any further; sealed records stay closed, because each instance has its own keys."""
    return [
        _marker(record, listing) if listing and is_marker(record.value) else Taken(record, _open(record, partitions, agencies))
        for record in records
    ]


def _marker(record: Record, listing: Listing) -> Taken:
    try:
        return Taken(record, ELSEWHERE, listing.marker(record.value or b"", record.partition).directory)
    except Distrusted as reason:
        return Taken(record, str(reason))


def key_of(record: Record) -> str:
    """A record's key: its case, or the channel in which that lies; empty where it is no text."""
    try:
        return (record.key or b"").decode()
    except UnicodeDecodeError:
        return ""


def _open(record: Record, partitions: int, agencies: frozenset[str]) -> Opened | str:
    if is_sealed(record.value):
        return CLOSED if not partitions or home(record.key or b"", partitions) == record.partition else MISPLACED
    try:
        opened = open_record(record.value, agencies)
    except Unreadable as reason:
        return str(reason)
    if opened is ELSEWHERE:
        return opened
    if record.key != record_key(opened.core.case).encode():
        return "the record's key is not its case"
    if partitions and home(record.key, partitions) != record.partition:
        return MISPLACED
    return opened


MISPLACED = "the record lies in another partition than its case"
murmur2 = cast(Any, partitioner).murmur2


@lru_cache(maxsize=65_536)
def home(key: bytes, partitions: int) -> int:
    """The partition that aiokafka's partitioner, the only one allowed here, gives a key."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def addressed(taken: Taken, agency: str) -> bool:
    """Whether a record concerns this agency at all; one that cannot be read concerns everybody."""
    return isinstance(taken.opened, str) or agency in taken.opened.readers


class RawRecord:
    """A record of a topic that this runtime does not fold."""

    def __init__(self, record: Any) -> None:
        self.record, self.opened, self.directory = record, "", 0
