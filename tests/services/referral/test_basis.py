"""Consent that comes later, an age that is settled, a ground that changes: the case goes on, and everybody sees it."""

from typing import Any

import pytest

from services.assistance.handlers.handoffs import OfHandoff, accept
from services.referral.handlers.basis import ChangeBasis, change_basis
from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, Consult, Withdraw, consult, withdraw
from shared.decisions.errors import RuleBroken
from shared.protocol.case import HandoffState
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import Basis, DataClass, Need, Question
from tests.services.referral.street import Street
from tests.services.referral.test_consent import HEALTH_ME, Avenue, avenue, entry, told
from tests.shared.land import LEAD_ME, NGO_ME, POLICE_ME, agree, decide, noted, rows, seen, sure

__all__ = ["avenue"]
CONSENTS: dict[str, Any] = {"age": "adult", "consent": True, "consent_language": "ro"}


def changed(land: Street, case: str, form: str = "changed", **said: Any) -> None:
    decide(land.instances[LEAD_ME], change_basis, ChangeBasis.model_validate({"case": case, **said}), form)
    land.settle()


def alike(land: Street, case: str) -> None:
    """Everybody who is in the case has one picture of it."""
    pictures = {me: seen(i, case) for me, i in land.instances.items()}
    assert len({p.model_dump_json() for me, p in pictures.items() if p and p.member(me.partition(".")[2])}) == 1


def test_the_next_days_consent_invites_whom_the_policy_names(avenue: Avenue) -> None:
    case = avenue.report(consent=False)
    assert sure(avenue.lead, case).agencies == {"rs-insp", "rs-lead"}
    avenue.later(1)
    changed(avenue, case, **CONSENTS, months=6)
    now = sure(avenue.lead, case)
    assert now.basis is Basis.CONSENT
    assert now.agencies == {"rs-insp", "rs-lead", "rs-pol", "rs-ngo"}
    assert {(h.need, h.to) for h in now.handoffs.values() if h.waiting} >= {(Need.INVESTIGATION, "rs-pol"), (Need.LEGAL, "rs-ngo")}
    assert told(avenue.instances[POLICE_ME], case)["indicators"] == ["LI04"]
    assert {m.until is not None for m in now.members} == {True}
    assert ("basis.changed.v1", "counted") in noted(avenue.intake, case), "who met the person sees that it goes on"
    alike(avenue, case)
    agree(avenue.lead, case, "rs-health", Need.HEALTH, "and a doctor")
    decide(avenue.lead, add_agency, AddAgency(case=case, agency="rs-health", need=Need.HEALTH), "a doctor")
    avenue.settle()
    assert "rs-health" in sure(avenue.lead, case).agencies


@pytest.mark.parametrize("met", [{"age": "child"}, {"consent": False}, {"consent": False, "danger": True, "ground": "life"}])
@pytest.mark.parametrize("agreed", ["profile", "nothing"])
def test_with_the_profile_the_lead_keeps_or_gets_the_place_and_nobody_else_does(avenue: Avenue, met: dict[str, Any], agreed: str) -> None:
    case = avenue.report(place="Canary Sad", **met)
    changed(avenue, case, **CONSENTS, told=agreed)
    had = {member.agency for member in sure(avenue.lead, case).members if DataClass.D5 in member.classes}
    assert had == ({"rs-lead"} if agreed == "profile" else set())
    if agreed == "profile":
        avenue.settle()
        held = rows(avenue.lead, f"select field from statement where \"case\" = '{case}'")
        assert ("municipality",) in held


def test_whom_the_report_left_out_stays_left_out_and_the_terms_hold(avenue: Avenue) -> None:
    case = avenue.report(consent=False, withheld=("police",))
    changed(avenue, case, **CONSENTS, told="profile")
    assert "rs-pol" not in sure(avenue.lead, case).agencies
    assert told(avenue.instances[NGO_ME], case)["language"] == "ro"
    assert "indicators" not in told(avenue.instances[NGO_ME], case)
    assert [u.need for u in avenue.record(case).unasked if u.withheld] == [Need.INVESTIGATION]


def test_who_was_consulted_learns_who_it_is_once_there_is_consent(avenue: Avenue) -> None:
    case = avenue.report(consent=False, needs=("legal",))
    for agency in ("rs-ngo", "rs-health"):
        decide(
            avenue.lead, consult, Consult(case=case, agency=agency, need=Need.LEGAL, question=Question.COMPETENCE), f"advice of {agency}"
        )
    avenue.settle()
    assert not told(avenue.instances[NGO_ME], case)
    changed(avenue, case, **CONSENTS)
    assert told(avenue.instances[NGO_ME], case)["indicators"] == ["LI04"]
    assert not told(avenue.instances[HEALTH_ME], case), "who is no agency for it is still merely consulted"
    assert entry(sure(avenue.lead, case), "rs-health").basis is Basis.CONSULTATION


