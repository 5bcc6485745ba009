"""A directory that was laid out half-way: the next time lays what is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from deploy.brokers import Mock
from deploy.directory.ceremony import Ceremony
from deploy.directory.publishing import newest
from shared.config.kafka import Bus
from shared.records.codec import TOPIC
from tests.shared.land import COUNTRY

PRODUCE, DENIED = 0, 29


@pytest.fixture
def mock() -> Iterator[Mock]:
    with Mock() as made:
        yield made


async def marked(bus: Bus) -> list[int]:
    """How many marks lie in each partition."""
    consumer = AIOKafkaConsumer(**bus.aiokafka())
    await consumer.start()
    try:
        parts = [TopicPartition(TOPIC, p) for p in range(4)]
        ends = await consumer.end_offsets(parts)
        return [ends[part] for part in parts]
    finally:
        await consumer.stop()


async def test_what_stopped_half_way_is_finished_by_the_next_who_holds_it(mock: Mock, tmp_path: Path) -> None:
    ceremony = Ceremony(tmp_path / "coordinator", tmp_path / "keys", COUNTRY)
    mock.fail(PRODUCE, 0, DENIED)
    with pytest.raises(KafkaError):
        await ceremony.hold(mock.bus, 4)
    assert len(await newest(mock.bus)) == 1, "the directory lies there"
    assert 0 in await marked(mock.bus)
    assert ceremony.coordinator.in_force() == 0
    directory = await ceremony.hold(mock.bus, 4)
    assert min(await marked(mock.bus)) >= 1
    assert ceremony.coordinator.in_force() == directory.version
    whole = await marked(mock.bus)
    await ceremony.hold(mock.bus, 4)
    assert await marked(mock.bus) == whole, "what is in force is not laid again"
