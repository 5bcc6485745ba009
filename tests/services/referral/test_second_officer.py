"""What cannot be undone: a page says what happens to whom, an officer says why, a second one confirms it where the country asks."""

import pytest

from services.referral.handlers.erasure import AskErasure, OfProposal, ask_erasure, confirm_act, refuse_act
from shared.config.calendar import HOUR
from shared.config.country import Country
from shared.config.country_tables import SecondOfficer
from shared.decisions.errors import RuleBroken
from tests.browser.desks import words
from tests.services.assistance.conftest import scene
from tests.services.referral.street import LAND, Street
from tests.shared.land import LEAD_ME, decide, rows

__all__ = ["scene"]
RULE: Country = LAND.model_copy(update={"second_officer": SecondOfficer(acts=frozenset({"ask-erasure"}), alone_after_hours=24)})


@pytest.fixture
def strict(tmp_path):
    """A street in a country that asks for a second officer."""
    made = Street(tmp_path, RULE, keyed=True)
    yield made
    for instance in made.instances.values():
        instance.close()


def asked(street, form="ask", officer="o1", reason="the person asks for it"):
    return decide(street.instances[LEAD_ME], ask_erasure, AskErasure(case=street.main, reason=reason), form, officer)


def waiting(street):
    return rows(street.instances[LEAD_ME], "select id, officer, reason, outcome, second from proposal order by at")


def erasures(street):
    return rows(street.instances[LEAD_ME], "select type from outbox where type = 'erasure.asked.v1'")


def the_act(street):
    return OfProposal(case=street.main, proposal=waiting(street)[0][0])


def test_nothing_goes_out_before_the_second_officer_confirms(strict):
    asked(strict)
    assert [row[1:] for row in waiting(strict)] == [("o1", "the person asks for it", "waits", "")]
    assert not erasures(strict)
    decide(strict.instances[LEAD_ME], confirm_act, the_act(strict), "yes", "o2")
    assert len(erasures(strict)) == 1
    assert waiting(strict)[0][3:] == ("confirmed", "o2")
    with pytest.raises(RuleBroken, match="act-decided"):
        decide(strict.instances[LEAD_ME], confirm_act, the_act(strict), "again", "o3")


def test_whoever_asked_does_not_confirm_it_until_others_had_their_time(strict):
    asked(strict)
    with pytest.raises(RuleBroken, match="second-officer-needed"):
        decide(strict.instances[LEAD_ME], confirm_act, the_act(strict), "alone", "o1")
    strict.clock.at += 24 * HOUR
    decide(strict.instances[LEAD_ME], confirm_act, the_act(strict), "alone at last", "o1")
    assert len(erasures(strict)) == 1
    acts = {act for (act,) in rows(strict.instances[LEAD_ME], "select act from audit where officer = 'o1'")}
    assert {"confirm_act", "confirmed_alone"} <= acts


def test_what_is_refused_or_taken_back_does_not_happen_and_can_be_asked_anew(strict):
    asked(strict)
    with pytest.raises(RuleBroken, match="act-waits"):
        asked(strict, "once more")
    asked(strict)  # the same form twice is one decision
    decide(strict.instances[LEAD_ME], refuse_act, the_act(strict), "no", "o2")
    with pytest.raises(RuleBroken, match="act-decided"):
        decide(strict.instances[LEAD_ME], confirm_act, the_act(strict), "yes", "o3")
    assert not erasures(strict)
    asked(strict, "with a better reason")
    assert [row[3] for row in waiting(strict)].count("waits") == 1


def test_an_act_of_another_case_is_none_of_this_one(strict):
    asked(strict)
    other = the_act(strict).model_copy(update={"proposal": "nothing"})
    with pytest.raises(RuleBroken, match="no-such-act"):
        decide(strict.instances[LEAD_ME], confirm_act, other, "yes", "o2")


def test_where_no_rule_holds_it_happens_at_once_and_its_reason_is_kept(street):
    decide(street.instances[LEAD_ME], ask_erasure, AskErasure(case=street.main, reason="asked for it"), "ask")
    assert len(erasures(street)) == 1
    assert [row[1:] for row in waiting(street)] == [("o1", "asked for it", "confirmed", "o1")]


@pytest.mark.parametrize(("officer", "after", "may"), [("b", 0, True), ("a", 23, False), ("a", 24, True)])
def test_who_may_confirm(officer, after, may):
    assert RULE.second_officer.may_confirm("a", officer, 100, 100 + after * HOUR) is may


def test_the_pages_say_what_happens_to_whom_before_it_does(scene):
    """Serbia's country file asks for a second officer."""
    path = f"/lead/{scene.case}"
    page = words(scene.lead.get(f"{path}/ask-erasure"))
    assert "This cannot be undone. What happens:" in page
    for agency in ("Health Centre Belgrade:", "Labour Inspectorate:"):
        assert agency in page
    assert "another officer of your agency who has this case confirms it first" in page
    assert scene.lead.post(f"{path}/ask-erasure", form_id="e").status_code == 422, "without a reason nothing happens"
    assert scene.lead.post(f"{path}/ask-erasure", form_id="e", reason="The person asks for it").status_code == 303
    scene.town.carry()
    assert "waits for a second officer" in words(scene.lead.get(path))
    assert "Waits for a second officer" in words(scene.lead.get("/lead"))
    page = scene.lead.get(f"{path}/confirm-act")
    assert "You asked for this yourself, so another officer of your agency confirms it." in words(page)
    assert "Confirm: erase it" not in words(page)
    act = page.partition('name="proposal" value="')[2].partition('"')[0]
    alone = scene.lead.post(f"{path}/confirm-act", form_id="alone", proposal=act)
    assert (alone.status_code, "Another officer of your agency must look at it" in words(alone.text)) == (403, True)
    assert scene.lead.post(f"{path}/refuse-act", form_id="back", proposal=act).status_code == 303
    assert "Refused or taken back:" in words(scene.lead.whole(path))
    assert "Erase" not in words(scene.lead.get("/lead"))


def test_a_withdrawal_says_what_comes_back_and_what_is_kept_and_is_as_easy_as_consent(scene):
    path = f"/lead/{scene.case}/withdraw"
    first = words(scene.lead.get(path))
    assert "For which agency?" in first
    assert "Record the withdrawal" not in first
    agency = "rs-ngo-pomoc"
    page = words(scene.lead.get(f"{path}?agency={agency}"))
    assert "What happens at once : NGO Legal and Psychological Help" in page or "What happens at once: NGO" in page
    assert "Legal help (not opened yet): comes back to" in page
    assert "Record the withdrawal" not in words(scene.lead.get(f"{path}?agency=rs-nobody"))
    assert scene.lead.post(path, form_id="w", agency=agency, words="She said so at the desk").status_code == 303
    page = words(scene.lead.whole(f"/lead/{scene.case}"))
    assert "She said so at the desk" in page
