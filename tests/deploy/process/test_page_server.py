"""The server of pages rests while nothing happens, and ends at once when it is told to."""

import asyncio
import signal
import time

import uvicorn

from deploy.process.page_server import SECOND, PageServer


async def test_it_looks_once_a_second_and_ends_at_once() -> None:
    server, looks = PageServer(uvicorn.Config("none:none")), list[int]()
    on_tick = server.on_tick

    async def look(counter: int) -> bool:
        looks.append(counter)
        return await on_tick(counter)

    server.on_tick = look
    serving = asyncio.create_task(server.main_loop())
    await asyncio.sleep(SECOND / 2)
    assert len(looks) == 1
    assert [name for name, _ in server.server_state.default_headers] == [b"date"]
    told = time.monotonic()
    server.handle_exit(signal.SIGTERM, None)
    await serving
    assert time.monotonic() - told < SECOND / 4


async def test_a_signal_that_comes_before_it_serves_is_not_lost() -> None:
    server = PageServer(uvicorn.Config("none:none"))
    server.handle_exit(signal.SIGTERM, None)
    await asyncio.wait_for(server.main_loop(), SECOND / 4)
