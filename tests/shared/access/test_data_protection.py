"""The officer for data protection: deals with what people ask in any case, sees who has seen what, and no other page of a case."""

import json
import re

import pytest

from shared.access.assignments import give
from shared.access.roles import Role
from tests.browser.desks import words
from tests.shared.access.offices import Office, Person
from tests.shared.access.restricted import restrict
from tests.shared.access.test_roles import UNKNOWN
from tests.shared.privacy.files import picture
from tests.shared.web.case.test_rights_documents import attach

NAME, NOTE, LABEL = "Јована", "comes on Thursdays with her aunt Milica", "grey cap"


@pytest.fixture
def vera(place: Office) -> Person:
    return place.person("v9d1", Role.DATA_PROTECTION)


@pytest.fixture
def case(place: Office, ana: Person) -> str:
    """Ana's, with a name, and a note and a label of her own."""
    made = place.report(ana)
    place.carry()
    assert ana.post(f"/reports/{made}/person/name", form_id="name", source="said", given_names=NAME).status_code == 303
    assert ana.post(f"/reports/{made}/own/write-note", form_id="note", note=NOTE).status_code == 303
    assert ana.post(f"/reports/{made}/own/name-case", form_id="label", label=LABEL).status_code == 303
    place.carry()
    return made


def first(pattern: str, page: str) -> str:
    """What the pattern finds first."""
    found = re.search(pattern, page)
    assert found is not None
    return found[1]


def statement_of(page: str) -> str:
    return first(r'name="statement"[^>]*value="([^"]+)"', page)


def request_of(page: str) -> str:
    return first(r"request=([0-9a-f]+)", page)


def test_no_page_of_a_case_opens_but_what_the_person_asks(place: Office, ana: Person, vera: Person, case: str) -> None:
    assert vera.client.get("/", headers={"accept": "text/html"}).headers["location"] == "/rights"
    for path in ("", "/person", "/person/name", "/documents", "/account", "/rights/export-file"):
        answer = vera.client.get(f"/reports/{case}{path}", headers={"accept": "text/html"})
        assert answer.status_code == 403, path
        assert NAME not in answer.text
        assert NOTE not in answer.text
        assert LABEL not in answer.text
    assert vera.post(f"/reports/{case}/rights/export-file", form_id="out", words="for a court").status_code == 403
    assert vera.client.get("/reports", headers={"accept": "text/html"}).status_code == 403, "no list of cases either"
    assert vera.client.get(f"/api/intake/cases/{case}").status_code == 403
    vera.get(f"/reports/{UNKNOWN}/rights", 404)
    page = words(vera.get(f"/reports/{case}/rights"))
    assert "Nothing was asked yet" in page
    assert not any(word in page for word in (NAME, NOTE, LABEL, "Who must move next"))
    assert ("v9d1", "read:GET /reports/{case}/rights", case, "rights") in place.audit()
    assert "what the person asks of their data" in words(vera.get(f"/access/intake/{case}"))


def test_a_restriction_is_written_down_and_stands_in_the_list_until_it_is_answered(
    place: Office, ana: Person, vera: Person, case: str
) -> None:
    reference = f"{case[:4]}-{case[4:8]}".upper()
    for nothing in ("", "%", "a\0", "ZZZZ-ZZZZ", "x" * 80):
        wrong = vera.post("/rights", service="intake", case=nothing)
        assert wrong.status_code == 422, nothing
        assert "There is no such case here" in words(wrong.text)
    assert vera.post("/rights", service="intake", case=reference).headers["location"] == f"/reports/{case}/rights"
    assert "No request waits" in words(vera.get("/rights"))
    told = vera.post(f"/reports/{case}/rights/object", form_id="o", groups="name", words="not for this")
    assert told.status_code == 303, words(told.text)
    assert f"Case {reference}" in words(vera.get("/rights"))
    ana.get("/rights", 403)
    assert "It should not be used" in words(ana.get("/reports")), "whoever has the case sees it too"
    page = vera.get(f"/reports/{case}/rights")
    answered = {"form_id": "a", "request": request_of(page), "outcome": "refused", "words": "A court needs it."}
    assert vera.post(f"/reports/{case}/rights/answer-request", **answered).status_code == 303
    assert "No request waits" in words(vera.get("/rights"))
    late = vera.post(f"/reports/{case}/rights/answer-request", **{**answered, "form_id": "b"})
    assert late.status_code == 409
    assert "reported" not in words(late.text), "what happened in the case is not told"


