"""The instance on PostgreSQL: the same verdicts as on SQLite, a lost connection parks nothing, one read sees one state."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Thread
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from deploy.databases import Postgres
from services.assistance.handlers import handoffs as a
from shared.decisions.change import Change
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.instance import Instance
from shared.processing.service import Service
from shared.records.reader import read
from shared.store.database import is_away
from tests.databases import migrated
from tests.shared.bus import Topic
from tests.shared.houses import House
from tests.shared.land import COUNTRY, INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, SERVICES, Hand, decide, pull, report, rows, send, settle, sure

Opened = Callable[..., Instance]


@pytest.fixture
def opened(postgres: Postgres) -> Iterator[Opened]:
    """Doors on databases of their own; opened again under the same name, on the same one."""
    tag, instances = uuid4().hex[:8], list[Instance]()

    def instance(me: str, service: Service | None = None) -> Instance:
        name, _, agency = me.partition(".")
        made = Instance(service or SERVICES[name], agency, COUNTRY, migrated(postgres, name, f"{me}.{tag}"), Hand())
        made.catches_up()
        instances.append(made)
        return made

    yield instance
    for made in instances:
        made.close()


def journal(instance: Instance) -> list[tuple[Any, ...]]:
    return rows(instance, "select partition, place, type, verdict, body from journal order by seq")


def test_one_log_gives_the_same_pictures_and_journals_on_both(house: House, opened: Opened) -> None:
    case = report(house[INTAKE_ME])
    house.settle()
    for me in (POLICE_ME, NGO_ME):
        for step in (a.acknowledge, a.accept):
            decide(house[me], step, house.asked(me, case), f"{step.__name__} {me}")
    house.settle()
    for garbage in (b"\xff", b"{}", b'{"core": "\\u0000"}'):
        house.topic.land(b"x", garbage)
    house.settle()
    for me in (LEAD_ME, POLICE_ME, NGO_ME):
        here = opened(me)
        while here.positions.next(0) < house.topic.ends()[0]:
            pull(here, house.topic, 3)
        assert sure(here, case) == house.shown(me, case)
        assert journal(here) == journal(house[me])


def test_what_was_decided_here_is_there_after_a_new_start(opened: Opened) -> None:
    topic, intake, lead = Topic(), opened(INTAKE_ME), opened(LEAD_ME)
    case = report(intake)
    again = opened(INTAKE_ME)
    assert [row.key for row in again.outgoing.of(case)] == [row.key for row in intake.outgoing.of(case)]
    settle(topic, again, lead)
    assert sure(again, case) == sure(lead, case)
    assert rows(again, "select state, parts from outbox") == [("done", "{}")]


@pytest.mark.parametrize("first", [False, True], ids=["in the fast way", "behind a savepoint"])
def test_a_connection_that_is_lost_in_the_middle_parks_nothing(postgres: Postgres, opened: Opened, first: bool) -> None:
    calls: list[int] = []

    def cut(work: UnitOfWork, _: Change) -> None:
        calls.append(1)
        if first and len(calls) == 1:
            raise ZeroDivisionError
        if len(calls) == 1 + first:
            pid = work.session.connection().exec_driver_sql("select pg_backend_pid()").scalar_one()
            with psycopg.connect(postgres.database("postgres").replace("+psycopg", ""), autocommit=True) as other:
                assert other.execute("select pg_terminate_backend(%s, 5000)", (pid,)).fetchone() == (True,)

    topic, intake = Topic(), opened(INTAKE_ME)
    lead = opened(LEAD_ME, replace(SERVICES["referral"], project=cut))
    case = report(intake)
    send(intake, topic)
    with pytest.raises(SQLAlchemyError) as lost:
        lead.take(read(topic.all()))
    assert is_away(lost.value)
    assert (lead.parked, lead.positions.next(0), journal(lead)) == (set(), 0, [])
    assert lead.take(read(topic.all()))
    assert [(type, verdict) for _, _, type, verdict, _ in journal(lead)] == [("case.reported.v1", "counted")]
    assert sure(lead, case)


def test_a_fault_of_the_projection_parks_one_record_and_the_poll_goes_on(opened: Opened) -> None:
    ill: set[str] = set()

    def project(work: UnitOfWork, change: Change) -> None:
        if change.noted.core.case in ill:
            work.session.connection().execute(text("select 1/0"))  # PostgreSQL takes nothing more until the savepoint is rolled back

    topic, intake = Topic(), opened(INTAKE_ME)
    lead = opened(LEAD_ME, replace(SERVICES["referral"], project=project))
    bad, good = report(intake, "bad"), report(intake, "good")
    ill.add(bad)
    send(intake, topic)
    pull(lead, topic)
    assert lead.parked == {bad}
    assert sure(lead, good)
    ((code, reason),) = rows(lead, "select code, reason from parked")
    assert (code, reason.partition(",")[0]) == ("database-refused", "DataError")


def test_what_a_page_reads_in_several_statements_is_one_state(opened: Opened) -> None:
    intake = opened(INTAKE_ME)
    report(intake, "one")
    with Session(intake.engine.execution_options(reader=True)) as session:
        before = session.connection().execute(text("select count(*) from outbox")).scalar_one()
        beside = Thread(target=report, args=(intake, "two"))
        beside.start()
        beside.join()
        assert session.connection().execute(text("select count(*) from outbox")).scalar_one() == before == 1
    assert rows(intake, "select count(*) from outbox") == [(2,)]
