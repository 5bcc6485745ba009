"""The issuer's process, once for all tests of signing in; it tells the truth at the start of each. And an office with its people."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from shared.access.roles import Role
from tests.shared.access.offices import Office, Person, issuing, opened


@pytest.fixture(scope="session")
def issuer_process() -> Iterator[str]:
    with issuing() as address:
        yield address


@pytest.fixture
def issuer(issuer_process: str) -> str:
    httpx2.post(f"{issuer_process}/lie", json={}).raise_for_status()
    return issuer_process


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """The inspectorate; where a test asks for the issuer, people can sign in there."""
    issuer = {"issuer": request.getfixturevalue("issuer")} if request.module.__name__.endswith("signing_in") else {}
    with opened(tmp_path / "data", **issuer) as made:
        yield made


@pytest.fixture
def ana(place: Office) -> Person:
    return place.person("a1f0", Role.OFFICER)


@pytest.fixture
def boris(place: Office) -> Person:
    return place.person("b2e1", Role.OFFICER)


@pytest.fixture
def ceca(place: Office) -> Person:
    return place.person("c3d2", Role.SUPERVISOR)
