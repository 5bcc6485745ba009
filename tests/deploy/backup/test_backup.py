"""Backups of SQLite: taken while people work, proven whole, restored without losing what was there."""

import json
import shutil
import sqlite3
import stat
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from deploy.backup.backup import backup
from deploy.backup.manifest import MANIFEST, manifest, sha256
from deploy.backup.rehearsal import rehearse, report
from deploy.backup.restore import restore
from deploy.terminal_language import spoken
from deploy.trouble import Trouble
from services.assistance.handlers import handoffs as a
from tests.shared.houses import House, housed
from tests.shared.land import LEAD_ME, POLICE_ME, decide, instance_at
from tests.shared.land import report as reported

AGENCY, AT = "rs-pol", datetime(2026, 3, 1, 22, 0, tzinfo=UTC)


@contextmanager
def played(folder: Path, templates: Path) -> Generator[House]:
    """The police have accepted one hand-off, and wait with another decision for the bus."""
    with housed(folder, templates) as made:
        case = reported(made["intake.rs-insp"])
        made.settle()
        decide(made[POLICE_ME], a.accept, made.asked(POLICE_ME, case), "accept")
        made.settle()
        other = reported(made["intake.rs-insp"], "f2")
        made.settle()
        decide(made[POLICE_ME], a.accept, made.asked(POLICE_ME, other), "accept-2")
        yield made


@pytest.fixture
def house(tmp_path: Path, templates: Path) -> Iterator[House]:
    with played(tmp_path, templates) as made:
        yield made


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Path:
    """A backup of the police and the lead, for tests that only read it."""
    with played(tmp_path_factory.mktemp("house"), templates) as made:
        return backup(AGENCY, urls(made) | urls(made, LEAD_ME), tmp_path_factory.mktemp("backups"))


@pytest.fixture
def place(backed_up: Path, tmp_path: Path) -> Path:
    """A copy of it to tamper with."""
    return Path(shutil.copytree(backed_up, tmp_path / "backup"))


def urls(house: House, me: str = POLICE_ME) -> dict[str, str]:
    return {me: f"sqlite:///{house.files[me]}"}


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as db:
        return db.execute(query).fetchall()


def alter(place: Path, me: str, statement: str) -> None:
    """Change a database of a backup and make its manifest agree: only its content can tell."""
    said = json.loads((place / MANIFEST).read_text())
    one = next(one for one in said["instances"] if one["instance"] == me)
    with closing(sqlite3.connect(place / one["file"])) as db:
        assert db.execute(statement).rowcount > 0
        db.commit()
    one["sha256"] = sha256(place / one["file"])
    (place / MANIFEST).write_text(json.dumps(said))


def test_a_backup_is_what_the_database_was_at_that_moment_while_people_work(house: House, tmp_path: Path) -> None:
    outbox = rows(house.files[POLICE_ME], "SELECT key, state FROM outbox")
    place = backup(AGENCY, urls(house), tmp_path / "backups", AT)
    house.settle()  # the decision that waited goes out afterwards
    assert place.name == "rs-pol-20260301T220000Z"
    assert rows(place / f"{POLICE_ME}.db", "SELECT key, state FROM outbox") == outbox
    assert rows(house.files[POLICE_ME], "SELECT key, state FROM outbox") != outbox
    (one,) = manifest(place).instances
    assert (one.instance, one.kind, one.waiting) == (POLICE_ME, "sqlite", 1)
    assert one.positions == {"nrm.case-events/0": rows(place / one.file, "SELECT next FROM position")[0][0]}
    assert one.schema == sorted(str(v) for (v,) in rows(place / one.file, "SELECT version_num FROM alembic_version"))


def test_a_backup_is_for_its_owner_alone(backed_up: Path) -> None:
    assert stat.S_IMODE(backed_up.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in backed_up.iterdir()} == {0o600}


def test_restored_an_instance_goes_on_from_there(house: House, tmp_path: Path) -> None:
    place = backup(AGENCY, urls(house), tmp_path / "backups")
    new = tmp_path / "new" / "police.db"
    (sentence,) = restore(AGENCY, {POLICE_ME: f"sqlite:///{new}"}, place, replace=False)
    assert sentence == f"{POLICE_ME}: restored"
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    house[POLICE_ME].close()
    house.instances[POLICE_ME] = instance_at(new, POLICE_ME, house.clock)
    assert len(house[POLICE_ME].outgoing) == 1, "what waited still waits"
    house.settle()
    assert rows(new, "SELECT DISTINCT state FROM outbox") == [("done",)]


