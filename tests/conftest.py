"""What all tests share: one broker for a run."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.brokers import open_broker
from deploy.brokers.topics import ensure_topics


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a broker with its topics; Kafka itself, or the mock where its jars cannot be had."""
    with open_broker(tmp_path_factory.mktemp("broker"), None, print) as broker:
        with ThreadPoolExecutor(1) as pool:  # a loop may run in this thread already: Playwright's does
            pool.submit(lambda: asyncio.run(ensure_topics(broker.bus))).result()
        yield broker.bootstrap
