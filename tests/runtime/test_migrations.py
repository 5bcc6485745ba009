"""The migrations make what the models say."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlmodel import SQLModel

from services.assistance.app import SERVICE as ASSISTANCE
from services.intake.app import SERVICE as INTAKE
from services.intake.models import Report
from services.referral.app import SERVICE as REFERRAL
from services.reporting import models
from services.reporting.app import SERVICE as REPORTING
from shared.runtime.database import engine_for, migrate, table
from shared.runtime.service import Service
from shared.runtime.tables import RUNTIME

OWN: dict[str, tuple[type[SQLModel], ...]] = {
    "intake": (Report,),
    "referral": (),
    "assistance": (),
    "reporting": tuple(
        m for m in vars(models).values() if isinstance(m, type) and issubclass(m, SQLModel) and m.__module__ == models.__name__
    ),
}


def tables(connection: Connection) -> set[str]:
    return set(connection.dialect.get_table_names(connection)) - {"alembic_version"}


@pytest.mark.parametrize("service", [INTAKE, REFERRAL, ASSISTANCE, REPORTING], ids=lambda s: s.name)
def test_the_schema_is_what_the_models_say(service: Service, tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path}/x.db")
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


@pytest.mark.parametrize("service", [INTAKE, REPORTING], ids=lambda s: s.name)
def test_migrating_twice_changes_nothing(service: Service, tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path}/x.db")
    dumps = list[list[object]]()
    for _ in range(2):
        migrate(engine, service.migrations)
        with engine.connect() as connection:
            dumps.append(list(connection.exec_driver_sql("select name, sql from sqlite_master order by name").all()))
    assert dumps[0] == dumps[1]
    engine.dispose()
