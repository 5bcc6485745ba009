"""The relay: outbox → log, until the echo. Many cases at once, one row of a case on its way; in doubt it sends again."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.runtime.codec import STATISTICS, TOPIC, Decided, complete
from shared.runtime.door import Transactions

log: Any = structlog.get_logger("nrm.relay")
SWEEP = 5.0
"""Seconds after which the relay looks without having been woken."""


class Producer:
    """A Kafka producer that several relays of a process share; on any error there is a new one.

    Not the idempotent one: that can stay mute after a leaderless spell, and its id would name the author to every reader.
    """

    def __init__(self, bootstrap: str, client: str = "nrm") -> None:
        self.bootstrap, self.client = bootstrap, client
        self.producer: AIOKafkaProducer | None = None
        self.lock = asyncio.Lock()

    async def get(self) -> AIOKafkaProducer:
        """A producer that is connected. Raises KafkaError where the broker is away."""
        async with self.lock:
            if self.producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self.bootstrap, client_id=self.client, acks="all", linger_ms=0,
                    max_batch_size=262_144, request_timeout_ms=10_000, retry_backoff_ms=100,
                )  # fmt: skip
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self.producer = producer
            return self.producer

    async def renew(self, failed: AIOKafkaProducer | None) -> None:
        """After an error: the next `get` makes a new one."""
        async with self.lock:
            if self.producer is failed and failed is not None:
                self.producer = None
                with suppress(Exception):
                    await asyncio.wait_for(failed.stop(), 2)

    async def close(self) -> None:
        """Let go of the broker."""
        await self.renew(self.producer)


class Relay:
    """Carries one instance's outbox to the log."""

    def __init__(self, door: Transactions, producer: Producer) -> None:
        self.door, self.producer = door, producer
        self.wake = asyncio.Event()
        self.up = False
        """Whether the bus took what was sent last; pages say "waiting for the bus" otherwise."""
        loop = asyncio.get_running_loop()
        door.woken = lambda: loop.call_soon_threadsafe(self.wake.set)

    async def run(self) -> None:
        """Send what is there; sleep until something is said, or the sweep comes round."""
        pause = 0.1
        while True:
            self.wake.clear()
            try:
                while self.door.caught_up and not self.door.fence and await self.send():
                    pause = 0.1
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), SWEEP)
            except (KafkaError, OSError, TimeoutError) as error:
                self.up = False
                log.warning("the bus is away", instance=self.door.me, error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)

    async def send(self) -> bool:
        """One round: the first row of each case that has none on its way, then statistical records. False when there is nothing."""
        rows = self.door.outgoing.take(500)
        records = self.door.unsent[:500]
        if not rows and not records:
            return False
        producer = None
        try:
            producer = await self.producer.get()
            await self._send_rows(producer, rows)
            await self._send_statistics(producer, records)
            self.up = True
        except BaseException:
            self.door.outgoing.failed(rows)
            await self.producer.renew(producer)
            raise
        return True

    async def _send_rows(self, producer: AIOKafkaProducer, rows: Sequence[Decided]) -> None:
        send: Any = producer.send
        acks = [await send(TOPIC, **self._record(row)) for row in rows]
        results: list[Any] = await asyncio.gather(*acks, return_exceptions=True)
        for row, result in zip(rows, results, strict=True):
            if not isinstance(result, BaseException):
                self.door.outgoing.acknowledged(row, result.partition, result.offset)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    def _record(self, row: Decided) -> dict[str, Any]:
        view = self.door.view_of(row.case)
        key, value, headers = complete(row, self.door.me, view.case)
        return {"key": key, "value": value, "headers": headers}

    async def _send_statistics(self, producer: AIOKafkaProducer, records: Sequence[tuple[str, str]]) -> None:
        if not records:
            return
        send: Any = producer.send
        acks = [await send(STATISTICS, key=name.encode(), value=body.encode()) for name, body in records]
        await asyncio.gather(*acks)
        await self.door.sent_statistics([name for name, _ in records])
        del self.door.unsent[: len(records)]
