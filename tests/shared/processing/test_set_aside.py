"""Setting a record aside: the last resort, by a named officer with a reason, on the record; and the case is marked from then on."""

from pathlib import Path
from typing import Any

import pytest

from deploy.verify.command import verify
from services.assistance.handlers import handoffs as a
from services.referral.handlers.status import DecideStatus, decide_status
from shared.decisions.errors import RuleBroken
from shared.processing.instance import Instance
from shared.processing.set_aside import ask_aside, lacking, lacks
from shared.protocol.versions import NEWEST
from shared.protocol.vocabulary import Need, Stage
from shared.records.codec import from_json
from shared.store.tables import Journal
from shared.web.text.messages import REASONS
from tests.shared.forge import core, value
from tests.shared.land import decide, invite, noted, pull, report, rows, seen, send, settle, sure
from tests.shared.processing.test_hostile import chained
from tests.shared.trios import Trio, asked, more, parked

WHY = "The vendor cannot mend it before the hearing."


def held(trio: Trio, type: str = "status.decided.v1") -> str:
    """A running case in which the police cannot apply the decision on status; another record waits behind it."""
    case = report(trio.intake)
    trio.settle()
    decide(trio.lead, decide_status, DecideStatus(case=case, stage=Stage.REASONABLE_GROUNDS, positive=True), "status")
    more(trio, case)
    trio.ill.types, trio.ill.cases = {type}, {case}
    pull(trio.police, trio.topic)
    assert [code for _, code, _ in parked(trio.police)][0] == "could-not-apply"
    return case


def places(instance: Instance) -> list[tuple[int, int]]:
    return [(p, at) for p, at in rows(instance, "select partition, place from parked order by place")]


def ask(instance: Instance, nth: int = 0, by: str = "o1", reason: str = WHY) -> None:
    partition, place = places(instance)[nth]
    instance.transact(lambda work: ask_aside(work.session, partition, place, by=by, reason=reason, at=instance.clock.now()[0]))


def ask_and_act(instance: Instance) -> None:
    ask(instance)
    instance.idle(clocks=False)


def test_the_instance_goes_on_without_the_record_and_all_of_it_is_on_the_record(trio: Trio) -> None:
    case = held(trio)
    ask(trio.police)
    assert len(parked(trio.police)) >= 2, "who asks only sets a flag"
    trio.police.idle(clocks=False)
    assert (parked(trio.police), trio.police.parked) == ([], set())
    assert noted(trio.police, case)[-2:] == [("status.decided.v1", "set aside"), ("handoff.requested.v1", "counted")]
    body, differs = rows(trio.police, "select body, differs from journal where verdict = 'set aside'")[0]
    assert differs
    assert from_json(body)["aside"] == {"by": "o1", "reason": WHY, "at": trio.police.clock.now()[0]}
    lines = rows(trio.police, 'select at, officer, act, "case", key, digest from audit order by seq')
    assert chained(lines)
    said = [line for line in lines if not line[2].startswith("rows")]
    assert (said[-1][1], said[-1][2].partition(":")[0], said[-1][3]) == ("o1", "set_aside", case)
    assert WHY not in str(lines), "the chain proves the reason and holds no free text that could not be erased"


def test_its_picture_lacks_the_record_and_everybody_who_looks_is_told(trio: Trio, tmp_path: Path) -> None:
    case = held(trio)
    ask_and_act(trio.police)
    trio.settle()
    assert sure(trio.police, case).statuses == {}
    assert sure(trio.lead, case).statuses != {}
    (one,) = trio.police.transact(lambda work: lacks(work.session, case))
    assert (one.by, one.reason, one.type) == ("o1", WHY, "status.decided.v1")
    found = verify(tmp_path)
    assert len(found.aside) == 1
    assert found.aside[0].startswith("assistance.rs-pol has set referral.rs-lead's status.decided.v1")
    assert any("assistance.rs-pol and referral.rs-lead differ" in line for line in found.differing)
    assert not found.ok


def test_work_goes_on_in_a_case_with_a_record_set_aside(trio: Trio) -> None:
    case = held(trio)
    handoff = a.OfHandoff(case=case, handoff=asked(trio, case))
    with pytest.raises(RuleBroken, match="case-parked"):
        decide(trio.police, a.accept, handoff, "yes")
    ask_and_act(trio.police)
    decide(trio.police, a.accept, handoff, "yes")
    trio.settle()
    assert sure(trio.lead, case).handoffs[handoff.handoff].state == "accepted"


