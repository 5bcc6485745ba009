"""A commit whose answer never came: the database may have it or not, and the instance must not guess."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from shared.processing.instance import Instance
from shared.processing.log_switch import ask
from shared.store.instance_tables import LogRequestKind
from shared.store.positions import Moved
from tests.shared.bus import Topic
from tests.shared.land import INTAKE_ME, LEAD_ME, SERVICES, Hand, database, instance_at, noted, pull, report, send, settle


@contextmanager
def cut_off(instance: Instance, *, stored: bool) -> Iterator[None]:
    """The connection ends at the commit: after it was stored, or before."""

    def breaks(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("COMMIT" if stored else "ROLLBACK")
        raise OperationalError("COMMIT", None, Exception("the server closed the connection"))

    event.listen(instance.engine, "commit", breaks)
    try:
        yield
    finally:
        event.remove(instance.engine, "commit", breaks)


@contextmanager
def half_filled(instance: Instance) -> Iterator[None]:
    """The database goes away while memory is filled from it: after all that is of the instance itself, and before its positions."""

    def breaks(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT position."):
            raise OperationalError(statement, None, Exception("the server closed the connection"))

    event.listen(instance.engine, "before_cursor_execute", breaks)
    try:
        yield
    finally:
        event.remove(instance.engine, "before_cursor_execute", breaks)


@pytest.fixture
def open_instance(tmp_path: Path, templates: Path) -> Iterator[Callable[[str], Instance]]:
    instances: list[Instance] = []

    def opened(me: str) -> Instance:
        instances.append(instance_at(database(tmp_path, templates, SERVICES[me.partition(".")[0]], me), me, Hand()))
        return instances[-1]

    yield opened
    for instance in instances:
        instance.close()


@pytest.mark.parametrize("stored", [True, False])
def test_a_decision_in_doubt_is_made_once_and_goes_out(open_instance: Callable[[str], Instance], stored: bool) -> None:
    instance, topic = open_instance(INTAKE_ME), Topic()
    with cut_off(instance, stored=stored), pytest.raises(OperationalError):
        report(instance)
    case = report(instance)  # whoever gets no answer asks again, with the same form
    assert [row.case for row in instance.outgoing.of(case)] == [case]
    settle(topic, instance)
    assert noted(instance, case) == [("case.reported.v1", "counted")]


def test_a_decision_in_doubt_goes_out_though_nobody_asks_again(open_instance: Callable[[str], Instance]) -> None:
    instance, topic = open_instance(INTAKE_ME), Topic()
    with cut_off(instance, stored=True), pytest.raises(OperationalError):
        report(instance)
    instance.idle(clocks=True)
    assert len(send(instance, topic)) == 1


@pytest.mark.parametrize("stored", [True, False])
def test_a_poll_in_doubt_is_applied_once_and_fences_nobody(open_instance: Callable[[str], Instance], stored: bool) -> None:
    intake, lead, topic = open_instance(INTAKE_ME), open_instance(LEAD_ME), Topic()
    case = report(intake)
    send(intake, topic)
    with cut_off(lead, stored=stored), pytest.raises(OperationalError):
        pull(lead, topic)
    for _ in range(2):  # the first look after it may find that reading must go back
        pull(lead, topic)
    assert lead.fence == ""
    assert noted(lead, case) == [("case.reported.v1", "counted")]
    settle(topic, intake, lead)
    assert lead.fence == ""
    assert noted(lead, case) == noted(intake, case)
    assert len(noted(lead, case)) > 2


@pytest.mark.parametrize("kind", LogRequestKind)
@pytest.mark.parametrize("stored", [True, False])
def test_what_an_operator_said_of_the_log_is_done_though_its_commit_was_in_doubt(
    open_instance: Callable[[str], Instance], kind: LogRequestKind, stored: bool
) -> None:
    """It is forgotten in that commit: nobody says it once more."""
    lead = open_instance(LEAD_ME)
    lead.fence_off("the log is another")
    with Session(lead.engine) as session, session.begin():
        ask(session, kind)
    begun = lead.begun
    with cut_off(lead, stored=stored), pytest.raises(OperationalError):
        lead.idle(clocks=False)
    for _ in range(2):
        lead.idle(clocks=False)
    assert (lead.fence, lead.caught_up) == ("", False)
    assert lead.generation == (2 if kind is LogRequestKind.ADMIT else 1)
    assert lead.begun > begun, "whoever reads for it joins the log"


def test_another_log_is_begun_though_the_database_went_away_once_more_before_it_had_said_all(
    open_instance: Callable[[str], Instance],
) -> None:
    """Else it would read on where it was in the former log, and send what its checkpoints must come before."""
    lead = open_instance(LEAD_ME)
    lead.catches_up()
    with Session(lead.engine) as session, session.begin():
        ask(session, LogRequestKind.ADMIT)
    begun = lead.begun
    with cut_off(lead, stored=True), pytest.raises(OperationalError):
        lead.idle(clocks=False)
    with half_filled(lead), pytest.raises(OperationalError):
        lead.idle(clocks=False)
    lead.idle(clocks=False)
    assert (lead.generation, lead.caught_up, lead.begun > begun, lead.positions.now) == (2, False, True, {})


def test_what_memory_alone_knows_is_not_forgotten_though_it_is_filled_twice(open_instance: Callable[[str], Instance]) -> None:
    """That another process runs the same instance stands in no database: it would go on beside it."""
    lead = open_instance(LEAD_ME)
    assert lead.secret_is_new
    with cut_off(lead, stored=True), pytest.raises(OperationalError):
        lead.transact(lambda work: None)
    lead.fenced(Moved.SAID)
    with half_filled(lead), pytest.raises(OperationalError):
        lead.idle(clocks=False)
    lead.idle(clocks=False)
    assert (lead.fence, lead.secret_is_new) == (Moved.SAID, True)


def test_who_finds_that_another_process_has_read_on_stops_whatever_he_was_doing(
    open_instance: Callable[[str], Instance], tmp_path: Path
) -> None:
    first, topic = open_instance(LEAD_ME), Topic()
    second = instance_at(Path(str(first.engine.url.database)), LEAD_ME, Hand())
    intake = open_instance(INTAKE_ME)
    report(intake)
    settle(topic, intake)
    taken = topic.after({0: 0}, 500)
    first.positions.seeks(topic.bounds())
    second.positions.seeks(topic.bounds())
    second.take(taken)
    first.positions.join(taken)  # read, and not yet stored
    with pytest.raises(Moved):
        first.transact(lambda work: None)
    assert "another process" in first.fence
    second.close()
