"""The months that all tests of the adversary look at: real instances, real sealing. With --long each has 300 cases."""

from pathlib import Path

import pytest

from deploy.process.country_file import country_of
from deploy.proving.adversary import command
from deploy.proving.adversary.evidence import Evidence
from deploy.proving.adversary.month import play
from deploy.proving.adversary.operators import SideTruth, side_truth
from deploy.proving.simulation.command import quietly
from shared.protocol.versions import FIRST, NEWEST

HERE = Path(__file__).parent
LONG, USUAL, FEW = 300, 34, 9
"""Cases: of a month with --long, of one of other days, and of the one that operators look at."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that looks at a month is a long run: what a thief of the disks finds is asked of the demo every day, and operators have
    a small one."""
    for item in items:
        if "month" in getattr(item, "fixturenames", ()) and item.path.parent == HERE:
            item.add_marker(pytest.mark.long_run(4))


@pytest.fixture(scope="session")
def former(request: pytest.FixtureRequest) -> Evidence:
    """A month of cases that were opened under protocol 1."""
    return command.played(country_of(Path("serbia")), 7, LONG if request.config.getoption("--long") else USUAL, FIRST)


@pytest.fixture(scope="session")
def month(request: pytest.FixtureRequest) -> Evidence:
    """A month as it is now."""
    return command.played(country_of(Path("serbia")), 7, LONG if request.config.getoption("--long") else USUAL, NEWEST)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SideTruth]:
    """A small month in which shelters act, with its databases, and what is so of its side cases: whoever asks copies nothing and changes
    nothing."""
    folder, serbia = tmp_path_factory.mktemp("month"), country_of(Path("serbia"))
    with quietly():
        play(serbia, 7, FEW, folder)
    truth = side_truth(folder, serbia)
    assert len(truth.moments) > 10, "shelters acted"
    return folder, truth
