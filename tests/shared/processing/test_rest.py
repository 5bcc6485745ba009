"""An instance at rest asks its database nothing, and sees at once what anybody has written there, and the hour that a clock names."""

import sqlite3
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from shared.processing import rest as rests
from shared.processing.log_switch import ask, asked
from shared.processing.rest import Rest
from shared.processing.trial_write import WRITE
from shared.store.database import engine_for
from shared.store.instance_tables import ONE, LogRequestKind, TrialWrite, only
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, report

LATER = 60 * 24 * 3600 * 1000


@pytest.fixture
def rest(house: House) -> Iterator[Rest]:
    report(house[INTAKE_ME])
    house.settle()
    made = Rest(house[LEAD_ME])
    for _ in range(3):
        if not made.goes_on:
            look(made)
    yield made
    made.changes.close()


def look(rest: Rest) -> None:
    rest.begins_look().idle(clocks=True, unwritten=rest.unwritten)
    rest.looked()


@contextmanager
def asked_of(rest: Rest) -> Generator[list[str]]:
    """The statements that come to an instance's database."""
    said = list[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(rest.instance.engine, "before_cursor_execute", note)
    yield said
    event.remove(rest.instance.engine, "before_cursor_execute", note)


def test_it_goes_on_until_its_time_is_over(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rest.goes_on
    assert rest.goes_on
    now = rests.monotonic()
    monkeypatch.setattr(rests, "monotonic", lambda: now + rests.SELDOM + 1)
    assert not rest.goes_on
    look(rest)
    assert rest.goes_on


def test_a_look_for_the_hour_alone_asks_the_database_nothing(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    now = rests.monotonic()
    monkeypatch.setattr(rests, "monotonic", lambda: now + rests.SELDOM + 1)
    with asked_of(rest) as said:
        look(rest)
    assert not said
    assert rest.goes_on
    rest.instance.transact(lambda work: None)
    with asked_of(rest) as said:
        look(rest)
    assert said, "something was written"


def test_while_no_batch_can_be_sealed_the_database_is_asked_whether_one_is_wished_for(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    now = rests.monotonic()
    monkeypatch.setattr(rests, "monotonic", lambda: now + rests.SELDOM + 1)
    rest.instance.batches_waiting_for("a key that is not here")
    with asked_of(rest) as said:
        look(rest)
    assert [one for one in said if "batchschedule" in one]


def test_the_fixed_time_of_batches_is_seen_though_nobody_has_written(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    now, slot = rests.monotonic(), rest.instance.slot
    assert slot is not None
    rest.instance.slot = slot - 1
    monkeypatch.setattr(rests, "monotonic", lambda: now + rests.SELDOM + 1)
    look(rest)
    assert rest.unwritten
    assert rest.instance.slot == slot


def test_a_write_that_only_tries_the_database_does_not_end_it(rest: Rest) -> None:
    before = rest.changes.number()
    for at in (1, 2):
        rest.changes.write(WRITE, (ONE, at))
    assert rest.changes.number() == before
    assert rest.goes_on
    with Session(rest.instance.reader) as session:
        assert only(session, TrialWrite).at == 2
    other = engine_for(str(rest.instance.engine.url))
    with Session(other) as session, session.begin():
        ask(session, LogRequestKind.SAME)
    other.dispose()
    rest.changes.write(WRITE, (ONE, 3))
    assert not rest.goes_on, "what others have written shows behind it, too"


def test_a_file_that_was_put_in_its_place_is_another_one(rest: Rest) -> None:
    before, file = rest.changes.number(), rest.changes.file
    assert file is not None
    copy = file.with_name("copy")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    copy.replace(file)
    rest.changes.write(WRITE, (ONE, 1))
    assert rest.changes.number() != before


def test_who_asks_while_another_writes_does_not_wait(rest: Rest) -> None:
    file = rest.changes.file
    assert file is not None
    with closing(sqlite3.connect(file, isolation_level=None)) as other, ThreadPoolExecutor(1) as writer:
        other.execute("begin immediate")
        writing = writer.submit(rest.changes.write, WRITE, (ONE, 1))
        began = monotonic()
        while rest.changes.number() is not None:
            assert monotonic() - began < 1
        assert not rest.goes_on
        other.execute("rollback")
        writing.result()
        assert rest.changes.number() is not None


def test_what_another_process_asks_is_seen_at_the_next_look(rest: Rest) -> None:
    other = engine_for(str(rest.instance.engine.url))
    with Session(other) as session, session.begin():
        ask(session, LogRequestKind.SAME)
    other.dispose()
    assert asked(rest.instance).same
    assert not rest.goes_on
    look(rest)
    assert not rest.goes_on, "something was done, which may lead to more"
    assert not asked(rest.instance).same


def test_what_is_written_while_one_looks_is_looked_at_again(rest: Rest) -> None:
    instance = rest.begins_look()
    instance.idle(clocks=True)
    with Session(instance.engine) as session, session.begin():
        ask(session, LogRequestKind.SAME)
    rest.looked()
    assert not rest.goes_on


def test_an_own_transaction_ends_it(rest: Rest) -> None:
    rest.instance.transact(lambda work: None)
    assert not rest.goes_on


def test_the_hour_of_the_next_clock_ends_it(rest: Rest, house: House) -> None:
    first = rest.instance.next_clock
    assert house.clock.at < first < house.clock.at + LATER
    house.clock.at = int(first) - 1
    assert rest.goes_on
    house.clock.at += 1
    assert not rest.goes_on


def test_a_new_directory_ends_it(rest: Rest) -> None:
    rest.instance.knows(rest.instance.country.model_copy())
    assert not rest.goes_on


def test_where_the_database_is_gone_or_does_not_tell_one_looks(rest: Rest) -> None:
    rest.changes.close()
    rest.changes.file = None
    assert not rest.goes_on
    look(rest)
    assert not rest.goes_on
