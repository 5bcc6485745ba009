"""What the tests of referral share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.referral.street import Street, asked, reported


@pytest.fixture
def street(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Street]:
    made = Street(tmp_path, played=asked if "side" in request.fixturenames else reported)
    yield made
    made.close()


@pytest.fixture
def side(street: Street) -> str:
    """The side case: before the test begins the lead has asked the shelter, which has read it."""
    return street.side
