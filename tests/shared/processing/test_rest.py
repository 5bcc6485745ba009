"""An instance at rest asks its database nothing, and sees at once what anybody has written there, and the hour that a clock names."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from shared.processing import rest as rests
from shared.processing.log_switch import ask, asked
from shared.processing.rest import Rest
from shared.store.database import engine_for
from shared.store.instance_tables import LogRequestKind
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
    rest.begins_look().idle(clocks=True)
    rest.looked()


def test_it_goes_on_until_its_time_is_over(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rest.goes_on
    assert rest.goes_on
    now = rests.monotonic()
    monkeypatch.setattr(rests, "monotonic", lambda: now + rests.SELDOM + 1)
    assert not rest.goes_on
    look(rest)
    assert rest.goes_on


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
    rest.changes._file = None
    assert not rest.goes_on
    look(rest)
    assert not rest.goes_on
