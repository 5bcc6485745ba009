"""The notice board: the topic on which the coordinator lays each new directory. Every process reads it from its beginning, for ever."""

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.runtime.bus import Bus
from shared.runtime.ending import end
from shared.runtime.sealed.listing import Listing

logger: Any = structlog.get_logger("nrm.directory")
DIRECTORY = "nrm.directory"
LOOK = 100
"""Milliseconds between looks at whether we are to end: cancelled in the middle, the client would leave a socket open."""
PAUSE = 5.0
"""Seconds between tries at most, while the bus is away."""


class Board:
    """One process's reader of directories."""

    def __init__(self, listing: Listing, bus: Bus) -> None:
        self.listing, self.bus, self.ending = listing, bus, False

    def start(self) -> None:
        """Read in the background; a bus that is away is waited for."""
        self.task = asyncio.create_task(self.run())

    async def run(self) -> None:
        """Offer each directory that comes to the listing. Without the bus, what is known goes on."""
        pause = 0.2
        while not self.ending:
            consumer: Any = AIOKafkaConsumer(**self.bus.aiokafka(), enable_auto_commit=False, auto_offset_reset="earliest", client_id="nrm")
            try:
                await consumer.start()
                part = TopicPartition(DIRECTORY, 0)
                consumer.assign([part])
                await consumer.seek_to_beginning(part)
                pause = 0.2
                await self._read(consumer)
            except Exception as error:  # noqa: BLE001  any trouble of the bus: it is tried again for ever
                logger.warning("directories cannot be read at present", error=type(error).__name__)
            finally:
                await _closed(consumer)
            if self.ending:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, PAUSE)

    async def stop(self) -> None:
        """End in order; what is being connected just now is cancelled after a moment."""
        self.ending = True
        await asyncio.wait([self.task], timeout=2)
        await end(self.task)

    async def _read(self, consumer: Any) -> None:
        while not self.ending:
            for records in (await consumer.getmany(timeout_ms=LOOK)).values():
                for record in records:
                    if record.value is not None:
                        await asyncio.to_thread(self.listing.offer, record.value)


async def _closed(consumer: Any) -> None:
    """Let go of the consumer, however often we are told meanwhile that we are to end: who goes before leaves its sockets open."""
    closing = asyncio.create_task(_close(consumer))
    while not closing.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(closing)


async def _close(consumer: Any) -> None:
    with suppress(Exception):
        async with asyncio.timeout(2):
            await consumer.stop()
