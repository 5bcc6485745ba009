"""uvicorn, which serves an agency's pages, woken once a second instead of ten times, and at once by who ends it."""

import asyncio
import contextlib
import sys
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE

SECOND = 1.0
"""Seconds between two looks: so often the date of its answers changes."""


class PageServer(uvicorn.Server):
    """Serves until a signal comes."""

    leaving: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    async def main_loop(self) -> None:
        """Until the end; uvicorn's own sleeps for a tenth of a second each time."""
        leaves = asyncio.Event()
        self.leaving = asyncio.get_running_loop(), leaves
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SECOND):
                    await leaves.wait()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal has come."""
        super().handle_exit(sig, frame)
        if self.leaving is not None:
            loop, leaves = self.leaving
            loop.call_soon_threadsafe(leaves.set)


def serve_pages(app: Any, host: str, port: int) -> None:
    """Serve them until Ctrl-C or SIGTERM; who is connected has three seconds then. Raises SystemExit where it could not begin."""
    server = PageServer(uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=3))
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)
