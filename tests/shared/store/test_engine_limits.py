"""How long the client of PostgreSQL waits for a server of which nothing comes any more."""

from typing import Any

import pytest
from sqlalchemy import QueuePool, create_engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.store.database import LOST, engine_for, is_away


class Met(Exception):
    """A connection would be made now."""


@pytest.mark.parametrize("words", ["", "?connect_timeout=3"])
def test_a_server_of_which_nothing_comes_is_given_up_by_times_that_an_address_may_name(words: str) -> None:
    engine, told = engine_for(f"postgresql+psycopg://u@127.0.0.1:1/db{words}"), dict[str, Any]()

    def met(_dialect: Any, _record: Any, _arguments: Any, named: dict[str, Any]) -> None:
        told.update(named)
        raise Met

    event.listen(engine, "do_connect", met)
    with pytest.raises(Met):
        engine.connect()
    assert {name: int(told[name]) for name in LOST} == LOST | ({"connect_timeout": 3} if words else {})


def test_where_no_connection_is_free_the_database_is_away_and_nothing_is_wrong_with_what_was_asked() -> None:
    engine = create_engine("sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.01)
    with engine.connect(), pytest.raises(PoolTimeout) as waited:
        engine.connect()
    assert is_away(waited.value)
    engine.dispose()
