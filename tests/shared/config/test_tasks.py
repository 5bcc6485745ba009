"""What goes on as long as the process: it begins anew where it has ended, and ends when it is told."""

import asyncio

import pytest

from shared.config.tasks import end, kept


@pytest.mark.parametrize("ends", [ValueError("a fault"), asyncio.CancelledError()])
async def test_what_ends_by_an_error_or_a_cancellation_of_nobodys_begins_anew(ends: BaseException) -> None:
    begun, again = list[int](), asyncio.Event()

    async def run() -> None:
        begun.append(1)
        if len(begun) == 1:
            raise ends
        again.set()
        await asyncio.Event().wait()

    task = kept("something", run, pause=0)
    async with asyncio.timeout(5):
        await again.wait()
    await end(task)
    assert (len(begun), task.cancelled()) == (2, True), "who is told to end does not begin anew"


async def test_what_has_ended_by_itself_is_left_alone() -> None:
    async def run() -> None:
        return None

    await kept("something", run)
