"""What the tests of the runtime share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.databases import Postgres
from deploy.oracle.by_hand import altered
from deploy.verify.ledger import read_file
from shared.access.roles import Role
from tests.shared.access.offices import Office, Person, opened
from tests.shared.houses import House, housed
from tests.shared.rested import Land
from tests.shared.trios import Trio, three
from tests.shared.wards import Ward, warded
from tests.turns import on_either_database


def pytest_itemcollected(item: pytest.Item) -> None:
    on_either_database(item, "land")


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


@pytest.fixture(params=["sqlite", "postgresql"])
def land(request: pytest.FixtureRequest, tmp_path: Path, templates: Path) -> Iterator[Land]:
    """Intake and the lead with their keystores, on either kind of database."""
    postgres: Postgres | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    made = Land(tmp_path, templates, postgres)
    yield made
    made.close()


@pytest.fixture
def files(tmp_path: Path, templates: Path) -> Iterator[Land]:
    """The same on files, where the kind of database changes nothing."""
    made = Land(tmp_path, templates, None)
    yield made
    made.close()


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """The inspectorate with its keystore; where a test signs people in, they can do so at the issuer."""
    issuer = {"issuer": request.getfixturevalue("issuer")} if request.module.__name__.endswith("signing_in") else {}
    with opened(tmp_path / "data", keyed=True, **issuer) as made:
        yield made


@pytest.fixture
def ana(place: Office) -> Person:
    """An officer there."""
    return place.person("a1f0", Role.OFFICER)


@pytest.fixture
def boris(place: Office) -> Person:
    """Another one."""
    return place.person("b2e1", Role.OFFICER)


@pytest.fixture
def ceca(place: Office) -> Person:
    """Their supervisor."""
    return place.person("c3d2", Role.SUPERVISOR)


@pytest.fixture
def nothing_by_hand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """After a test verify finds no row that was changed by hand, but where the test itself is the hand (`by_hand`)."""
    yield
    if request.node.get_closest_marker("by_hand") is None:
        assert list(altered(read_file(file) for file in tmp_path.rglob("*.db"))) == []
