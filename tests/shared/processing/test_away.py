"""A database that is locked, full or not to be read: nobody's fault, nothing lost, nothing parked, later again."""

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from shared.records.reader import read
from tests.shared.forge import core, value
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, noted, report, rows, send


def test_a_database_that_cannot_write_now_loses_nothing_and_parks_nothing(house: House) -> None:
    case = report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    lead, taken = house[LEAD_ME], read(house.topic.all())
    with lead.engine.connect() as connection:
        connection.exec_driver_sql("pragma busy_timeout=20")
    other = sqlite3.connect(house.files[LEAD_ME], isolation_level=None)
    other.execute("begin immediate")
    for _ in range(2):
        with pytest.raises(OperationalError):
            lead.take(taken)
    assert lead.positions.next(0) == 0
    other.execute("rollback")
    other.close()
    assert lead.take(taken)
    assert noted(lead, case) == [("case.reported.v1", "counted")]
    assert lead.parked == set()


def test_a_full_disk_loses_nothing_and_parks_nothing(house: House) -> None:
    cases = [report(house[INTAKE_ME], f"f{n}") for n in range(40)]
    send(house[INTAKE_ME], house.topic)
    lead, taken = house[LEAD_ME], read(house.topic.all())
    with lead.engine.connect() as connection:
        pages = connection.exec_driver_sql("pragma page_count").scalar_one()
        connection.exec_driver_sql(f"pragma max_page_count={pages}")
    with pytest.raises(OperationalError):
        lead.take(taken)
    assert rows(lead, "select (select count(*) from journal), (select count(*) from outbox), (select count(*) from parked)") == [(0, 0, 0)]
    with lead.engine.connect() as connection:
        connection.exec_driver_sql("pragma max_page_count=1000000")
    assert lead.take(taken)
    assert {case for (case,) in rows(lead, 'select "case" from picture')} == set(cases)


def test_an_intake_that_cannot_read_its_database_now_reads_the_poll_again(house: House) -> None:
    case = report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    intake = house.again(INTAKE_ME)
    other = core("another", "case.closed.v1", {"reason": "other"})
    house.topic.land(b"another", value(other))
    taken = read(house.topic.all())[::-1]
    taken.sort(key=lambda t: t.record.offset)
    with sqlite3.connect(house.files[INTAKE_ME]) as raw:
        raw.execute("alter table picture rename to gone")
    with pytest.raises(OperationalError):
        intake.take(taken)
    with sqlite3.connect(house.files[INTAKE_ME]) as raw:
        raw.execute("alter table gone rename to picture")
    assert intake.take(taken)
    assert noted(intake, case) == [("case.reported.v1", "counted")]
