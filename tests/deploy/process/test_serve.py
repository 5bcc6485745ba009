"""`./nrm serve` that cannot start says in one sentence what is in its way."""

import os
import socket
from pathlib import Path

import pytest

from deploy.directory.ceremony import Ceremony
from deploy.process.country_file import country_of
from deploy.process.serve import application, run
from deploy.trouble import Trouble
from shared.config.settings import Settings
from tests.browser.agencies import sealed

SERBIA = Path("serbia")


def settings(data: Path, **more: object) -> Settings:
    told = {"agency": "rs-ir", "country": SERBIA, "bus": "127.0.0.1:1", "data": data, **sealed(data, SERBIA, "rs-ir"), **more}
    Ceremony(data / "coordinator", data / "keys", country_of(SERBIA)).seals()
    return Settings.model_validate(told)


def open_to_others(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file() and file.stat().st_mode & 0o077}


def test_what_it_keeps_is_for_its_owner_alone_what_was_not_is_closed(tmp_path: Path) -> None:
    kept, before = tmp_path / "kept", os.umask(0o022)
    kept.mkdir()
    old = kept / "assistance.rs-ir.db"
    old.touch(mode=0o644)
    try:
        application(settings(kept))
        assert {"assistance.rs-ir.db", "intake.rs-ir.db"} <= {file.name for file in kept.iterdir()}
        assert open_to_others(kept) == {"directory.rs-ir.json", "directory.rs-ir.reads"}, "what everybody may know"
    finally:
        os.umask(before)


def test_a_database_that_is_away(tmp_path: Path) -> None:
    away = settings(tmp_path, databases=f"postgresql+psycopg://nrm:secretword@/{{service}}?host={tmp_path}")
    with pytest.raises(Trouble, match="A database of rs-ir cannot be used: .*NRM_DATABASES") as told:
        application(away)
    assert "secretword" not in str(told.value)


def test_a_certificate_that_has_not_come_yet(tmp_path: Path) -> None:
    (tmp_path / "tls").mkdir()
    with pytest.raises(Trouble, match=r"has no key.pem, cert.pem, ca.pem.*operator of the bus"):
        application(settings(tmp_path, tls=tmp_path / "tls"))


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Trouble, match="does this agency run already"):
        run(settings(tmp_path, port=taken.getsockname()[1]))
