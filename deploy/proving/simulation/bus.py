"""A log in memory: records as Kafka keeps them, in the partition that Kafka's own partitioner gives their key."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.records.reader import Taken, home, read
from shared.store.positions import Bounds


@dataclass(slots=True)
class SimulatedRecord:
    """What we use of a Kafka record."""

    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


@dataclass
class Topic:
    """The partitions of one topic. `land` appends; `cut` is a broker that loses what it had acknowledged."""

    partitions: int = 1
    logs: list[list[SimulatedRecord]] = field(default_factory=list[list[SimulatedRecord]])
    opened: list[list[Taken]] = field(default_factory=list[list[Taken]])
    """The same, opened once: the instances of a process share a poll."""

    def __post_init__(self) -> None:
        self.logs, self.opened = [[] for _ in range(self.partitions)], [[] for _ in range(self.partitions)]

    def home(self, key: bytes) -> int:
        """The partition of this key."""
        return home(key, self.partitions)

    def land(self, key: bytes | None, value: bytes | None, at: int, partition: int | None = None) -> SimulatedRecord:
        """A message has arrived."""
        there = self.home(key or b"") if partition is None else partition
        record = SimulatedRecord(there, len(self.logs[there]), at, key, value)
        self.logs[there].append(record)
        self.opened[there] += read([record], self.partitions)
        return record

    def cut(self, partition: int, end: int) -> int:
        """What lies from `end` on is gone; how many records that were."""
        gone = len(self.logs[partition]) - end
        del self.logs[partition][end:], self.opened[partition][end:]
        return gone

    def ends(self) -> dict[int, int]:
        """Where each partition ends now."""
        return {p: len(log) for p, log in enumerate(self.logs)}

    def bounds(self) -> dict[int, Bounds]:
        """Where each partition begins and ends."""
        return {p: Bounds(0, end) for p, end in self.ends().items()}

    def all(self) -> Sequence[SimulatedRecord]:
        """Every record, partition by partition."""
        return [r for log in self.logs for r in log]
