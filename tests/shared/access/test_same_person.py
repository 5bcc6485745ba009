"""The duplicate check: two things exactly, in either script; the answer is whom to ask, and nothing of the case."""

import re
from pathlib import Path

import pytest

from shared.access.roles import Role
from shared.casework.same_person import IDENTIFIERS, same
from shared.web.http.desk import SEARCHES_AT_MOST
from tests.browser.desks import words
from tests.shared.access.offices import HTML, Office, Person
from tests.shared.access.restricted import BORIS, CECA, restrict, tells_of

ASK = "/search/same-person"
NOBODY, SOMEBODY = "Nobody here has such a case", "Somebody here has such a case. Ask the officer who has it"
PERSON = {
    "given_names": "Демо Ђорђија", "family_name": "Особа-Прва", "birth": "1999-01-31", "phone": "+381600000000 text_only",
    "document_number": "DEMO 000-17", "nationality": "NP",
}  # fmt: skip
KNOWN = {
    "name": "Demo Đorđija Osoba-Prva", "birth": "1999-01-31", "phone": "060 000 0000", "document": "demo-00017", "nationality": "np",
    "reference": "7/26", "opened": "2025-06-15",
}  # fmt: skip


@pytest.fixture
def case(place: Office, ana: Person) -> str:
    made = ana.post("/reports/new", form_id="child", danger="false", age="adult", consent="true", needs=["health"])
    found = made.headers["location"].rpartition("/")[2]
    place.carry()
    said = [{"field": name, "value": value, "source": "said"} for name, value in PERSON.items()]
    assert ana.client.post("/api/intake/state", json={"case": found, "statements": said}, headers=HTML).status_code == 201
    assert ana.post(f"/reports/{found}/own/name-case", form_id="own", label="red jacket", reference="7/26").status_code == 303
    place.carry()
    return found


PAIRS = [
    (one, other) for n, one in enumerate(KNOWN) for other in list(KNOWN)[n + 1 :]
    if IDENTIFIERS[one].tells_apart or IDENTIFIERS[other].tells_apart
]  # fmt: skip


def test_any_two_that_tell_a_person_apart_find_whom_to_ask_and_nothing_else(place: Office, ana: Person, case: str) -> None:
    for n, (one, other) in enumerate(PAIRS):
        boris = place.person(f"b2e{n}", Role.OFFICER)
        answer = boris.post(ASK, **{one: KNOWN[one], other: KNOWN[other]})
        page = words(answer.text)
        assert f"{SOMEBODY}, by telephone at their desk: A1F0" in page, (one, other)
        assert not tells_of(answer.text, case)
        assert "jacket" not in page
        assert "Health" not in page
        assert NOBODY in words(boris.post(ASK, **{one: KNOWN[one], other: KNOWN[other] + "9"}).text), (one, other)
    assert len(PAIRS) == 18


@pytest.mark.parametrize(
    "typed",
    [
        "Демо Ђорђија Особа-Прва",
        "demo djordjija osoba prva",
        "OSOBA-PRVA Demo Dordija",
        "Osobaprva, Demo Đorđija",
        "Demo  Đorđija Osoba‐Prva",
    ],
)
def test_a_name_is_the_same_in_either_script_and_in_any_order(typed: str) -> None:
    stated = {"given_names": ["Демо Ђорђија"], "family_name": ["Особа-Прва"]}
    if "osoba prva" in typed:
        assert not same("name", typed, stated), "a word in two is another word"
    else:
        assert same("name", typed, stated)


@pytest.mark.parametrize("typed", ["1999-01-31", "31.1.1999", "31. 01. 1999.", "31/1/1999"])
def test_a_day_is_the_same_however_people_write_it(typed: str) -> None:
    assert same("birth", typed, {"birth": ["1999-01-31"]})
    assert not same("birth", typed, {"birth": ["1999-01-13"]})
    assert not same("birth", typed, {"birth": ["1999"]})


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("name", "Demo"), ("name", "Demo Đorđija Osoba-Prva Druga"), ("name", ""), ("phone", "0000"), ("phone", "0600000001"),
     ("document", "DEMO 0001"), ("birth", "1999-01"), ("nationality", "")],
)  # fmt: skip
def test_part_of_something_is_not_the_same(kind: str, typed: str) -> None:
    stated = {name: [value] for name, value in PERSON.items()}
    assert not same(kind, typed, stated)


