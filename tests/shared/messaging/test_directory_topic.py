"""The topic of the directory: one that is laid out is taken at once, and the reader ends in order, at once, however long nothing comes."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from deploy.brokers import Mock
from deploy.directory.publishing import publish
from shared.config.clock import wall
from shared.config.kafka import Bus
from shared.crypto.directory import Directory
from shared.crypto.directory_state import Listing
from shared.messaging.directory_topic import DirectoryTopic
from shared.messaging.followed_topic import FollowedTopic
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
    topic = DirectoryTopic(listing, bus)
    topic.start()
    for version in (1, 2):
        came.clear()
        await publish(bus, directory(version=version, issued=wall()), ROOT, 4)
        async with asyncio.timeout(20):
            await came.wait()
        assert listing.version == version
    begun = monotonic()
    await topic.stop()
    assert topic.task.done()
    assert not topic.task.cancelled()
    assert monotonic() - begun < 2, "it did not have to be cancelled"


async def test_while_the_bus_is_away_it_ends_at_once_too() -> None:
    topic = DirectoryTopic(Listing("rs", PUBLIC_ROOT), Bus("127.0.0.1:1"))
    topic.start()
    await asyncio.sleep(0)
    begun = monotonic()
    await topic.stop()
    assert topic.task.done()
    assert monotonic() - begun < 10


async def test_a_certificate_that_is_being_renewed_just_now_ends_no_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody would hear of new directories any more."""
    topic, again = DirectoryTopic(Listing("rs", PUBLIC_ROOT), Bus("127.0.0.1:1", tmp_path)), asyncio.Event()
    tries = list[int]()

    def context(_bus: Bus) -> None:
        tries.append(1)
        if len(tries) > 1:
            again.set()
        raise FileNotFoundError

    monkeypatch.setattr(Bus, "context", context)
    topic.start()
    async with asyncio.timeout(5):
        await again.wait()
    await topic.stop()


class SilentOnce:
    """aiokafka's consumer; the task that fetches has ended in the first that is made."""

    made: ClassVar[list["SilentOnce"]] = []

    def __init__(self, **_: Any) -> None:
        self.made.append(self)
        self.lives = len(self.made) > 1

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def seek_to_beginning(self, part: TopicPartition) -> None: ...

    def assign(self, parts: list[TopicPartition]) -> None:
        self.parts = parts

    def assignment(self) -> list[TopicPartition]:
        return self.parts

    async def end_offsets(self, parts: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(parts, 1)

    async def position(self, _part: TopicPartition) -> int:
        return 0

    async def getmany(self, *, timeout_ms: int) -> dict[TopicPartition, list[str]]:
        return dict.fromkeys(self.parts, [SimpleNamespace(offset=0)]) if self.lives else {}


async def followed_until_something_comes() -> None:
    came, loop = asyncio.Event(), asyncio.get_running_loop()
    topic = FollowedTopic("topic", Bus("127.0.0.1:1"), lambda _records: loop.call_soon_threadsafe(came.set))
    topic.start()
    async with asyncio.timeout(5):
        await came.wait()
    await topic.stop()


async def test_a_client_that_gives_nothing_though_something_lies_there_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.followed_topic.AIOKafkaConsumer", SilentOnce)
    await followed_until_something_comes()


class MadeAnew(SilentOnce):
    """One that gives a record, and then nothing, of a topic that ends before that record by then."""

    async def end_offsets(self, parts: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(parts, 0)

    async def getmany(self, *, timeout_ms: int) -> dict[TopicPartition, list[Any]]:
        first, self.lives = not self.lives, True
        await asyncio.sleep(0)
        return dict.fromkeys(self.parts, [SimpleNamespace(offset=6)]) if first else {}


class NotedTopic(FollowedTopic):
    """One that notes how often it was made anew."""

    heard = 0

    def made_anew(self) -> None:
        self.heard += 1


async def test_a_topic_that_was_made_anew_is_noticed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.followed_topic.AIOKafkaConsumer", MadeAnew)
    monkeypatch.setattr(SilentOnce, "made", [])
    topic = NotedTopic("topic", Bus("127.0.0.1:1"), lambda _records: None)
    topic.start()
    async with asyncio.timeout(5):
        while not topic.heard:  # noqa: ASYNC110  it has no event
            await asyncio.sleep(0)
        for _ in range(9):
            await asyncio.sleep(0)
    await topic.stop()
    assert topic.heard == 1


class FilledAnew(SilentOnce):
    """One whose topic is made anew, and filled by another agency before anybody looks: in its sight, and while the bus is away."""

    script: ClassVar[list[int | None]] = []

    async def end_offsets(self, parts: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(parts, 1)

    async def position(self, _part: TopicPartition) -> int:
        return 1

    async def getmany(self, *, timeout_ms: int) -> dict[TopicPartition, list[Any]]:
        await asyncio.sleep(0)
        offset = self.script.pop(0) if self.script else None
        if offset == AWAY:
            raise KafkaConnectionError
        return {} if offset is None else dict.fromkeys(self.parts, [SimpleNamespace(offset=offset)])


AWAY = -1
ANEW = {
    "in its sight": [11, 0, None, None], "while it looks": [11, None, 0, None], "while the bus is away": [11, AWAY, 0, None, None],
    "twice": [11, 0, None, 6, 0, None], "not": [0, None, AWAY, 0, None],
}  # fmt: skip


@pytest.mark.parametrize(("how", "times"), [(how, {"twice": 2, "not": 0}.get(how, 1)) for how in ANEW])
async def test_a_topic_that_another_filled_anew_first_is_noticed_each_time(monkeypatch: pytest.MonkeyPatch, how: str, times: int) -> None:
    """Else of each topic made anew the first agency alone would say again what it had said."""
    monkeypatch.setattr("shared.messaging.followed_topic.AIOKafkaConsumer", FilledAnew)
    monkeypatch.setattr(SilentOnce, "made", [])
    monkeypatch.setattr(FilledAnew, "script", list(ANEW[how]))
    topic = NotedTopic("topic", Bus("127.0.0.1:1"), lambda _records: None)
    topic.start()
    async with asyncio.timeout(5):
        while FilledAnew.script:  # noqa: ASYNC110  it has no event
            await asyncio.sleep(0)
        for _ in range(9):
            await asyncio.sleep(0)
    await topic.stop()
    assert topic.heard == times


class CameMeanwhile(SilentOnce):
    """One to which a record comes in the moment in which it is asked for the end: its position moves once the record is taken."""

    taken = False

    async def position(self, _part: TopicPartition) -> int:
        return int(self.taken)

    async def getmany(self, *, timeout_ms: int) -> dict[TopicPartition, list[Any]]:
        await asyncio.sleep(0)
        first, self.lives = not self.lives, True
        if first or self.taken:
            return {}
        self.taken = True
        return dict.fromkeys(self.parts, [SimpleNamespace(offset=0)])


async def test_a_client_that_gives_a_record_the_next_time_is_not_called_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The topic would be read from its beginning, over another client, each time that a record comes just then."""
    monkeypatch.setattr("shared.messaging.followed_topic.AIOKafkaConsumer", CameMeanwhile)
    monkeypatch.setattr(SilentOnce, "made", made := [])
    await followed_until_something_comes()
    assert len(made) == 1
