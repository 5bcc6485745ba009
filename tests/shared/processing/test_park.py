"""What this instance fails to apply waits, its case with it; other cases go on, and a retry drains in order."""

import sqlite3
from typing import Any

import pytest

from services.assistance.handlers import handoffs as a
from services.referral.handlers.status import DecideStatus, decide_status
from shared.decisions.errors import RuleBroken
from shared.processing.park import apply_careful, take_careful
from shared.processing.retry import ask_retry
from shared.protocol.versions import NEWEST
from shared.protocol.vocabulary import Stage
from shared.records.codec import MISSED
from shared.records.reader import Taken, read
from tests.shared.bus import Topic
from tests.shared.forge import core, value
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, decide, noted, pull, report, rows, seen, send, settle, sure
from tests.shared.trios import Trio, asked, more, parked, two_cases


def test_only_the_record_that_fails_is_parked_and_its_case_waits_behind_it(trio: Trio) -> None:
    ill, well = two_cases(trio)
    found = parked(trio.police)
    assert {case for case, _, _ in found} == {ill}
    assert len(found) >= 2
    assert "ZeroDivisionError" in found[0][2]
    assert (found[0][1], {code for _, code, _ in found[1:]}) == ("could-not-apply", {"waits-behind"})
    assert "must not be told" not in str(found)
    assert asked(trio, well) in sure(trio.police, well).handoffs


def test_a_retry_drains_in_the_order_of_the_log_and_nothing_is_missing(trio: Trio) -> None:
    ill, _ = two_cases(trio)
    trio.retry()
    assert parked(trio.police), "the cause is not mended"
    trio.ill.types = set()
    trio.retry()
    assert parked(trio.police) == []
    assert seen(trio.police, ill) == seen(trio.lead, ill)
    places = [place for (place,) in rows(trio.police, f"select place from journal where \"case\" = '{ill}' order by seq")]
    assert places == sorted(places)
    trio.settle()


def test_records_that_come_after_the_parked_ones_wait_too_and_after_a_restart(trio: Trio) -> None:
    ill, _ = two_cases(trio)
    before = len(parked(trio.police))
    trio.police.close()
    trio.police = trio.again()
    assert ill in trio.police.parked
    more(trio, ill)
    pull(trio.police, trio.topic)
    assert len(parked(trio.police)) == before + 1
    trio.ill.types = set()
    trio.retry()
    assert seen(trio.police, ill) == seen(trio.lead, ill)


def test_a_record_that_fails_in_the_poll_that_drains_its_case_is_parked_again(trio: Trio) -> None:
    """And what follows it in the same poll must not be applied before it."""
    ill, _ = two_cases(trio)
    decide(trio.lead, decide_status, DecideStatus(case=ill, stage=Stage.REASONABLE_GROUNDS, positive=True), "status")
    more(trio, ill)
    trio.police.transact(lambda work: ask_retry(work.session))
    trio.ill.types = {"status.decided.v1"}
    pull(trio.police, trio.topic)
    assert ill in trio.police.parked
    assert [code for _, code, _ in parked(trio.police)] == ["could-not-apply", "waits-behind"]
    trio.ill.types = set()
    trio.retry()
    assert parked(trio.police) == []
    assert seen(trio.police, ill) == seen(trio.lead, ill)


def test_behind_a_fence_nothing_is_drained(trio: Trio) -> None:
    two_cases(trio)
    before = parked(trio.police)
    trio.ill.types = set()
    trio.police.fence_off("another log")
    trio.retry()
    assert parked(trio.police) == before


def test_while_a_case_is_parked_nobody_decides_in_it_and_nothing_of_it_is_sent(trio: Trio) -> None:
    case = report(trio.intake)
    trio.settle()
    handoff = a.OfHandoff(case=case, handoff=asked(trio, case))
    decide(trio.police, a.acknowledge, handoff, "seen")
    trio.ill.types, trio.ill.cases = {"status.decided.v1", "handoff.requested.v1"}, {case}
    more(trio, case)
    pull(trio.police, trio.topic)
    assert send(trio.police, trio.topic) == []
    with pytest.raises(RuleBroken) as broken:
        decide(trio.police, a.accept, handoff, "yes")
    assert broken.value.code == "case-parked"
    trio.ill.types = set()
    trio.retry()
    decide(trio.police, a.accept, handoff, "yes")
    trio.settle()
    assert sure(trio.lead, case).handoffs[handoff.handoff].state == "accepted"


