"""What a new lead is told of what is on record: nothing that says which shelter helped. Until it is whole it goes by nothing of it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, select

from deploy.proving.simulation.land import OTHER_LEAD, SHELTERED, START
from services.assistance.handlers.handoffs import RequestHandoff, request_handoff
from services.referral.handlers.basis import ChangeBasis, change_basis
from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, RecordConsent, Withdraw, record_consent, withdraw
from services.referral.handlers.lead import AskToLead, OfTransfer, ask_to_lead, take_lead
from services.referral.handlers.lead_record import on_record as told_as
from services.referral.models import Owed
from shared.decisions.decide import DecisionContext, say
from shared.privacy import legal_bases
from shared.privacy.consent import LegalBasis
from shared.protocol import lead_record
from shared.protocol.events import RosterSet
from shared.protocol.grants import purposes
from shared.protocol.lead_record import ActingService, BasisOnRecord, ConflictNoted, LeadRecord, ReceiptCame, later
from shared.protocol.messages import handed_on
from shared.protocol.vocabulary import AgeBand, Basis, DataClass, Ground, HandoffKind, Need
from shared.store.tables import Journal
from tests.services.referral.test_handing_over import on_record
from tests.services.referral.two_desks import Desks, broken, desks, transfer
from tests.shared.land import INTAKE_ME, LEAD_ME, decide, pull, report, rows, send, sure

__all__ = ["desks"]


def before_its_record(desks: Desks, *more: RecordConsent, **said: Any) -> str:
    """A case that the other desk leads, which has not read the former lead's record yet; `more` is agreed to before."""
    case = report(desks[INTAKE_ME], **said)
    desks.settle()
    for one in more:
        decide(desks[LEAD_ME], record_consent, one.model_copy(update={"case": case}), f"agreed {one.agency}")
    for agency in ("rs-lead", "rs-west"):
        told = RecordConsent(case=case, agency=agency, need=Need.IDENTIFICATION, classes=(DataClass.D1, DataClass.D2), language="sr")
        decide(desks[LEAD_ME], record_consent, told, f"agreed {agency}")
    decide(desks[LEAD_ME], ask_to_lead, AskToLead(case=case, agency="rs-west"), "asks")
    desks.settle()
    decide(desks[OTHER_LEAD], take_lead, OfTransfer(case=case, handoff=transfer(sure(desks[OTHER_LEAD], case))), "yes")
    for _ in range(2):
        send(desks[OTHER_LEAD], desks.topic)
        pull(desks[LEAD_ME], desks.topic)
        send(desks[LEAD_ME], desks.topic)
        pull(desks[OTHER_LEAD], desks.topic)
        if sure(desks[OTHER_LEAD], case).lead == "rs-west":
            return case
    raise AssertionError


@pytest.mark.parametrize("house_is", ["there", "leaving", "gone"])
def test_which_shelter_helped_is_not_told_and_a_refusal_of_one_is_one_of_its_kind(house_is: str) -> None:
    country, house = SHELTERED, SHELTERED.confidential()[0]
    agreed = LegalBasis("a", house.id, Need.HOUSING, frozenset({DataClass.D1}), Basis.CONSENT, START)
    if house_is != "there":
        left = [house.model_copy(update={"leaving": True})] if house_is == "leaving" else []
        country = country.model_copy(update={"agencies": (*(a for a in country.agencies if a.id != house.id), *left)})
    assert told_as(country, agreed) is None
    no = told_as(country, replace(agreed, basis=Basis.NONE))
    assert no is not None
    assert (no.recipient, no.but, no.classes) == (None, (house.kind,), ())


def test_the_basis_of_a_case_does_not_change_before_it_is_known_whom_the_person_leaves_out(desks: Desks) -> None:
    case = before_its_record(desks, withheld=("police",))
    danger = ChangeBasis(case=case, age=AgeBand.ADULT, consent=False, ground=Ground.LIFE, ground_words="danger")
    assert broken(desks[OTHER_LEAD], change_basis, danger, "early") == "record-awaited"
    desks.settle()
    decide(desks[OTHER_LEAD], change_basis, danger, "danger")
    desks.settle()
    after = sure(desks[OTHER_LEAD], case)
    assert (after.basis, "rs-pol" in after.agencies) == (Basis.VITAL, False)
    assert not [h for h in after.handoffs.values() if h.to == "rs-pol"]


