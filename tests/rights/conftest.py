"""The issuer's process, once for all tests of signing in; it tells the truth at the start of each."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.rights.offices import Office, issuing, opened


@pytest.fixture(scope="session")
def issuer_process() -> Iterator[str]:
    with issuing() as address:
        yield address


@pytest.fixture
def issuer(issuer_process: str) -> str:
    httpx2.post(f"{issuer_process}/lie", json={}).raise_for_status()
    return issuer_process


@pytest.fixture
def place(tmp_path: Path, issuer: str) -> Iterator[Office]:
    """The inspectorate, where people sign in at the issuer."""
    with opened(tmp_path / "data", issuer) as made:
        yield made
