"""The months that all tests of the adversary look at: real instances, real sealing. With --long each has 300 cases."""

from pathlib import Path

import pytest

from deploy.process.country_file import country_of
from deploy.proving.adversary.command import played
from deploy.proving.adversary.evidence import Evidence
from shared.protocol.versions import FIRST, NEWEST

LONG, USUAL = 300, 70


@pytest.fixture(scope="session")
def former(request: pytest.FixtureRequest) -> Evidence:
    """A month of cases that were opened under protocol 1."""
    return played(country_of(Path("serbia")), 7, LONG if request.config.getoption("--long") else USUAL, FIRST)


@pytest.fixture(scope="session")
def month(request: pytest.FixtureRequest) -> Evidence:
    """A month as it is now."""
    return played(country_of(Path("serbia")), 7, LONG if request.config.getoption("--long") else USUAL, NEWEST)
