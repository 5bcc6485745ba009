"""What the tests of referral share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.referral.street import Street


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    made = Street(tmp_path)
    yield made
    made.close()
