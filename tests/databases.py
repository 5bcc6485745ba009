"""One PostgreSQL for all processes of a run, set for tests alone, and databases on it that are migrated already: a test needs many."""

from typing import Any

import psycopg
from psycopg import sql

from deploy.databases import Postgres
from deploy.process.composition import service
from shared.store import chain
from shared.store.database import engine_for, migrate
from tests.share import alone, folder
from tests.shared.bus import START

FOR_TESTS = {
    "fsync": "off",  # only a machine that fails would show that, and no test makes one fail; processes may be killed
    "autovacuum": "off",  # with hundreds of databases it would begin a process every tenth of a second
    "bgwriter_lru_maxpages": 0,  # what writes by itself wakes five times a second
    "wal_writer_delay": "10s",
    "checkpoint_timeout": "1d",
    "io_method": "sync",  # reading from memory needs no process that reads ahead
    "max_logical_replication_workers": 0,
    "jit": "off",  # no test asks anything long enough
    "plan_cache_mode": "force_generic_plan",  # each statement is planned once for a connection, not ten times
    "max_connections": 400,  # of six processes, two or three for each instance
    "min_wal_size": "32MB",  # who looks what lies there reads all of it
    "max_wal_size": "64MB",
}
"""They trade safety for speed, and let a server rest that nobody asks."""


class OneServer(Postgres):
    """Whoever asks first starts it, whoever leaves last ends it. A test that stops or kills a server has one of its own."""

    def __init__(self) -> None:
        super().__init__(folder() / "postgres" / "data")

    def start(self) -> None:
        """Start it, or join those who have. Where one died while making it, the next sets it anew."""
        settled = self.data.parent / "settled"
        with alone("postgres"):
            left = self.data.exists()
            super().start()
            if not settled.exists():
                with self._connected() as connection:
                    for name, value in FOR_TESTS.items():
                        connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
                (super().kill if left else super().stop)()  # it would not stop for us alone while who died there is held for its user
                super().start()
                settled.touch()
        self.connection = self._connected()

    def stop(self) -> None:
        """Leave it."""
        self.connection.close()
        with alone("postgres"):
            super().stop()

    def database(self, name: str, like: str = "template1") -> str:
        """As a copy of files, which takes a third of the processor time of a copy through the log; one connection makes them all."""
        if not self.has(name):
            words = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
            self.connection.execute(words.format(sql.Identifier(name), sql.Identifier(like)))
        return self.url(name)

    def has(self, name: str) -> bool:
        """Whether there is a database of this name."""
        return self.connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None

    def _connected(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url("postgres").replace("+psycopg", ""), autocommit=True)


def migrated(postgres: OneServer, name: str, database: str) -> str:
    """The URL of the database of this name for a service; the same each time."""
    like = f"template.{name}"
    if like not in _made:
        with alone(like):
            if not postgres.has(like):
                _make(postgres, name, like)
        _made.add(like)
    return postgres.database(database, like)


def _make(postgres: OneServer, name: str, like: str) -> None:
    """Whoever finds a template finds a whole one."""
    engine = engine_for(postgres.database(f"{like}.begun"))
    migrate(engine, service(name).migrations)
    with engine.begin() as connection:
        chain.begin(connection, START)  # as the first start of an instance on it would
    engine.dispose()
    postgres.connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(f"{like}.begun"), sql.Identifier(like)))


_made = set[str]()
"""There is one server for a run of the tests."""
