"""The pages on which a lead closes and reopens a case: what is open is listed, answered and told; nothing vanishes without a word."""

import re

import pytest
from pydantic import ValidationError

from services.referral.pages.confirm import CloseForm
from tests.browser.desks import words
from tests.services.assistance.conftest import scene

__all__ = ["scene"]


def test_the_page_lists_what_is_open_and_who_is_told_before_anything_happens(scene):
    scene.clinic.post(f"{scene.open(scene.clinic)}/accept", form_id="yes")
    scene.town.carry()
    page = words(scene.lead.get(f"/lead/{scene.case}/close"))
    assert "Told at once, with your answers:" in page
    assert "You can reopen the case later, with a reason." in page
    for need, agency, state in (("Health care", "Health Centre", "accepted"), ("Legal help", "", "not opened yet")):
        assert re.search(rf"{need} – [^(]*{agency}[^(]*\({state}\)", page), (need, page)
    assert "is closed" not in words(scene.lead.whole(f"/lead/{scene.case}"))


def test_without_an_answer_to_each_the_case_stays_open_and_each_gap_is_named(scene):
    path = f"/lead/{scene.case}/close"
    page = scene.lead.get(path)
    ids = re.findall(r'name="handoffs".*?value="([^" ]+) done"', page, re.DOTALL)
    assert len(ids) > 1
    answer = scene.lead.post(path, form_id="x", reason="goals_met", handoffs=[f"{ids[0]} elsewhere"])
    assert answer.status_code == 422
    assert words(answer.text).count("Say what becomes of it") == len(ids) - 1
    assert f'value="{ids[0]} elsewhere" selected' in answer.text, "what was answered is kept"
    assert '<a href="#close-handoffs"' in answer.text or '<a href="#handoffs"' in answer.text
    assert "Something in this case is open and has no answer yet" in words(answer.text)
    assert "is closed" not in words(scene.lead.whole(f"/lead/{scene.case}"))


def test_an_agency_finds_in_its_list_what_the_lead_ended_and_why(scene):
    scene.clinic.post(f"{scene.open(scene.clinic)}/accept", form_id="yes")
    scene.town.carry()
    assert scene.close("elsewhere", reason="person_left").status_code == 303
    scene.town.carry()
    for visitor, need in ((scene.clinic, "Health care"), (scene.lawyers, "Legal help")):
        page = words(visitor.get("/work"))
        assert "Ended by the lead: nothing more to do" in page
        assert f"{need} , case" in page
        assert "closed the case: The person left. Of this it says: It goes on outside of this case." in page
        assert "ended with the case It goes on outside of this case" in words(visitor.whole(f"/cases/{scene.case}"))
    scene.town.later(24 * 15)
    assert "Ended by the lead" not in words(scene.clinic.get("/work")), "after two weeks it stands among the closed cases alone"


def test_a_reopened_case_is_on_the_lists_again_and_says_why(scene):
    clinic = scene.open(scene.clinic)
    scene.clinic.post(f"{clinic}/accept", form_id="yes")
    scene.town.carry()
    scene.close()
    scene.town.carry()
    path = f"/lead/{scene.case}/reopen"
    page = words(scene.lead.get(path))
    assert "has this again: Health care" in page
    assert re.search("Legal help – .*: nobody had answered. It stays ended; ask anew if it is still needed.", page)
    assert scene.lead.post(path, form_id="bare").status_code == 422
    assert scene.lead.post(path, form_id="again", reason="needs_help").status_code == 303
    scene.town.carry()
    page = words(scene.clinic.whole(f"/cases/{scene.case}"))
    assert "The lead reopened this case on" in page
    assert "The person needs help again" in page
    assert "Accepted by you 1" in words(scene.clinic.get("/work"))
    assert scene.clinic.post(f"{clinic}/complete", form_id="done", outcome="done").status_code == 303
    assert "1 open" in words(scene.lead.get("/lead"))
    again = scene.lead.post(path, form_id="twice", reason="mistake")
    assert (again.status_code, "This case is open. There is nothing to reopen." in words(again.text)) == (409, True)


def test_in_a_closed_case_the_page_to_close_offers_nothing(scene):
    scene.close()
    scene.town.carry()
    page = scene.lead.get(f"/lead/{scene.case}/close")
    assert "This case is closed already." in words(page)
    assert 'name="reason"' not in page
    scene.lead.get(f"/lead/{scene.case}/fly", 404)


def test_all_that_is_missing_is_said_at_once(scene):
    """Not the reason first, and what is open once that is answered."""
    path = f"/lead/{scene.case}/close"
    page = scene.lead.get(path)
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    assert len(shown) > 1
    answer = scene.lead.post(path, form_id="bare", shown=shown, handoffs=[f"{shown[0]} elsewhere"])
    assert answer.status_code == 422
    assert "Reason: give an answer" in words(answer.text)
    assert "What is still open: say of each what becomes of it" in words(answer.text)
    assert words(answer.text).count("Say what becomes of it") == len(shown) - 1


def test_a_gap_among_the_tasks_is_said_beside_one_among_the_requests():
    with pytest.raises(ValidationError) as found:
        CloseForm.model_validate({"case": "c", "shown": ("h",), "shown_tasks": ("t",)})
    assert [error["loc"] for error in found.value.errors()] == [("reason",), ("handoffs",), ("tasks",)]


def test_the_person_withdraws_consent_in_a_closed_case_too(scene):
    """Agencies keep what they were told, so it must be as easy as before; programs may record it then as well."""
    scene.open(scene.clinic)
    scene.close()
    scene.town.carry()
    page = scene.lead.whole(f"/lead/{scene.case}")
    assert f'href="/lead/{scene.case}/withdraw"' in page
    asked = words(scene.lead.get(f"/lead/{scene.case}/withdraw?agency=rs-zdr-bg"))
    assert "Record the withdrawal" in asked
    assert scene.lead.post(f"/lead/{scene.case}/withdraw", form_id="w", agency="rs-zdr-bg").status_code == 303
    scene.town.carry()
    assert "Consent withdrawn" in words(scene.lead.whole(f"/lead/{scene.case}"))


def test_in_a_closed_case_nobody_is_offered_to_ask_another_agency_by_address_either(scene):
    scene.open(scene.clinic)
    path = f"/cases/{scene.case}/request"
    assert 'name="need"' in scene.clinic.get(path)
    scene.close()
    scene.town.carry()
    page = scene.clinic.get(path)
    assert 'name="need"' not in page
    assert "This case is closed. Nothing is decided in it any more." in words(page)


def test_a_case_does_not_end_as_no_victim_while_the_decision_in_force_says_otherwise(scene):
    def close(form):
        page = scene.lead.get(f"/lead/{scene.case}/close")
        ids = dict.fromkeys(re.findall(r'name="handoffs".*?value="([^" ]+) done"', page, re.DOTALL))
        return scene.lead.post(
            f"/lead/{scene.case}/close", form_id=form, reason="not_a_victim", handoffs=[f"{id} not_needed" for id in ids]
        )

    def decide(form, **said):
        assert scene.lead.post(f"/lead/{scene.case}/decide-status", form_id=form, ground="signs", **said).status_code == 303
        scene.town.carry()

    decide("rg", stage="reasonable_grounds", positive="true")
    refused = close("no")
    assert (refused.status_code, "Choose another reason, or decide anew" in words(refused.text)) == (422, True), words(refused.text)
    assert "is closed" not in words(scene.lead.whole(f"/lead/{scene.case}"))
    decide("cg", stage="conclusive_grounds", positive="false", words="Nobody else is on duty")
    assert close("yes").status_code == 303
