"""How background tasks go on, and how they end."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog

logger: Any = structlog.get_logger("nrm.tasks")
PAUSE = 1.0
"""Seconds until what ended by an error begins anew."""


def kept(what: str, run: Callable[[], Awaitable[None]], pause: float = PAUSE) -> "asyncio.Task[None]":
    """A task for what goes on as long as the process. Where it ends by an error, or is cancelled by none of us, the log says so and it
    begins anew: a task that nobody awaits ends in silence, and what it was to do would never be done again."""
    return asyncio.create_task(_again_and_again(what, run, pause))


async def _again_and_again(what: str, run: Callable[[], Awaitable[None]], pause: float) -> None:
    while True:
        try:
            return await run()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            error = asyncio.CancelledError.__name__
        except Exception as failed:  # noqa: BLE001  whatever it is: it must go on
            error = type(failed).__name__
        logger.error("what goes on for ever has ended and begins anew", what=what, error=error)
        await asyncio.sleep(pause)


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """What must be done to its end, however often this task is cancelled meanwhile."""
    doing = asyncio.create_task(work)
    while not doing.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(doing)


async def end(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel until they have ended: a cancellation that crosses a finished wait in a library can be swallowed, and must be repeated."""
    while running := [task for task in tasks if not task.done()]:
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=0.5)
