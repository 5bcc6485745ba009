"""Finding a case again: one's own freely, others with a reason; nothing says what was searched for; erasure reaches it."""

import re
from typing import Any

import pytest
from sqlmodel import Session

from shared.access.roles import Role
from shared.privacy.erasure_requests import ErasureRequest, request_erasure
from shared.web.http.desk import SEARCHES_AT_MOST
from tests.browser.desks import words
from tests.shared.access.offices import HTML, Office, Person
from tests.shared.land import rows

LABEL, REFERENCE = "Ђорђе, red jacket", "7/26"
REASON = "The clinic phones and asks for the officer"


@pytest.fixture
def case(place: Office, ana: Person) -> str:
    made = place.report(ana)
    place.carry()
    assert ana.post(f"/reports/{made}/own/name-case", form_id="own", label=LABEL, reference=REFERENCE).status_code == 303
    return made


def search(who: Person, **said: Any) -> str:
    """The page of what was found."""
    answer = who.post("/search", form_id="s", **said)
    assert answer.status_code == 303, words(answer.text)
    return who.get(answer.headers["location"])


def number(case: str) -> str:
    return f"{case[:4]}-{case[4:8]}".upper()


@pytest.mark.parametrize("typed", ["Djordje", "Đorđe", "ђорђ", "jacket", "RED jac", "7/26", "726"])
def test_one_s_own_case_is_found_by_what_the_agency_calls_it(place: Office, ana: Person, case: str, typed: str) -> None:
    page = words(search(ana, words=typed))
    assert number(case) in page
    assert LABEL in page
    assert number(case) not in words(search(ana, words=f"{typed} elsewhere"))


def test_it_is_found_by_number_need_state_and_day_and_by_all_of_them_together(place: Office, ana: Person, case: str) -> None:
    for said in (
        {"words": number(case)}, {"words": case[:5]}, {"need": "identification"}, {"state": "waits"}, {"due_by": "2030-01-01"},
        {"words": "jacket", "need": "identification", "state": "waits", "due_by": "2030-01-01"},
    ):  # fmt: skip
        assert number(case) in words(search(ana, **said)), said
    for said in (
        {"need": "housing"},
        {"state": "closed"},
        {"state": "held"},
        {"due_by": "2001-01-01"},
        {"words": "jacket", "need": "legal"},
    ):
        assert "Nothing was found" in words(search(ana, **said)), said


def test_the_case_of_a_colleague_is_found_with_a_reason_alone(place: Office, ana: Person, case: str) -> None:
    boris = place.person("b2e1", Role.OFFICER)
    assert number(case) not in words(search(boris, words="jacket"))
    refused = boris.post("/search", form_id="s", words="jacket", beyond="true", reason=" ")
    assert refused.status_code == 422
    assert 'value="jacket"' in refused.text, "nothing typed is lost"
    page = search(boris, words="jacket", beyond="true", reason=REASON)
    assert number(case) in words(page)
    assert "Ask: A1F0" in words(page)
    assert "Identification" in words(page)
    assert LABEL not in page, "the label is for those to whom the case is open"
    assert REFERENCE not in words(page)
    way = re.search(rf'href="(/search/found/[^"]+/{case})"', page)
    assert way
    assert boris.client.get(way[1], headers=HTML).headers["location"] == "/break-glass"


def test_back_finds_what_was_found_and_no_address_says_what_was_searched_for(place: Office, ana: Person, case: str) -> None:
    answer = ana.post("/search", form_id="s", words="jacket")
    address = answer.headers["location"]
    assert "jacket" not in address
    assert words(ana.get(address)) == words(ana.get(address))
    assert 'value="jacket"' in ana.get(address), "the form holds what was searched for"
    opened_at = ana.client.get(f"{address}/intake/{case}", headers=HTML)
    assert opened_at.headers["location"] == f"/reports/{case}"
    boris = place.person("b2e1", Role.OFFICER)
    assert "not kept any more" in words(boris.get(address, 404)), "another officer's search is not there"
    boris.get(f"{address}/intake/{case}", 404)


def test_a_search_beyond_one_s_own_is_in_the_audit_and_what_was_searched_for_is_nowhere(place: Office, ana: Person, case: str) -> None:
    boris = place.person("b2e1", Role.OFFICER)
    search(boris, words="Kanarinka", beyond="true", reason=REASON)
    search(ana, words="Kanarinka")
    made = [(officer, act) for desk in place.desks for officer, act, _, _ in place.audit(desk) if act == "searched"]
    assert made == [("b2e1", "searched")]
    everything = b"".join(file.read_bytes() for file in place.instances[0].keystore.file.parent.parent.rglob("*") if file.is_file())
    for planted in ("Kanarinka", "kanarinka", REASON, "jacket"):
        assert planted.encode() not in everything, planted


