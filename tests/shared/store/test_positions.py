"""Where an instance stands: joining on, gaps, another log, retention, two processes on one database."""

from pathlib import Path

import pytest

from shared.records.reader import read
from shared.records.record import digest
from shared.store.positions import AnotherLog, At, Positions
from tests.shared.bus import START, SimulatedRecord, Topic
from tests.shared.land import INTAKE_ME, LEAD_ME, SERVICES, Hand, database, instance_at, noted, pull, report, rows, send, settle


def line(*offsets: int, text: str = "x") -> list[SimulatedRecord]:
    return [SimulatedRecord(0, n, START, b"k", f"{text}{n}".encode()) for n in offsets]


def at(next: int, before: SimulatedRecord | None = None) -> Positions:
    positions = Positions("t")
    positions.now[0] = At(next, digest(before) if before else "")
    return positions


def test_a_poll_must_begin_at_the_position_or_contain_the_record_before_it() -> None:
    three = line(0, 1, 2, 3)
    assert at(2, three[1]).fresh(0, three) == three[2:]
    assert at(2, three[1]).fresh(0, three[1:]) == three[2:]
    assert at(2, three[1]).fresh(0, three[2:]) is None, "nothing yet proves that this is the log"
    assert at(2, three[1]).fresh(0, three[3:]) is None, "a gap"


def test_once_joined_the_next_record_is_enough_and_a_gap_is_not() -> None:
    four = line(0, 1, 2, 3, 4)
    positions = at(2, four[1])
    assert positions.fresh(0, four[1:2]) == []
    assert positions.fresh(0, four[2:3]) == four[2:3]
    positions.now[0] = At(3, digest(four[2]))
    assert positions.fresh(0, four[4:]) is None
    assert positions.fresh(0, four[3:]) is None, "after a gap it must be proved again"


def test_what_lies_before_the_record_we_know_is_passed_over_and_proves_nothing() -> None:
    """Of instances that share a poll one stands further back than another, by more than comes at once."""
    six = line(*range(6))
    positions = at(4, six[3])
    assert positions.fresh(0, six[:2]) == []
    assert positions.fresh(0, six[4:]) is None, "nothing yet proves that this is the log"
    assert positions.fresh(0, six[:2]) == []
    assert positions.fresh(0, six[2:]) == six[4:]


def test_another_record_before_the_position_is_another_log() -> None:
    with pytest.raises(AnotherLog):
        at(2, line(1)[0]).fresh(0, line(0, 1, 2, text="y"))


def test_a_log_that_ends_before_the_position_is_another_log_and_so_is_one_that_begins_after_it() -> None:
    for bounds in ((0, 1), (3, 9)):
        with pytest.raises(AnotherLog):
            at(2, line(1)[0]).seeks({0: bounds})


def test_a_quiet_partition_whose_old_records_are_gone_is_not_another_log() -> None:
    positions = at(2, line(1)[0])
    assert positions.seeks({0: (2, 2)}) == {0: 2}
    assert positions.fresh(0, line(2, 3)) == line(2, 3)


def test_of_an_unknown_partition_only_what_begins_at_its_beginning_joins_on() -> None:
    positions = Positions("t")
    assert positions.fresh(0, line(500)) is None, "a group's committed offset is nobody's position"
    assert positions.seeks({0: (3, 600)}) == {0: 3}
    assert positions.fresh(0, line(500)) is None
    assert positions.fresh(0, line(3, 4)) == line(3, 4)


def test_of_a_partition_whose_records_are_all_gone_nothing_is_left_to_read() -> None:
    positions = Positions("t")
    positions.seeks({0: (600, 600), 1: (0, 4)})
    assert (positions.next(0), positions.next(1)) == (600, 0)
    assert positions.fresh(0, line(600)) == line(600)


def test_a_poll_that_does_not_join_applies_nothing(tmp_path: Path, templates: Path) -> None:
    clock, topic = Hand(), Topic()
    intake = instance_at(database(tmp_path, templates, SERVICES["intake"], "i"), INTAKE_ME, clock)
    lead = instance_at(database(tmp_path, templates, SERVICES["referral"], "l"), LEAD_ME, clock)
    case = report(intake, "f1")
    settle(topic, intake, lead)
    before = noted(lead, case)
    report(intake, "f2")
    report(intake, "f3")
    send(intake, topic)
    last = topic.all()[-1:]
    assert lead.take(read(last)) is False
    assert noted(lead, case) == before
    assert pull(lead, topic)
    assert rows(lead, "select count(*) from picture") == [(3,)]


def test_another_log_fences_the_instance_and_the_fence_outlives_a_restart(tmp_path: Path, templates: Path) -> None:
    clock, topic, path = Hand(), Topic(), database(tmp_path, templates, SERVICES["intake"], "i")
    intake = instance_at(path, INTAKE_ME, clock)
    report(intake, "f1")
    settle(topic, intake)
    other = Topic()
    for record in topic.all():
        other.land(record.key or b"", record.value, record.timestamp + 1)
    before = rows(intake, "select * from journal")
    assert intake.take(read(other.all())) is True
    assert intake.fence
    intake.close()
    again = instance_at(path, INTAKE_ME, clock)
    assert again.fence
    again.idle(clocks=True)
    assert rows(again, "select * from journal") == before


def test_two_processes_on_one_database_double_nothing(tmp_path: Path, templates: Path) -> None:
    clock, topic, path = Hand(), Topic(), database(tmp_path, templates, SERVICES["referral"], "l")
    intake = instance_at(database(tmp_path, templates, SERVICES["intake"], "i"), INTAKE_ME, clock)
    one, two = instance_at(path, LEAD_ME, clock), instance_at(path, LEAD_ME, clock)
    case = report(intake)
    send(intake, topic)
    assert pull(one, topic)
    pull(two, topic)
    assert "another process" in two.fence
    assert one.fence == ""
    assert [type for type, _ in noted(one, case)] == ["case.reported.v1"]
    assert rows(one, "select key, count(*) from outbox group by key having count(*) > 1") == []
    settle(topic, one)
    two.take(read(topic.all()))
    assert rows(one, "select event, count(*) from journal group by event having count(*) > 1") == []
