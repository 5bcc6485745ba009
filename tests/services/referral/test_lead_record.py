"""What of the bases on record a new lead is told: nothing that says which shelter helped."""

from dataclasses import replace

from deploy.proving.simulation.land import SHELTERED, START
from services.referral.handlers.lead_record import on_record as told_as
from shared.privacy.consent import LegalBasis
from shared.protocol.vocabulary import Basis, DataClass, Need


def test_which_shelter_helped_is_not_told_and_a_refusal_of_one_is_one_of_its_kind() -> None:
    country = SHELTERED
    house = country.confidential()[0]
    agreed = LegalBasis("a", house.id, Need.HOUSING, frozenset({DataClass.D1}), Basis.CONSENT, START)
    assert told_as(country, agreed) is None
    no = told_as(country, replace(agreed, basis=Basis.NONE))
    assert no is not None
    assert (no.recipient, no.but, no.classes) == (None, (house.kind,), ())
