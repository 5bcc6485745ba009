"""How a process lets go of a Kafka client that may be no good."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

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
    parts: list[Callable[[], Awaitable[object]]] = [part.close for name in PARTS if (part := getattr(client, name, None))]
    closing = asyncio.create_task(_close(stop, seconds, parts))
    while not closing.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(closing)


async def _close(stop: Callable[[], Awaitable[object]], seconds: float, parts: list[Callable[[], Awaitable[object]]]) -> None:
    for close, may_take in [(stop, seconds), *((part, MOMENT) for part in parts)]:
        with suppress(Exception, asyncio.CancelledError):  # a part that is cancelled by another may say so to us
            async with asyncio.timeout(may_take):
                await close()
