"""Databases on PostgreSQL that are migrated already: copies of one for each service, since a test needs many."""

from deploy.databases import Postgres
from deploy.process.composition import service
from shared.store.database import engine_for, migrate


def migrated(postgres: Postgres, name: str, database: str) -> str:
    """The URL of the database of this name for a service; the same each time."""
    like = f"template.{name}"
    url = postgres.database(like)
    if like not in _made:
        engine = engine_for(url)
        migrate(engine, service(name).migrations)
        engine.dispose()
        _made.add(like)
    return postgres.database(database, like)


_made = set[str]()
"""There is one server for a run of the tests."""
