"""What lies on a log is counted, and read whole, as soon as it is there: nobody waits for more."""

import asyncio
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaProducer

from deploy.brokers import Mock
from deploy.brokers.topics import CASE_EVENTS, ensure_topics
from deploy.demo.summary import records
from deploy.proving.soak.log import topic
from shared.config.kafka import Bus
from tests.shared.crypto.instances import marker

LONG = 15.0
"""Seconds: less than a client is ready to wait for what never comes."""


async def laid(bus: Bus) -> None:
    """Two records, and one that puts a directory in force."""
    await ensure_topics(bus)
    producer: Any = AIOKafkaProducer(**bus.aiokafka())
    async with producer:
        for partition, value in enumerate((b"one", marker(1), b"two")):
            await producer.send_and_wait(CASE_EVENTS, value, partition=partition)


def test_a_log_of_few_records_is_counted_at_once() -> None:
    with Mock() as mock:
        asyncio.run(laid(mock.bus))
        began = monotonic()
        counted = records(mock.bus)
        between = monotonic()
        whole = topic(mock.bus)
        assert between - began < LONG
        assert monotonic() - between < LONG
    assert (counted["events"], counted["markers"]) == (2, 1)
    assert len(whole) == 3
