"""Advice is asked with a question, and answered; whoever is asked is told on every page that nothing is taken on."""

import pytest

from tests.browser.desks import Visitor, words

ASKED = {"need": "residence", "to": "rs-zdr-bg", "kind": "consultation"}
TRAPS = ("becomes responsible for this need", "must act", "Accept", "Record what was done", "Accepted by you", "Agencies that act")


def ask(scene, form="q", **more: str):
    answer = scene.reporter.post(f"/cases/{scene.case}/request", form_id=form, **ASKED, **{"question": "entitlement", **more})
    assert answer.status_code == 303, words(answer.text)
    scene.town.carry()
    return answer.headers["location"]


def free_of_traps(page: str) -> None:
    said = words(page)
    assert [trap for trap in TRAPS if trap in said] == []


def test_a_question_is_asked_answered_and_over(scene):
    page = ask(scene)
    assert "Your advice is asked 1" in words(scene.clinic.get("/work"))
    asked = scene.clinic.get(page)
    assert "You are asked for advice alone" in words(asked)
    assert "What help may somebody in such a situation have?" in words(asked)
    free_of_traps(asked)
    assert scene.clinic.post(f"{page}/open", form_id="open").status_code == 303
    free_of_traps(scene.clinic.get(page))
    assert "let nobody say a name" in words(scene.clinic.get(page))
    assert scene.clinic.post(f"{page}/advise", form_id="answer", advice="explained").status_code == 303
    scene.town.carry()
    assert "Your advice is asked" not in words(scene.clinic.get("/work"))
    for visitor in (scene.clinic, scene.reporter):
        after = scene_page(visitor, page)
        assert "We have answered the question by phone or in person" in after
        assert "nobody has become responsible through it" in after
        assert "must answer a question" not in words(visitor.get(f"/cases/{scene.case}"))
    assert "Came back to you" not in words(scene.reporter.get("/work"))
    assert "advice given" in words(scene.reporter.whole(f"/cases/{scene.case}"))


def scene_page(visitor: Visitor, page: str) -> str:
    found = visitor.get(page)
    free_of_traps(found)
    return words(found)


def test_no_call_takes_a_question_on(scene):
    page = ask(scene)
    for decision, more in (("accept", {}), ("decline", {"code": "C6"}), ("ask-info", {}), ("complete", {"outcome": "done"})):
        answer = scene.clinic.post(f"{page}/{decision}", form_id=decision, **more)
        assert answer.status_code == 409
        assert "This asks for advice alone" in words(answer.text)


def test_help_is_not_answered_with_advice(scene):
    page = scene.open(scene.clinic)
    answer = scene.clinic.post(f"{page}/advise", form_id="answer", advice="explained")
    assert (answer.status_code, "This asks for help, not for advice alone" in words(answer.text)) == (409, True)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"question": ""}, "Say what you want to know"),
        ({"kind": "referral", "need": "psychological", "to": "rs-ngo-pomoc"}, "Only a request for advice has a question"),
    ],
)
def test_a_question_goes_with_advice_and_with_nothing_else(scene, more, said):
    answer = scene.reporter.post(f"/cases/{scene.case}/request", form_id="q", **{**ASKED, "question": "entitlement", **more})
    assert (answer.status_code, said in words(answer.text)) == (422, True), words(answer.text)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"advice": "elsewhere"}, "Name the agency that is competent"),
        ({"advice": "elsewhere", "competent": "rs-zdr-bg"}, "Name the agency that is competent"),
        ({"advice": "ours", "competent": "rs-ngo-pomoc"}, "An agency is named only with the answer that another agency is competent"),
        ({}, "give an answer"),
    ],
)
def test_an_answer_that_is_not_whole_comes_back_at_its_field(scene, answers, said):
    page = ask(scene)
    scene.clinic.post(f"{page}/open", form_id="open")
    answer = scene.clinic.post(f"{page}/advise", form_id="answer", **answers)
    assert (answer.status_code, said in words(answer.text)) == (422, True), words(answer.text)


def test_the_lead_asks_with_a_question_too(scene):
    path = f"/lead/{scene.case}/consult"
    assert "Say what you want to know" in words(scene.lead.post(path, form_id="a", agency="rs-zdr-bg", need="residence").text)
    answer = scene.lead.post(path, form_id="b", agency="rs-zdr-bg", need="residence", question="procedure")
    assert answer.status_code == 303
    scene.town.carry()
    assert "Your advice is asked 1" in words(scene.clinic.get("/work"))


def test_a_closing_asks_nothing_about_a_question(scene):
    ask(scene)
    page = words(scene.lead.get(f"/lead/{scene.case}/close"))
    assert "Residence" not in page
    assert scene.close().status_code == 303
