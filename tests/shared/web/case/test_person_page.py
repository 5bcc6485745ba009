"""The pages of the person: stated at one agency, read at another, corrected and taken back, and never more than the reader may know."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from tests.browser.desks import REPORT, Town, Visitor, town, words
from tests.shared.reported import begun

CHILD = REPORT | {"age": "child", "consent": "", "needs": ["health"]}
INSPECTOR, LEAD, SOCIAL, HEALTH = "rs-ir", "rs-czztlj", "rs-csr-ns", "rs-zdr-bg"
NAME = {"given_names": "Демо", "family_name": "Особа Прва", "source": "said"}


OFFICERS = {"rs_ir": "ines", "rs_czztlj": "jelena", "rs_csr_ns": "sofija", "rs_zdr_bg": "zora"}


@pytest.fixture
def serbia(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, **OFFICERS) as made:
        yield made


@pytest.fixture
def child(tmp_path: Path) -> Iterator[tuple[Town, str]]:
    """The same once a child was reported, and the case."""
    with begun(tmp_path, OFFICERS, CHILD) as there:
        yield there


def filed(land: Town, **answers: Any) -> str:
    case = land.at[INSPECTOR].post("/reports/new", form_id="report", **answers).headers["location"].rpartition("/")[2]
    land.carry()
    return case


def stated(visitor: Visitor, base: str, group: str, /, **answers: Any) -> Response:
    """Fill in the form of a group as it stands, with these answers; `status` and `about` are ours."""
    status, about = answers.pop("status", 303), answers.pop("about", "person")
    address = f"{base}/person/{group}?about={about}"
    page = visitor.get(address)
    kept = standing(page[page.index(f'action="{address}"') :])
    answer = visitor.post(address, **(kept | answers))
    assert answer.status_code == status, words(answer.text)[:600]
    return answer


def standing(form: str) -> dict[str, Any]:
    """What a browser would send for a form that nobody touches."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        told = dict(re.findall(r'(name|value|type)="([^"]*)"', tag))
        if told.get("type") in ("checkbox", "radio"):
            if " checked" in tag:
                found.setdefault(told["name"], []).append(told["value"])
        elif "name" in told:
            found[told["name"]] = unescape(told.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', form):
        found[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found[name] = next(iter(re.findall(r'<option value="([^"]*)" selected', options)), "")
    return found


def names(page: str, field: str) -> list[str]:
    """What the inputs of a field are called in a form."""
    return re.findall(rf'name="({field}(?:-[0-9a-f]+)?)"', page)


def test_a_name_stated_by_whom_met_the_person_is_read_by_the_lead_with_who_said_it(child: tuple[Town, str]) -> None:
    serbia, case = child
    stated(serbia.at[INSPECTOR], f"/reports/{case}", "name", **NAME)
    serbia.carry()
    page = words(serbia.at[LEAD].get(f"/lead/{case}/person"))
    said_once = (
        r"Given names, as the person gives them Демо (?:(?!Read by).)*Прва Labour Inspectorate, [^.]*\. The person said so\. Read by:"
    )
    assert re.search(said_once, page), "who said all of it, when and how they know, once below it"
    assert "Name: Демо Особа Прва ." in words(serbia.at[LEAD].get(f"/lead/{case}")), "on top of the case itself"


def test_a_correction_takes_its_place_and_what_it_was_stays_to_be_seen(child: tuple[Town, str]) -> None:
    serbia, case = child
    stated(serbia.at[INSPECTOR], f"/reports/{case}", "name", **NAME)
    serbia.carry()
    form = serbia.at[LEAD].get(f"/lead/{case}/person/name")
    (was,) = names(form, "given_names")
    assert was.startswith("given_names-"), "what stands is in the form already"
    stated(serbia.at[LEAD], f"/lead/{case}", "name", **{was: "Демка", "source": "document"})
    serbia.carry()
    page = words(serbia.at[INSPECTOR].get(f"/reports/{case}/person"))
    assert re.search(r"gives them Демо (?:(?!Read by).)*Labour Inspectorate, ", page), "its own words stay"
    lead = words(serbia.at[LEAD].get(f"/lead/{case}/person"))
    assert re.search(r"Демка Centre for Human Trafficking.*What it was before Демо Labour Inspectorate", lead)


def test_what_is_emptied_is_taken_back(child: tuple[Town, str]) -> None:
    serbia, case = child
    stated(serbia.at[INSPECTOR], f"/reports/{case}", "safe_contact", safe_say="the library", safe_way=["call", "text"], source="said")
    serbia.carry()
    assert "Say: the library" in words(serbia.at[LEAD].get(f"/lead/{case}"))
    page = serbia.at[INSPECTOR].get(f"/reports/{case}/person/safe_contact")
    (was,) = names(page, "safe_say")
    stated(serbia.at[INSPECTOR], f"/reports/{case}", "safe_contact", **{was: "", "safe_way": ["text"], "source": "said"})
    serbia.carry()
    lead = words(serbia.at[LEAD].get(f"/lead/{case}/person"))
    assert "What to say nothing any more What it was before taken back Labour Inspectorate" in lead
    assert "Reach safely: Text message ." in lead


def test_the_page_names_who_will_read_it_and_they_do_and_nobody_else(child: tuple[Town, str]) -> None:
    serbia, case = child
    told = "Who will read what you write here:"
    form = words(serbia.at[INSPECTOR].get(f"/reports/{case}/person/name"))
    assert f"{told} Centre for Human Trafficking Victims' Protection, Centre for Social Work Novi Sad. Whoever" in form
    assert "Health Centre" not in form, "of a child one by one"
    alerts = words(serbia.at[INSPECTOR].get(f"/reports/{case}/person/safety_alert"))
    assert "Health Centre Belgrade" in alerts
    stated(serbia.at[INSPECTOR], f"/reports/{case}", "name", **NAME)
    stated(serbia.at[INSPECTOR], f"/reports/{case}", "safety_alert", alert=["phone_watched"], source="said")
    serbia.carry()
    work = serbia.at[HEALTH].get("/work")
    handoff = re.search(rf'href="(/cases/{case}/handoffs/[^"]+)"', work)
    assert handoff
    assert "Your agency sees what it may know of the person once" in words(serbia.at[HEALTH].get(f"/cases/{case}/person"))
    opened = serbia.at[HEALTH].get(handoff[1])
    serbia.at[HEALTH].post(f"{handoff[1]}/open", form_id=serbia.at[HEALTH].form_id(opened, f"{handoff[1]}/open"))
    serbia.carry()
    page = words(serbia.at[HEALTH].get(f"/cases/{case}/person"))
    assert "The telephone is watched" in page
    assert "Демо" not in page


def test_wrong_answers_are_told_at_their_fields_and_nothing_is_lost(child: tuple[Town, str]) -> None:
    serbia, case = child
    answers = {"birth-day": "31", "birth-month": "2", "birth-year": "2010", "birth_country": "Nowhere", "birth_place": "Demo Town"}
    page = stated(serbia.at[INSPECTOR], f"/reports/{case}", "birth", status=422, **answers, source="").text
    for message in (
        "Date of birth: there is no such day; look at day and month",
        "Country of birth: give the code of a country",
        "How it is known: give an answer",
    ):
        assert message in words(page)
    for typed in ("31", "2010", "Nowhere", "Demo Town"):
        assert f'value="{typed}"' in page
    old = {"birth-day": "", "birth-month": "", "birth-year": "1990", "source": "said"}
    page = stated(serbia.at[INSPECTOR], f"/reports/{case}", "birth", status=422, **old).text
    assert "a child was reported, and this date makes an adult" in words(page)
    stated(serbia.at[INSPECTOR], f"/reports/{case}", "birth", **old | {"birth-year": "2011", "birth-estimated": "true"})
    assert "Date of birth about 2011" in words(serbia.at[INSPECTOR].get(f"/reports/{case}/person"))


def test_who_corrects_what_a_colleague_has_just_corrected_is_told_and_keeps_what_was_typed(child: tuple[Town, str]) -> None:
    serbia, case = child
    ines = serbia.at[INSPECTOR]
    stated(ines, f"/reports/{case}", "name", **NAME)
    address = f"/reports/{case}/person/name?about=person"
    page = ines.get(address)
    (was,) = names(page, "given_names")
    stated(ines, f"/reports/{case}", "name", **{was: "Демонстрација", "source": "said"})
    late = ines.post(address, form_id=ines.form_id(page, address), **{was: "Демонстранткиња", "source": "said"})
    assert late.status_code == 422
    assert "Somebody changed this meanwhile. You had written: Given names, as the person gives them: Демонстранткиња" in words(late.text)
    assert 'value="Демонстрација"' in late.text


def test_nothing_new_is_said_to_be_nothing(child: tuple[Town, str]) -> None:
    serbia, case = child
    page = stated(serbia.at[INSPECTOR], f"/reports/{case}", "phone", status=422, source="said").text
    assert "nothing was written that is not on file already" in words(page)


def test_a_number_has_its_use_and_several_stand_beside_each_other(child: tuple[Town, str]) -> None:
    serbia, case = child
    ines = serbia.at[INSPECTOR]
    page = stated(ines, f"/reports/{case}", "phone", status=422, phone="060 123 4567", source="said").text
    assert "say what may be done with it" in words(page)
    stated(ines, f"/reports/{case}", "phone", **{"phone": "060 123 4567", "phone-use": "text_only", "source": "said"})
    stated(ines, f"/reports/{case}", "phone", **{"phone": "+358 40 1234567", "phone-use": "never", "source": "said"})
    shown = words(ines.get(f"/reports/{case}/person"))
    assert "+381601234567 (Text messages only, never call)" in shown
    assert "+358401234567 (Never use it)" in shown
    assert "agencies differ" not in shown


def test_latin_letters_are_proposed_and_not_forced(child: tuple[Town, str]) -> None:
    serbia, case = child
    ines = serbia.at[INSPECTOR]
    stated(ines, f"/reports/{case}", "name", **NAME)
    page = ines.get(f"/reports/{case}/person/name")
    assert 'value="Demo"' in page
    assert "Proposed from the other letters" in page
    stated(ines, f"/reports/{case}", "name", given_names_latin="Demmo", family_name_latin="", source="document")
    assert "Name: Демо Особа Прва (Demmo) ." in words(ines.get(f"/reports/{case}"))


def test_contact_is_checked_before_it_is_used_and_grows_old(child: tuple[Town, str]) -> None:
    serbia, case = child
    ines = serbia.at[INSPECTOR]
    stated(ines, f"/reports/{case}", "safe_contact", safe_way=["call"], source="said")
    page = ines.get(f"/reports/{case}/person")
    assert "Contact was never checked with the person. check it before you call" in words(page)
    address = f"/reports/{case}/person/checked"
    assert ines.post(address, form_id=ines.form_id(page, address)).status_code == 303
    page = words(ines.get(f"/reports/{case}/person"))
    assert "Contact last checked with the person:" in page
    assert "check it before you call" not in page
    serbia.later(24 * 15)
    assert "check it before you call" in words(ines.get(f"/reports/{case}/person"))
    again = ines.get(f"/reports/{case}/person")
    assert ines.post(address, form_id=ines.form_id(again, address)).status_code == 303
    assert "check it before you call" not in words(ines.get(f"/reports/{case}/person"))


def test_several_people_are_kept_apart(child: tuple[Town, str]) -> None:
    serbia, case = child
    ines = serbia.at[INSPECTOR]
    for n, name in ((1, "Demo Friend One"), (2, "Demo Friend Two")):
        assert f"about=trusted:{n}" in ines.get(f"/reports/{case}/person")
        stated(ines, f"/reports/{case}", "trusted_person", about=f"trusted:{n}", trusted_name=name, trusted_knows="nothing", source="said")
    page = words(ines.get(f"/reports/{case}/person"))
    assert "Trusted person 1 Name Demo Friend One" in page
    assert "Trusted person 2 Name Demo Friend Two" in page
    assert "agencies differ" not in page
    assert ines.get(f"/reports/{case}/person/trusted_person?about=suspect:1", 404)
    assert ines.get(f"/reports/{case}/person/no-such-group", 404)
    assert ines.get(f"/reports/{case}/person/duress", 404)


def test_an_adult_without_agreement_to_more_is_stated_to_nobody_else(serbia: Town) -> None:
    case, ines = filed(serbia, **REPORT), serbia.at[INSPECTOR]
    form = words(ines.get(f"/reports/{case}/person/name"))
    assert "Who will read what you write here: no other agency: the person’s consent, or the task of the others" in form
    stated(ines, f"/reports/{case}", "name", **NAME)
    serbia.carry()
    assert "Демо" in ines.get(f"/reports/{case}/person")
    assert "Демо" not in serbia.at[LEAD].get(f"/lead/{case}/person")


def test_a_mark_of_pressure_is_seen_by_the_lead_alone_until_somebody_has_looked_at_it(serbia: Town) -> None:
    case, ines, jelena = filed(serbia, **CHILD), serbia.at[INSPECTOR], serbia.at[LEAD]
    told, box = "Somebody may be under pressure:", "The lead calls back before the next step"
    assert box in words(ines.get(f"/reports/{case}/person/safety_alert"))
    stated(ines, f"/reports/{case}", "safety_alert", alert=["followed", "call_back"], source="said")
    serbia.carry()
    for page in (ines.get(f"/reports/{case}/person"), ines.get(f"/reports/{case}"), ines.get("/reports"), serbia.at[SOCIAL].get("/work")):
        assert "pressure" not in words(page)
        assert box not in words(page)
    again = ines.get(f"/reports/{case}/person/safety_alert")
    assert not re.search(r'value="call_back"[^>]* checked', again), "not even the form says that it was set"
    assert "pressure" not in words(serbia.at[SOCIAL].get(f"/cases/{case}"))
    assert told in words(jelena.get("/lead"))
    page = jelena.get(f"/lead/{case}")
    assert "may have been said under pressure" in words(page)
    address = f"/lead/{case}/person/reviewed"
    stated(ines, f"/reports/{case}", "safety_alert", alert=["followed", "armed"], source="said", **{"alert-stood": "followed"})
    serbia.carry()
    held = [ines.get(f"/reports/{case}"), ines.get(f"/reports/{case}/person"), serbia.at[SOCIAL].get(f"/cases/{case}")]
    for shown in held:
        assert not re.search("paus|held back|hold(s)? back|changed who is in the case", words(shown).lower())
    wrong = jelena.post(address, form_id=jelena.form_id(page, address), reason="")
    assert wrong.status_code == 422
    assert 'href="#review-pressure-reason"' in wrong.text
    told_by = {"reason": "Called back: alone by now"}
    assert jelena.post(address, form_id=jelena.form_id(page, address), **told_by).headers["location"] == f"/lead/{case}"
    serbia.carry()
    assert "Called back: alone by now" in words(jelena.get(f"/lead/{case}/own")), "the reason is a note of the lead's own"
    assert told not in words(jelena.get("/lead"))
    assert "may have been said under pressure" not in words(jelena.get(f"/lead/{case}"))
    assert "The person is followed" in words(jelena.get(f"/lead/{case}"))


def test_programs_read_the_same_file_and_who_reads_what(child: tuple[Town, str]) -> None:
    serbia, case = child
    stated(serbia.at[INSPECTOR], f"/reports/{case}", "name", **NAME)
    serbia.carry()
    told = serbia.at[LEAD].client.get(f"/api/referral/cases/{case}/person")
    assert told.status_code == 200
    given = [one for one in told.json()["present"] if one["field"] == "given_names"]
    assert [(one["value"], one["by"], one["data_class"]) for one in given] == [("Демо", INSPECTOR, "D3")]
    assert told.json()["readers"]["name"] == [LEAD, SOCIAL]
    assert told.json()["readers"]["duress"] == [LEAD]


def test_contact_that_nobody_knows_is_neither_unchecked_nor_confirmed(serbia: Town) -> None:
    case, ines = filed(serbia, **CHILD), serbia.at[INSPECTOR]
    stated(ines, f"/reports/{case}", "name", **NAME)
    for page in (ines.get(f"/reports/{case}"), ines.get(f"/reports/{case}/person")):
        assert "not known: do not call before it is" in words(page)
        assert "never checked" not in page
        assert "check it before you call" not in page
    assert "Contact checked with the person today" not in page


def test_the_number_to_call_in_danger_calls_by_a_touch_and_what_ones_own_agency_must_do_leads_there(serbia: Town) -> None:
    case, ines = filed(serbia, **CHILD | {"danger": "true", "needs": ["wage_claim"]}), serbia.at[INSPECTOR]
    assert '<a class="govuk-link own-nowrap" href="tel:192">192</a>' in ines.get(f"/reports/{case}")
    serbia.carry()
    page = ines.get(f"/reports/{case}")
    (way,) = re.findall(rf'\(your agency\) <a class="govuk-link" href="(/cases/{case}/handoffs/[0-9a-f]+)">must answer', page)
    assert "Wage claim" in ines.get(way)
    form = ines.get("/reports/new")
    assert 'href="tel:192"' in form
    assert "&lt;a" not in form
    today = ines.get("/today")
    assert 'href="/drafts/new"' in today
    assert 'href="/raids/new"' in today


def test_each_page_on_which_something_is_written_into_a_case_says_what_the_agency_calls_it(serbia: Town) -> None:
    case, ines = filed(serbia, **CHILD), serbia.at[INSPECTOR]
    ines.post(f"/reports/{case}/own/name-case", form_id="own", label="grey cap", reference="")
    pages = ["/person", "/person/name", "/documents", "/waits", "/rights", "/letter", "/fields"]
    said = {page: "grey cap" in words(ines.get(f"/reports/{case}{page}")) for page in pages}
    assert all(said.values()), said
    ines.post(f"/reports/{case}/own/name-case", form_id="own-2", label="", reference="Mill 7")
    for page in ("/person/name", "/own", ""):
        assert re.search(r"Case [0-9A-F]{4}-[0-9A-F]{4} · Mill 7", words(ines.get(f"/reports/{case}{page}"))), "as lists say it"


def test_a_request_and_the_list_of_who_is_in_a_case_say_whom_to_call(serbia: Town) -> None:
    case = filed(serbia, **CHILD)
    serbia.carry()
    zora = serbia.at[HEALTH]
    (request,) = set(re.findall(rf"/cases/{case}/handoffs/[0-9a-f]+", zora.get("/work")))
    assert re.search(r"Asked by [^()]+\( \+999 1 000 005 \)", words(zora.get(request))), words(zora.get(request))[:900]
    assert 'href="tel:+9991000001"' in serbia.at[INSPECTOR].get(f"/reports/{case}?tab=people")
