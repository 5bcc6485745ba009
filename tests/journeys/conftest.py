"""The pairs that journeys run on: Kafka and SQLite, the guarded cluster and PostgreSQL. A journey runs on one of them a day, in four days
on both; with --long each on both, and on the mock. Journeys that tell of a case of their own share one land of agencies, which are at work
from the first of them to the last: those come one after the other."""

from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import nullcontext
from typing import Any

import pytest
import pytest_asyncio

from deploy.brokers import Kafka, Mock
from deploy.brokers.topics import ensure_topics
from tests.journeys.land import Land
from tests.journeys.parts import Guarded, Open, Parts
from tests.turns import first_turn, today

NEXT, WENT_WELL = pytest.StashKey[pytest.Item | None](), pytest.StashKey[bool]()


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
    """Of a journey the pair whose turn it is; of stories that share a country each has turns of its own. Those that share the land come
    behind the others, in one loop."""
    for item in items:
        said: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
        journey = getattr(said.get("story"), "__name__", getattr(item, "originalname", ""))
        if said.get("parts") in PAIRS and said["parts"] != pair_of(journey, today()):
            item.add_marker("long")
        if _land_of(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="package"), append=False)
    places = [place for place, item in enumerate(items) if item.nodeid.startswith("tests/journeys/test_")]
    for place, item in zip(places, sorted((items[place] for place in places), key=_land_of), strict=True):
        items[place] = item


def _land_of(item: pytest.Item | None) -> str:
    """The name of the parts under the shared land on which a test stands; empty where it stands on none."""
    names, spec = getattr(item, "fixturenames", ()), getattr(item, "callspec", None)
    return spec.params["parts"] if spec and item and "land" in names and item.nodeid.startswith("tests/journeys/test_") else ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
    """Whose turn it is next."""
    item.stash[NEXT] = nextitem
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """A journey that fails may leave anything behind."""
    result = yield
    item.stash[WENT_WELL] = True
    return result


@pytest.fixture(scope="package", params=[*PAIRS, pytest.param("mock-sqlite", marks=pytest.mark.long)])
def parts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    if request.param == "cluster-postgresql":
        yield Guarded(request.getfixturevalue("cluster"), request.getfixturevalue("postgres"))
        return
    with nullcontext(request.getfixturevalue("one_kafka")) if request.param == "kafka-sqlite" else Mock() as broker:
        yield Open(broker, tmp_path_factory.mktemp("journeys"))


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def at_work() -> AsyncIterator[list[Land]]:
    """The agencies that the last journey left at work for the next, if it did."""
    lands = list[Land]()
    yield lands
    for land in lands:  # where the next one never came
        await land.stop()


@pytest_asyncio.fixture(loop_scope="package")
async def land(parts: Parts, at_work: list[Land], request: pytest.FixtureRequest) -> AsyncIterator[Land]:
    """The agencies that are at work already; whoever needs some alone asks for `own_land`."""
    while at_work and at_work[-1].parts is not parts:
        await at_work.pop().stop()
    land, node = at_work.pop() if at_work else await _started(parts), request.node
    yield land
    if node.stash.get(WENT_WELL, False) and _land_of(node.stash[NEXT]) == _land_of(node):
        at_work.append(land)
    else:
        await land.stop()


@pytest.fixture
async def own_land(parts: Parts) -> AsyncIterator[Land]:
    """Agencies that no other journey has anything to do with."""
    land = await _started(parts)
    yield land
    await land.stop()


async def _started(parts: Parts) -> Land:
    await ensure_topics(parts.admin)
    land = Land(parts)
    await land.start()
    return land
