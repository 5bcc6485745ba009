"""Asking another agency, and the tasks of the joint plan."""

from typing import Any

import pytest
from httpx2 import Response

from tests.browser.desks import Visitor, words


def program(visitor: Visitor, decision: str, **body: Any) -> Response:
    """A program asks for the same."""
    headers = {"idempotency-key": decision.replace("/", "."), "origin": "http://testserver"}
    return visitor.client.post(f"/api/{decision}", json=body, headers=headers)


def test_asking_another_agency_leads_to_the_request(scene):
    path = f"/cases/{scene.case}/request"
    assert scene.clinic.post(path, form_id="r").status_code == 422
    answer = scene.clinic.post(path, form_id="r", need="psychological", to="rs-ngo-pomoc", kind="referral")
    assert answer.headers["location"].startswith(f"/cases/{scene.case}/handoffs/")
    assert "Take the request back" in words(scene.clinic.get(answer.headers["location"]))
    scene.town.carry()
    assert "Psychological help" in words(scene.lawyers.get("/work"))
    assert "Waiting for others 1" in words(scene.clinic.get("/work"))


def test_an_agency_that_the_directory_does_not_list_and_oneself(scene):
    path = f"/cases/{scene.case}/request"
    for to, said in (("nobody", "The directory has no such agency"), ("rs-zdr-bg", "Choose another agency than your own")):
        answer = scene.clinic.post(path, form_id="r", need="housing", to=to)
        assert answer.status_code == 422
        assert said in words(answer.text)


@pytest.mark.parametrize("asking", ["page", "program"])
@pytest.mark.parametrize(
    ("to", "need", "kind", "said"),
    [
        ("rs-zdr-bg", "residence", "referral", "does not cover this need"),
        ("rs-zdr-bg", "health", "referral", "has been asked for the same in this case and has not answered"),
        ("rs-ngo-pomoc", "identification", "referral", "Identification is the lead agency’s own"),
        ("rs-zg", "legal", "referral", "The directory has no such agency to ask"),
        ("rs-zdr-bg", "residence", "consultation", ""),
    ],
)
def test_a_request_must_make_sense(scene, asking, to, need, kind, said):
    body = {"to": to, "need": need, "kind": kind, **({"question": "entitlement"} if kind == "consultation" else {})}
    if asking == "page":
        answer = scene.reporter.post(f"/cases/{scene.case}/request", form_id="r", **body)
    else:
        answer = program(scene.reporter, "assistance/request", case=scene.case, **body)
    expected = (409,) if "has been asked" in said and asking == "program" else (422,) if said else (200, 201, 202, 303)
    assert (answer.status_code in expected, said in words(answer.text)) == (True, True), (answer.status_code, words(answer.text)[:500])


def test_the_lead_is_held_to_the_same_and_hears_what_is(scene):
    path = scene.open(scene.clinic)
    scene.clinic.post(f"{path}/accept", form_id="yes")
    scene.town.carry()
    for decision, need, said in (
        ("add-agency", "residence", "does not cover this need"),
        ("add-agency", "health", "has accepted the same in this case already"),
    ):
        answer = scene.lead.post(f"/lead/{scene.case}/{decision}", form_id=need, agency="rs-zdr-bg", need=need)
        assert (answer.status_code, said in words(answer.text)) == (422, True), words(answer.text)[:500]


def test_the_lead_asks_where_it_knows_what_the_person_agreed_to(scene):
    path = f"/cases/{scene.case}/request"
    assert scene.lead.client.get(path).headers["location"] == f"/lead/{scene.case}"
    for answer in (
        scene.lead.post(path, form_id="r", need="housing", to="rs-csr-ns"),
        program(scene.lead, "assistance/request", case=scene.case, to="rs-csr-ns", need="housing"),
    ):
        assert (answer.status_code, "asks others on its own page of it" in words(answer.text)) == (409, True)
    assert f'href="{path}"' not in scene.lead.get(f"/cases/{scene.case}")
    scene.town.carry()
    assert "Centre for Social Work Novi Sad" not in words(scene.lead.get(f"/cases/{scene.case}"))


