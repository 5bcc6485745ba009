"""A case in Novi Sad: its agencies are offered first and why, the next one is proposed where the first cannot, and a person confirms it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from shared.protocol.case import HandoffState
from shared.protocol.vocabulary import Need
from tests.browser.desks import REPORT, Databases, Town, town, words

HERE = "It serves Novi Sad, where the person is."
SOCIAL, LAWYERS = "Centre for Social Work Novi Sad", "NGO Legal and Psychological Help"


@contextmanager
def on_a_monday(folder: Path, databases: Databases | None = None) -> Iterator[Town]:
    """The agencies of these stories, when offices answer."""
    officers = {"rs_ir": "ines", "rs_czztlj": "jelena", "rs_csr_ns": "sofija", "rs_ngo_pomoc": "nada"}
    with town(folder, databases=databases, **officers) as made:
        zone = made.instances[0].country.time_zone
        made.clock.at = int(datetime(2026, 3, 2, 10, tzinfo=zone).timestamp() * 1000)
        yield made


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    with on_a_monday(tmp_path) as made:
        yield made


def reported(made: Town, municipality: str) -> str:
    """A case of an adult, its municipality stated at the lead."""
    answer = made.at["rs-ir"].post("/reports/new", form_id="report", **REPORT | {"needs": ["legal"]})
    case = answer.headers["location"].rpartition("/")[2]
    made.carry()
    said = made.at["rs-czztlj"].post(f"/lead/{case}/person/municipality", form_id="place", source="said", municipality=municipality)
    assert said.status_code == 303, words(said.text)
    made.carry()
    return case


def offered(page: str, field: str) -> tuple[list[str], list[str]]:
    """The agencies that a page offers: first the competent ones, then the others."""
    first, _, others = page.partition("govuk-details__summary-text")
    return tuple(re.findall(rf'name="{field}" type="radio" value="([^"]+)"', part) for part in (first, others))  # pyright: ignore[reportReturnType]


def test_the_competent_ones_of_the_place_come_first_and_the_next_one_is_proposed_and_confirmed(made: Town) -> None:
    next_is_proposed(made)


def next_is_proposed(made: Town) -> None:
    """Who is competent in Novi Sad comes first; when that has no capacity the next is proposed, and a person confirms it."""
    lead, social, lawyers = (made.at[agency] for agency in ("rs-czztlj", "rs-csr-ns", "rs-ngo-pomoc"))
    case = reported(made, "Нови Сад")
    path = f"/lead/{case}"
    assert "What is needed?" in words(lead.get(f"{path}/add-agency"))
    assert "Choose one to go on" in words(lead.get(f"{path}/add-agency?chosen=true"))
    page = lead.get(f"{path}/add-agency?need=psychological")
    first, others = offered(page, "agency")
    assert first == ["rs-csr-ns", "rs-ngo-pomoc"], "of the place, then of the whole country"
    assert {"rs-zdr-bg", "rs-pu-bg"} <= set(others), "of another place, or without the mandate"
    said = words(page)
    assert f"{SOCIAL} {HERE} Somebody answers now. Not verified." in said
    assert f"{LAWYERS} It serves the whole country. Somebody answers now." in said
    assert "Health Centre Novi Sad" in said.partition("Competent, and not in the mechanism: phone them")[2]

    agreed = {"need": "psychological", "classes": ["D1"], "language": "sr"}
    for agency in ("rs-csr-ns", "rs-ngo-pomoc"):
        assert lead.post(f"{path}/record-consent", form_id=agency, agency=agency, **agreed).status_code == 303
    assert lead.post(f"{path}/add-agency", form_id="first", agency="rs-csr-ns", need="psychological").status_code == 303
    made.carry()
    asked = next(one for one in made.picture(case).handoffs.values() if one.to == "rs-csr-ns")
    there = f"/cases/{case}/handoffs/{asked.id}"
    assert social.post(f"{there}/open", form_id="open").status_code == 303
    assert social.post(f"{there}/decline", form_id="full", code="C6").status_code == 303
    made.carry()

    back = lead.get(there)
    assert f"Competent next: {LAWYERS}. It serves the whole country." in words(back)
    proposal = re.search(rf'<form method="post" action="{path}/add-agency".*?</form>', back, re.DOTALL)
    assert proposal is not None
    fields = dict(re.findall(r'name="(\w+)" value="([^"]+)"', proposal[0]))
    assert (fields["agency"], fields["need"]) == ("rs-ngo-pomoc", "psychological")
    assert lead.post(f"{path}/add-agency", **fields).status_code == 303, "nothing is asked until a person confirms it"
    made.carry()
    picture = made.picture(case)
    assert [(one.to, one.state) for one in picture.handoffs.values() if one.need is Need.PSYCHOLOGICAL] == [
        ("rs-csr-ns", HandoffState.DECLINED), ("rs-ngo-pomoc", HandoffState.REQUESTED),
    ]  # fmt: skip
    assert "Psychological help" in words(lawyers.get("/work"))


def test_who_is_not_told_the_place_is_offered_nothing_by_it(made: Town) -> None:
    case, lawyers = reported(made, "novi sad"), made.at["rs-ngo-pomoc"]
    work = lawyers.get("/work")
    there = work[work.index(f'href="/cases/{case}/handoffs/') + 6 :].partition('"')[0]
    assert lawyers.post(f"{there}/open", form_id="o").status_code == 303
    assert lawyers.post(f"{there}/accept", form_id="a").status_code == 303
    made.carry()
    page = lawyers.get(f"/cases/{case}/request?need=social_care")
    assert "where the person is." not in words(page)
    assert f"{SOCIAL} It serves Novi Sad. Where the person is, is not known here." in words(page)
    assert "phone them" not in page, "who is no member is proposed by the place alone"
    kept = lawyers.post(f"/cases/{case}/request", form_id="r", need="social_care", to="rs-csr-ns", kind="consultation")
    assert kept.status_code == 422
    assert re.search(r'value="rs-csr-ns"[^>]* checked', kept.text), "what was chosen stays chosen"


def test_a_call_to_who_is_no_member_is_noted_as_reported(made: Town) -> None:
    case, lead = reported(made, "Niš"), made.at["rs-czztlj"]
    page = lead.get(f"/lead/{case}/add-agency?need=safety")
    assert offered(page, "agency")[0] == ["rs-ngo-line"], "the police of another town are not proposed"
    said = words(page).partition("phone them")[2]
    assert said.index("Police Directorate Niš") < said.index("Centre for Social Work Niš"), "who answers at any hour first"
    assert lead.post(f"/lead/{case}/called", form_id="c", agency="rs-pu-ni", answered="true").status_code == 303
    assert "called Police Directorate Niš" in words(lead.get(f"/lead/{case}/own"))
    for unknown in ("rs-pu-ns-2", "rs-zdr-bg"):
        assert lead.post(f"/lead/{case}/called", form_id=unknown, agency=unknown, answered="true").status_code == 422