@pytest.mark.parametrize(
    ("sent", "field"),
    [({}, "name"), ({"name": "Demo"}, "name"), ({"name": "Demo", "phone": "060", "birth": "1999"}, "name"),
     ({"birth": "1999-01-31", "nationality": "NP"}, "birth"), ({"name": ".,", "birth": "1999-01-31"}, "name")],
)  # fmt: skip
def test_it_takes_two_and_one_of_them_must_tell_a_person_apart(place: Office, ana: Person, sent: dict[str, str], field: str) -> None:
    answer = ana.post(ASK, **sent)
    assert (answer.status_code, f'href="#{field}"' in answer.text) == (422, True)
    for said in sent.values():
        assert f'value="{said}"' in answer.text, "what was typed is not lost"
    assert "looked-for-same" not in str(place.audit())


def test_each_is_written_down_without_what_was_asked_and_supervisors_see_it(place: Office, ana: Person, case: str) -> None:
    boris, ceca = place.person("b2e1", Role.OFFICER), place.person("c3d2", Role.SUPERVISOR)
    boris.post(ASK, name=KNOWN["name"], birth="1999-01-31")
    boris.post(ASK, name="Nemo Nobody", birth="1999-01-31")
    asked = [line for line in place.audit() if line[:2] == ("b2e1", "looked-for-same")]
    assert [line[2] for line in asked] == ["", ""]
    assert "B2E1 the same person? 1" in words(ceca.get("/search/unopened"))
    assert "B2E1 the same person? 0" in words(ceca.get("/search/unopened"))
    disk = b"".join(f.read_bytes() for f in Path(str(place.instances[0].engine.url.database)).parent.rglob("*") if f.is_file())
    assert b"Nemo" not in disk


def test_nobody_asks_without_end(ana: Person, case: str) -> None:
    for _ in range(SEARCHES_AT_MOST):
        assert ana.post(ASK, name="Nemo Nobody", birth="1999-01-31").status_code == 200
    assert ana.post(ASK, name="Nemo Nobody", birth="1999-01-31").status_code == 429


def test_of_a_restricted_case_who_asks_hears_that_nobody_has_one_and_those_who_are_named_read_that_somebody_asked(
    place: Office, ana: Person, case: str
) -> None:  # fmt: skip
    ceca = place.person(CECA, Role.SUPERVISOR)
    assert restrict(ana, "intake", case).status_code == 303
    hidden = ceca.post(ASK, name=KNOWN["name"], birth="1999-01-31")
    never = ceca.post(ASK, name="Nemo Nobody Nowhere", birth="1999-01-31")
    assert NOBODY in words(hidden.text)

    def plain(text: str) -> str:
        return re.sub(r'nonce="[^"]+"|value="[^"]*"', "", text)

    assert plain(hidden.text) == plain(never.text)
    assert "the same person? 1" not in words(ceca.get("/search/unopened")), "nor do supervisors read it there"
    named = place.person(BORIS, Role.OFFICER)
    assert SOMEBODY in words(named.post(ASK, name=KNOWN["name"], birth="1999-01-31").text)
    read = words(named.get(f"/restricted/intake/{case}/access"))
    assert "asked whether there is a case of this person, and was told of none" in read
    assert read.count("was told of none") == 1


def test_what_is_erased_or_corrected_is_not_found(place: Office, ana: Person, case: str) -> None:
    statements = ana.client.get(f"/api/intake/cases/{case}/person", headers=HTML).json()["present"]
    phone = next(one for one in statements if one["field"] == "phone")
    back = {"case": case, "statements": [{"field": "phone", "supersedes": phone["id"], "withdrawn": True, "source": "said"}]}
    assert SOMEBODY in words(ana.post(ASK, phone=KNOWN["phone"], name=KNOWN["name"]).text)
    assert ana.client.post("/api/intake/state", json=back, headers=HTML).status_code == 201
    place.carry()
    assert NOBODY in words(ana.post(ASK, phone=KNOWN["phone"], name=KNOWN["name"]).text)


def test_it_is_offered_before_a_report_is_sent_and_is_not_asked_for(ana: Person) -> None:
    page = ana.get("/reports/new" + re.search(r"\?.*", ana.client.get("/reports/new", headers=HTML).headers["location"])[0])  # type: ignore[index]
    assert f'href="{ASK}"' in page
    assert "You need not" in words(page)
