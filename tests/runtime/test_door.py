"""The one door: a form is one decision, people work on without the bus, a database that is away loses nothing."""

import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from services.assistance import handlers as a
from services.intake.handlers import FileReport, file_report
from services.referral.handlers import OfCase, start_now
from shared.protocol.case import Case, HandoffState
from shared.protocol.vocabulary import ActionCode, Need
from shared.runtime.applying import read
from shared.runtime.deciding import RuleBroken
from shared.runtime.door import Transactions
from tests.runtime.bus import Topic
from tests.runtime.forge import core, value
from tests.runtime.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, SERVICES, Hand, database, decide, door_at, noted, pull, report, rows, seen, send, settle

HOUR = 3_600_000


@dataclass
class House:
    """Four instances on files, and a log."""

    topic: Topic
    clock: Hand
    files: dict[str, Path]
    doors: dict[str, Transactions]

    def __getitem__(self, me: str) -> Transactions:
        return self.doors[me]

    def again(self, me: str) -> Transactions:
        """Start an instance anew on its file, as after a crash."""
        self.doors[me] = door_at(self.files[me], me, self.clock)
        return self.doors[me]

    def settle(self) -> None:
        settle(self.topic, *self.doors.values())

    def shown(self, me: str, case: str) -> Case:
        return seen(self.doors[me], case) or pytest.fail(f"{me} has no picture")

    def asked(self, me: str, case: str) -> a.OfHandoff:
        """The hand-off that this agency was invited to."""
        found = next(h for h in self.shown(me, case).handoffs.values() if h.to == me.partition(".")[2])
        return a.OfHandoff(case=case, handoff=found.id)


@pytest.fixture
def house(tmp_path: Path, templates: Path) -> Iterator[House]:
    clock = Hand()
    files = {me: database(tmp_path, templates, SERVICES[me.partition(".")[0]], me) for me in (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME)}
    made = House(Topic(), clock, files, {me: door_at(path, me, clock) for me, path in files.items()})
    yield made
    for door in made.doors.values():
        door.close()


# --- forms ---------------------------------------------------------------------------------------------------------------------------


def test_the_same_form_twice_is_one_decision(house: House) -> None:
    assert report(house[INTAKE_ME], "f1") == report(house[INTAKE_ME], "f1")
    assert rows(house[INTAKE_ME], "select count(*) from outbox") == [(1,)]
    assert rows(house[INTAKE_ME], "select count(*) from audit") == [(1,)]


async def test_the_same_form_at_the_same_time_is_one_decision(house: House) -> None:
    command = FileReport(danger=True)
    receipts = await asyncio.gather(*(house[INTAKE_ME].decide(file_report, command, form="f1", officer="o1") for _ in range(8)))
    assert sorted(r.repeated for r in receipts) == [False] + [True] * 7
    assert len({(r.case, r.keys) for r in receipts}) == 1
    assert rows(house[INTAKE_ME], "select count(*) from outbox") == [(1,)]


def test_the_same_form_twice_in_one_transaction_is_one_decision(house: House) -> None:
    def both(work: object) -> list[bool]:
        command = FileReport(danger=True)
        return [house[INTAKE_ME].decide_in(work, file_report, command, form="f1", officer="o1").repeated for _ in range(2)]  # type: ignore[arg-type]

    assert house[INTAKE_ME].transact(both) == [False, True]


def test_a_form_sent_again_after_a_crash_or_after_its_echo_is_the_same_decision(house: House) -> None:
    case = report(house[INTAKE_ME], "f1")
    assert report(house.again(INTAKE_ME), "f1") == case
    house.settle()
    assert report(house.again(INTAKE_ME), "f1") == case
    house.settle()
    assert [t for t, _ in noted(house[LEAD_ME], case)].count("case.reported.v1") == 1


def test_a_form_that_breaks_a_rule_writes_nothing_and_may_be_sent_again(house: House) -> None:
    case = report(house[INTAKE_ME])
    house.settle()
    asked = house.asked(POLICE_ME, case)
    no = a.TakeAction(case=case, handoff=asked.handoff, action=ActionCode.INTERVIEW_HELD)
    with pytest.raises(RuleBroken):
        decide(house[POLICE_ME], a.take_action, no, "f9")
    assert rows(house[POLICE_ME], "select count(*) from audit") == [(0,)]
    decide(house[POLICE_ME], a.accept, asked, "f10")
    assert decide(house[POLICE_ME], a.take_action, no, "f9").repeated is False


