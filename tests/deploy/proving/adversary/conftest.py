"""The months that all tests of the adversary look at: real instances, real sealing. With --long each has 300 cases."""

from pathlib import Path

import pytest

from deploy.process.country_file import country_of
from deploy.proving.adversary import command, truth
from deploy.proving.adversary.evidence import Evidence
from deploy.proving.adversary.month import play
from deploy.proving.adversary.operators import SideTruth, side_truth
from deploy.proving.adversary.view import BrokerView
from deploy.proving.simulation.command import quietly
from shared.protocol.versions import FIRST, NEWEST

LONG, USUAL = 300, 34
"""Cases: of a month with --long, and of one of every day, at which operators look, too."""
SERBIA, SEED = country_of(Path("serbia")), 7


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that looks at a month is a long run: what a thief of the disks finds is asked of the demo every day."""
    for item in items:
        if item.path.parent == Path(__file__).parent and {"month", "usual"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker(pytest.mark.third_day(2))


@pytest.fixture(scope="session")
def former(request: pytest.FixtureRequest) -> Evidence:
    """A month of cases that were opened under protocol 1."""
    return command.played(SERBIA, SEED, LONG if request.config.getoption("--long") else USUAL, FIRST)


@pytest.fixture(scope="session")
def usual(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BrokerView]:
    """A month of every day as it is now: its databases, and what lies on the broker afterwards."""
    folder = tmp_path_factory.mktemp("month")
    with quietly():
        return folder, play(SERBIA, SEED, USUAL, folder)


@pytest.fixture(scope="session")
def month(request: pytest.FixtureRequest) -> Evidence:
    """A month as it is now."""
    if request.config.getoption("--long"):
        return command.played(SERBIA, SEED, LONG, NEWEST)
    folder, seen = request.getfixturevalue("usual")
    return Evidence(seen, truth.read(folder))


@pytest.fixture(scope="session")
def played(usual: tuple[Path, BrokerView]) -> tuple[Path, SideTruth]:
    """The databases of a month in which shelters act, and what is so of its side cases: whoever asks copies nothing and changes nothing."""
    folder, _ = usual
    side = side_truth(folder, SERBIA)
    assert len(side.moments) > 50, "shelters acted"
    return folder, side
