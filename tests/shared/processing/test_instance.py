"""One instance: a form is one decision, people work on without the bus, a database that is away loses nothing."""

import asyncio

import pytest

from services.assistance.handlers import handoffs as a
from services.intake.handlers.reports import FileReport, file_report
from services.referral.handlers.cases import OfCase, start_now
from shared.decisions.errors import RuleBroken
from shared.protocol.case import HandoffState
from shared.protocol.versions import NEWEST
from shared.protocol.vocabulary import ActionCode, Ground, Need
from tests.shared.forge import core, value
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, decide, noted, pull, report, rows, send, settle

HOUR = 3_600_000


# --- forms ---------------------------------------------------------------------------------------------------------------------------


def test_the_same_form_twice_is_one_decision(house: House) -> None:
    assert report(house[INTAKE_ME], "f1") == report(house[INTAKE_ME], "f1")
    assert rows(house[INTAKE_ME], "select count(*) from outbox") == [(1,)]
    assert rows(house[INTAKE_ME], "select count(*) from audit where rows = ''") == [(1,)]


async def test_the_same_form_at_the_same_time_is_one_decision(house: House) -> None:
    command = FileReport(danger=True, ground=Ground.LIFE)
    receipts = await asyncio.gather(*(house[INTAKE_ME].decide(file_report, command, form="f1", officer="o1") for _ in range(8)))
    assert sorted(r.repeated for r in receipts) == [False] + [True] * 7
    assert len({(r.case, r.keys) for r in receipts}) == 1
    assert rows(house[INTAKE_ME], "select count(*) from outbox") == [(1,)]


def test_the_same_form_twice_in_one_transaction_is_one_decision(house: House) -> None:
    def both(work: object) -> list[bool]:
        command = FileReport(danger=True, ground=Ground.LIFE)
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
    assert rows(house[POLICE_ME], "select count(*) from audit where rows = ''") == [(0,)]
    decide(house[POLICE_ME], a.accept, asked, "f10")
    assert decide(house[POLICE_ME], a.take_action, no, "f9").repeated is False


# --- without the bus -----------------------------------------------------------------------------------------------------------------


def test_people_work_through_many_steps_while_the_bus_is_away(house: House) -> None:
    case = report(house[INTAKE_ME])
    house.settle()
    asked, police = house.asked(POLICE_ME, case), house[POLICE_ME]
    decide(police, a.acknowledge, asked, "s1")
    decide(police, a.ask_info, a.AskInfo(**asked.model_dump(), words="Invented?"), "s2")
    decide(police, a.accept, asked, "s3")
    decide(police, a.take_action, a.TakeAction(**asked.model_dump(), action=ActionCode.INTERVIEW_HELD), "s4")
    house.again(POLICE_ME)
    assert house.shown(POLICE_ME, case).handoffs[asked.handoff].state is HandoffState.ACTING
    assert house.shown(LEAD_ME, case).handoffs[asked.handoff].state is HandoffState.REQUESTED
    with pytest.raises(RuleBroken) as broken:
        decide(house[POLICE_ME], a.accept, asked, "s5")
    assert broken.value.code == "handoff-held"
    house.settle()
    assert house.shown(LEAD_ME, case) == house.shown(POLICE_ME, case) == house.shown(INTAKE_ME, case)
    mine = [t for (t,) in rows(house[LEAD_ME], f"select type from journal where author = '{POLICE_ME}' order by place")]
    assert mine == ["handoff.acknowledged.v1", "handoff.info-requested.v1", "message.sent.v1", "handoff.accepted.v1", "action.taken.v1"]


def test_who_is_not_in_the_case_decides_nothing_in_it(house: House) -> None:
    case = report(house[INTAKE_ME], needs=("investigation",))
    house.settle()
    asked = house.asked(POLICE_ME, case)
    for command in (asked, a.OfHandoff(case="no-such-case", handoff="h")):
        with pytest.raises(RuleBroken) as broken:
            decide(house[NGO_ME], a.accept, command, "f1")
        assert broken.value.code == "no-such-case"
    with pytest.raises(RuleBroken) as broken:
        decide(house[LEAD_ME], start_now, OfCase(case=case), "f2")
    assert broken.value.code == "too-few-agencies"
    assert rows(house[NGO_ME], "select count(*) from outbox") == [(0,)]


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
        facts = {
            "handoff": "the-same",
            "to": "rs-lead",
            "need": need,
            "kind": "referral",
            "answer_by": house.clock.at,
            "lapse_at": house.clock.at,
        }
        asking = core(of, "handoff.requested.v1", facts, "assistance.rs-insp", roster=1, cause=f"form:{n}", v=NEWEST)
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
