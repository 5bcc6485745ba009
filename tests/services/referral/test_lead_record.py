"""What a new lead is told of what is on record: nothing that says which shelter helped. Until it is whole it goes by nothing of it."""

from dataclasses import replace
from typing import Any

import pytest

from deploy.proving.simulation.land import OTHER_LEAD, SHELTERED, START
from services.referral.handlers.basis import ChangeBasis, change_basis
from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, RecordConsent, record_consent
from services.referral.handlers.lead import AskToLead, OfTransfer, ask_to_lead, take_lead
from services.referral.handlers.lead_record import on_record as told_as
from shared.privacy.consent import LegalBasis
from shared.protocol import lead_record
from shared.protocol.vocabulary import AgeBand, Basis, DataClass, Ground, Need
from tests.services.referral.test_handing_over import Desks, broken, desks, transfer
from tests.shared.land import INTAKE_ME, LEAD_ME, decide, pull, report, send, sure

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
    for n in range(parts):
        assert broken(desks[OTHER_LEAD], add_agency, invite, f"early {n}") == "no-basis"
        assert send(desks[LEAD_ME], desks.topic, 1)
        pull(desks[OTHER_LEAD], desks.topic)
        pull(desks[LEAD_ME], desks.topic)
    desks.settle()
    decide(desks[OTHER_LEAD], add_agency, invite, "invites")