def test_what_is_in_use_or_there_is_never_overwritten(house: House, tmp_path: Path) -> None:
    place = backup(AGENCY, urls(house), tmp_path / "backups")
    live = house.files[POLICE_ME]
    with pytest.raises(Trouble, match="is there already"):
        restore(AGENCY, urls(house), place, replace=False)
    with pytest.raises(Trouble, match="in use"):
        restore(AGENCY, urls(house), place, replace=True)
    house.settle()
    after = rows(live, "SELECT key, state FROM outbox")
    house[POLICE_ME].close()
    (sentence,) = restore(AGENCY, urls(house), place, replace=True, now=AT)
    old = live.with_name(f"{live.name}.before_20260301T220000Z")
    assert str(old) in sentence
    assert rows(old, "SELECT key, state FROM outbox") == after
    assert ("waiting",) in rows(live, "SELECT state FROM outbox")
    assert not list(live.parent.glob(f"{live.name}-*")), "no write-ahead log of the old one lies beside the new one"


def test_one_database_that_cannot_be_replaced_leaves_all_as_they_are(house: House, tmp_path: Path) -> None:
    both = urls(house) | urls(house, LEAD_ME)
    place = backup(AGENCY, both, tmp_path / "backups")
    house[POLICE_ME].close()
    before = house.files[POLICE_ME].stat().st_ino
    with pytest.raises(Trouble, match=f"{LEAD_ME}.*in use"):
        restore(AGENCY, both, place, replace=True)
    assert house.files[POLICE_ME].stat().st_ino == before


def test_a_damaged_file_is_neither_backed_up_nor_in_the_way(house: House, tmp_path: Path) -> None:
    place = backup(AGENCY, urls(house), tmp_path / "backups")
    house[POLICE_ME].close()
    live = house.files[POLICE_ME]
    live.write_bytes(b"not a database at all" * 500)
    with pytest.raises((Trouble, sqlite3.DatabaseError)):
        backup(AGENCY, urls(house), tmp_path / "others")
    assert not [p for p in (tmp_path / "others").iterdir() if not p.name.endswith(".half")]
    restore(AGENCY, urls(house), place, replace=True)
    assert ("waiting",) in rows(live, "SELECT state FROM outbox")


def test_a_backup_that_was_changed_or_is_somebody_elses_is_refused(place: Path, tmp_path: Path) -> None:
    new = {me: f"sqlite:///{tmp_path}/new.{me}.db" for me in (POLICE_ME, LEAD_ME)}
    with pytest.raises(Trouble, match="backup of rs-pol"):
        restore("rs-ngo", new, place, replace=False)
    with pytest.raises(Trouble, match="do not run"):
        restore(AGENCY, {POLICE_ME: new[POLICE_ME]}, place, replace=False)
    with pytest.raises(Trouble, match="another kind of database"):
        restore(AGENCY, new | {POLICE_ME: "postgresql+psycopg://x/y"}, place, replace=False)
    with pytest.raises(Trouble, match="is no backup"):
        restore(AGENCY, new, tmp_path, replace=False)
    with (place / f"{POLICE_ME}.db").open("ab") as file:
        file.write(b"x")
    with pytest.raises(Trouble, match="missing or was changed"):
        restore(AGENCY, new, place, replace=False)
    assert not list(tmp_path.glob("new.*"))


def test_a_rehearsal_folds_everything_once_more_and_touches_nothing(place: Path) -> None:
    before = {file: file.read_bytes() for file in place.iterdir()}
    police, lead = rehearse(place)
    assert (police.wrong, lead.wrong) == ([], [])
    assert lead.folded == lead.cases == 2, "the lead has every case from its first record on"
    assert police.cases == 2
    assert police.decisions == police.audit == 2
    assert {file: file.read_bytes() for file in place.iterdir()} == before
    assert report(place, [police, lead], Console(quiet=True)) == 0


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE journal SET verdict = 'refused' WHERE type = 'handoff.accepted.v1'", "folded anew counted"),
        ("UPDATE picture SET view = replace(view, 'accepted', 'declined')", "not what its records make"),
        ("UPDATE picture SET view = '{}'", "cannot be read"),
        ("UPDATE audit SET officer = 'somebody' WHERE seq = 1", "the audit's line 1"),
        ("DELETE FROM audit WHERE seq = 1", "the audit's line 2"),
        ("UPDATE outbox SET verdict = 'refused' WHERE state = 'done'", "refused in the outbox"),
        ("UPDATE outbox SET state = 'waiting'", "still waits though"),
    ],
)
def test_a_rehearsal_finds_what_does_not_hold_together(statement: str, said: str, place: Path) -> None:
    me = LEAD_ME if "journal" in statement or "picture" in statement else POLICE_ME
    alter(place, me, statement)
    found = rehearse(place)
    assert {one.instance for one in found if one.wrong} == {me}
    assert any(said in sentence for one in found for sentence in one.wrong), found
    assert report(place, found, Console(quiet=True)) == 1


def test_a_backup_of_a_newer_release_says_so_in_the_language_of_the_terminal(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NRM_LANGUAGE", "fi")
    assert spoken().tag == "fi"
    alter(place, POLICE_ME, "UPDATE alembic_version SET version_num = 'runtime_9999' WHERE version_num LIKE 'runtime%'")
    police, lead = rehearse(place)
    assert ["uudempi julkaisu" in sentence for sentence in police.wrong] == [True]
    assert lead.wrong == []