def test_a_request_that_waits_for_a_basis_says_so_to_who_asked_and_to_the_lead(scene):
    made = scene.clinic.post(f"/cases/{scene.case}/request", form_id="r", need="housing", to="rs-csr-ns").headers["location"]
    scene.town.carry()
    assert "This request has not reached the agency yet." in words(scene.clinic.get(made))
    lead = words(scene.lead.get(f"/lead/{scene.case}"))
    assert "Housing: Centre for Social Work Novi Sad. No consent on record covers it now." in lead


def test_programs_are_asked_what_pages_ask(scene):
    scene.act_together()
    page = scene.clinic.get(f"/cases/{scene.case}")
    handoff = page[page.index(f'href="/cases/{scene.case}/handoffs/') :].partition("/handoffs/")[2].partition('"')[0]
    task = scene.clinic.get("/tasks").partition(f'href="/cases/{scene.case}/tasks/')[2].partition('"')[0]
    wrong = {
        "complete": {"handoff": handoff}, "complete-task": {"task": task}, "take-action": {"handoff": handoff, "action": "plan_task_done"},
        "request": {"to": "rs-ir", "need": "housing", "kind": "emergency"},
    }  # fmt: skip
    fields = {"complete": "outcome", "complete-task": "outcome", "take-action": "action", "request": "kind"}
    for decision, body in wrong.items():
        answer = program(scene.clinic, f"assistance/{decision}", case=scene.case, **body)
        assert (decision, answer.status_code, fields[decision] in answer.text) == (decision, 422, True), answer.text


def test_a_need_passed_round_enough_is_answered_by_a_call_to_joint_action(scene):
    path = f"/cases/{scene.case}/request"
    for number, (asked, code) in enumerate((("rs-ngo-pomoc", "C6"), ("rs-czztlj", "C6"))):
        made = scene.clinic.post(path, form_id=f"r{number}", need="housing", to=asked).headers["location"]
        scene.town.carry()
        other = scene.town.at[asked]
        other.post(f"{made}/open", form_id=f"o{number}")
        other.post(f"{made}/decline", form_id=f"d{number}", code=code)
        scene.town.carry()
    asked = scene.clinic.post(path, form_id="third", need="housing", to="rs-ngo-pomoc")
    assert asked.status_code == 409
    assert "You recorded just the same a moment ago" in words(asked.text)
    meant = scene.clinic.form_id(asked.text, path)
    called = scene.clinic.post(path, form_id=meant, need="housing", to="rs-ngo-pomoc").headers["location"]
    assert "the agencies are called to act together" in words(scene.clinic.get(called))
    scene.town.carry()
    assert "Call to joint action" in words(scene.lawyers.whole(f"/cases/{scene.case}"))
    assert "was passed round" in words(scene.lead.get("/lead"))


def test_tasks_are_begun_completed_and_planned(scene):
    scene.act_together()
    page = scene.clinic.get("/tasks")
    path = page[page.index(f'href="/cases/{scene.case}/tasks/') + 6 :].partition('"')[0]
    assert "Joint action under way" in words(scene.clinic.get(f"/cases/{scene.case}"))
    assert scene.clinic.post(f"{path}/begin", form_id="b").status_code == 303
    assert scene.clinic.post(f"{path}/complete", form_id="c").status_code == 422
    assert scene.clinic.post(f"{path}/complete", form_id="c", outcome="done").status_code == 303
    assert scene.clinic.post(f"{path}/begin", form_id="b2").status_code == 409
    days = scene.clinic.post(f"/cases/{scene.case}/tasks", form_id="p", need="health", days="soon")
    assert days.status_code == 422
    assert "Days until due: give a whole number" in words(days.text)
    assert scene.clinic.post(f"/cases/{scene.case}/tasks", form_id="p", need="health", days="3").status_code == 303
    scene.town.carry()
    assert "Tasks ended: 1 of 4" in words(scene.reporter.get(f"/reports/{scene.case}"))


def test_the_cases_of_an_agency(scene):
    page = words(scene.clinic.get("/cases"))
    assert f"Case {scene.case[:4]}-{scene.case[4:8]}".lower() in page.lower()
    assert "No closed cases here. A case comes here once its lead agency closes it." in words(scene.clinic.get("/cases?show=closed"))
    scene.clinic.get("/cases?page=0", 422)
    scene.clinic.get("/cases/nothing", 404)
