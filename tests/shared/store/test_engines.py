"""Engines of one process."""

from pathlib import Path

from sqlalchemy import Engine, literal, select
from sqlalchemy.engine.interfaces import CacheStats

from shared.store.database import engine_for

ASKED = select(literal(7).label("what no other test asks"))


def asked(engine: Engine) -> tuple[int, CacheStats]:
    """The answer of a database, and whether the statement had to be compiled for it."""
    with engine.connect() as connection:
        answer = connection.execute(ASKED)
        return answer.scalar_one(), answer.context.cache_hit


def test_a_statement_is_compiled_once_for_all_files(tmp_path: Path) -> None:
    one, other = (engine_for(f"sqlite:///{tmp_path / name}.db") for name in ("one", "other"))
    try:
        assert asked(one) == (7, CacheStats.CACHE_MISS)
        assert asked(other) == (7, CacheStats.CACHE_HIT)
        assert {Path(str(e.url.database)).name for e in (one, other)} == {"one.db", "other.db"}
    finally:
        one.dispose()
        other.dispose()
