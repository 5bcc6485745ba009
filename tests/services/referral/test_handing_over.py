"""The lead hands a case over: its own desk says so, whatever crosses that, dies in between, or comes back from a backup.

Source: docs/domain.md, sections 3.2 and 3.3.
"""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from deploy.proving.simulation.land import OTHER_LEAD
from services.assistance.handlers.handoffs import RequestHandoff, request_handoff
from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, OfCase, RecordConsent, Withdraw, record_consent, withdraw
from services.referral.handlers.lead import AskToLead, DeclineLead, OfTransfer, ask_to_lead, decline_lead, hand_over_lead, take_lead
from services.referral.handlers.status import DecideStatus, decide_status
from services.referral.models import DangerReview
from shared.privacy import legal_bases
from shared.privacy.consent import LegalBasis
from shared.privacy.statistics import stated_key
from shared.processing import log_switch
from shared.processing.instance import Instance
from shared.protocol.case import HandoffState
from shared.protocol.vocabulary import Basis, DataClass, DeclineCode, Need, Stage
from shared.store import at_rest
from shared.store.instance_tables import LogRequestKind
from shared.store.own_tables import ConflictCheck
from tests.services.referral.two_desks import CLINIC, EVERYBODY, Desks, asked, broken, desks, led_by, transfer
from tests.shared.bus import Topic
from tests.shared.casework.test_person_file import NAME, PHONE, on_file, say
from tests.shared.land import (
    INTAKE_ME,
    LEAD_ME,
    POLICE_ME,
    decide,
    invite,
    noted,
    pull,
    report,
    rows,
    send,
    settle,
    sure,
)

__all__ = ["desks"]


def test_the_yes_makes_the_old_desk_hand_the_case_over_with_what_is_on_file(desks: Desks) -> None:
    case, command = asked(desks)
    say(desks[INTAKE_ME], case, NAME, PHONE)
    desks.settle()
    assert on_file(desks[OTHER_LEAD], case).keys() == set(), "who is asked to lead has codes, and no name"
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    desks.settle()
    assert led_by(desks, case) == {"rs-west"}
    assert len({sure(desks[me], case).model_dump_json() for me in EVERYBODY}) == 1
    theirs, ours = on_file(desks[OTHER_LEAD], case), on_file(desks[LEAD_ME], case)
    assert theirs.keys() == ours.keys() == {"given_names", "phone"}
    for name, one in theirs.items():
        assert [(x.id, x.by, x.said_at) for x in one.present] == [(x.id, x.by, x.said_at) for x in ours[name].present]
    decide(desks[OTHER_LEAD], decide_status, DecideStatus(case=case, stage=Stage.REASONABLE_GROUNDS, positive=True), "status")
    desks.settle()
    assert Stage.REASONABLE_GROUNDS in sure(desks[POLICE_ME], case).statuses


def test_a_page_that_was_open_while_the_lead_passed_on_decides_nothing_and_says_so(desks: Desks) -> None:
    case, command = asked(desks)
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    send(desks[OTHER_LEAD], desks.topic)
    pull(desks[LEAD_ME], desks.topic)
    assert broken(desks[LEAD_ME], hand_over_lead, OfCase(case=case), "late") == "not-the-lead", "from the moment it has said so"
    desks.settle()
    late = DecideStatus(case=case, stage=Stage.REASONABLE_GROUNDS, positive=True)
    assert broken(desks[LEAD_ME], decide_status, late, "later") == "not-the-lead"


