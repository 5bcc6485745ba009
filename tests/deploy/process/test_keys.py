"""Which instances have a keystore, and where: sealed ones by default, in one folder for all of an installation or an import."""

from pathlib import Path

import pytest

from deploy.importers.host import instances
from deploy.process.keys import keystores
from deploy.trouble import Trouble
from shared.config.settings import Settings
from shared.crypto import keyring
from shared.crypto.directory_state import Listing
from shared.records.sealer import Sealer
from tests.shared.land import COUNTRY, Hand, report, rows

SERVICES = ["intake", "referral", "assistance", "reporting"]


def settings(data: Path, **more: object) -> Settings:
    return Settings.model_validate({"agency": "rs-lead", "country": "serbia", "data": data, **more})


def test_each_sealed_instance_has_one(tmp_path: Path) -> None:
    made = keystores(settings(tmp_path), SERVICES)
    assert list(made) == ["intake", "referral", "assistance", "reporting"]
    assert {file.parent.name for file in tmp_path.rglob("*.keystore")} == {"keystore"}
    assert {file.name for file in (tmp_path / "keys").iterdir()} == {f"{name}.rs-lead.kek" for name in made}


def test_without_sealing_there_is_none(tmp_path: Path) -> None:
    assert keystores(settings(tmp_path, sealed=False), SERVICES) == {}
    assert not list(tmp_path.iterdir())


def test_folders_are_as_the_settings_say(tmp_path: Path) -> None:
    for name in ("second", "own", "private"):
        (tmp_path / name).mkdir()
    keystores(settings(tmp_path, keystore=tmp_path / "own", keystore_copy=tmp_path / "second", keys=tmp_path / "private"), ["intake"])
    assert (tmp_path / "own" / "intake.rs-lead.keystore").read_bytes() == (tmp_path / "second" / "intake.rs-lead.keystore").read_bytes()
    assert (tmp_path / "private" / "intake.rs-lead.kek").exists()


def test_one_that_cannot_be_used_is_said_in_a_sentence(tmp_path: Path) -> None:
    keystores(settings(tmp_path), ["intake"])
    (tmp_path / "keys" / "intake.rs-lead.kek").unlink()
    with pytest.raises(Trouble, match="put back intake.rs-lead.kek"):
        keystores(settings(tmp_path), ["intake"])
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(Trouble, match="cannot be used"):
        keystores(settings(tmp_path / "data"), ["intake"])


@pytest.mark.parametrize("sealed", [True, False])
def test_the_intakes_of_an_import_keep_theirs_in_one_folder(tmp_path: Path, sealed: bool) -> None:
    agencies = ["rs-insp", "rs-pol"]
    listing = Listing(COUNTRY.id, bytes(32))
    seals = {a: Sealer(keyring.new(f"intake.{a}"), listing) if sealed else None for a in agencies}
    made = instances(COUNTRY, agencies, tmp_path, Hand(), seals.get, tmp_path / "keys")
    report(made["rs-insp"], note="by the canal")
    ((note,),) = rows(made["rs-insp"], "select note from report")
    assert ("canal" in note) is not sealed
    assert len(list((tmp_path).glob("keystore/*.keystore"))) == (2 if sealed else 0)
    for instance in made.values():
        instance.close()


def test_the_folder_that_cannot_be_written_is_the_one_that_is_named(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.write_text("a file where the folder should be")
    with pytest.raises(Trouble, match=f"^{private}(/.*)? cannot be used: ") as said:
        keystores(settings(tmp_path, keys=private), ["intake"])
    assert "NRM_KEYS" in str(said.value)
