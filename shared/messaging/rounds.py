"""Sending round by round, over a producer that relays share. Each thing that an instance sends has rounds of its own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError

from shared.config.clock import wall
from shared.config.kafka import Bus
from shared.decisions.send_queue import BEHIND
from shared.messaging.letting_go import let_go
from shared.processing.faults import Fault
from shared.processing.instance import Instance
from shared.records.codec import WireRecord

log: Any = structlog.get_logger("nrm.relay")
SWEEP = 5.0
"""Seconds after which a relay looks without having been woken."""
TOLD = 60_000
"""Milliseconds to which a sender's time is told. Kafka keeps it in each batch, beside its own time, which is what readers get: to the
millisecond it tells whoever has the brokers' disks which machine wrote a record, since no two clocks are alike."""
ROUND = 60.0
"""Seconds that a round may take; what was not acknowledged then goes again. Any client gives up after ten, unless it is no good."""
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
                    await let_go(producer, producer.stop)
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
                await let_go(failed, failed.stop)

    async def close(self) -> None:
        """Let go of the broker."""
        await self.renew(self.producer)


class Rounds:
    """One thing that an instance sends, for ever."""

    def __init__(self, instance: Instance, producer: Producer, ailing: Fault, within: float = ROUND) -> None:
        """`ailing` is the fault while it does not go out; `within`: seconds that a round may take."""
        self.instance, self.producer, self.ailing, self.within = instance, producer, ailing, within
        self.wake = asyncio.Event()
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
        return self.ailing if self.failed or late else None

    async def send(self) -> bool:
        """One round. False when there is nothing. Raises KafkaError where the bus does not take it."""
        raise NotImplementedError

    @asynccontextmanager
    async def under_way(self) -> AsyncGenerator[Any]:
        """A round: the producer for it, which is made anew for the next one where this one fails, or is never answered."""
        producer, self.since = None, monotonic()
        try:
            async with asyncio.timeout(self.within):
                producer = await self.producer.get()
                yield producer
            self.failed = False
        except BaseException:
            await self.producer.renew(producer)
            raise
        finally:
            self.since = None

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


async def sent(producer: Any, topic: str, record: WireRecord) -> Any:
    """A record on its way; the future is Kafka's answer."""
    about = wall() // TOLD * TOLD
    return await producer.send(topic, key=record.key, value=record.value, headers=record.headers, timestamp_ms=about)