def test_a_form_names_what_is_on_file_and_not_what_it_says(ana: Person, vera: Person, case: str) -> None:
    seen = vera.get(f"/reports/{case}/rights/erase-statement")
    assert NAME not in seen
    assert LABEL not in seen
    assert LABEL in ana.get(f"/reports/{case}/rights/erase-statement"), "whoever has the case sees which one it is"
    assert "Given names" in words(seen)
    assert NAME in ana.get(f"/reports/{case}/rights/erase-statement")
    assert NAME in vera.get(f"/reports/{case}/rights/erase-statement?statement={statement_of(seen)}"), "what is asked about is looked at"


def test_a_copy_is_released_and_handed_over_by_whoever_did_not_write_it_down(place: Office, ana: Person, vera: Person, case: str) -> None:
    assert ana.post(f"/reports/{case}/rights/ask-access", form_id="ask", identity="document", pressure="no").status_code == 303
    id = request_of(vera.get(f"/reports/{case}/rights"))
    page = vera.get(f"/reports/{case}/rights/release-copy?request={id}")
    assert NAME in page, "a copy is looked at before it is given"
    shown = first(r'name="shown" value="([0-9a-f]+)"', page)
    sent = vera.post(f"/reports/{case}/rights/release-copy", form_id="rel", request=id, answer="copy", shown=shown)
    assert sent.status_code == 303
    assert ana.post(f"/reports/{case}/rights/take-copy", form_id="t", request=id, format="json").status_code == 403
    copy = vera.post(f"/reports/{case}/rights/take-copy", form_id="t2", request=id, format="json")
    assert {one["as"] for one in json.loads(copy.content)["seen"]} == {"in-charge", "data-protection"}


def test_whoever_may_open_no_document_releases_none(place: Office, ana: Person, vera: Person, ceca: Person, case: str) -> None:
    here = attach(ana, case, "Canary pay slip.png", picture("PNG"))
    place.carry()
    vera.get(here, 403)
    assert ana.post(f"/reports/{case}/rights/ask-access", form_id="ask", identity="document", pressure="no").status_code == 303
    id = request_of(vera.get(f"/reports/{case}/rights"))
    page = vera.get(f"/reports/{case}/rights/release-copy?request={id}")
    assert here not in page, "no link that leads nowhere"
    assert "Your role opens no documents, so none goes along with a copy that you release" in words(page)
    said = {"request": id, "answer": "copy", "shown": first(r'name="shown" value="([0-9a-f]+)"', page), "documents": "yes"}
    assert vera.post(f"/reports/{case}/rights/release-copy", form_id="rel", **said).status_code == 303
    assert "(ZIP)" not in words(vera.get(f"/reports/{case}/rights"))
    assert vera.post(f"/reports/{case}/rights/take-copy", form_id="t", request=id, format="documents").status_code == 404
    copy = vera.post(f"/reports/{case}/rights/take-copy", form_id="t2", request=id, format="json")
    assert [(one["name"], one["file"]) for one in json.loads(copy.content)["documents"]] == [("Canary pay slip.png", None)]
    place.desks["intake"].instance.transact(lambda work: give(work, case, "c3d2", "c3d2", 1))
    assert "Your role opens no documents" not in words(ceca.get(f"/reports/{case}/rights/release-copy?request={id}"))


def test_a_request_opens_the_forms_of_its_own_steps_alone(place: Office, ana: Person, vera: Person, case: str) -> None:
    assert vera.post(f"/reports/{case}/rights/object", form_id="o", groups="name", words="not for this").status_code == 303
    id = request_of(vera.get(f"/reports/{case}/rights"))
    for decision in ("release-copy", "go-on", "lift-restriction"):
        page = vera.get(f"/reports/{case}/rights/{decision}?request={id}", 409)
        assert not [word for word in (NAME, NOTE, LABEL) if word in page], decision
    assert "Decide on it" in words(vera.get(f"/reports/{case}/rights"))
    vera.get(f"/reports/{case}/rights/answer-request?request={id}")
    vera.get(f"/reports/{case}/rights/end-request?request={id}")
    answered = {"form_id": "a", "request": id, "outcome": "refused", "words": "A court needs it."}
    assert vera.post(f"/reports/{case}/rights/answer-request", **answered).status_code == 303
    for decision in ("answer-request", "end-request"):
        vera.get(f"/reports/{case}/rights/{decision}?request={id}", 409)


def test_a_restricted_case_is_not_there(place: Office, ana: Person, vera: Person, case: str) -> None:
    vera.post(f"/reports/{case}/rights/object", form_id="o", groups="name", words="not for this")
    assert restrict(ana, "intake", case).status_code == 303
    vera.get(f"/reports/{case}/rights", 404)
    assert vera.post(f"/reports/{case}/rights/restrict", form_id="r", ground="contested").status_code == 404
    assert "No request waits" in words(vera.get("/rights"))
    assert vera.post("/rights", service="intake", case=case).status_code == 422