def test_a_part_of_the_record_opens_nothing_while_another_may_take_it_back(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lead_record, "ROOM", 1)
    clinic = RecordConsent(case="any", agency="rs-health", need=Need.HEALTH, classes=(DataClass.D1,), language="sr")
    case = before_its_record(desks, clinic)
    pull(desks[LEAD_ME], desks.topic)
    parts = len(desks[LEAD_ME].outgoing.of(case))
    assert parts > 3
    invite = AddAgency(case=case, agency="rs-health", need=Need.HEALTH)
    desks.clock.at -= 5_000  # a clock that was set back holds up nothing that cannot wait
    danger = AddAgency(case=case, agency="rs-soc", need=Need.SAFETY, ground=Ground.LIFE, words="danger")
    decide(desks[OTHER_LEAD], add_agency, danger, "what cannot wait")
    for n in range(parts):
        assert broken(desks[OTHER_LEAD], add_agency, invite, f"early {n}") == "no-basis"
        assert send(desks[LEAD_ME], desks.topic, 1)
        pull(desks[OTHER_LEAD], desks.topic)
        pull(desks[LEAD_ME], desks.topic)
    desks.settle()
    decide(desks[OTHER_LEAD], add_agency, invite, "invites")


def later_says(desks: Desks, case: str, record: LeadRecord) -> None:
    """The former lead says this after the hand-over, and the new one reads it."""
    event = handed_on(record, "rs-west")
    desks[LEAD_ME].transact(lambda work: say(DecisionContext(work, "form:later", START + 9, False), case, [event], strict=False))
    desks.settle()


def forged(handoff: str | None, *bases: BasisOnRecord, **said: Any) -> LeadRecord:
    return LeadRecord(handoff=handoff, part=200, parts=200, bases=bases, **said)


def test_a_former_lead_opens_nothing_any_more_and_undoes_nothing(desks: Desks) -> None:
    case = before_its_record(desks)
    desks.settle()
    decide(desks[OTHER_LEAD], withdraw, Withdraw(case=case, agency="rs-pol"), "withdrawn")
    desks.settle()
    before = on_record(desks, OTHER_LEAD, case)
    no = next(row for row in before if row.basis is Basis.NONE)
    agreed = BasisOnRecord(
        id="new", recipient="rs-health", purpose=Need.HEALTH, classes=(DataClass.D1,), basis=Basis.CONSENT, given_at=START
    )
    undone = BasisOnRecord(id=no.id, recipient="rs-pol", classes=tuple(no.classes), basis=Basis.NONE, given_at=START, ended_at=START)
    looked = ConflictNoted(id="c1", at=START)
    for handoff in (transfer(sure(desks[OTHER_LEAD], case)), None):
        later_says(desks, case, forged(handoff, agreed, undone, conflicts=(looked,)))
    assert on_record(desks, OTHER_LEAD, case) == before
    assert not desks[OTHER_LEAD].transact(lambda work: legal_bases.awaited(work, sure(desks[OTHER_LEAD], case)))
    assert rows(desks[OTHER_LEAD], "select id from conflictcheck") == []


def test_a_withdrawal_told_at_a_former_lead_counts_whatever_its_clock_says(desks: Desks) -> None:
    case = before_its_record(desks)
    desks.settle()
    agreed = RecordConsent(case=case, agency="rs-pol", need=Need.INVESTIGATION, classes=(DataClass.D1,), language="sr")
    decide(desks[OTHER_LEAD], record_consent, agreed, "agreed police")
    desks.settle()
    no = BasisOnRecord(id="no", recipient="rs-pol", classes=tuple(DataClass)[:9], basis=Basis.NONE, given_at=START - 9)
    later_says(desks, case, later([no]))
    assert "rs-pol" not in sure(desks[INTAKE_ME], case).agencies


