"""The page of an invitation: looking writes nothing, opening shows what may be known, an answer is one answer."""

import re

import pytest

from services.referral.handlers.consent import OfCase, requested
from shared.decisions.decide import DecisionContext
from shared.protocol.events import HandoffRequested
from shared.protocol.vocabulary import HandoffKind, Need, Urgency
from tests.browser.desks import as_writer, words
from tests.shared.land import decide


def test_the_work_list_says_who_asks_and_by_when(scene):
    page = words(scene.clinic.get("/work"))
    assert "Invitations to answer 1" in page
    assert "from Centre for Human Trafficking Victims' Protection" in page
    assert "due in 2 d" in page


def test_looking_writes_nothing_and_shows_nothing_of_the_person(scene):
    path = scene.invitation(scene.lawyers)
    for _ in range(2):
        page = words(scene.lawyers.get(path))
        assert "not opened yet" in page
        assert "Forced labour" not in page
    assert not any(instance.outgoing.cases() for instance in scene.town.instances)


def test_opening_shows_what_the_agency_may_know_and_no_more(scene):
    lawyers, clinic = (words(visitor.get(scene.open(visitor))) for visitor in (scene.lawyers, scene.clinic))
    assert "Forced labour" in lawyers
    assert "The employer holds passports" in lawyers
    assert "Adult" in clinic
    assert "Forced labour" not in clinic
    assert "The employer holds passports" not in clinic


def test_opening_twice_is_told_once(scene):
    path = scene.open(scene.clinic)
    assert scene.clinic.post(f"{path}/open", form_id="again").status_code == 303
    scene.town.carry()
    assert words(scene.lead.whole(f"/lead/{scene.case}")).count("Health Centre Belgrade opened the request") == 1


def test_a_no_needs_a_reason(scene):
    path = scene.open(scene.clinic)
    answer = scene.clinic.post(f"{path}/decline", form_id="no")
    assert answer.status_code == 422
    assert "Reason: give an answer" in words(answer.text)
    assert 'href="#code"' in answer.text
    assert '<details class="govuk-details" open>' in answer.text


@pytest.mark.parametrize(
    ("code", "competent", "field", "said"),
    [("C4", "", "code", "never a ground"), ("C1", "", "competent", "Name the agency"), ("C2", "rs-zdr-bg", "competent", "Name the agency")],
)
def test_reasons_that_do_not_stand_are_refused_at_the_form(scene, code, competent, field, said):
    path = scene.open(scene.clinic)
    answer = scene.clinic.post(f"{path}/decline", form_id="no", code=code, competent=competent)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert f'href="#{field}"' in answer.text


def test_a_reason_that_stands_is_told_in_words(scene):
    path = scene.open(scene.clinic)
    answer = scene.clinic.post(f"{path}/decline", form_id="no", code="C1", competent="rs-csr-ns")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{scene.case}")
    scene.town.carry()
    page = words(scene.lead.whole(f"/lead/{scene.case}"))
    assert "Outside our mandate. Competent instead: Centre for Social Work Novi Sad" in page
    assert "Centre for Human Trafficking Victims' Protection (your agency) must find help elsewhere" in page
    assert "Came back to you" in words(scene.lead.get("/work"))


def test_an_answer_waits_for_the_bus_and_the_work_list_knows_it(scene):
    path = scene.open(scene.clinic)
    scene.clinic.post(f"{path}/accept", form_id="yes")
    page = words(scene.clinic.get("/work"))
    assert "Not sent to the others yet" in page
    assert "Invitations to answer" not in page
    assert "Accepted by you 1" in page


def test_a_double_click_is_one_answer(scene):
    path = scene.open(scene.clinic)
    form = scene.clinic.form_id(scene.clinic.get(path), f"{path}/accept")
    answers = [scene.clinic.post(f"{path}/accept", form_id=form) for _ in range(2)]
    assert [a.headers["location"] for a in answers] == [f"/cases/{scene.case}", f"/cases/{scene.case}?sent=again"]
    assert "It is recorded once" in words(scene.clinic.get(answers[1].headers["location"]))
    scene.town.carry()
    assert words(scene.clinic.whole(f"/cases/{scene.case}")).count("Health Centre Belgrade accepted: Health care") == 1


