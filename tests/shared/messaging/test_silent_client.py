"""A client whose own task that fetches has ended: it gives nothing for ever, and tells nobody."""

import asyncio
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from deploy.brokers import Mock
from deploy.brokers.topics import ensure_topics
from shared.config.kafka import Bus
from shared.config.settings import PARTITIONS
from shared.config.tasks import end
from shared.messaging.consumer import Consumer
from shared.messaging.followed_topic import FollowedTopic
from shared.processing.faults import Faulty
from shared.records.codec import TOPIC
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, noted, report, send


async def test_it_is_seen_and_another_one_is_made(house: House) -> None:
    lead, case = house[LEAD_ME], report(house[INTAKE_ME])
    (record,) = send(house[INTAKE_ME], house.topic)
    with Mock() as mock:
        await ensure_topics(mock.bus)
        log, seen = Consumer([lead], mock.bus, PARTITIONS, silent=1), list[str]()
        await log.start()
        async with asyncio.timeout(60):
            await log.joined.wait()
            log.subscriber.consumer._fetcher._fetch_task.cancel()
            producer = AIOKafkaProducer(**mock.bus.aiokafka())
            await producer.start()
            await producer.send_and_wait(TOPIC, record.value, key=record.key)
            await producer.stop()
            while not noted(lead, case):
                try:
                    await log.reach()
                except Faulty as faulty:
                    seen.append(faulty.fault)
                await asyncio.sleep(0.1)
        await log.stop()
    assert seen[0] == "bus-not-read"


async def dead() -> None:
    """A task that fetches, which has ended by an error."""
    raise RuntimeError


async def hangs() -> None:
    """What of a client does not come to its end."""
    await asyncio.sleep(3_600)


OF_A_GROUP = ("_coordination_task", "_commit_refresh_task", "_heartbeat_task")


def spoil(client: Any, how: str) -> None:
    """The client cannot be stopped in order any more."""
    if how == "dies":
        client._fetcher._fetch_task.cancel()
        client._fetcher._fetch_task = asyncio.create_task(dead())
    else:
        client._coordinator._stop_heartbeat_task = hangs


def is_closed(client: Any) -> bool:
    """Neither sockets nor tasks are left of it."""
    inner = client._coordinator
    tasks = [client._fetcher._fetch_task, client._client._sync_task, *(getattr(inner, name, None) for name in OF_A_GROUP)]
    return not any(one.connected() for one in client._client._conns.values()) and all(task is None or task.done() for task in tasks)


@pytest.mark.parametrize("how", ["dies", "hangs", "hangs and is cut"])
async def test_one_that_is_replaced_is_closed_whatever_it_suffers_from(house: House, how: str) -> None:
    """Else its sockets and its tasks live as long as the process, and more with each that is made anew."""
    with Mock() as mock:
        await ensure_topics(mock.bus)
        log = Consumer([house[LEAD_ME]], mock.bus, PARTITIONS, stops=0.2)
        await log._connect()
        client = log.subscriber.consumer
        spoil(client, how)
        assert not is_closed(client)
        assert client._coordinator._commit_refresh_task
        replacing = asyncio.create_task(log._make_anew())
        await asyncio.sleep(0.05)
        if "cut" in how:
            replacing.cancel()
        with suppress(asyncio.CancelledError):
            await replacing
        assert is_closed(client)


async def test_so_is_that_of_a_topic_that_is_followed() -> None:
    with Mock() as mock:
        await ensure_topics(mock.bus)
        topic = FollowedTopic(TOPIC, mock.bus, lambda _records: None)
        async with topic._connected() as client:
            spoil(client, "dies")
        assert is_closed(client)


async def test_who_is_cut_off_while_it_asks_a_bus_that_does_not_answer_leaves_nobody_asking() -> None:
    asks, never, before = asyncio.Event(), asyncio.Event(), asyncio.all_tasks()

    async def nothing(**_: object) -> dict[str, object]:
        return {}

    async def unanswered(*_: object) -> None:
        asks.set()
        await never.wait()

    mute: Any = SimpleNamespace(getmany=nothing, end_offsets=unanswered, stop=unanswered, assignment=set)
    topic = FollowedTopic(TOPIC, Bus("127.0.0.1:1"), lambda _records: None, stops=0.1)
    reading = asyncio.create_task(topic._read(mute))
    await asks.wait()
    await end(reading)
    assert asyncio.all_tasks() == before
