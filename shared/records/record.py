"""A record as the log gives it, and its digest."""

import hashlib
from functools import lru_cache
from typing import Protocol

from shared.config.clock import wall


class Record(Protocol):
    """What we use of a Kafka record."""

    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


class HoldsRecord(Protocol):
    """Something that holds a record."""

    @property
    def record(self) -> Record:
        """The record."""
        ...

    @property
    def directory(self) -> int:
        """The version of the directory that a marker puts in force; 0 for any other record."""
        ...


def digest(record: Record) -> str:
    """What proves that a record is the one we have read."""
    return _digest(record.timestamp, record.value or b"")


@lru_cache(maxsize=64)
def _digest(timestamp: int, value: bytes) -> str:
    """Kept a while: the instances of a process that share a poll all ask for the same few."""
    return hashlib.sha256(b"%d|%b" % (timestamp, value)).hexdigest()[:32]


def logged_at(record: Record) -> int:
    """When the log took a record (ms UTC), as far as that can be: a log that lets senders date their records may say a time to come."""
    return min(record.timestamp, wall())