def test_supervisors_see_who_searched_and_opened_nothing(place: Office, ana: Person, case: str) -> None:
    boris, ceca = place.person("b2e1", Role.OFFICER), place.person("c3d2", Role.SUPERVISOR)
    page = search(boris, words="jacket", beyond="true", reason=REASON)
    boris.get("/search/unopened", 403)
    told = words(ceca.get("/search/unopened"))
    assert f"B2E1 {REASON} 1" in told
    way = re.search(rf'href="(/search/found/[^"]+/{case})"', page)
    assert way
    boris.client.get(way[1], headers=HTML)
    assert "There is none" in words(ceca.get("/search/unopened"))
    assert "/search/unopened" in ceca.get("/break-glass/reviews")


def test_the_index_tells_nothing_and_an_erased_case_is_found_no_more(place: Office, ana: Person, case: str) -> None:
    second = ana.post("/reports/new", form_id="another", danger="false", age="adult", consent="true", needs=["legal"])
    other = second.headers["location"].rpartition("/")[2]
    place.carry()
    assert ana.post(f"/reports/{other}/own/name-case", form_id="own-2", label=LABEL, reference=REFERENCE).status_code == 303
    intake = place.desks["intake"].instance
    digests = rows(intake, 'select digest, "case", kind from searchterm')
    of = {one: {digest for digest, whose, _ in digests if whose == one} for one in (case, other)}
    assert of[case].isdisjoint(of[other]), "equal words of two cases look unlike"
    assert {len([1 for _, whose, kind in digests if (whose, kind) == (case, name)]) % 32 for name in ("label", "reference")} == {0}
    with Session(intake.engine) as session, session.begin():
        request_erasure(session, case, ErasureRequest("o1", "the court has said so", 1))
    intake.idle(clocks=False)
    page = words(search(ana, words="jacket"))
    assert number(other) in page
    assert number(case) not in page
    assert of[case] <= {digest for digest, _, _ in rows(intake, 'select digest, "case", kind from searchterm')}, "the rows tell nothing now"


def test_a_changed_label_is_found_and_the_former_one_is_not(place: Office, ana: Person, case: str) -> None:
    ana.post(f"/reports/{case}/own/name-case", form_id="own-9", label="blue scarf", reference=REFERENCE)
    assert number(case) in words(search(ana, words="scarf"))
    assert number(case) not in words(search(ana, words="jacket"))


def test_who_looks_for_nothing_or_for_no_day_is_told(place: Office, ana: Person, case: str) -> None:
    for said in ({}, {"words": " ,; "}, {"due_by": "tomorrow"}, {"due_by": "9999-12-31"}, {"need": "gold"}, {"words": "a\nb" * 60}):
        assert ana.post("/search", form_id="s", **said).status_code == 422, said


def test_nobody_searches_without_end(place: Office, ana: Person, case: str) -> None:
    for _ in range(SEARCHES_AT_MOST):
        search(ana, words="jacket")
    assert ana.post("/search", form_id="s", words="jacket").status_code == 429
    assert place.person("b2e1", Role.OFFICER).post("/search", form_id="s", words="jacket").status_code == 303


def test_programs_do_not_search_and_strangers_sign_in_first(place: Office) -> None:
    place.stranger().get("/search", 303)
    assert place.person("d4c3", Role.ADMINISTRATOR).client.get("/search", headers=HTML).status_code == 403
    assert not [route for route in place.app.routes if "search" in str(getattr(route, "path", "")) and "/api" in str(route.path)]


PERSON = [
    {"field": "given_names", "value": "Демо Ђорђија", "source": "said"}, {"field": "family_name", "value": "Особа Прва", "source": "said"},
    {"field": "phone", "value": "+381600000000 text_only", "source": "said"},
]  # fmt: skip


def stated(place: Office, ana: Person) -> str:
    answer = ana.post("/reports/new", form_id="child", danger="false", age="child", needs=["health"])
    made = answer.headers["location"].rpartition("/")[2]
    place.carry()
    said = ana.client.post("/api/intake/state", json={"case": made, "statements": PERSON})
    assert said.status_code == 201, said.text
    return made


@pytest.mark.parametrize("typed", ["Djordjija", "demo osoba", "Đor", "+381 60 000 0000", "060 000-0000", "0600000000"])
@pytest.mark.parametrize("carried", [True, False])
def test_the_person_is_found_by_name_and_telephone(place: Office, ana: Person, typed: str, carried: bool) -> None:
    made = stated(place, ana)
    if carried:
        place.carry()
    assert number(made) in words(search(ana, words=typed))
    boris = place.person("b2e1", Role.OFFICER)
    assert number(made) not in words(search(boris, words=typed))
    assert number(made) in words(search(boris, words=typed, beyond="true", reason=REASON))


def test_what_was_stated_and_is_erased_finds_nothing(place: Office, ana: Person) -> None:
    made = stated(place, ana)
    place.carry()
    for typed in ("0611111111", "Petrovic", "000000"[:5]):
        assert number(made) not in words(search(ana, words=typed))
    intake = place.desks["intake"].instance
    with Session(intake.engine) as session, session.begin():
        request_erasure(session, made, ErasureRequest("o1", "the court has said so", 1))
    intake.idle(clocks=False)
    assert number(made) not in words(search(ana, words="Djordjija"))
    assert number(made) not in words(search(ana, words="0600000000"))
