"""What is taken before it is needed, with a client of the test's making."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from shared.messaging.prefetch import AHEAD, RECORDS_A_POLL, Prefetch


@dataclass
class Client:
    """aiokafka's consumer as the reader meets it: polls that the test puts in, or an error."""

    polls: "asyncio.Queue[list[int] | BaseException]" = field(default_factory=lambda: asyncio.Queue[list[int] | BaseException]())
    asked: int = 0

    async def getmany(self, *, timeout_ms: int, max_records: int) -> dict[Any, list[int]]:
        self.asked += 1
        found = await self.polls.get()
        if isinstance(found, BaseException):
            raise found
        return {number: [number] for number in found}

    def give(self, *polls: list[int] | BaseException) -> None:
        for poll in polls:
            self.polls.put_nowait(poll)

    async def taken(self) -> None:
        """Until the reader has taken all that is there, or waits for room."""
        for _ in range(100):
            await asyncio.sleep(0)


@pytest.fixture
async def prefetch() -> AsyncIterator[Prefetch]:
    prefetch = Prefetch()
    yield prefetch
    await prefetch.stop()


async def test_what_came_while_the_last_records_were_written_is_given_on_together_and_in_order(prefetch: Prefetch) -> None:
    client = Client()
    client.give([1, 2])
    assert await prefetch.next(client) == (1, 2)
    client.give([3], [4, 5])
    await client.taken()
    assert client.asked == 4, "it asked for more without being asked"
    assert await prefetch.next(client) == (3, 4, 5)


async def test_no_more_is_given_on_at_once_than_one_transaction_takes(prefetch: Prefetch) -> None:
    client = Client()
    client.give(list(range(RECORDS_A_POLL - 1)), [1], [2])
    assert len(await prefetch.next(client)) == RECORDS_A_POLL
    assert await prefetch.next(client) == (2,)


async def test_it_takes_no_more_than_so_many_records_ahead_in_however_many_polls(prefetch: Prefetch) -> None:
    client = Client()
    client.give([0], *([n] for n in range(1, 50)), *(list(range(RECORDS_A_POLL)) for _ in range(9)))
    assert len(await prefetch.next(client)) == 50, "small polls are no hindrance"
    await client.taken()
    assert client.polls.qsize() == 9 - AHEAD // RECORDS_A_POLL, "so much lies there already, and nobody has asked for it"
    assert len(await prefetch.next(client)) == RECORDS_A_POLL


async def test_after_a_seek_nothing_that_was_taken_before_comes(prefetch: Prefetch) -> None:
    client = Client()
    client.give([1])
    assert await prefetch.next(client) == (1,)
    client.give([2], [3], OSError("of what was read before"))
    await client.taken()
    prefetch.drop()
    client.give([7])
    assert [n for _ in range(2) for n in await prefetch.next(client)] == [7]


async def test_an_error_comes_after_the_records_before_it_and_then_it_takes_again(prefetch: Prefetch) -> None:
    client = Client()
    client.give([1], OSError("away"), [2])
    assert await prefetch.next(client) == (1,)
    with pytest.raises(OSError, match="away"):
        await prefetch.next(client)
    assert await prefetch.next(client) == (2,)


async def test_another_consumer_takes_the_place_of_the_first(prefetch: Prefetch) -> None:
    first, second = Client(), Client()
    first.give([1])
    assert await prefetch.next(first) == (1,)
    second.give([3])
    assert await prefetch.next(second) == (3,)
    asked = first.asked
    first.give([4])
    await first.taken()
    assert first.asked == asked


async def test_a_reader_that_ended_without_a_word_begins_again(prefetch: Prefetch) -> None:
    client = Client()
    client.give([1], asyncio.CancelledError())
    assert await prefetch.next(client) == (1,)
    client.give([2])
    assert [n for _ in range(2) for n in await prefetch.next(client)] == [2]
