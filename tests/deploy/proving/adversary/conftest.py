"""One month that all tests of the adversary look at: real instances, real sealing; 100 cases, or 300 with --long."""

from pathlib import Path

import pytest

from deploy.process.country_file import country_of
from deploy.proving.adversary.command import played
from deploy.proving.adversary.evidence import Evidence
from deploy.proving.adversary.questions import ask
from deploy.proving.adversary.scoring import Finding
from tests.deploy.proving.adversary.measures import protected


@pytest.fixture(scope="session")
def month(request: pytest.FixtureRequest) -> Evidence:
    return played(country_of(Path("serbia")), 7, 300 if request.config.getoption("--long") else 100)


@pytest.fixture(scope="session")
def won(month: Evidence) -> dict[str, Finding]:
    """What is found as records are sealed under protocol 1."""
    return ask(month)


@pytest.fixture(scope="session")
def left(month: Evidence) -> dict[str, Finding]:
    """What is found with all measures in force."""
    return ask(Evidence(protected(month.view), month.truth))
