"""The pairs that journeys run on: Kafka and SQLite, the guarded cluster and PostgreSQL. A journey runs on one of them a day, in four days
on both; with --long each on both, and on the mock."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.brokers import Kafka, Mock
from deploy.brokers.topics import ensure_topics
from tests.journeys.land import Land
from tests.journeys.parts import Guarded, Open, Parts
from tests.turns import first_turn, today


@pytest.fixture(scope="package")
def one_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with Kafka(tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka


PAIRS = ("cluster-postgresql", "kafka-sqlite")


def pair_of(journey: str, day: int) -> str:
    """On which pair a journey runs on a day: three days on Kafka and SQLite, the fourth on the cluster and PostgreSQL, which take three
    times the processor time. Its name draws with which day it begins, so that on any day about a fourth of the journeys are there."""
    return PAIRS[min(1, (first_turn(journey) // 4 + day) % 4)]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a journey the pair whose turn it is; of stories that share a country each has turns of its own."""
    for item in items:
        said: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
        journey = getattr(said.get("story"), "__name__", getattr(item, "originalname", ""))
        if said.get("parts") in PAIRS and said["parts"] != pair_of(journey, today()):
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
