"""A compacted topic of one partition that a process reads from its beginning, for ever, beside the log of cases."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.config.kafka import Bus
from shared.config.tasks import end, kept, to_its_end
from shared.messaging.letting_go import STOPS, let_go
from shared.messaging.subscription import CLIENT_LOOKS, SilentClient, lags

logger: Any = structlog.get_logger("nrm.followed")
LONG = 30_000
"""Milliseconds for which the client waits for a record before it is asked again: what comes wakes it, but not always after a log was made
anew (`prefetch.ASKED_FOR`)."""
AT_REST = 2_000
"""Milliseconds for which a broker sits on a question while there is nothing to read; when something comes it answers at once. By the
client's own half second each process asks twice a second of each such topic for what changes a few times a day."""
PAUSE = 5.0
"""Seconds between tries at most, while the bus is away."""


class FollowedTopic:
    """One process's reader of such a topic. `take` gets the records of a poll in a thread."""

    def __init__(self, topic: str, bus: Bus, take: Callable[[Sequence[Any]], None], stops: float = STOPS) -> None:
        """`stops`: seconds that a client may take to stop in order."""
        self.topic, self.bus, self.take, self.stops, self.ending = topic, bus, take, stops, asyncio.Event()
        self.next, self.given = 0, 0
        """The offsets behind the last of all records that came of this topic, and behind the last that the present client gave."""

    def start(self) -> None:
        """Read in the background; a bus that is away is waited for."""
        self.task = kept(self.topic, self.run)

    async def run(self) -> None:
        """Take each record that comes. Without the bus, what is known goes on."""
        pause = 0.2
        while not self.ending.is_set():
            try:
                async with self._connected() as consumer:
                    pause = 0.2
                    await self._read(consumer)
            except Exception as error:  # noqa: BLE001  of the bus, or of a certificate that is renewed just now: tried again for ever
                logger.warning("a topic cannot be read at present", topic=self.topic, error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self.ending.wait()
            pause = min(pause * 2, PAUSE)

    @asynccontextmanager
    async def _connected(self) -> AsyncGenerator[Any]:
        """A client at the beginning of the topic."""
        consumer: Any = AIOKafkaConsumer(
            **self.bus.aiokafka(), enable_auto_commit=False, auto_offset_reset="earliest", client_id="nrm", fetch_max_wait_ms=AT_REST,
            consumer_timeout_ms=CLIENT_LOOKS,
        )  # fmt: skip
        try:
            await consumer.start()
            part = TopicPartition(self.topic, 0)
            consumer.assign([part])
            await consumer.seek_to_beginning(part)
            yield consumer
        finally:
            await let_go(consumer, consumer.stop, self.stops)

    async def stop(self) -> None:
        """End in order; what is being connected just now is cancelled after a moment."""
        self.ending.set()
        await asyncio.wait([self.task], timeout=2)
        await end(self.task)

    async def _read(self, consumer: Any) -> None:
        """Until we are to end: then the client is closed under the read that waits. Cancelled, that would leave a socket open."""
        reading = asyncio.create_task(self._offer(consumer))
        ending = asyncio.create_task(self.ending.wait())
        try:
            await asyncio.wait((reading, ending), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await to_its_end(_closed_under(consumer, reading, ending, self.stops))
            failed = None if reading.cancelled() else reading.exception()
        if failed and not self.ending.is_set():
            raise failed

    async def _offer(self, consumer: Any) -> None:
        self.given = 0
        while True:
            found = await consumer.getmany(timeout_ms=LONG)
            if not found and await self._lags(consumer):
                found = await consumer.getmany(timeout_ms=LONG)  # what came while it was asked is there by now
                if not found:
                    raise SilentClient
            for records in found.values():
                if records[0].offset < self.given:  # the client has begun anew, which it does in silence
                    self._is_another(0)
                await asyncio.to_thread(self.take, records)
                self.given = records[-1].offset + 1
                self.next = max(self.next, self.given)

    async def _lags(self, consumer: Any) -> bool:
        """Where nothing comes: whether something lies there that the client has not given. Notices, too, that the topic is another one."""
        ends = await consumer.end_offsets(consumer.assignment())
        for last in ends.values():
            if last < self.next:
                self._is_another(last)
        return await lags(consumer, ends)

    def _is_another(self, end: int) -> None:
        self.next, self.given = end, 0
        self.made_anew()

    def made_anew(self) -> None:
        """The topic ends before what came of it, or has begun anew: it is another one, and what lay on the former is not there."""


async def _closed_under(consumer: Any, reading: "asyncio.Task[None]", ending: "asyncio.Task[Any]", stops: float) -> None:
    """Close the client under who reads from it, who then ends; whoever asks it for an end meanwhile does not, and is cancelled."""
    await let_go(consumer, consumer.stop, stops)
    await asyncio.wait((reading,), timeout=1)
    await end(reading, ending)
