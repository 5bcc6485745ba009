"""The doctor and the databases: what they hold back, who uses them, what made them. And the list as a whole."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic import command as alembic
from rich.console import Console

from deploy.brokers.topics import CASE_EVENTS
from deploy.databases import Postgres
from deploy.doctor import bus, command, databases, rights
from deploy.installation.patient import Patient
from deploy.process.composition import service
from shared.config.kafka import Bus
from shared.store import database
from shared.store.database import engine_for, migrate
from tests.browser.agencies import sealed
from tests.databases import migrated
from tests.deploy.doctor.patients import GREEN, RED, YELLOW, made, patient, states

pytestmark = pytest.mark.kafka

ROW = (
    'INSERT INTO outbox (key, "case", type, cause, ordinal, at, decided_at, simulated, officer, turn, parts, state)'
    " VALUES ('k', 'c', 't', '', 0, 1, 1, 0, '', 3, '{}', 'waiting')"
)
BREAK: dict[str, tuple[str, str]] = {
    "fenced": ("INSERT INTO logstate (id, fence) VALUES (1, 'the log is another')", "log of"),
    "a decision that waits": (ROW, "decisions of"),
    "read further than the log": ("INSERT INTO position VALUES ('nrm.case-events', 3, 1, 999999999, '', 0)", "reading of"),
    "a newer release": ("UPDATE alembic_version SET version_num = 'runtime_9999' WHERE version_num LIKE 'runtime%'", "database of"),
}


@pytest.fixture
def small(kafka: str, tmp_path: Path) -> Patient:
    """One service on SQLite and one broker."""
    one = patient(Bus(kafka), tmp_path, "rs-ir", services=("assistance",))
    made(one)
    return one


def test_fresh_databases_are_green(small: Patient) -> None:
    told = list(databases.databases(small))
    assert {f.state for f in told if "reading" not in f.what} == {GREEN}
    assert RED not in {f.state for f in told}


@pytest.mark.parametrize("broken", BREAK)
def test_what_is_broken_in_a_database_is_red(broken: str, small: Patient) -> None:
    statement, what = BREAK[broken]
    with closing(sqlite3.connect(small.settings.data / "assistance.rs-ir.db")) as db:
        db.execute(statement)
        db.commit()
    assert RED in states(databases.databases(small), what)


def test_a_database_that_is_not_there_or_empty_is_yellow_and_stays_so(kafka: str, tmp_path: Path) -> None:
    one = patient(Bus(kafka), tmp_path, "rs-ir", services=("assistance",))
    assert states(databases.databases(one)) == [YELLOW]
    assert list(tmp_path.iterdir()) == []
    sqlite3.connect(tmp_path / "assistance.rs-ir.db").close()
    assert YELLOW in states(databases.databases(one), "database of")


def test_on_postgresql_two_processes_on_one_database_are_red(kafka: str, postgres: Postgres, tmp_path: Path) -> None:
    pattern = postgres.pattern.replace("{name}", "doctor {service}")
    migrated(postgres, "assistance", "doctor assistance")
    one = patient(Bus(kafka), tmp_path, "rs-ir", services=("assistance",), databases=pattern)
    made(one)
    assert states(databases.databases(one), "processes of") == [GREEN]
    url = one.settings.database("assistance")
    plain = url.replace("+psycopg", "").replace(" ", "%20")
    with psycopg.connect(plain, application_name="nrm 1 here"), psycopg.connect(plain, application_name="nrm 2 there"):
        assert states(databases.databases(one), "processes of") == [RED]
    away = patient(
        Bus(kafka), tmp_path, "rs-ir", services=("assistance",), databases=f"postgresql+psycopg://u:secretword@/x?host={tmp_path}"
    )
    (told,) = databases.databases(away)
    assert told.state is RED
    assert "secretword" not in told.said


def test_an_older_schema_is_yellow(small: Patient) -> None:
    engine = engine_for(small.settings.database("assistance"))
    kind = service("assistance")
    with engine.begin() as connection:
        config = database._config(kind.migrations)  # pyright: ignore[reportPrivateUsage]
        config.attributes["connection"] = connection
        alembic.downgrade(config, "runtime_0001")
    assert YELLOW in states(databases.databases(small), "database of")
    migrate(engine, kind.migrations)
    engine.dispose()
    assert YELLOW not in states(databases.databases(small), "database of")


def test_one_broker_without_rules_is_yellow_not_red(kafka: str, tmp_path: Path) -> None:
    one = patient(Bus(kafka), tmp_path)
    assert states(rights.rights(one), CASE_EVENTS) == [YELLOW]
    assert RED not in {*states(bus.topics(one)), *states(rights.rights(one)), *states(bus.bus(one))}


# --- the command ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("NRM_PORT", "many", "NRM_PORT"), ("NRM_AGENCY", "rs-nobody", "has no agency"), ("NRM_COUNTRY", "atlantis", "no country file"),
     ("NRM_SERVICES", "reporting", "not reporting"), ("NRM_ENV", "production", "must not run as production"),
     ("NRM_CARDS", "{data}/cards", "it cannot be read")],
)  # fmt: skip
def test_settings_that_are_wrong_are_the_first_line(
    name: str, value: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cards" / "uk.toml").mkdir(parents=True)
    good = {"NRM_AGENCY": "rs-ir", "NRM_COUNTRY": "serbia", "NRM_BUS": "127.0.0.1:1", "NRM_DATA": str(tmp_path)}
    for variable, setting in (good | {name: value.replace("{data}", str(tmp_path))}).items():
        monkeypatch.setenv(variable, setting)
    found = list(command.examine(patience=0.2))
    assert any(f.state is RED and (said in f.said or said in f.what) for f in found), found


def test_the_list_ends_with_one_where_anything_is_red(kafka: str, small: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, setting in {"AGENCY": "rs-ir", "COUNTRY": "serbia", "SERVICES": "assistance", "DATA": str(small.settings.data)}.items():
        monkeypatch.setenv(f"NRM_{variable}", setting)
    monkeypatch.setenv("NRM_PORT", "1")
    monkeypatch.setenv("NRM_BUS", kafka)
    for variable, setting in sealed(small.settings.data, Path("serbia"), "rs-ir").items():
        monkeypatch.setenv(f"NRM_{variable.upper()}", str(setting))
    quiet = Console(quiet=True)
    assert command.run(quiet) == 0
    monkeypatch.setenv("NRM_BUS", "127.0.0.1:1")
    assert command.run(quiet, patience=0.2) == 1
