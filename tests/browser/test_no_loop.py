"""A test of this folder that runs a loop beside Playwright's fails in whatever order tests are run."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest


async def answer() -> int:
    return 1


def test_a_loop_runs_in_a_thread_of_its_own_alone() -> None:
    here = answer()
    with pytest.raises(RuntimeError, match="run yours in another"):
        asyncio.run(here)
    here.close()
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(answer())).result() == 1
