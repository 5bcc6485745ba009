"""What the tests of the runtime share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.houses import House, housed
from tests.runtime.trios import Trio, three
from tests.runtime.wards import Ward, warded


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the migrated databases lie that tests copy."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture
def house(tmp_path: Path, templates: Path) -> Iterator[House]:
    """Intake, the lead, police and an organisation."""
    with housed(tmp_path, templates) as made:
        yield made


@pytest.fixture
def trio(tmp_path: Path, templates: Path) -> Iterator[Trio]:
    """Intake, the lead, and the police whose projection is ill."""
    with three(tmp_path, templates) as made:
        yield made


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    """A case in which nothing is parked yet."""
    with warded(tmp_path) as made:
        yield made
