"""The instance's database: real transactions on SQLite too, one way to upsert, migrations by Alembic."""

import os
import platform
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from sqlite3 import SQLITE_ERROR, Error
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, PendingRollbackError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlmodel import SQLModel

from shared.config.clock import wall
from shared.config.i18n import N_, WordedError
from shared.crypto.keystore import KeystoreUnavailable
from shared.crypto.secret_file import PRIVATE
from shared.store import chain
from shared.store.chained_tables import CHAINED, SALT

LOST: dict[str, Any] = {
    "connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4, "tcp_user_timeout": 30_000,
}  # fmt: skip
"""When PostgreSQL's client gives up a server of which nothing comes any more, not even that it is gone (seconds; the last in ms). By the
system's own times a writer waits for two hours, and an agency with it, though the server has long been there again elsewhere."""
MIGRATIONS = Path(__file__).parent / "migrations"
IS_MADE = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'",
    "postgresql": "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'alembic_version'",
}
"""Dialect → what asks whether a database was ever brought to a schema."""


class Newer(WordedError):
    """A database that a newer release has brought further than this code knows: one sentence that says what to do."""


def table(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements in bulk."""
    found: Table = getattr(model, "__table__")  # noqa: B009  (SQLAlchemy adds it when the class is made)
    return found


def engine_for(url: str, now: Callable[[], int] = wall) -> Engine:
    """An engine for SQLite or PostgreSQL. Errors never carry row values. One transaction sees one state of the database throughout.

    What is written of the tables that the law rests on is chained, dated by `now` (ms UTC).
    """
    engine = unchained_engine(url)
    chain.listen(engine, now)
    return engine


def unchained_engine(url: str) -> Engine:
    """The same without the chain: for a measure of what the database alone costs."""
    at = make_url(url)
    if at.get_backend_name() == "postgresql":
        lost = {name: value for name, value in LOST.items() if name not in at.query}
        named = lost | {"application_name": f"nrm {os.getpid()} {platform.node()}"[:63]}  # by which one sees which process is whose
        # As SQLite does it anyway: what a page reads in several statements fits together. Connections of before a restart are made anew.
        engine = create_engine(at, hide_parameters=True, connect_args=named, isolation_level="REPEATABLE READ", pool_pre_ping=True)
        server = (at.host, at.port, at.query.get("host"))
        if server not in _first or not _first[server].dialect.server_version_info:
            _first[server] = engine
        _like(engine, _first[server])
        return engine
    engine = create_engine(at, hide_parameters=True)
    event.listen(engine, "do_connect", _for_its_owner_alone)
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", sqlite_begin)
    share_compiled(engine)
    return engine


_first = dict[tuple[object, ...], Engine]()
"""The first engine of this process that was connected to each server, else the last: one that never is knows nothing of it."""


def share_compiled(engine: Engine) -> None:
    """Statements are compiled once for all SQLite engines of this process, which has one or more for each of its services."""
    _like(engine, _compiling())


def _like(engine: Engine, other: Engine) -> None:
    """What one has compiled is the other's too: it is kept by dialect, so that is shared, once it knows the server from a connection.
    What it then knows nobody asks the server again, which PostgreSQL was asked in five statements."""
    if other.dialect.server_version_info:
        setattr(engine.dialect, "initialize", _is_known)  # noqa: B010  (its first connection would call it)
        engine.dialect, engine._compiled_cache = other.dialect, other._compiled_cache  # pyright: ignore[reportPrivateUsage]


def _is_known(_connection: Connection) -> None:
    """Nothing to ask."""


@cache
def _compiling() -> Engine:
    """Connects to no file: where the statements for SQLite are kept."""
    like = create_engine("sqlite://", hide_parameters=True)
    with like.connect():
        pass
    like.dispose()
    return like


def is_away(error: BaseException) -> bool:
    """Whether the database, or the keystore beside it, could not do it now (locked, full, restarted, gone): later it can."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(
        error, (OperationalError, PendingRollbackError, KeystoreUnavailable, NoConnectionFree)
    )  # of these the second: a savepoint whose connection is gone


def is_refused(error: BaseException) -> bool:
    """Whether the database itself says no, whatever it is asked: PostgreSQL that only reads, a SQLite file that is damaged. A statement
    or a value that it does not take is our own program's matter."""
    return isinstance(error, DBAPIError) and not isinstance(error, (IntegrityError, DataError, ProgrammingError))


def is_missing(error: BaseException) -> bool:
    """Whether a statement for SQLite names a table or a column that its file has not, or is none: no waiting mends that. PostgreSQL does
    not say it of a database that is away."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlite_errorcode", 0) == SQLITE_ERROR


def _for_its_owner_alone(_dialect: Any, _record: Any, arguments: Any, _named: Any) -> None:
    """Who is in which case stands in the clear. SQLite gives the files beside a database the rights of the database itself."""
    file = Path(arguments[0])
    if arguments[0] in ("", ":memory:"):
        return
    with suppress(OSError):  # SQLite says better what is wrong; a file of somebody else's is that one's to close
        file.touch(mode=PRIVATE)
        for each in (file, *(file.with_name(file.name + beside) for beside in ("-wal", "-shm"))):
            if each.exists() and each.stat().st_mode & 0o077:
                each.chmod(PRIVATE)


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # our own BEGIN: in Python's legacy mode a savepoint survives the outer rollback
    for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=10000", "foreign_keys=on"):
        connection.execute(f"pragma {pragma}")


def reading(engine: Engine) -> Connection:
    """A connection that only reads, for one statement without objects: what is looked at again and again costs a third of a session's."""
    return engine.connect().execution_options(reader=True)


