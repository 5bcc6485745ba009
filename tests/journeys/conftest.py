"""The buses that every journey runs on: Apache Kafka itself, and librdkafka's mock cluster."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.brokers import Kafka, Mock
from deploy.brokers.topics import ensure_topics
from tests.journeys.land import Land


@pytest.fixture(scope="session")
def one_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with Kafka(tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka


@pytest.fixture(params=["kafka", "mock"])
def bus(request: pytest.FixtureRequest) -> Iterator[Kafka | Mock]:
    if request.param == "kafka":
        yield request.getfixturevalue("one_kafka")
    else:
        with Mock() as mock:
            yield mock


@pytest.fixture
async def land(bus: Kafka | Mock, tmp_path: Path) -> AsyncIterator[Land]:
    await ensure_topics(bus.bus)
    land = Land(tmp_path, bus.bus)
    await land.start()
    yield land
    await land.stop()