@pytest.mark.parametrize("when", ["waits", "on its way", "lost", "on the log", "known"])
def test_a_withdrawal_that_the_former_desk_is_told_counts_whenever_that_is(desks: Desks, when: str) -> None:
    """The roster of the change waits for the bus, is on its way, was lost there, lies on the log unread, or is known to everybody."""
    case, command = asked(desks)
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    send(desks[OTHER_LEAD], desks.topic)
    pull(desks[LEAD_ME], desks.topic)
    if when == "lost":
        send(desks[LEAD_ME], Topic())
    elif when != "waits":
        send(desks[LEAD_ME], desks.topic)
    if when == "on the log":
        pull(desks[OTHER_LEAD], desks.topic)
    if when == "known":
        desks.settle()
    decide(desks[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-pol", words="said so by telephone"), "withdrawn")
    if when == "lost":
        desks[LEAD_ME].close()
        desks.opened(LEAD_ME)
    desks.settle()
    after = sure(desks[INTAKE_ME], case)
    assert (after.lead, "rs-pol" in after.agencies) == ("rs-west", False), "it counts, and the lead has passed on"
    mine = [row for row in on_record(desks, OTHER_LEAD, case) if row.recipient == "rs-pol" and row.basis is Basis.NONE]
    assert [(row.words, row.officer) for row in mine] == [("", "")], "the new lead knows it once, without what the officer wrote"
    refused = [t for t, v in noted(desks[LEAD_ME], case) if v == "refused"]
    assert len(refused) <= 1, "what overtakes the change and comes too late is refused once, and nothing waits for anybody"


def test_a_withdrawal_of_some_classes_reaches_the_new_lead(desks: Desks) -> None:
    case, command = asked(desks)
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    desks.settle()
    decide(desks[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-pol", classes=(DataClass.D2,)), "less")
    desks.settle()
    entry = sure(desks[POLICE_ME], case).member("rs-pol")
    assert entry is not None
    assert {DataClass.D1, DataClass.D2} & set(entry.classes) == {DataClass.D1}


def test_the_new_lead_has_what_was_agreed_and_whom_the_person_leaves_out(desks: Desks) -> None:
    case = report(desks[INTAKE_ME], needs=("health", "legal"), withheld=("ngo",))
    desks.settle()
    for agency, need in (("rs-lead", Need.IDENTIFICATION), ("rs-west", Need.IDENTIFICATION), ("rs-health", Need.HEALTH)):
        told = RecordConsent(case=case, agency=agency, need=need, classes=(DataClass.D1, DataClass.D2), language="sr", words="heard by Ana")
        decide(desks[LEAD_ME], record_consent, told, f"agreed {agency}")
    decide(desks[LEAD_ME], ask_to_lead, AskToLead(case=case, agency="rs-west"), "asks")
    desks.settle()
    decide(desks[OTHER_LEAD], take_lead, OfTransfer(case=case, handoff=transfer(sure(desks[OTHER_LEAD], case))), "yes")
    send(desks[OTHER_LEAD], desks.topic)
    pull(desks[LEAD_ME], desks.topic)
    send(desks[LEAD_ME], desks.topic)
    pull(desks[OTHER_LEAD], desks.topic)
    assert sure(desks[OTHER_LEAD], case).lead == "rs-west"
    invite = AddAgency(case=case, agency="rs-health", need=Need.HEALTH)
    assert broken(desks[OTHER_LEAD], add_agency, invite, "early") == "no-basis", "before the record is there it tells nobody anything"
    desks.settle()
    there, here = on_record(desks, LEAD_ME, case), on_record(desks, OTHER_LEAD, case)
    assert [replace(row, words="", officer="") for row in there] == here
    assert {kind for row in here for kind in row.but} == {"ngo"}
    decide(desks[OTHER_LEAD], add_agency, invite, "invites")
    for me in (INTAKE_ME, POLICE_ME):
        assert "heard by Ana" not in str(rows(desks[me], "select body from journal"))
        assert not [body for body in bodies(desks[me], case) if body.get("D1", {}).get("d1", {}).get("led")], "for the new lead alone"


def test_receipts_that_are_waited_for_and_what_an_officer_must_look_at_go_with_the_lead(desks: Desks) -> None:
    case, command = asked(desks)
    decide(desks[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-pol"), "withdrawn")
    desks.settle()
    with Session(desks[LEAD_ME].engine) as session, session.begin():
        session.add(ConflictCheck(id="c1", case=case, at=5))
        session.add(DangerReview(id="d1", case=case, agency="rs-ins", need="health", at=1, until=2, due=3, officer="o1"))
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    desks.settle()
    owed = "select answers, agency, classes, due, settled from owed order by answers, agency"
    assert rows(desks[OTHER_LEAD], owed) == rows(desks[LEAD_ME], owed)
    for table in ("conflictcheck", "dangerreview"):
        assert rows(desks[LEAD_ME], f"select id from {table} where looked_at is null") == [], "no list of the former lead has it"
    assert rows(desks[OTHER_LEAD], "select id, at, looked_at from conflictcheck") == [("c1", 5, None)]
    assert rows(desks[OTHER_LEAD], "select id, agency, due, officer from dangerreview") == [("d1", "rs-ins", 3, "")]


CHILDREN = {"field": "dependants", "value": "2", "source": "said"}


def test_a_case_is_counted_once_by_whoever_leads_when_it_happens(desks: Desks) -> None:
    case, command = asked(desks)
    say(desks[INTAKE_ME], case, CHILDREN)
    desks.settle()
    id = on_file(desks[LEAD_ME], case)["dependants"].present[0].id
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    desks.settle()
    ours, theirs = records(desks, LEAD_ME), records(desks, OTHER_LEAD)
    assert counted_as(desks, LEAD_ME, case, id) in ours
    assert on_file(desks[OTHER_LEAD], case)["dependants"].present[0].id == id
    invite(desks[OTHER_LEAD], case, "rs-soc", Need.HOUSING, "joins")
    desks.settle()
    assert counted_as(desks, OTHER_LEAD, case, id) not in records(desks, OTHER_LEAD), "told to it, and by it to who joins: it was counted"
    decide(desks[OTHER_LEAD], decide_status, DecideStatus(case=case, stage=Stage.REASONABLE_GROUNDS, positive=True), "status")
    desks.settle()
    assert records(desks, LEAD_ME) == ours, "from the change on the new lead counts"
    assert len(records(desks, OTHER_LEAD)) > len(theirs)
    gone = {"field": "dependants", "value": "3", "source": "said", "supersedes": id}
    say(desks[INTAKE_ME], case, gone, form="corrects")
    desks.settle()
    assert len(records(desks, LEAD_ME) - ours) == 1, "what the former lead counted counts no more: it alone can name it"


def records(desks: Desks, me: str) -> set[str]:
    return {record for (record,) in rows(desks[me], "select record from statistic")}


def counted_as(desks: Desks, me: str, case: str, id: str) -> str:
    return desks[me].transact(lambda work: work.derived(stated_key(case, "dependants", id)).hex()[:32])


def on_record(desks: Desks, me: str, case: str) -> list[LegalBasis]:
    return desks[me].transact(lambda work: legal_bases.recorded(work, sure(desks[me], case)))


def bodies(instance: Instance, case: str) -> list[dict[str, Any]]:
    keys = instance.keystore
    found = rows(instance, f"select event, body from journal where \"case\" = '{case}'")
    return [at_rest.opened(keys, at_rest.JOURNAL, event, case, body) for event, body in found]


def test_a_withdrawal_recorded_before_the_yes_was_read_goes_before_the_change(desks: Desks) -> None:
    case, command = asked(desks)
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    send(desks[OTHER_LEAD], desks.topic)
    decide(desks[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-pol"), "withdrawn")
    desks.settle()
    after = sure(desks[OTHER_LEAD], case)
    assert (after.lead, "rs-pol" in after.agencies) == ("rs-west", False)
    counted = [t for t, v in noted(desks[LEAD_ME], case) if v == "counted"]
    assert [t for t in counted if t != "message.sent.v1"][-1] == "roster.set.v1"


def test_a_withdrawal_from_the_new_lead_itself_ends_the_change_and_the_case_keeps_its_lead(desks: Desks) -> None:
    case, command = asked(desks)
    decide(desks[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-west"), "withdrawn")
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    send(desks[OTHER_LEAD], desks.topic)
    settle(desks.topic, *desks.instances.values())
    after = sure(desks[LEAD_ME], case)
    assert (after.lead, after.handoffs[command.handoff].state, "rs-west" in after.agencies) == ("rs-lead", HandoffState.RETURNED, False)
    assert sure(desks[POLICE_ME], case) == after


def test_a_no_with_its_reason_leaves_the_lead_where_it_is(desks: Desks) -> None:
    case, command = asked(desks)
    no = DeclineLead(**command.model_dump(), code=DeclineCode.NO_CAPACITY)
    decide(desks[OTHER_LEAD], decline_lead, no, "no")
    desks.settle()
    assert led_by(desks, case) == {"rs-lead"}
    assert broken(desks[OTHER_LEAD], take_lead, command, "yes") == "handoff-declined"


def test_nobody_is_asked_whom_nothing_on_record_lets_know_or_who_leads_no_cases(desks: Desks) -> None:
    case = report(desks[INTAKE_ME], agreed=("D1",))
    desks.settle()
    assert broken(desks[LEAD_ME], ask_to_lead, AskToLead(case=case, agency="rs-pol"), "who") == "cannot-lead"
    assert broken(desks[LEAD_ME], ask_to_lead, AskToLead(case=case, agency="rs-lead"), "self") == "cannot-lead"
    assert broken(desks[LEAD_ME], ask_to_lead, AskToLead(case=case, agency="rs-west"), "no") == "no-basis"
    case, _ = asked(desks)
    assert broken(desks[LEAD_ME], ask_to_lead, AskToLead(case=case, agency="rs-west"), "again") == "lead-stays-for-now"


def test_who_joins_while_the_lead_passes_on_gets_its_checkpoint_before(desks: Desks) -> None:
    """The roster that lets somebody in waits when the yes is read: what follows from it is the old lead's to say, ahead of the change."""
    case, command = asked(desks)
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    send(desks[OTHER_LEAD], desks.topic)
    told = RecordConsent(case=case, agency="rs-health", need=Need.HEALTH, classes=tuple(DataClass)[1:3], language="sr")
    desks.opened(CLINIC)
    decide(desks[LEAD_ME], record_consent, told, "agreed clinic")
    decide(desks[LEAD_ME], add_agency, AddAgency(case=case, agency="rs-health", need=Need.HEALTH), "clinic")
    pull(desks[LEAD_ME], desks.topic)
    assert sure(desks[LEAD_ME], case).lead == "rs-west"
    desks.settle()
    assert sure(desks[CLINIC], case) == sure(desks[OTHER_LEAD], case)


def test_what_the_old_lead_was_about_to_do_the_new_one_does(desks: Desks) -> None:
    """A member asks somebody who is not in the case while the change is on its way: the old lead says nothing any more."""
    case, command = asked(desks)
    told = RecordConsent(case=case, agency="rs-health", need=Need.HEALTH, classes=tuple(DataClass)[1:3], language="sr")
    desks.opened(CLINIC)
    decide(desks[LEAD_ME], record_consent, told, "agreed clinic")
    desks.settle()
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    decide(desks[POLICE_ME], request_handoff, RequestHandoff(case=case, to="rs-health", need=Need.HEALTH), "asks clinic")
    for me in (OTHER_LEAD, POLICE_ME):
        send(desks[me], desks.topic)
    desks.settle()
    after = sure(desks[OTHER_LEAD], case)
    assert (after.lead, "rs-health" in after.agencies) == ("rs-west", True)
    assert sure(desks[POLICE_ME], case) == after


def test_a_desk_that_dies_after_the_yes_hands_over_once(desks: Desks) -> None:
    case, command = asked(desks)
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    send(desks[OTHER_LEAD], desks.topic)
    pull(desks[LEAD_ME], desks.topic)
    desks[LEAD_ME].close()
    desks.opened(LEAD_ME)
    desks.settle()
    assert led_by(desks, case) == {"rs-west"}
    assert sum(t == "roster.set.v1" and v == "counted" for t, v in noted(desks[POLICE_ME], case)) <= 3


def test_a_lead_that_comes_back_from_a_backup_of_before_learns_that_it_leads_no_more(desks: Desks, tmp_path: Path) -> None:
    case, command = asked(desks)
    desks[LEAD_ME].close()
    old = Path(shutil.copy(tmp_path / f"{LEAD_ME}.db", tmp_path / "old.db"))
    desks.opened(LEAD_ME)
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    desks.settle()
    desks[LEAD_ME].close()
    back = desks.opened(LEAD_ME, old)
    assert sure(back, case).lead == "rs-lead"
    desks.settle()
    assert led_by(desks, case) == {"rs-west"}
    assert broken(back, hand_over_lead, OfCase(case=case), "late") == "not-the-lead"


def test_on_another_log_a_case_that_is_just_handed_over_is_given_anew_first(desks: Desks) -> None:
    case, command = asked(desks)
    decide(desks[OTHER_LEAD], take_lead, command, "yes")
    send(desks[OTHER_LEAD], desks.topic)
    for me in EVERYBODY:
        pull(desks[me], desks.topic)
    assert sure(desks[LEAD_ME], case).lead == "rs-west", "it has decided so, and nobody knows"
    desks.topic = Topic()
    for me in EVERYBODY:
        with Session(desks[me].engine) as session, session.begin():
            log_switch.ask(session, LogRequestKind.ADMIT)
        assert desks[me].idle(clocks=False)
        desks[me].catches_up()
    for _ in range(40):
        for me in EVERYBODY:
            desks[me].idle(clocks=False)
            send(desks[me], desks.topic)
        for me in EVERYBODY:
            pull(desks[me], desks.topic)
    assert led_by(desks, case) == {"rs-west"}
    assert len({sure(desks[me], case).model_dump_json() for me in EVERYBODY}) == 1
