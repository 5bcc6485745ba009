"""Takes records from the Kafka client as soon as they are there, a few polls ahead of the instances.

aiokafka asks a broker for a partition again only once its records were taken. While one writes, it would ask for the other partitions
alone, and Kafka may sit on that question for `fetch_max_wait_ms`: a hop took that long now and then. Made short, every idle consumer asks
each broker twenty times a second. Records that are taken at once need neither.
"""

import asyncio
from collections import deque
from itertools import chain
from typing import Any

from shared.config.tasks import end

RECORDS_A_POLL = 500
"""Records of one poll, and of what is given on at once."""
AHEAD = 4 * RECORDS_A_POLL
"""Records that may lie here, in however many polls: a few small ones must not keep the next from being taken."""
ASKED_FOR = 1_000
"""Milliseconds for which the client is asked: what comes wakes us, but not always after a log was made anew, and nothing tells that trouble
has ended."""


class Prefetch:
    """The reader ahead of one consumer."""

    def __init__(self) -> None:
        self.consumer: Any = None
        self.task: asyncio.Task[None] | None = None
        self.polls = deque[list[Any]]()
        self.failed: Exception | None = None
        self.came = 0
        """Polls that had something in them."""
        self.ailing = False
        """Whether the client could give nothing the last time that it was asked."""
        self.news, self.room = asyncio.Event(), asyncio.Event()

    async def next(self, consumer: Any) -> tuple[Any, ...]:
        """The next records, with those that came while the last ones were written. Raises what the client raised, in its turn."""
        if self.task is None or consumer is not self.consumer:
            await self.stop()
            self.consumer, self.task = consumer, asyncio.create_task(self._take(consumer))
            self.task.add_done_callback(lambda _: self.news.set())
        await self.news.wait()
        if not self.polls and self.task.done():
            failed, self.task = self.failed, None
            self._clear()
            if failed:
                raise failed
            return ()
        run = [self.polls.popleft()] if self.polls else []
        while self.polls and sum(map(len, run)) + len(self.polls[0]) <= RECORDS_A_POLL:
            run.append(self.polls.popleft())
        self.room.set()
        if not self.polls and not self.task.done():
            self.news.clear()
        return tuple(chain.from_iterable(run))

    async def _take(self, consumer: Any) -> None:
        while True:
            try:
                found: dict[Any, list[Any]] = await consumer.getmany(timeout_ms=ASKED_FOR, max_records=RECORDS_A_POLL)
            except Exception as error:  # noqa: BLE001  raised to whoever asks next
                self.failed, self.ailing = error, True
                return
            self.ailing = False
            if found:
                self.came += 1
                self.polls.append(list(chain.from_iterable(found.values())))
                self.news.set()
            while sum(map(len, self.polls)) >= AHEAD:
                self.room.clear()
                await self.room.wait()

    def give_up(self, why: Exception) -> None:
        """The client is no good any more: whoever asks next hears why."""
        if self.task and not self.task.done():
            self.failed, self.ailing = why, True
            self.task.cancel()

    def drop(self) -> None:
        """After a seek: what was taken before is not what comes next, nor is an error."""
        self.polls.clear()
        self.failed = None
        self.room.set()

    def _clear(self) -> None:
        self.polls.clear()
        self.failed = None
        self.news.clear()
        self.room.set()

    async def stop(self) -> None:
        """Take no more."""
        if self.task:
            await end(self.task)
        self.task = None
        self._clear()