def test_an_answer_to_what_was_taken_back_says_what_happened_meanwhile(scene):
    path = scene.open(scene.clinic)
    scene.town.carry()
    head = scene.clinic.head(scene.clinic.get(path), f"{path}/accept")
    scene.lead.post(f"{path}/revoke", form_id="revoke")
    scene.town.carry()
    answer = scene.clinic.post(f"{path}/accept", form_id="late", head=head)
    page = words(answer.text)
    assert answer.status_code == 409
    assert "The case has moved on" in page
    assert "This request was taken back by the agency that asked" in page
    assert "Centre for Human Trafficking Victims' Protection took its request back: Health care" in page
    assert "reported a person" not in page
    assert f'href="/cases/{scene.case}"' in answer.text


def test_what_does_not_fit_says_how_things_stand_and_not_that_they_moved(scene):
    path = scene.open(scene.clinic)
    scene.town.carry()
    assert scene.clinic.post(f"{path}/accept", form_id="yes").status_code == 303
    scene.town.carry()
    head = re.search(r'name="head" value="([^"]+)"', scene.clinic.get(path))[1]
    again = scene.clinic.post(f"{path}/accept", form_id="again", head=head)
    assert again.status_code == 409
    assert "The case has moved on" not in words(again.text)
    assert "This request is accepted: the agency asked is responsible" in words(again.text)


def test_a_late_invitation_says_so_in_words_and_can_still_be_accepted(scene):
    scene.town.later(50)
    page = scene.clinic.get("/work")
    assert "late by 2 h" in words(page)
    assert 'class="own-work__late"' in page
    path = scene.open(scene.clinic)
    assert "late by 2 h" in words(scene.clinic.get(path))
    assert "late by 1 d 2 h" in words(scene.lead.get("/lead"))
    assert scene.clinic.post(f"{path}/accept", form_id="late").status_code == 303


def test_an_expired_invitation_says_what_became_of_it(scene):
    path = scene.open(scene.clinic)
    scene.town.later(241)
    assert "The time for this request has run out." in words(scene.clinic.get(path))
    answer = scene.clinic.post(f"{path}/accept", form_id="too late")
    assert answer.status_code == 409
    assert "it went back to the agency that asked" in words(answer.text)
    assert "noted that nobody answered in time" in words(answer.text)


def test_only_the_agency_that_is_asked_answers(scene):
    path = scene.invitation(scene.clinic)
    answer = scene.lawyers.post(f"{path}/accept", form_id="not mine")
    assert answer.status_code == 403
    assert "asked of another agency" in words(answer.text)


def test_more_information_is_asked_and_told(scene):
    path = scene.open(scene.clinic)
    nothing = scene.clinic.post(f"{path}/ask-info", form_id="nothing")
    assert nothing.status_code == 422
    assert "Write what you need to know" in words(nothing.text)
    assert scene.clinic.post(f"{path}/ask-info", form_id="what", words="Invented: which tongue?").status_code == 303
    scene.town.carry()
    assert "More information is asked of you 1" in words(scene.lead.get("/work"))
    assert "Invented: which tongue?" in words(scene.lead.get(path))
    assert "We have told what we can" in words(scene.lead.get(path))
    assert scene.lead.post(f"{path}/supply-info", form_id="this").status_code == 303
    scene.town.carry()
    assert "opened, not answered" in words(scene.clinic.get(path))


def test_what_was_accepted_is_acted_on_completed_or_given_back(scene):
    path = scene.open(scene.clinic)
    scene.clinic.post(f"{path}/accept", form_id="yes")
    assert scene.clinic.post(f"{path}/take-action", form_id="act").status_code == 422
    assert scene.clinic.post(f"{path}/take-action", form_id="act", action="medical_visit").status_code == 303
    assert "Medical visit" in words(scene.clinic.get(path))
    assert scene.clinic.post(f"{path}/complete", form_id="end").status_code == 422
    assert scene.clinic.post(f"{path}/complete", form_id="end", outcome="partly").status_code == 303
    assert "Partly done" in words(scene.clinic.get(path))
    assert scene.clinic.post(f"{path}/give-back", form_id="back", code="C6").status_code == 409


