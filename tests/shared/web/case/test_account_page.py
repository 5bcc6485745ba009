"""The pages of the account of the exploitation: where the kind may keep one, with all that was typed wherever an answer is wrong."""

import re
from pathlib import Path
from typing import Any

import pytest

from shared.access.roles import Role
from shared.web.text import audit_words
from tests.browser.desks import words
from tests.shared.access.offices import Office, Person, opened

TOLD = {
    "words": "He took my papers.\nThen he said that I owe him.",
    "means": "heard",
    "day": "2025-01-02",
    "present": "Her sister (invented)",
}


def case_of(place: Office, who: Person) -> str:
    case = place.report(who)
    place.carry()
    return case


def post(who: Person, case: str, decision: str, form: str, **said: Any) -> Any:
    return who.post(f"/reports/{case}/account/{decision}", form_id=form, **said)


def test_a_version_is_written_and_stands_on_its_page_and_the_case_leads_there(place: Office, ana: Person) -> None:
    case = case_of(place, ana)
    assert f"/reports/{case}/account" in ana.get(f"/reports/{case}")
    assert "A court may order" in words(ana.get(f"/reports/{case}/account"))
    answer = post(ana, case, "write-account", "w1", **TOLD)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/reports/{case}/account")
    page = words(ana.get(f"/reports/{case}/account"))
    for said in ("Version 1", "He took my papers.", "2 Jan 2025", "Heard, and written down", "Her sister (invented)"):
        assert said in page
    again = ana.get(f"/reports/{case}/account?from=1")
    assert TOLD["words"] in again.replace("\r\n", "\n"), "a new version begins with the former words"
    assert {act for _, act, _, _ in place.audit()} >= {"write_account", "read:GET /reports/{case}/account"}
    assert audit_words.looked_at("GET /reports/{case}/account", str) == "the account of the exploitation"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("words", "bell\x07", "leave out control characters"), ("day", "2025-02-30", "give a real date"),
     ("day", "2190-01-01", "has not been yet"),
     ("present", "y" * 201, "write at most 200 characters"), ("means", "guessed", "choose one of the answers offered"),
     ("words", "x" * 10_001, "write at most 10000 characters")],
)  # fmt: skip
def test_a_wrong_answer_is_shown_at_its_field_and_nothing_typed_is_lost(
    place: Office, ana: Person, field: str, value: str, said: str
) -> None:  # fmt: skip
    case = case_of(place, ana)
    answer = post(ana, case, "write-account", "w1", **(TOLD | {field: value}))
    assert answer.status_code == 422
    page = answer.text.replace("\r\n", "\n")
    assert said in page
    assert f'href="#write-account-{field}"' in page
    for name, typed in (TOLD | {field: value}).items():
        assert typed in page or name == "means", name
    assert "Nothing is written down yet." in words(ana.get(f"/reports/{case}/account"))


def test_languages_are_in_the_order_of_the_readers_alphabet(place: Office, ana: Person) -> None:
    case = case_of(place, ana)
    page = ana.client.get(f"/reports/{case}/account", headers={"accept": "text/html", "accept-language": "fi"}).text
    (choices,) = re.findall(r'<select[^>]*name="language".*?</select>', page, re.DOTALL)
    names = [one.strip() for one in re.findall(r"<option[^>]*>([^<]*)<", choices)][1:]
    assert names.index("englanti") < names.index("nepali") < names.index("ukraina") < names.index("venäjä")


def test_where_nobody_may_be_given_it_the_page_says_so_and_sends_nothing(place: Office, ana: Person) -> None:
    case = case_of(place, ana)
    post(ana, case, "write-account", "w1", **TOLD)
    ana.post(f"/reports/{case}/own/name-case", form_id="own", label="", reference="Mill 7")
    page = words(ana.get(f"/reports/{case}/account/1"))
    assert "No agency of this case may be given the account now." in page
    assert "Mill 7 · Version 1" in page, "whose account it is"
    asked = {"version": "1", "to": "rs-pu-bg investigation", "parts": "words", "reason": "The investigation needs it"}
    answer = post(ana, case, "release-account", "r1", **asked)
    assert answer.status_code == 422
    assert "Nothing was released." in words(answer.text)
    assert asked["reason"] not in words(ana.get(f"/reports/{case}/account"))
    ana.get(f"/reports/{case}/account/2", 404)


def test_proceedings_hold_it_and_its_end_lets_it_be_erased(place: Office, ana: Person) -> None:
    case = case_of(place, ana)
    post(ana, case, "write-account", "w1", **TOLD)
    wrong = post(ana, case, "hold-account", "h0", number="", authority="Prosecutor (invented)")
    assert wrong.status_code == 422
    assert "Prosecutor (invented)" in wrong.text
    post(ana, case, "hold-account", "h1", number="KTI 7/26", authority="Prosecutor (invented)")
    page = ana.get(f"/reports/{case}/account")
    assert "the account is held and cannot be erased" in words(page)
    assert "/account/erase-account" not in page
    refused = post(ana, case, "erase-account", "e1", version="1", reason="asked by the person")
    assert refused.status_code == 409
    assert "asked by the person" in refused.text, "what was written is not lost"
    post(ana, case, "end-hold", "h2", proceedings="2")
    post(ana, case, "erase-account", "e2", version="1", reason="asked by the person")
    page = words(ana.get(f"/reports/{case}/account"))
    assert "He took my papers." not in page
    assert "Version 1 erased" in page


def test_an_agency_of_another_kind_has_no_such_page(tmp_path: Path) -> None:
    with opened(tmp_path / "data", agency="rs-zdr-bg", keyed=True) as place:
        zora = place.person("z0ra", Role.OFFICER)
        case = case_of(place, zora)
        assert "/account" not in zora.get(f"/reports/{case}")
        assert "keep no account" in words(zora.get(f"/reports/{case}/account", 404))
        assert post(zora, case, "write-account", "w1", **TOLD).status_code == 404
