"""The relay: outbox → log, until the echo. Many cases at once, one row of a case on its way; in doubt it sends again.

Batches of statistical records go beside them.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError, MessageSizeTooLargeError

from shared.config.clock import wall
from shared.config.kafka import Bus
from shared.decisions.send_queue import BEHIND
from shared.processing.faults import Fault
from shared.processing.instance import Instance
from shared.records.codec import STATISTICS, TOPIC, Decided, WireRecord
from shared.records.sealer import NotNow
from shared.store.outbox import StatisticBatch

log: Any = structlog.get_logger("nrm.relay")
PAUSE = 1.0
"""Seconds after which what cannot be sealed now is tried again; other cases go on meanwhile."""
SWEEP = 5.0
"""Seconds after which the relay looks without having been woken."""
BATCHES = 16
"""Batches of statistical records that are on their way at one time."""
TOLD = 60_000
"""Milliseconds to which a sender's time is told. Kafka keeps it in each batch, beside its own time, which is what readers get: to the
millisecond it tells whoever has the brokers' disks which machine wrote a record, since no two clocks are alike."""
LONG = 4.0
"""Seconds that Kafka may take to acknowledge a round; after that the wait goes on, and is reported."""


class Producer:
    """A Kafka producer that several relays of a process share; on any error there is a new one.

    Not the idempotent one: that can stay mute after a leaderless spell, and its id would name the author to every reader.
    """

    def __init__(self, bus: Bus, client: str = "nrm") -> None:
        self.bus, self.client = bus, client
        self.producer: AIOKafkaProducer | None = None
        self.lock = asyncio.Lock()

    async def get(self) -> AIOKafkaProducer:
        """A producer that is connected. Raises KafkaError where the broker is away."""
        async with self.lock:
            if self.producer is None:
                producer = AIOKafkaProducer(
                    **self.bus.aiokafka(), client_id=self.client, acks="all", linger_ms=0,
                    max_batch_size=262_144, request_timeout_ms=10_000, retry_backoff_ms=100,
                )  # fmt: skip
                try:
                    await producer.start()
                except BaseException:
                    await asyncio.shield(_close(producer))
                    raise
                self.producer = producer
            return self.producer

    async def reach(self) -> None:
        """Ask the cluster something over the connection that sends. Raises KafkaError where nobody answers."""
        producer: Any = await self.get()
        if not await producer.client.force_metadata_update():
            raise KafkaConnectionError

    async def renew(self, failed: AIOKafkaProducer | None) -> None:
        """After an error: the next `get` makes a new one."""
        async with self.lock:
            if self.producer is failed and failed is not None:
                self.producer = None
                await asyncio.shield(_close(failed))

    async def close(self) -> None:
        """Let go of the broker."""
        await self.renew(self.producer)


async def _close(producer: AIOKafkaProducer) -> None:
    """Let go of a producer, even while the task that used it is being cancelled."""
    with suppress(Exception):
        async with asyncio.timeout(2):
            await producer.stop()


class Relay:
    """Carries one instance's outbox to the log."""

    def __init__(self, instance: Instance, producer: Producer) -> None:
        self.instance, self.producer = instance, producer
        self.wake = asyncio.Event()
        self.waits = False
        """Whether something of the last round could not be sealed."""
        self.failed = False
        """Whether the last round failed."""
        self.since: float | None = None
        """Since when a round is on its way (monotonic seconds)."""
        loop = asyncio.get_running_loop()
        instance.on_wake(lambda: loop.call_soon_threadsafe(self.wake.set))

    @property
    def fault(self) -> Fault | None:
        """Whether what there is to send does not go out at present."""
        late = self.since is not None and monotonic() - self.since > LONG
        return Fault.NOT_SENT if self.failed or late else None

    async def run(self) -> None:
        """Send what is there; sleep until something is decided, or the sweep comes round."""
        pause = 0.1
        while True:
            self.wake.clear()
            try:
                while self.instance.caught_up and not self.instance.fence and await self.send():
                    pause = 0.1
                self.failed = False
                with suppress(TimeoutError):
                    async with asyncio.timeout(BEHIND if self.instance.outgoing.behind else SWEEP):
                        await self.wake.wait()
            except Exception as error:  # noqa: BLE001  the bus is away, or the database: a relay that ends would be a silent one
                self.failed = True
                away = isinstance(error, (KafkaError, OSError, TimeoutError))
                log.warning("the bus is away" if away else "the relay failed", instance=self.instance.me, error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)

    async def send(self) -> bool:
        """One round: the first row of each case that has none on its way, then statistical records. False when there is nothing."""
        rows = self.instance.outgoing.take(500)
        records = self._batches()
        if not rows and not records:
            return False
        producer, self.since = None, monotonic()
        try:
            producer = await self.producer.get()
            both = await asyncio.gather(
                self._send_rows(producer, rows), self._send_batches(producer, records), return_exceptions=True
            )  # fmt: skip
            for failure in both:
                if failure is not None:
                    raise failure
            self.failed = False
        except BaseException:
            self.instance.outgoing.failed(rows)
            await self.producer.renew(producer)
            raise
        finally:
            self.since = None
        return True

    async def _send_rows(self, producer: Any, rows: Sequence[Decided]) -> None:
        sent: list[Decided] = []
        acks: list[Any] = []
        self.waits = False
        for row, record in self._records(rows):
            try:
                acks.append(await _sent(producer, TOPIC, record))
                sent.append(row)
            except MessageSizeTooLargeError as error:
                self._unfit(row, error)
        results: list[Any] = await asyncio.gather(*acks, return_exceptions=True)
        for row, result in zip(sent, results, strict=True):
            if not isinstance(result, BaseException):
                self.instance.outgoing.acknowledged(row, result.partition, result.offset)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        if self.waits:
            await asyncio.sleep(PAUSE)

    def _records(self, rows: Sequence[Decided]) -> Iterator[tuple[Decided, WireRecord]]:
        for row in rows:
            case = self.instance.view_of(row.case).case
            try:
                record = self.instance.completed(row, case)
            except NotNow as reason:
                log.warning("a decision waits", instance=self.instance.me, type=row.type, reason=str(reason))
                self.instance.outgoing.failed([row])
                self.waits = True
            except Exception as error:  # noqa: BLE001  one row that cannot be completed must not stop the others
                self._unfit(row, error)
            else:
                yield row, record

    def _unfit(self, row: Decided, error: Exception) -> None:
        log.error("a decision can never be sent", instance=self.instance.me, type=row.type, error=type(error).__name__)
        self.instance.outgoing.unfit(row, type(error).__name__)

    def _batches(self) -> list[tuple[StatisticBatch, WireRecord]]:
        """Some of the batches that are to be sent; none where nothing can be sealed now."""
        try:
            return [(batch, self.instance.batch(batch)) for batch in self.instance.batches[:BATCHES]]
        except NotNow as reason:
            log.warning("a batch of statistical records waits", instance=self.instance.me, reason=str(reason))
            return []

    async def _send_batches(self, producer: Any, batches: Sequence[tuple[StatisticBatch, WireRecord]]) -> None:
        acks = [await _sent(producer, STATISTICS, record) for _, record in batches]
        for (batch, _), ack in zip(batches, acks, strict=True):
            await ack
            self.instance.acknowledged(batch)


async def _sent(producer: Any, topic: str, record: WireRecord) -> Any:
    """A record on its way; the future is Kafka's answer."""
    about = wall() // TOLD * TOLD
    return await producer.send(topic, key=record.key, value=record.value, headers=record.headers, timestamp_ms=about)
