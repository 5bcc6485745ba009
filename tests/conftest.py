"""What all tests share: one broker, one cluster, one PostgreSQL for a run. A real part that is missing is a failure, never a skip."""

import asyncio
import gc
import os
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import settings, strategies

from deploy.brokers import Cluster, Kafka, open_broker
from deploy.brokers.topics import ensure_topics
from deploy.dev.sharing import on_the_cluster
from shared.config.garbage import look_seldom
from shared.config.kafka import Bus
from tests import share
from tests.databases import OneServer
from tests.turns import not_today, today

for size in ("COLUMNS", "LINES"):  # a process of pytest-xdist believes in a terminal of 80 columns, where there is none
    os.environ.pop(size, None)


gc.disable()  # until all is collected: see pytest_collection_finish
CLUSTER, BROKER = pytest.StashKey[Cluster](), pytest.StashKey[Kafka]()
os.environ["NRM_HOSTS"] = "testserver cases.example"  # as the clients of the tests call it
os.environ["NRM_LANGUAGE"] = "en"  # whatever this machine is set to: what a terminal says is compared


settings.register_profile("everyday", deadline=None, derandomize=True, database=None)
settings.register_profile("long", deadline=None, max_examples=1_000)
"""Property tests that name no number of their own. No deadline: a machine with much else to do is no fault."""


def pytest_configure(config: pytest.Config) -> None:
    os.environ["NRM_DAY"] = str(today())  # of all processes of a run the same, also about midnight
    share.folder()
    settings.load_profile("long" if config.getoption("--long") else "everyday")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", "--all", action="store_true", help="Run what is too long for every day, too (marked `long`).")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        long = {item for item in items if item.get_closest_marker("long")}
        others = long | not_today((item for item in items if item not in long), today())
        config.hook.pytest_deselected(items=[item for item in items if item in others])
        items[:] = [item for item in items if item not in others]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays to the end: looking it through for garbage again and again took a seventh of the processor time.

    Where tests are only listed, as by the process from which those that run them are forked, Hypothesis goes through all characters once:
    in a fresh checkout each of them would, for a second and a half.
    """
    if session.config.option.collectonly:
        strategies.characters(codec="utf-8").validate()
    gc.freeze()
    look_seldom()  # as an agency's process does
    gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The cluster and the broker are there for whoever may stand on them."""
    cluster, broker = (item.config.stash.get(key, None) for key in (CLUSTER, BROKER))
    if cluster and on_the_cluster(item) and any(node.ended for node in cluster.nodes):
        cluster.start()
    if broker and _asks_for_the_broker(item):
        known = broker.bootstrap
        assert broker.start() == known, "whoever was told its address finds it there"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    """Three brokers that nobody asks for any more take a tenth of a core, and one takes a hundredth for as long as all others run: where
    the tests that stand on them come one after the other (`deploy.dev.sharing`) they end with the last of these."""
    try:
        return (yield)
    finally:
        cluster, broker = (item.config.stash.get(key, None) for key in (CLUSTER, BROKER))
        if nextitem and item.config.pluginmanager.hasplugin("deploy.dev.sharing"):
            if cluster and not on_the_cluster(nextitem):
                cluster.stop()
            if broker and not _asks_for_the_broker(nextitem):
                broker.node.stop()  # its port is kept


def _asks_for_the_broker(item: pytest.Item) -> bool:
    return "kafka" in getattr(item, "fixturenames", ())


def _topics(bus: Bus) -> None:
    with ThreadPoolExecutor(1) as pool:  # a loop may run in this thread already: Playwright's does
        pool.submit(lambda: asyncio.run(ensure_topics(bus))).result()


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a broker with its topics; Kafka itself, or the mock where its jars cannot be had."""
    with open_broker(tmp_path_factory.mktemp("broker"), None, print) as broker:
        _topics(broker.bus)
        if isinstance(broker, Kafka):
            request.config.stash[BROKER] = broker
        yield broker.bootstrap


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three brokers with mutual TLS and access rules, and the topics."""
    with Cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        _topics(cluster.admin)
        request.config.stash[CLUSTER] = cluster
        yield cluster


@pytest.fixture(scope="session")
def templates() -> Path:
    """Where the migrated databases lie that tests copy."""
    from tests.shared import land

    return land.templates()


@pytest.fixture(scope="session")
def postgres() -> Iterator[OneServer]:
    """PostgreSQL itself."""
    with OneServer() as postgres:
        yield postgres
