"""Engines of one process."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, literal, select
from sqlalchemy.engine.interfaces import CacheStats
from sqlalchemy.exc import OperationalError

from deploy.databases import Postgres
from shared.store.database import engine_for, is_away

ASKED = select(literal(7).label("what no other test asks"))


def asked(engine: Engine) -> tuple[int, CacheStats]:
    """The answer of a database, and whether the statement had to be compiled for it."""
    with engine.connect() as connection:
        answer = connection.execute(ASKED)
        return answer.scalar_one(), answer.context.cache_hit


def once_for_both(one: Engine, other: Engine) -> None:
    try:
        assert asked(one) == (7, CacheStats.CACHE_MISS)
        assert asked(other) == (7, CacheStats.CACHE_HIT)
    finally:
        one.dispose()
        other.dispose()


def test_a_statement_is_compiled_once_for_all_files(tmp_path: Path) -> None:
    one, other = (engine_for(f"sqlite:///{tmp_path / name}.db") for name in ("one", "other"))
    once_for_both(one, other)
    assert {file.name for file in tmp_path.iterdir()} == {"one.db", "other.db"}


def test_whoever_comes_to_write_while_another_does_is_told_so_at_the_beginning_and_a_reader_reads_on(tmp_path: Path) -> None:
    one, other = (engine_for(f"sqlite:///{tmp_path}/shared.db") for _ in range(2))
    try:
        with one.begin(), other.connect() as second, other.execution_options(reader=True).connect() as reader:
            for connection in (second, reader):
                raw: Any = connection.connection.driver_connection
                raw.execute("pragma busy_timeout=1")
            with pytest.raises(OperationalError, match="database is locked") as refused:
                second.execute(ASKED)
            assert is_away(refused.value), "later it can"
            assert reader.execute(ASKED).scalar_one() == 7
        assert asked(other)[0] == 7
    finally:
        one.dispose()
        other.dispose()


def test_and_once_for_all_databases_of_a_server(postgres: Postgres) -> None:
    engine_for(postgres.database("compiles"))  # and is never connected
    one = engine_for(postgres.database("compiles"))
    with one.connect():
        pass
    once_for_both(one, engine_for(postgres.database("compiled")))


def test_what_a_server_is_it_is_asked_once(postgres: Postgres) -> None:
    first = engine_for(postgres.database("compiled"))
    with first.connect():
        pass
    first.dispose()
    other = engine_for(postgres.database("asked once"))
    with other.connect() as connection:
        pid = connection.connection.driver_connection.info.backend_pid  # pyright: ignore[reportOptionalMemberAccess]
        assert postgres.connection.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone() == ("",)
    other.dispose()
