"""The issuer, once for all tests of signing in; it tells the truth at the start of each."""

from collections.abc import Iterator

import pytest

from tests.shared import network
from tests.shared.access.issuer import issuing


@pytest.fixture(scope="session")
def running_issuer() -> Iterator[str]:
    with issuing() as address:
        yield address


@pytest.fixture
def issuer(running_issuer: str) -> str:
    network.post(f"{running_issuer}/lie", json={}).raise_for_status()
    return running_issuer