def test_what_was_mended_meanwhile_is_applied_and_not_set_aside(trio: Trio) -> None:
    case = held(trio)
    ask(trio.police)
    trio.ill.types = set()
    trio.police.idle(clocks=False)
    assert seen(trio.police, case) == seen(trio.lead, case)
    assert rows(trio.police, "select * from audit where act like 'set_aside%'") == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"nth": 1}, "only-waits-behind"), ({"reason": " \n "}, "reason-needed"), ({"reason": "x" * 501}, "reason-needed"),
        ({"by": " "}, "officer-needed"),
    ],
)  # fmt: skip
def test_it_takes_the_first_record_an_officer_and_a_reason(trio: Trio, asked: dict[str, Any], code: str) -> None:
    held(trio)
    before = rows(trio.police, "select * from parked")
    with pytest.raises(RuleBroken) as broken:
        ask(trio.police, **asked)
    assert broken.value.code == code
    assert code in REASONS
    assert rows(trio.police, "select * from parked") == before


def test_a_record_that_is_not_parked_cannot_be_set_aside(trio: Trio) -> None:
    held(trio)
    with pytest.raises(RuleBroken, match="not-parked"):
        trio.police.transact(lambda work: ask_aside(work.session, 3, 999, by="o1", reason=WHY, at=1))


def test_a_record_that_says_who_is_in_the_case_is_never_set_aside(trio: Trio) -> None:
    """Not by asking, and not by somebody who writes the flag into the database: withdrawals must reach whoever sends."""
    case = report(trio.intake)
    trio.settle()
    invite(trio.lead, case, "rs-soc", Need.SOCIAL_CARE, "one more")
    trio.ill.types, trio.ill.cases = {"roster.set.v1"}, {case}
    settle(trio.topic, trio.intake, trio.lead)
    pull(trio.police, trio.topic)
    before = parked(trio.police)
    with pytest.raises(RuleBroken, match="says-who-is-in"):
        ask(trio.police)
    flag = "update parked set aside = 1, asked_by = 'o1', asked_reason = 'r', type = 'case.closed.v1'"
    trio.police.transact(lambda work: work.session.connection().exec_driver_sql(flag))
    trio.police.idle(clocks=False)
    assert parked(trio.police) == before
    assert rows(trio.police, "select count(*) from journal where verdict = 'set aside'") == [(0,)]
    assert rows(trio.police, "select distinct aside from parked") == [(0,)], "the flag is gone, so that it is not tried for ever"


def test_an_own_decision_that_is_set_aside_never_goes_again(trio: Trio) -> None:
    case = report(trio.intake)
    trio.settle()
    trio.ill.types, trio.ill.cases = {"handoff.accepted.v1"}, {case}
    decide(trio.police, a.accept, a.OfHandoff(case=case, handoff=asked(trio, case)), "yes")
    trio.settle_others()
    pull(trio.police, trio.topic)
    assert len(parked(trio.police)) == 1
    ask_and_act(trio.police)
    assert send(trio.police, trio.topic) == []
    assert len(trio.police.outgoing) == 0
    assert rows(trio.police, "select state, verdict from outbox where type = 'handoff.accepted.v1'") == [("done", "set aside")]
    trio.police.close()
    trio.police = trio.again()
    assert send(trio.police, trio.topic) == []
    assert sure(trio.lead, case).handoffs[asked(trio, case)].state == "accepted"


def test_behind_a_fence_nothing_is_set_aside(trio: Trio) -> None:
    held(trio)
    before = parked(trio.police)
    ask(trio.police)
    trio.police.fence_off("another log")
    trio.police.idle(clocks=False)
    assert parked(trio.police) == before


def test_what_fails_behind_it_holds_the_case_again_and_the_officer_was_not_asked_about_that(trio: Trio) -> None:
    held(trio)
    trio.ill.types = {"status.decided.v1", "handoff.requested.v1"}
    ask_and_act(trio.police)
    (_, code, what), *_ = parked(trio.police)
    assert (code, what.partition(",")[0]) == ("could-not-apply", "ZeroDivisionError")
    assert rows(trio.police, "select count(*) from journal where verdict = 'set aside'") == [(1,)]
    trio.police.idle(clocks=False)
    assert rows(trio.police, "select count(*) from journal where verdict = 'set aside'") == [(1,)]


def test_a_junk_opening_of_a_newer_protocol_can_be_set_aside_and_leaves_no_case(trio: Trio) -> None:
    opening = core("new", "case.reported.v1", {"protocol": NEWEST + 1}, "intake.rs-insp", roster=0)
    trio.topic.land(b"new", value(opening))
    pull(trio.police, trio.topic)
    ask_and_act(trio.police)
    assert parked(trio.police) == []
    assert seen(trio.police, "new") is None


def test_a_case_that_was_joined_again_by_a_checkpoint_lacks_nothing() -> None:
    def row(verdict: str) -> Journal:
        body = '{"D0":{},"aside":{"by":"o1","reason":"r","at":1}}'
        return Journal(
            event=verdict, key="", case="c", partition=0, place=0, type="t", author="a.b", cause="", roster=1, at=1, logged_at=1,
            applied_at=1, verdict=verdict, body=body,
        )  # fmt: skip

    assert len(lacking([row("counted"), row("set aside"), row("counted")])) == 1
    assert lacking([row("set aside"), row("in checkpoint"), row("counted")]) == []
    assert len(lacking([row("in checkpoint"), row("set aside")])) == 1
