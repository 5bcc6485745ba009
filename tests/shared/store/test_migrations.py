"""The migrations make what the models say."""

from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

from services.assistance.models import House, MeetingPoint
from services.assistance.service import SERVICE as ASSISTANCE
from services.intake.models import PartnerReport, RaidCase, Report, ReportDraft
from services.intake.service import SERVICE as INTAKE
from services.referral.models import DangerReview, InstanceAnswer, Owed, Proposal, Side
from services.referral.service import SERVICE as REFERRAL
from services.reporting import models
from services.reporting.service import SERVICE as REPORTING
from shared.privacy.legal_bases import BasisRow, LeadRecordPart
from shared.processing.service import Service
from shared.store.database import _config, engine_for, migrate, play_migrations, table
from shared.store.database import schema as stands
from shared.store.tables import ASIDE, RUNTIME
from tests.shared.forge import core, value

OWN: dict[str, tuple[type[SQLModel], ...]] = {
    "intake": (PartnerReport, RaidCase, Report, ReportDraft, BasisRow),
    "referral": (Side, Owed, InstanceAnswer, BasisRow, Proposal, DangerReview, LeadRecordPart),
    "assistance": (House, MeetingPoint),
    "reporting": tuple(
        m for m in vars(models).values() if isinstance(m, type) and issubclass(m, SQLModel) and m.__module__ == models.__name__
    ),
}


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    return f"sqlite:///{tmp_path}/x.db" if request.param == "sqlite" else request.getfixturevalue("postgres").database(uuid4().hex)


@pytest.mark.parametrize("service", [INTAKE, REFERRAL, ASSISTANCE, REPORTING], ids=lambda s: s.name)
def test_the_schema_is_what_the_models_say(service: Service, url: str) -> None:
    engine = engine_for(url)
    migrate(engine, service.migrations)
    ours = {table(m).name for m in (*RUNTIME, *OWN[service.name])}
    with engine.connect() as connection:
        assert tables(connection) == ours
        options = {
            "include_name": lambda name, kind, _: kind != "table" or name in ours,
            "compare_type": True,
            "compare_server_default": True,
        }
        context = MigrationContext.configure(connection, opts=options)
        others = [t for t in SQLModel.metadata.tables.values() if t.name not in ours]
        missing = {t.name for t in others}
        found = [d for d in compare_metadata(context, SQLModel.metadata) if not (d[0] == "add_table" and d[1].name in missing)]
        assert [d for d in found if not (d[0] == "add_index" and d[1].table.name in missing)] == []
    engine.dispose()


@pytest.mark.parametrize("service", [INTAKE, REFERRAL, ASSISTANCE, REPORTING], ids=lambda s: s.name)
def test_what_is_made_as_the_one_before_is_what_the_migrations_make(service: Service, tmp_path: Path) -> None:
    played, *made = (engine_for(f"sqlite:///{tmp_path / name}.db") for name in ("played", "first", "second"))
    with played.begin() as connection:
        play_migrations(connection, service.migrations)
    for engine in made:
        migrate(engine, service.migrations)
    dumps = list[list[str]]()
    for engine in (played, *made):
        with engine.connect() as connection:
            dumps.append(sorted(connection.connection.driver_connection.iterdump()))  # type: ignore[union-attr]  # indexes in any order
            assert stands(connection, service.migrations) == "newest"
        engine.dispose()
    assert dumps[0] == dumps[1] == dumps[2]
    assert len(dumps[0]) > 50


def schema(connection: Connection) -> dict[str, str]:
    """Table → its columns, keys and indexes as the database itself tells them."""
    found = MetaData()
    found.reflect(connection)
    makers = {name: (CreateTable(t), *map(CreateIndex, sorted(t.indexes, key=lambda i: str(i.name)))) for name, t in found.tables.items()}
    return {name: "\n".join(str(maker.compile(connection)) for maker in made) for name, made in makers.items()}


@pytest.mark.parametrize("service", [INTAKE, REPORTING], ids=lambda s: s.name)
def test_migrating_twice_changes_nothing(service: Service, url: str) -> None:
    engine = engine_for(url)
    dumps = list[dict[str, str]]()
    for _ in range(2):
        migrate(engine, service.migrations)
        with engine.connect() as connection:
            dumps.append(schema(connection))
    assert len(dumps[0]) > 10
    assert dumps[0] == dumps[1]
    engine.dispose()


def test_records_parked_by_an_older_version_keep_what_was_known_of_them(tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path}/x.db")
    old = _config(None)
    kept = value(core("c", "handoff.accepted.v1", {"handoff": "h"}, "assistance.rs-pol"))
    reasons = (
        "this instance could not apply it (ZeroDivisionError); mend the cause, then retry",
        "waits behind an earlier record of its case",
        "the case was opened under a newer protocol: upgrade this instance, then retry",
    )
    with engine.begin() as connection:
        old.attributes["connection"] = connection
        command.upgrade(old, "runtime_0001")
        for place, reason in enumerate(reasons):
            row = (
                'insert into parked ("case", partition, place, logged_at, value, reason, parked_at, retry) values (?, 0, ?, 1, ?, ?, 1, 1)'
            )
            connection.exec_driver_sql(row, ("c", place, kept if place else b"\xff", reason))
    migrate(engine, None)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("select code, reason, type, author, retry, aside from parked order by place").all()
    assert [tuple(row) for row in found] == [
        ("could-not-apply", "ZeroDivisionError", "", "", 1, 0),
        ("waits-behind", "", "handoff.accepted.v1", "assistance.rs-pol", 1, 0),
        ("newer-protocol", "", "handoff.accepted.v1", "assistance.rs-pol", 1, 0),
    ]
    engine.dispose()


def test_who_was_heard_before_absences_were_noted_has_missed_nothing_of_before(tmp_path: Path) -> None:
    engine, old = engine_for(f"sqlite:///{tmp_path}/x.db"), _config(REPORTING.migrations)
    with engine.begin() as connection:
        old.attributes["connection"] = connection
        command.upgrade(old, "reporting_0010")
        heard = "insert into heard_from (agency, instance, at, heard_at, release, unsent, unsent_since, parked, said)"
        connection.exec_driver_sql(f"{heard} values ('a', 'i', 7, 8, '1', 0, 0, 0, '')")
    migrate(engine, REPORTING.migrations)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("select clock_at from heard_from").scalar() == 8
    engine.dispose()


def test_what_was_set_aside_is_found_by_its_own_index(tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path}/x.db")
    migrate(engine, None)
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"explain query plan select count(*) from journal where {ASIDE}").all()
    assert "journal_aside" in str(plan)
    engine.dispose()
