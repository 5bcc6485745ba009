"""The notice board: a directory that is laid out is taken at once, and the reader ends in order, at once, however long nothing comes."""

import asyncio
from collections.abc import Iterator
from time import monotonic

import pytest

from deploy.brokers import Mock
from deploy.directory.publishing import publish
from shared.config.clock import wall
from shared.config.kafka import Bus
from shared.crypto.directory import Directory
from shared.crypto.directory_state import Listing
from shared.messaging.directory_topic import DirectoryTopic
from tests.shared.crypto.directories import PUBLIC_ROOT, ROOT, directory


@pytest.fixture
def bus() -> Iterator[Bus]:
    """A bus of its own: what lies on a shared one, others would read."""
    with Mock() as mock:
        yield mock.bus


async def test_it_waits_takes_what_comes_and_ends_when_it_is_told(bus: Bus) -> None:
    listing, came = Listing("rs", PUBLIC_ROOT), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hear(_directory: Directory) -> None:
        loop.call_soon_threadsafe(came.set)

    listing.told.append(hear)
    board = DirectoryTopic(listing, bus)
    board.start()
    for version in (1, 2):
        came.clear()
        await publish(bus, directory(version=version, issued=wall()), ROOT, 4)
        async with asyncio.timeout(20):
            await came.wait()
        assert listing.version == version
    begun = monotonic()
    await board.stop()
    assert board.task.done()
    assert not board.task.cancelled()
    assert monotonic() - begun < 2, "it did not have to be cancelled"


async def test_while_the_bus_is_away_it_ends_at_once_too() -> None:
    board = DirectoryTopic(Listing("rs", PUBLIC_ROOT), Bus("127.0.0.1:1"))
    board.start()
    await asyncio.sleep(0)
    begun = monotonic()
    await board.stop()
    assert board.task.done()
    assert monotonic() - begun < 10
