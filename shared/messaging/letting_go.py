"""How a process lets go of a Kafka client that may be no good."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from shared.config.tasks import end, to_its_end

STOPS = 2.0
"""Seconds that a client may take to stop in order."""
MOMENT = 1.0
"""Seconds that each of its parts may take to close."""
PARTS = ("_fetcher", "_sender", "_client", "client")
"""What of aiokafka's consumer, and of its producer, has tasks and sockets, in the order in which they end."""


async def let_go(client: Any, stop: Callable[[], Awaitable[object]], seconds: float = STOPS) -> None:
    """Stop a client, and close what it leaves open, however often this task is cancelled meanwhile.

    aiokafka ends before its sockets are closed where a task of the client has died, or where this takes too long or is cut off; asked a
    second time it does nothing.
    """
    await to_its_end(_close(client, stop, seconds))


async def _close(client: Any, stop: Callable[[], Awaitable[object]], seconds: float) -> None:
    await _within(seconds, stop)
    await _within(MOMENT, lambda: end(*_tasks(getattr(client, "_coordinator", None))))
    for name in PARTS:
        if part := getattr(client, name, None):
            await _within(MOMENT, part.close)


def _tasks(coordinator: Any) -> list["asyncio.Task[Any]"]:
    """What goes on, and connects anew, where a coordinator was cut off: it closes once."""
    return [task for task in getattr(coordinator, "__dict__", {}).values() if isinstance(task, asyncio.Task)]


async def _within(seconds: float, close: Callable[[], Awaitable[object]]) -> None:
    with suppress(Exception, asyncio.CancelledError):  # whoever waits for a task that was cancelled hears that as if it were cancelled
        async with asyncio.timeout(seconds):
            await close()
