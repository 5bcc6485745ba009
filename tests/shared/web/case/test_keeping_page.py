"""What is kept for proceedings on the pages: Today asks, the case says so, the form takes the name, and the person's copy has it."""

from typing import Any

import pytest

from shared.access.assignments import give
from shared.access.roles import Role
from shared.config.calendar import DAY
from shared.privacy import keeping
from shared.privacy.receipts import ReceiptDue
from shared.protocol.vocabulary import KeepGround
from shared.web.text import audit_words
from tests.browser.desks import words
from tests.shared.access.offices import Office, Person
from tests.shared.web.case.test_rights_pages import ask, release, request_of, take

COURT = "Higher Court (invented)"


@pytest.fixture
def case(place: Office, ana: Person) -> str:
    """Reported by Ana, and what happened is kept for proceedings since its ground has gone."""
    made = place.report(ana)
    place.carry()
    due = ReceiptDue("rs-czztlj", "withdrawal7", ["D1"], ["D2"], KeepGround.CRIMINAL_PROCEDURE)
    place.desks["intake"].instance.transact(
        lambda work: (give(work, made, "c3d2", "c3d2", 1), keeping.begin(work, made, due, {"D2": KeepGround.CRIMINAL_PROCEDURE}))
    )
    return made


def post(who: Person, case: str, decision: str, form: str, **said: Any) -> Any:
    return who.post(f"/reports/{case}/keeping/{decision}", form_id=form, **{"kept": "withdrawal7", **said})


def test_today_and_the_case_ask_until_somebody_has_named_them(place: Office, ana: Person, ceca: Person, case: str) -> None:
    here = f"/reports/{case}/keeping"
    today = ana.get("/today")
    assert f'href="{here}"' in today
    assert "Kept for proceedings: name them 1" in words(today)
    assert f'href="{here}"' in ana.get(f"/reports/{case}")
    assert "kept as the law says" in words(ana.get(here))
    wrong = post(ana, case, "name-proceedings", "n0", number="", authority=COURT)
    assert wrong.status_code == 422
    assert COURT in wrong.text, "nothing that was typed is lost"
    assert 'href="#kept-withdraw-number"' in wrong.text
    assert 'id="kept-withdraw-number"' in wrong.text
    place.clock.at += 15 * DAY
    assert "late" in words(ceca.get("/today"))
    answer = post(ana, case, "name-proceedings", "n1", number="KTI 7/26", authority=COURT)
    assert (answer.status_code, answer.headers["location"]) == (303, here)
    assert "Kept for proceedings: name them" not in words(ana.get("/today"))
    for page in (here, f"/reports/{case}"):
        assert f"KTI 7/26, {COURT}" in words(ana.get(page))
    assert {act for _, act, about, _ in place.audit() if about == case} >= {"name_proceedings"}
    assert audit_words.looked_at("GET /reports/{case}/keeping", str) == "what is kept of it for proceedings"
    assert 'value="KTI 7/26"' in ana.get(here), "to say that they still run, nothing is typed again"
    place.clock.at += 170 * DAY
    assert f'href="{here}"' in ana.get("/today")
    assert "look whether they still run by" in words(ana.get("/today"))
    ask(ana, case)
    id = request_of(ana, case)
    assert release(ceca, case, id).status_code == 303
    (told,) = take(ceca, case, id).json()["kept_for_proceedings"]
    assert (told["classes"], told["number"], told["authority"]) == (["D2"], "KTI 7/26", COURT)
    assert take(ceca, case, id, "pdf").content.startswith(b"%PDF")


def test_once_they_are_over_nothing_is_asked_any_more(place: Office, ana: Person, case: str) -> None:
    assert post(ana, case, "end-keeping", "e1").status_code == 303
    page = words(ana.get(f"/reports/{case}/keeping"))
    assert "Nothing of this case stands here as kept" in page
    assert "There is no ground any more for what stands here" not in page
    assert "/keeping" not in ana.get("/today")
    assert "/keeping" not in ana.get(f"/reports/{case}")
    again = post(ana, case, "name-proceedings", "n1", number="KTI 7/26", authority=COURT)
    assert again.status_code == 404
    assert post(ana, case, "end-keeping", "e2", kept="another").status_code == 404


def test_who_has_not_the_case_sees_and_names_nothing(place: Office, case: str) -> None:
    other = place.person("d4e5", Role.OFFICER)
    assert "/keeping" not in other.get("/today")
    other.get(f"/reports/{case}/keeping", 404)
    assert post(other, case, "name-proceedings", "x", number="1", authority="2").status_code == 404