def test_an_age_that_is_settled_ends_what_went_without_consent(avenue: Avenue) -> None:
    case = avenue.report(age="unsure")
    assert told(avenue.instances[POLICE_ME], case)["indicators"] == ["LI04"]
    held = next(h for h in sure(avenue.instances[NGO_ME], case).handoffs.values() if h.to == "rs-ngo")
    decide(avenue.instances[NGO_ME], accept, OfHandoff(case=case, handoff=held.id), "yes")
    avenue.settle()
    changed(avenue, case, age="adult", consent=False)
    now = sure(avenue.lead, case)
    assert (now.basis, now.agencies) == (Basis.NONE, {"rs-insp", "rs-lead"})
    assert now.handoffs[held.id].state is HandoffState.RETURNED
    assert Need.GUARDIANSHIP not in now.needs
    for me in (POLICE_ME, NGO_ME):
        left = seen(avenue.instances[me], case)
        assert left is None or left.member(me.partition(".")[2]) is None, "who has left follows the case no more"
    with pytest.raises(RuleBroken, match="nothing-to-withdraw"):
        decide(avenue.lead, withdraw, Withdraw(case=case, agency="rs-insp"), "there is none")


def test_a_child_after_all_gets_a_guardian(avenue: Avenue) -> None:
    case = avenue.report(agreed=("D1",))
    assert "indicators" not in told(avenue.instances[POLICE_ME], case)
    changed(avenue, case, age="child")
    now = sure(avenue.lead, case)
    assert (now.basis, Need.GUARDIANSHIP in now.needs) == (Basis.CHILD, True)
    assert told(avenue.instances[POLICE_ME], case)["age"] == "child"
    alike(avenue, case)
    changed(avenue, case, "once more", age="child")
    with pytest.raises(RuleBroken, match="basis-as-it-is"):
        changed(avenue, case, "nothing new", age="child", withheld=("police",))


def test_danger_lets_it_go_on_without_consent(avenue: Avenue) -> None:
    case = avenue.report(consent=False)
    changed(avenue, case, age="adult", consent=False, ground="life", ground_words="he found her")
    now = sure(avenue.lead, case)
    assert (now.basis, "rs-pol" in now.agencies) == (Basis.VITAL, True)
    assert "he found her" in [row.words for row in avenue.record(case).rows]


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"age": "adult"}, "say-consent", "consent"),
        ({"age": "child", "consent": False}, "not-asked-of-a-child", "consent"),
        ({"age": "child", "months": 3}, "only-with-consent", "months"),
        ({"age": "adult", "consent": False, "told": "nothing"}, "only-with-consent", "told"),
        ({**CONSENTS, "ground": "life"}, "no-ground-needed", "ground"),
        ({"age": "adult", "consent": True}, "language-needed", "consent_language"),
        ({**CONSENTS, "withheld": ["identifier"]}, "withheld-lead", "withheld"),
        ({"age": "adult", "consent": False}, "basis-as-it-is", "consent"),
    ],
)
def test_what_does_not_apply_is_refused_at_its_field(avenue: Avenue, said: dict[str, Any], code: str, field: str) -> None:
    case = avenue.report(consent=False)
    with pytest.raises(RuleBroken, match=code) as broken:
        changed(avenue, case, **said)
    assert broken.value.field == field
    assert sure(avenue.lead, case).basis is Basis.NONE


def test_a_lead_that_lost_what_it_wrote_down_asks_again_and_tells_nobody(avenue: Avenue) -> None:
    case = avenue.report(consent=False, needs=("investigation",))
    changed(avenue, case, **CONSENTS, withheld=("police",))
    avenue.instances.pop(LEAD_ME).close()
    avenue.instances[LEAD_ME] = new = avenue.open(LEAD_ME, "lead again")
    avenue.settle()
    assert sure(new, case).basis is Basis.CONSENT
    with pytest.raises(RuleBroken, match="no-basis"):
        decide(new, add_agency, AddAgency(case=case, agency="rs-pol", need=Need.INVESTIGATION), "once more")
    agree(new, case, "rs-ngo", Need.LEGAL, "asked again")
    decide(new, add_agency, AddAgency(case=case, agency="rs-ngo", need=Need.LEGAL), "with consent")


def test_a_shelter_goes_with_the_basis(street: Street, side: str) -> None:
    changed(street, street.main, age="adult", consent=False)
    assert street.told is not None
    assert sure(street.instances[LEAD_ME], street.main).agencies == {"rs-insp", "rs-lead"}
    assert sure(street.instances[LEAD_ME], side).agencies == {"rs-lead"}


def test_in_a_case_of_protocol_1_it_is_refused_in_words(tmp_path: Any) -> None:
    street = Street(tmp_path, protocol=FIRST)
    with pytest.raises(RuleBroken, match="basis-of-protocol-1"):
        changed(street, street.main, age="child")
    for instance in street.instances.values():
        instance.close()
