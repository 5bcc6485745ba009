"""What is done between polls."""

from dataclasses import replace
from math import inf
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError

from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.housekeeping import AGAIN, depart
from shared.processing.instance import Instance
from shared.processing.retry import ask_retry
from shared.protocol.case import Case
from shared.protocol.facts import Event
from tests.shared.away import AwayAfter
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, noted, pull, report, rows, send

LATER = 60 * 24 * 3600 * 1000


def test_a_case_whose_clock_cannot_fire_now_keeps_no_other_waiting(house: House) -> None:
    first, second = sorted(report(house[INTAKE_ME], f"f{n}") for n in range(2))
    house.settle()
    lead = house[LEAD_ME]
    lead.due_at_once, lead.parked = 1, {first}
    house.clock.at += LATER
    for _ in range(3):
        lead.idle(clocks=True)
    assert _fired(lead) == {second}


def _fired(lead: Instance) -> set[str]:
    return {
        case for (case,) in rows(lead, "select \"case\" from outbox where type like 'handoff.overdue%' or type like 'handoff.expired%'")
    }


def test_a_departure_that_the_database_could_not_take_is_tried_again(house: House) -> None:
    lead, settled = house[LEAD_ME], list[int]()
    service = replace(lead.service, departures=lambda _work: not settled.append(1))
    with pytest.raises(OperationalError):
        depart(lead, service, AwayAfter(lead, 0))
    assert 0 < lead.departures_due - monotonic() <= AGAIN
    lead.departures_at(0)
    depart(lead, service, lead.transact)
    assert (settled, lead.departures_due) == ([1], inf)


def test_a_case_whose_clock_raises_and_a_step_that_fails_keep_nothing_else_waiting(house: House) -> None:
    first, second = sorted(report(house[INTAKE_ME], f"f{n}") for n in range(2))
    house.settle()
    lead = house[LEAD_ME]

    def waits(_work: UnitOfWork, case: Case, _event: Event) -> bool:
        if case.id == first:
            raise ValueError
        return False

    def departures(_work: UnitOfWork) -> bool:
        raise ValueError

    lead.service = replace(lead.service, waits=waits, departures=departures)
    house.clock.at += LATER
    with pytest.raises(ValueError, match="^$"):
        lead.idle(clocks=True)
    assert _fired(lead) == {second}


def test_a_parked_record_of_which_the_database_takes_no_retry_keeps_nothing_else_waiting(house: House) -> None:
    """Neither deadlines, nor other parked records, nor what is read."""
    cases = {report(house[INTAKE_ME], f"f{n}") for n in range(2)}
    house.settle()
    lead = house[LEAD_ME]

    def fails(_work: object, _change: object) -> None:
        raise ArithmeticError

    well, lead.service = lead.service, replace(lead.service, project=fails)
    stays, goes = report(house[INTAKE_ME], "f2"), report(house[INTAKE_ME], "f3")
    house.settle()
    assert lead.parked == {stays, goes}
    lead.service = well
    with lead.engine.begin() as connection:
        connection.exec_driver_sql(
            f"create trigger stays before delete on parked when old.\"case\" = '{stays}' begin select raise(abort, 'it stays'); end"
        )
    lead.transact(lambda work: ask_retry(work.session))
    house.clock.at += LATER
    with pytest.raises(IntegrityError, match="it stays"):
        lead.idle(clocks=True)
    assert _fired(lead) == cases
    assert lead.parked == {stays}
    new = report(house[INTAKE_ME], "f4")
    send(house[INTAKE_ME], house.topic)
    pull(lead, house.topic)
    assert noted(lead, new)[0] == ("case.reported.v1", "counted")


def test_a_look_at_nothing_to_do_asks_the_database_three_times(house: House) -> None:
    """What was asked, what is due, whether statistics are wanted: each instance looks twice a second, for as long as it runs."""
    lead, said = house[LEAD_ME], list[str]()
    report(house[INTAKE_ME])
    house.settle()
    lead.idle(clocks=True)

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(lead.engine, "before_cursor_execute", note)
    lead.idle(clocks=True)
    event.remove(lead.engine, "before_cursor_execute", note)
    assert 0 < len([one for one in said if one.startswith("SELECT")]) <= 3, said