# --- without the bus -----------------------------------------------------------------------------------------------------------------


def test_people_work_through_many_steps_while_the_bus_is_away(house: House) -> None:
    case = report(house[INTAKE_ME])
    house.settle()
    asked, police = house.asked(POLICE_ME, case), house[POLICE_ME]
    decide(police, a.acknowledge, asked, "s1")
    decide(police, a.ask_info, asked, "s2")
    decide(police, a.accept, asked, "s3")
    decide(police, a.take_action, a.TakeAction(**asked.model_dump(), action=ActionCode.INTERVIEW_HELD), "s4")
    house.again(POLICE_ME)
    assert house.shown(POLICE_ME, case).handoffs[asked.handoff].state is HandoffState.ACTING
    assert house.shown(LEAD_ME, case).handoffs[asked.handoff].state is HandoffState.REQUESTED
    with pytest.raises(RuleBroken) as broken:
        decide(house[POLICE_ME], a.accept, asked, "s5")
    assert broken.value.code == "already-answered"
    house.settle()
    assert house.shown(LEAD_ME, case) == house.shown(POLICE_ME, case) == house.shown(INTAKE_ME, case)
    mine = [t for (t,) in rows(house[LEAD_ME], f"select type from journal where author = '{POLICE_ME}' order by place")]
    assert mine == ["handoff.acknowledged.v1", "handoff.info-requested.v1", "handoff.accepted.v1", "action.taken.v1"]


def test_who_is_not_in_the_case_decides_nothing_in_it(house: House) -> None:
    case = report(house[INTAKE_ME], needs=("investigation",))
    house.settle()
    asked = house.asked(POLICE_ME, case)
    for command in (asked, a.OfHandoff(case="no such case", handoff="h")):
        with pytest.raises(RuleBroken) as broken:
            decide(house[NGO_ME], a.accept, command.model_copy(update={"case": command.case.replace(" ", "-")}), "f1")
        assert broken.value.code == "no-such-case"
    with pytest.raises(RuleBroken) as broken:
        decide(house[LEAD_ME], start_now, OfCase(case=case), "f2")
    assert broken.value.code.startswith("would-be-")
    assert rows(house[NGO_ME], "select count(*) from outbox") == [(0,)]


# --- the database is away --------------------------------------------------------------------------------------------------------------


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


# --- what is ours to read ----------------------------------------------------------------------------------------------------------------


def test_intake_follows_a_case_whose_opening_and_sequel_come_in_one_poll(house: House) -> None:
    case = report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    settle(house.topic, house[LEAD_ME], house[POLICE_ME], house[NGO_ME])
    assert len(noted(house[LEAD_ME], case)) > 3
    pull(house[INTAKE_ME], house.topic)
    assert house.shown(INTAKE_ME, case) == house.shown(LEAD_ME, case)


def test_clocks_fire_once_whatever_the_hand_off_is_called(house: House) -> None:
    case = report(house[INTAKE_ME], needs=())
    twin = report(house[INTAKE_ME], "f2", needs=())
    house.settle()
    for n, (of, need) in enumerate(((case, Need.HEALTH), (twin, Need.HEALTH))):
        facts = {"handoff": "the-same", "to": "rs-lead", "need": need, "kind": "referral", "answer_by": house.clock.at, "lapse_at": house.clock.at}
        asking = core(of, "handoff.requested.v1", facts, "assistance.rs-insp", roster=1, cause=f"form:{n}")
        house.topic.land(of.encode(), value(asking))
    house.settle()
    house.clock.at += 1000 * HOUR
    for _ in range(3):
        house[LEAD_ME].idle(clocks=True)
        house.settle()
    for of in (case, twin):
        late = [t for t, v in noted(house[LEAD_ME], of) if t == "handoff.expired.v1" and v == "counted"]
        assert late, "a clock of another case kept this one from firing"
        assert house.shown(LEAD_ME, of).handoffs["the-same"].state is HandoffState.EXPIRED