@pytest.mark.parametrize("path", ["/handoffs/none", "/tasks/none"])
def test_what_is_not_there(scene, path):
    scene.clinic.get(f"/cases/{scene.case}{path}", 404)
    assert scene.clinic.post(f"/cases/{scene.case}{path}/fly", form_id="x").status_code == 404


def test_a_request_to_lead_is_no_invitation_and_its_page_says_that_nothing_here_answers_it(scene):
    """The desk of another country may ask so already: what is asked is seen, with whom to phone, and no button ends in a refusal."""
    lead = next(one for one in scene.town.instances if one.me == "referral.rs-czztlj")

    def asks(command: OfCase, tx: DecisionContext) -> HandoffRequested:
        return requested(tx, Need.IDENTIFICATION, "rs-zdr-bg", HandoffKind.TRANSFER, Urgency.NORMAL)

    as_writer(lead, lambda: decide(lead, asks, OfCase(case=scene.case), "asks"))
    scene.town.carry()
    handoff = next(h.id for h in scene.town.picture(scene.case).handoffs.values() if h.kind is HandoffKind.TRANSFER)
    path = f"/cases/{scene.case}/handoffs/{handoff}"
    assert "Invitations to answer 1" in words(scene.clinic.get("/work")), "the other one"
    assert "Say whether you take over the lead" in words(scene.clinic.get("/today"))
    assert "Your agency is asked to lead this case" in words(scene.clinic.get(f"/cases/{scene.case}"))
    page = scene.clinic.get(path)
    assert "No desk that leads cases answers this here. Phone the lead agency" in words(page)
    assert f'action="{path}/' not in page
    for decision, more in (("open", {}), ("accept", {}), ("decline", {"code": "C6"}), ("offer", {"terms": "part"})):
        answer = scene.clinic.post(f"{path}/{decision}", form_id=decision, **more)
        where = "It is answered by the desk of your agency that leads cases" in words(answer.text)
        assert (answer.status_code, where) == (409, True), decision


def test_what_an_interview_was_about_is_read_before_somebody_asks_the_same_again(scene):
    path = scene.open(scene.clinic)
    scene.clinic.post(f"{path}/accept", form_id="yes")
    assert "interviewed already" not in words(scene.clinic.get(path))
    wrong = scene.clinic.post(f"{path}/take-action", form_id="1", action="medical_visit", topics="control")
    assert wrong.status_code == 422
    assert "Only an interview is about something" in words(wrong.text)
    wrong = scene.clinic.post(f"{path}/take-action", form_id="2", action="interview_held", together="true")
    assert "Say what the interview was about" in words(wrong.text)
    assert re.search(r'name="together"[^>]*checked', wrong.text), "what was ticked is still ticked"
    assert scene.clinic.post(f"{path}/take-action", form_id="3", action="interview_held", topics="gossip").status_code == 422
    held = {"action": "interview_held", "topics": ["work", "control"], "together": "true"}
    assert scene.clinic.post(f"{path}/take-action", form_id="4", **held).status_code == 303
    assert scene.clinic.post(f"{path}/take-action", form_id="5", action="interview_held").status_code == 303
    page, asked = (
        words(scene.clinic.get(path)),
        "Why they stayed: threats, debts, papers taken away; What the person had to do, and how they lived",
    )
    assert f"{asked} (together with another agency) – Health Centre Belgrade" in page, "what it decides itself, while that is on its way"
    assert "Health care, shelters, legal aid and prosecution never do, not even what they record here themselves" in page
    scene.town.carry()
    page = words(scene.clinic.get(path))
    assert page.count("what about is not on record here: ask who held it – Health Centre Belgrade") == 2, "who treats people is not told"
    story = words(scene.lead.whole(f"/lead/{scene.case}"))
    assert f"Interview held · {asked} · together with another agency" in story
    theirs = scene.open(scene.lawyers)
    scene.lawyers.post(f"{theirs}/accept", form_id="yes")
    assert f"{asked} (together with another agency) – Health Centre Belgrade" in words(scene.lawyers.get(theirs)), "who would ask next"