def sqlite_begin(connection: Connection) -> None:
    """Begin as what is meant: a reader beside the writer, or the one writer."""
    begins = "BEGIN" if connection.get_execution_options().get("reader") else "BEGIN IMMEDIATE"
    raw: Any = connection.connection.driver_connection
    try:
        raw.execute(begins)  # past SQLAlchemy, to which one statement in eight was a beginning
    except Error as error:
        raise DBAPIError.instance(begins, None, error, Error, hide_parameters=True, dialect=connection.dialect) from error


def upsert(
    connection: Connection, model: type[SQLModel], rows: list[dict[str, Any]], keys: tuple[str, ...], keep: tuple[str, ...] = ()
) -> None:
    """Insert rows; where the keys are there already, set everything but `keep`. With nothing to set, the row that is there stays."""
    if rows:
        statement = _upsert(connection.dialect.name, table(model), tuple(rows[0]), keys, keep)
        connection.execute(statement, rows, execution_options=chain.MAY_BE_THERE)


@cache
def _upsert(dialect: str, into: Table, columns: tuple[str, ...], keys: tuple[str, ...], keep: tuple[str, ...]) -> Any:
    """Made once for each table: every transaction that changes a picture asks for two."""
    statement = _insert(dialect, into)
    columns = (*columns, SALT) if SALT in into.c else columns  # what is written anew gets another
    changed = {c: getattr(statement.excluded, c) for c in columns if c not in keys and c not in keep}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=changed)


def insert_new(connection: Connection, model: type[SQLModel], rows: list[dict[str, Any]]) -> int:
    """Insert rows; one that is there already stays as it is. How many were new."""
    if not rows:
        return 0
    into = table(model)
    if into.name in CHAINED:
        return chain.insert_new(connection, into.name, _insert_new(connection.dialect.name, into), rows)
    counted = {"preserve_rowcount": True}  # on PostgreSQL nobody counts otherwise
    return connection.execute(_insert_new(connection.dialect.name, into), rows, execution_options=counted).rowcount


def insert(connection: Connection, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """Insert rows that are new for certain."""
    if rows:
        connection.execute(_insert(connection.dialect.name, table(model)), rows)


def add_up(connection: Connection, model: type[SQLModel], rows: list[dict[str, Any]], keys: tuple[str, ...], number: str) -> None:
    """Insert rows; where the keys are there already, add the number to the one that is there."""
    if rows:
        connection.execute(_adding(connection.dialect.name, table(model), keys, number), rows)


@cache
def _adding(dialect: str, into: Table, keys: tuple[str, ...], number: str) -> Any:
    statement = _insert(dialect, into)
    return statement.on_conflict_do_update(index_elements=list(keys), set_={number: into.c[number] + statement.excluded[number]})


@cache
def _insert(dialect: str, into: Table) -> Any:
    return (sqlite if dialect == "sqlite" else postgresql).insert(into)


@cache
def _insert_new(dialect: str, into: Table) -> Any:
    return _insert(dialect, into).on_conflict_do_nothing()


def migrate(engine: Engine, own: Path | None) -> None:
    """Bring a database to the newest schema of the runtime, and of the service whose migrations lie in `own`. Raises Newer.

    An empty SQLite is made as the one before it in this process was: to play all migrations takes forty times as long, and who starts
    many agencies forks them from a process that has played them.
    """
    with engine.begin() as connection:
        standing = schema(connection, own)
        if standing == "newest":
            return
        if standing == "newer":
            newer = N_("The database was made by a newer release than this one: run that release, or restore a backup made by this one.")
            raise Newer(newer)
        anew = standing == "empty" and connection.dialect.name == "sqlite"
        if anew and own in _made:
            raw: Any = connection.connection.driver_connection
            for statement in _made[own]:
                raw.execute(statement)
            return
        play_migrations(connection, own)
        if anew:
            raw: Any = connection.connection.driver_connection
            _made[own] = tuple(line for line in raw.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;"))


_made: dict[Path | None, tuple[str, ...]] = {}
"""A service's migrations → the statements that make what they have made of an empty SQLite in this process."""


def play_migrations(connection: Connection, own: Path | None) -> None:
    """One after the other, as somebody's database has met them."""
    from alembic import command

    config = _config(own)
    config.attributes["connection"] = connection.execution_options(**chain.MIGRATING)
    command.upgrade(config, "heads")


def schema(connection: Connection, own: Path | None) -> str:
    """How a database stands to this code: `empty`, `newest`, `behind` (a start brings it up to date), or `newer` (other code made it)."""
    from alembic.script import ScriptDirectory

    found = _versions(connection)
    if found in (frozenset(), _heads(own)):
        return "newest" if found else "empty"
    known = {script.revision for script in ScriptDirectory.from_config(_config(own)).walk_revisions()}
    return "behind" if found <= known else "newer"


def _config(own: Path | None) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", os.pathsep.join(str(p) for p in (MIGRATIONS / "versions", own) if p))
    config.set_main_option("path_separator", "os")
    return config


@cache
def _heads(own: Path | None) -> frozenset[str]:
    """The newest schema that this code knows: read once, since every instance of a process asks at its start."""
    from alembic.script import ScriptDirectory

    return frozenset(ScriptDirectory.from_config(_config(own)).get_heads())


def _versions(connection: Connection) -> frozenset[str]:
    if connection.exec_driver_sql(IS_MADE[connection.dialect.name]).scalar() is None:
        return frozenset()
    return frozenset(connection.exec_driver_sql("select version_num from alembic_version").scalars())