def test_who_is_asked_for_one_thing_more_before_the_record_is_there_is_told_of_it_then(desks: Desks) -> None:
    insp = "assistance.rs-insp"
    desks.opened(insp)
    case = before_its_record(desks, age="child")
    pull(desks[insp], desks.topic)
    decide(desks[insp], request_handoff, RequestHandoff(case=case, to="rs-pol", need=Need.SAFETY), "asks police")
    send(desks[insp], desks.topic)
    pull(desks[OTHER_LEAD], desks.topic)
    entry = sure(desks[OTHER_LEAD], case).member("rs-pol")
    assert entry is not None
    assert Need.SAFETY not in purposes(entry)
    desks.settle()
    entry = sure(desks[OTHER_LEAD], case).member("rs-pol")
    assert entry is not None
    assert Need.SAFETY in purposes(entry)


@pytest.mark.parametrize(("asker", "counts"), [(LEAD_ME, True), (OTHER_LEAD, False), ("referral.rs-between", False)])
def test_a_former_lead_says_what_came_of_its_own_questions_alone(desks: Desks, asker: str, counts: bool) -> None:
    case = before_its_record(desks)
    desks.settle()
    with Session(desks[OTHER_LEAD].engine) as session, session.begin():
        asked = session.exec(select(Journal).where(Journal.case == case, Journal.type == RosterSet.TYPE)).first()
        assert asked is not None
        asked.author = asker
        waits = {"agency": "rs-pol", "case": case, "classes": "[]", "at": 1, "due": 2, "erasure": False, "settled": False}
        session.add(Owed(answers=asked.key, expects='["assistance.rs-pol"]', **waits))
        key = asked.key
    came = ReceiptCame(answers=key, agency="rs-pol", service=ActingService.ASSISTANCE, at=START, dropped=(DataClass.D1,))
    later_says(desks, case, later([came]))
    assert rows(desks[OTHER_LEAD], "select answers from owed where settled") == ([(key,)] if counts else [])


def test_a_desk_that_leads_again_does_not_go_by_what_it_was_told_when_it_led_before(desks: Desks) -> None:
    clinic = RecordConsent(case="any", agency="rs-health", need=Need.HEALTH, classes=(DataClass.D1,), language="sr")
    case = before_its_record(desks, clinic)
    desks.settle()
    desks.clock.at += 1_000
    decide(desks[OTHER_LEAD], ask_to_lead, AskToLead(case=case, agency="rs-lead"), "back")
    desks.settle()
    back = next(h.id for h in sure(desks[LEAD_ME], case).handoffs.values() if h.kind is HandoffKind.TRANSFER and h.waiting)
    decide(desks[LEAD_ME], take_lead, OfTransfer(case=case, handoff=back), "yes again")
    for me in (LEAD_ME, OTHER_LEAD, LEAD_ME):
        send(desks[me], desks.topic)
        pull(desks[OTHER_LEAD], desks.topic)
    pull(desks[LEAD_ME], desks.topic)
    assert sure(desks[LEAD_ME], case).lead == "rs-lead"
    invite = AddAgency(case=case, agency="rs-health", need=Need.HEALTH)
    assert broken(desks[LEAD_ME], add_agency, invite, "early") == "no-basis"
    danger = invite.model_copy(update={"ground": Ground.LIFE, "words": "danger"})
    decide(desks[LEAD_ME], add_agency, danger, "what cannot wait")
    desks.settle()
    assert "rs-health" in sure(desks[INTAKE_ME], case).agencies


def test_what_is_withdrawn_before_the_record_is_there_stays_so_whatever_the_clock_says(desks: Desks) -> None:
    case = before_its_record(desks)
    desks.clock.at -= 5_000
    decide(desks[OTHER_LEAD], withdraw, Withdraw(case=case, agency="rs-pol"), "withdrawn")
    desks.settle()
    again = AddAgency(case=case, agency="rs-pol", need=Need.INVESTIGATION)
    assert "rs-pol" not in sure(desks[OTHER_LEAD], case).agencies
    assert broken(desks[OTHER_LEAD], add_agency, again, "again") == "no-basis"