def test_a_case_of_a_newer_protocol_is_held_whole_with_its_reason(trio: Trio) -> None:
    facts = {"protocol": NEWEST + 1, "unheard": "of"}
    opening = core("new", "case.reported.v1", facts, "intake.rs-insp", roster=0)
    later = core("new", "handoff.accepted.v1", {"handoff": "h0"})
    for said in (opening, later):
        trio.topic.land(b"new", value(said))
    pull(trio.police, trio.topic)
    assert [code for _, code, _ in parked(trio.police)] == ["newer-protocol", "waits-behind"]


@pytest.mark.parametrize("protocol", [NEWEST + 1, "3", None, True, 3.5, [3]])
def test_nobody_can_hold_a_running_case_by_opening_it_once_more(trio: Trio, protocol: Any) -> None:
    case = report(trio.intake)
    trio.settle()
    trio.topic.land(case.encode(), value(core(case, "case.reported.v1", {"protocol": protocol}, roster=1)))
    for instance in (trio.lead, trio.police, trio.intake):
        pull(instance, trio.topic)
        assert parked(instance) == []
    assert noted(trio.lead, case)[-1] in [("case.reported.v1", v) for v in ("refused", "stale")]


def test_the_log_is_read_in_one_transaction_even_if_the_first_try_fails(trio: Trio) -> None:
    case = report(trio.intake)
    settle(trio.topic, trio.intake, trio.lead)
    trio.ill.types, trio.ill.cases = {"roster.set.v1"}, {case}
    assert trio.police.take(read(trio.topic.all()))
    ends = {0: len(trio.topic.logs[0])}
    assert dict(rows(trio.police, "select partition, next from position")) == ends


def test_what_a_service_cannot_take_is_journalled_once_however_often_it_is_read(trio: Trio) -> None:
    def cannot(_work: Any, _records: Any) -> None:
        raise ZeroDivisionError

    record = Topic().land(b"somebody", b"no fact", partition=0)
    for _ in range(2):
        trio.police.transact(lambda work: take_careful(work, [record], cannot))
    assert rows(trio.police, "select verdict from journal where \"case\" = ''") == [("unreadable",)]


@pytest.mark.parametrize("me", [INTAKE_ME, LEAD_ME])
def test_a_case_whose_stored_picture_is_damaged_waits_alone(house: House, me: str) -> None:
    """An intake asks the picture whether a record is its own: that question held up all that it reads."""
    ill, well = (report(house[INTAKE_ME], form) for form in ("f1", "f2"))
    house.settle()
    with sqlite3.connect(house.files[me]) as raw:
        raw.execute("update picture set view = '{' where \"case\" = ?", (ill,))
    one = house.again(me)
    for case in (ill, well):
        house.topic.land(case.encode(), value(core(case, "case.closed.v1", {"reason": "other"})))
    assert one.take(read(house.topic.all()))
    assert [(case, cause) for case, cause, _ in parked(one)] == [(ill, "could-not-apply")]
    assert noted(one, well)[-1][0] == "case.closed.v1"


def test_what_no_key_opened_of_a_case_whose_stored_picture_is_damaged_holds_nothing(house: House) -> None:
    ill = report(house[INTAKE_ME])
    house.settle()
    with sqlite3.connect(house.files[LEAD_ME]) as raw:
        raw.execute("update picture set view = '{'")
    house.topic.land(ill.encode(), value(core(ill, "case.closed.v1", {"reason": "other"})))
    last = house.topic.all()[-1]
    lead = house.again(LEAD_ME)
    lead.transact(lambda work: apply_careful(work, [Taken(last, MISSED)], lead.service))
    assert parked(lead) == []
    assert rows(lead, "select verdict from journal order by seq")[-1] == ("unreadable",)
