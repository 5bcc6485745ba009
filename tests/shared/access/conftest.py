"""The issuer's process, once for all tests of signing in; it tells the truth at the start of each."""

from collections.abc import Iterator

import pytest

from tests.shared import network
from tests.shared.access.offices import issuing


@pytest.fixture(scope="session")
def issuer_process() -> Iterator[str]:
    with issuing() as address:
        yield address


@pytest.fixture
def issuer(issuer_process: str) -> str:
    network.post(f"{issuer_process}/lie", json={}).raise_for_status()
    return issuer_process
