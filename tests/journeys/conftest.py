"""The pairs that journeys run on: Kafka and SQLite, the guarded cluster and PostgreSQL; with --long each on both, and on the mock."""

import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.brokers import Kafka, Mock
from deploy.brokers.topics import ensure_topics
from tests.journeys.land import Land
from tests.journeys.parts import Guarded, Open, Parts


@pytest.fixture(scope="package")
def one_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with Kafka(tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka


PAIRS = ("cluster-postgresql", "kafka-sqlite")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every day a journey runs on one of the pairs, which its name draws."""
    for item in items:
        pair = getattr(item, "callspec", None) and item.callspec.params.get("parts")  # type: ignore[attr-defined]
        if pair in PAIRS and pair != PAIRS[zlib.crc32(item.originalname.encode()) % 2]:  # type: ignore[attr-defined]
            item.add_marker("long")


@pytest.fixture(params=[*PAIRS, pytest.param("mock-sqlite", marks=pytest.mark.long)])
def parts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Parts]:
    if request.param == "kafka-sqlite":
        yield Open(request.getfixturevalue("one_kafka"), tmp_path)
    elif request.param == "cluster-postgresql":
        yield Guarded(request.getfixturevalue("cluster"), request.getfixturevalue("postgres"))
    else:
        with Mock() as mock:
            yield Open(mock, tmp_path)


@pytest.fixture
async def land(parts: Parts) -> AsyncIterator[Land]:
    await ensure_topics(parts.admin)
    land = Land(parts)
    await land.start()
    yield land
    await land.stop()
