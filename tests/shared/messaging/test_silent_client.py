"""A client whose own task that fetches has ended: it gives nothing for ever, and tells nobody."""

import asyncio

import pytest
from aiokafka import AIOKafkaProducer

from deploy.brokers import Mock
from deploy.brokers.topics import ensure_topics
from shared.config.settings import PARTITIONS
from shared.messaging.consumer import Consumer
from shared.processing.faults import Faulty
from shared.records.codec import TOPIC
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, noted, report, send


async def test_it_is_seen_and_another_one_is_made(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.log_watch.SILENT", 1)
    lead, case = house[LEAD_ME], report(house[INTAKE_ME])
    (record,) = send(house[INTAKE_ME], house.topic)
    with Mock() as mock:
        await ensure_topics(mock.bus)
        log, seen = Consumer([lead], mock.bus, PARTITIONS), list[str]()
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
