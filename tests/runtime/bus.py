"""A log in memory: records as Kafka keeps them, in the partition that Kafka's own partitioner gives their key."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from aiokafka.partitioner import DefaultPartitioner

from shared.runtime.applying import Taken, read

START = 1_750_000_000_000
PLACE = DefaultPartitioner()


@dataclass(slots=True)
class Record:
    """What we use of a Kafka record."""

    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


@dataclass
class Topic:
    """The partitions of one topic; only `land` writes."""

    partitions: int = 1
    logs: list[list[Record]] = field(default_factory=list[list[Record]])

    def __post_init__(self) -> None:
        self.logs = [[] for _ in range(self.partitions)]

    def home(self, key: bytes) -> int:
        """The partition of this key."""
        return PLACE(key, list(range(self.partitions)), list(range(self.partitions)))

    def land(self, key: bytes, value: bytes | None, at: int = START, partition: int | None = None) -> Record:
        """A message has arrived."""
        there = self.home(key) if partition is None else partition
        record = Record(there, len(self.logs[there]), at, key, value)
        self.logs[there].append(record)
        return record

    def ends(self) -> dict[int, int]:
        """Where each partition ends now."""
        return {p: len(log) for p, log in enumerate(self.logs)}

    def bounds(self) -> dict[int, tuple[int, int]]:
        """Where each partition begins and ends."""
        return {p: (0, end) for p, end in self.ends().items()}

    def after(self, positions: dict[int, int], limit: int) -> list[Taken]:
        """A poll: up to `limit` records from these offsets on, opened."""
        found = [r for p, log in enumerate(self.logs) for r in log[positions.get(p, 0) :]]
        return read(found[:limit])

    def all(self) -> Sequence[Record]:
        """Every record, partition by partition."""
        return [r for log in self.logs for r in log]
