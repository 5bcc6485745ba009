"""The relay with a producer of the test's making: what fails, what is too large, and what a fence stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError

from shared.messaging.figures_relay import FiguresRelay
from shared.messaging.relay import Relay
from shared.processing.housekeeping import miss
from shared.processing.instance import Instance
from shared.records.codec import TOPIC, Decided
from tests.shared.bus import Topic
from tests.shared.counted import flush
from tests.shared.land import INTAKE_ME, LEAD_ME, SERVICES, Hand, database, instance_at, pull, report, settle

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@dataclass
class Bus:
    """Kafka as the relay meets it: `get`, `renew`, `send`."""

    topic: Topic = field(default_factory=Topic)
    fails: set[str] = field(default_factory=set[str])
    mute: set[bytes] = field(default_factory=set[bytes])
    """Cases of which nothing is ever answered."""
    too_large: set[bytes] = field(default_factory=set[bytes])
    sent: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def heard(self, count: int) -> None:
        """Until so many messages have come."""
        async with asyncio.timeout(10):
            while len(self.sent) < count:
                self.news.clear()
                await self.news.wait()

    async def get(self) -> "Bus":
        return self

    async def renew(self, failed: Any) -> None:
        return None

    async def send(self, topic: str, *, key: bytes, value: bytes, headers: Any = None, timestamp_ms: int | None = None) -> Any:
        assert timestamp_ms is not None
        assert timestamp_ms % 60_000 == 0, "a machine's own clock tells which machine it is"
        if key in self.too_large:
            raise MessageSizeTooLargeError
        self.sent.append((topic, key))
        self.news.set()
        ack: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if key in self.mute:
            return ack
        if topic in self.fails:
            ack.set_exception(KafkaConnectionError())
        else:
            ack.set_result(self.topic.land(key, value) if topic == TOPIC else None)
        return ack


@pytest.fixture
async def intake(tmp_path: Path, templates: Path) -> AsyncIterator[Instance]:
    instance = instance_at(database(tmp_path, templates, SERVICES["intake"], "i"), INTAKE_ME, Hand())
    yield instance
    instance.close()


def relay(instance: Instance, bus: Bus) -> Relay:
    return Relay(instance, bus)  # type: ignore[arg-type]


async def test_a_record_that_is_too_large_stops_its_own_case_only(intake: Instance) -> None:
    bus = Bus()
    large, small = report(intake, "f1"), report(intake, "f2")
    bus.too_large.add(large.encode())
    sender = relay(intake, bus)
    assert await sender.send()
    assert bus.sent == [(TOPIC, small.encode())]
    assert intake.outgoing.spoilt == {large: "MessageSizeTooLargeError"}
    pull(intake, bus.topic)
    assert not await sender.send(), "it is not tried over and over"


async def test_a_row_that_cannot_be_completed_stops_its_own_case_only(intake: Instance) -> None:
    bus = Bus()
    broken = Decided("k", "c", "no.such.type", "form:x", 1, False, {"D0": {}})
    intake.outgoing.add([broken])
    case = report(intake)
    assert await relay(intake, bus).send()
    assert bus.sent == [(TOPIC, case.encode())]
    assert set(intake.outgoing.spoilt) == {"c"}


async def test_what_kafka_has_is_not_sent_again_because_something_else_failed(tmp_path: Path, templates: Path, intake: Instance) -> None:
    lead = instance_at(database(tmp_path, templates, SERVICES["referral"], "l"), LEAD_ME, Hand())
    first = Topic()
    report(intake)
    settle(first, intake, rounds=3)
    pull(lead, first)
    bus = Bus(fails={"nrm.statistics"}, topic=first)
    flush(lead)
    counted = list(lead.batches)
    sender, figures = relay(lead, bus), FiguresRelay(lead, bus)  # type: ignore[arg-type]
    for _ in range(3):
        await sender.send()
        with pytest.raises(KafkaConnectionError):
            await figures.send()
    cases = [key for topic, key in bus.sent if topic == TOPIC]
    assert len(cases) == 1, "the acknowledged row waits for its echo"
    assert lead.batches == counted != [], "and no statistical record is lost"
    lead.close()


async def test_a_round_that_nobody_answers_ends_and_what_was_not_acknowledged_goes_again(intake: Instance) -> None:
    """A client that has fallen silent gives no answer at all, for ever."""
    first, second = sorted(report(intake, f"f{n}") for n in range(2))
    bus = Bus(mute={first.encode()})
    relay = Relay(intake, bus, within=0.05)  # type: ignore[arg-type]
    with pytest.raises(TimeoutError):
        await relay.send()
    bus.mute.clear()
    assert await relay.send()
    assert [key.decode() for _, key in bus.sent].count(first) == 2
    assert [key.decode() for _, key in bus.sent].count(second) == 1


async def test_behind_a_fence_and_before_catching_up_nothing_is_sent(intake: Instance) -> None:
    for closed in ("fence", "catching up"):
        intake.unfenced()
        if closed == "fence":
            intake.catches_up()
            intake.fenced("another log")
        bus = Bus()
        running = asyncio.create_task(relay(intake, bus).run())
        report(intake, closed)
        for _ in range(20):
            await asyncio.sleep(0)
        assert bus.sent == []
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    intake.catches_up()
    running = asyncio.create_task(relay(intake, bus).run())
    intake.woken()
    await bus.heard(2)
    running.cancel()


async def test_the_relay_outlives_a_database_that_fails(intake: Instance) -> None:
    bus = Bus()
    case = report(intake)
    with intake.engine.begin() as connection:
        connection.exec_driver_sql("alter table picture rename to gone")
    intake.cache.views.clear()
    running = asyncio.create_task(relay(intake, bus).run())
    for _ in range(20):
        await asyncio.sleep(0)
    assert bus.sent == []
    with intake.engine.begin() as connection:
        connection.exec_driver_sql("alter table gone rename to picture")
    await bus.heard(1)
    assert bus.sent == [(TOPIC, case.encode())]
    running.cancel()


class Watched(Relay):
    """Tells each time it begins to look; then the round before is over."""

    looks: SimpleQueue[None]

    async def send(self) -> bool:
        self.looks.put(None)
        return await super().send()


def watched(instance: Instance, bus: Bus) -> Watched:
    sender = Watched(instance, bus)  # type: ignore[arg-type]
    sender.looks = SimpleQueue()
    return sender


async def test_a_record_that_the_log_lost_goes_again_though_nobody_writes_behind_it(intake: Instance) -> None:
    intake.outgoing.patience = -1
    sender = watched(intake, bus := Bus())
    case = report(intake)
    running = asyncio.create_task(sender.run())
    for _ in range(2):
        await asyncio.to_thread(sender.looks.get, timeout=10)
    await asyncio.to_thread(miss, intake)
    await bus.heard(2)  # acknowledged both times; nothing ever comes back
    assert bus.sent == [(TOPIC, case.encode())] * 2
    running.cancel()


async def test_a_record_whose_echo_is_just_being_applied_does_not_go_again(intake: Instance) -> None:
    sender, loop = watched(intake, bus := Bus()), asyncio.get_running_loop()
    case = report(intake)

    def project(work: Any, change: Any) -> None:
        loop.call_soon_threadsafe(sender.wake.set)
        sender.looks.get(timeout=10)

    intake.service = replace(intake.service, project=project)
    running = asyncio.create_task(sender.run())
    for _ in range(2):
        await asyncio.to_thread(sender.looks.get, timeout=10)
    await asyncio.to_thread(pull, intake, bus.topic)
    assert bus.sent == [(TOPIC, case.encode())]
    running.cancel()
