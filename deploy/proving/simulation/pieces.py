"""The topic of documents in memory, and the real courier on it: all of it is the product's but the two connections to Kafka."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from os import utime
from random import Random
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.errors import KafkaTimeoutError

from deploy.proving.simulation.bus import SimulatedRecord
from shared.config.kafka import Bus
from shared.messaging.document_courier import UNCLAIMED, DocumentCourier
from shared.processing.instance import Instance


class PieceFate(Enum):
    """What becomes of a piece that is sent."""

    LANDS = "landed"
    LOST = "lost"
    """It reaches nobody, and its sender hears so."""
    DOUBTED = "doubted"
    """It lands, and its sender hears nothing."""
    DOUBLED = "doubled"


class Offset(NamedTuple):
    """A place on the log, as Kafka's client says it."""

    offset: int


@dataclass
class PieceTopic:
    """The partitions; what lies there never goes but by `lose`."""

    partitions: int = 1
    logs: list[list[SimulatedRecord]] = field(default_factory=list[list[SimulatedRecord]])

    def __post_init__(self) -> None:
        self.logs = [[] for _ in range(self.partitions)]

    def land(self, key: bytes, value: bytes, partition: int, at: int) -> None:
        """A piece has arrived; its time is its sender's."""
        log = self.logs[partition]
        log.append(SimulatedRecord(partition, len(log), at, key, value))

    def lose(self, random: Random, left: bytes | None = None) -> bool:
        """The broker forgets a piece that it had acknowledged; this is left in its place. Whether there was any."""
        lying = [record for log in self.logs for record in log if record.value is not None]
        if lying:
            random.choice(lying).value = left
        return bool(lying)

    def all(self) -> Iterable[SimulatedRecord]:
        """Every record, partition by partition."""
        return (record for log in self.logs for record in log)


class PieceSender:
    """In place of Kafka's producer. What is sent at a time lands in any order, as different connections may have it."""

    def __init__(self, topic: PieceTopic, clock: Callable[[], int], fate: Callable[[], PieceFate], random: Random) -> None:
        self.topic, self.clock, self.fate, self.random = topic, clock, fate, random
        self.waiting = list[tuple[bytes, bytes, int, asyncio.Future[Any]]]()

    async def start(self) -> None:
        """Always connected."""

    async def stop(self) -> None:
        """Nothing is held."""

    async def send(self, _topic: str, value: bytes, key: bytes, partition: int) -> "asyncio.Future[Any]":
        """Put a piece on its way; the future is Kafka's answer."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        if not self.waiting:
            loop.call_soon(self._arrive)
        self.waiting.append((key, value, partition, answer))
        return answer

    def _arrive(self) -> None:
        sent, self.waiting = self.random.sample(self.waiting, len(self.waiting)), []
        for key, value, partition, answer in sent:
            fate = self.fate()
            for _ in range({PieceFate.LOST: 0, PieceFate.DOUBLED: 2}.get(fate, 1)):
                self.topic.land(key, value, partition, self.clock())
            if fate in (PieceFate.LOST, PieceFate.DOUBTED):
                answer.set_exception(KafkaTimeoutError())
            else:
                answer.set_result(None)


class PieceReader:
    """In place of Kafka's consumer, of one partition at a time."""

    def __init__(self, topic: PieceTopic) -> None:
        self.topic, self.at = topic, dict[TopicPartition, int]()

    async def start(self) -> None:
        """Always connected."""

    async def stop(self) -> None:
        """Nothing is held."""

    def assign(self, partitions: list[TopicPartition]) -> None:
        """Which are read."""
        self.at = dict.fromkeys(partitions, 0)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """From where on."""
        self.at[partition] = offset

    async def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Where each begins."""
        return dict.fromkeys(partitions, 0)

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Where each ends."""
        return {one: len(self.topic.logs[one.partition]) for one in partitions}

    async def offsets_for_times(self, times: Mapping[TopicPartition, int]) -> dict[TopicPartition, Offset | None]:
        """The first record of each that is no older than this."""
        return {one: self._since(one, at) for one, at in times.items()}

    def _since(self, partition: TopicPartition, at: int) -> Offset | None:
        found = (record.offset for record in self.topic.logs[partition.partition] if record.timestamp >= at)
        return next(map(Offset, found), None)

    async def getmany(self, partition: TopicPartition, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[SimulatedRecord]]:
        """The next records."""
        found = self.topic.logs[partition.partition][self.at[partition] :][:max_records]
        self.at[partition] += len(found)
        return {partition: found} if found else {}


class SimulatedCourier(DocumentCourier):
    """The real courier, on a topic in memory."""

    def __init__(
        self, instance: Instance, topic: PieceTopic, fate: Callable[[], PieceFate] = lambda: PieceFate.LANDS, random: Random | None = None
    ) -> None:  # fmt: skip
        super().__init__(instance, Bus("127.0.0.1:1"), topic.partitions)
        self.topic, self.fate = topic, fate
        self.random = random or Random(0)  # noqa: S311  a story, not a secret

    def producer(self) -> Any:
        """Its way to the topic."""
        return PieceSender(self.topic, lambda: self.instance.clock.now()[0], self.fate, self.random)

    def consumer(self) -> Any:
        """Its way from there."""
        return PieceReader(self.topic)

    async def at_once(self) -> None:
        """A round that waits for nothing: all that is stated is looked at, and what is lacking is looked for."""
        self._anew = self._fetch_at = 0.0
        await self.once()

    def hours_later(self) -> None:
        """So long after any piece came or went that what nobody states any more may be let go of: a process that began anew does not know
        what the one before it could open."""
        for id in self.folder.all():
            then = (self.folder.folder / id).stat().st_mtime - 2 * UNCLAIMED
            utime(self.folder.folder / id, (then, then))
