"""Words between agencies on the pages: who will read them is shown first, a question waits until it is answered, what is read is told."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.desks import Town, Visitor, words
from tests.shared.reported import reported

ARRANGED = {
    "when-day": "28", "when-month": "2", "when-year": "2031", "time": "14:30", "spot": "with_us", "who": "Canary Mira",
    "bring": "Canary bag",
}  # fmt: skip


@pytest.fixture
def there(tmp_path: Path) -> Any:
    with reported(tmp_path, "child") as (made, case):
        yield made, case


def said(visitor: Visitor, where: str, form: str, **answers: Any) -> str:
    """Both steps of a form; the page of the first."""
    purpose = re.search(r'name="purpose" value="([^"]+)"', visitor.get(where))[1]
    answers = {"purpose": purpose, "about": ["communication"], **answers}
    first = visitor.post(where, form_id=form, look="yes", **answers)
    assert first.status_code == 200, words(first.text)[:600]
    shown = re.search(r'name="shown" value="([^"]*)"', first.text)[1]
    sent = visitor.post(where, form_id=form, shown=shown, **answers)
    assert sent.status_code == 303, words(sent.text)[:600]
    return first.text


def invitation(visitor: Visitor, case: str) -> str:
    page = visitor.get("/work")
    path = page[page.index(f'href="/cases/{case}/handoffs/') + 6 :].partition('"')[0]
    assert visitor.post(f"{path}/open", form_id=f"open {visitor.agency}").status_code == 303
    return path


def test_a_question_its_answer_and_an_arrangement_between_two_agencies(there: tuple[Town, str]) -> None:
    made, case = there
    clinic, lead, reporter, lawyers = (made.at[a] for a in ("rs-zdr-bg", "rs-czztlj", "rs-ir", "rs-ngo-pomoc"))
    path = invitation(clinic, case)
    made.carry()
    asks = path.replace("handoffs", "words") + "/ask"
    assert asks in clinic.get(path), "asking for more information is a question"
    page = said(clinic, asks, "q", words="Canary which tongue?")
    assert "Who will read this: Centar za zaštitu žrtava" in words(page) or "Who will read this:" in words(page)
    assert "waits for an answer of" in words(clinic.get(path))
    assert "Your questions and requests that wait for an answer 1" in words(clinic.get("/work"))
    made.carry()
    on = asks.removesuffix("/ask").replace("/cases/", "/lead/")
    assert "Questions and requests that your agency must answer 1" in words(lead.get("/lead"))
    assert "Canary which tongue?" in words(lead.get(on))
    assert "your agency must answer" in words(lead.whole(f"/lead/{case}"))
    for other, place in ((reporter, "/reports"), (lawyers, "/cases")):
        assert "Canary which" not in other.get(f"{place}/{case}")
        assert "Canary which" not in other.get(on.replace("/lead", place))
    question = re.search(r'answer\?to=([0-9a-f]+)"', lead.get(on))[1]
    said(lead, f"{on}/answer", "a", words="Canary Romani", answers=question)
    made.carry()
    assert "Questions and requests that your agency must answer" not in words(lead.get("/lead"))
    assert "Not read yet 1" in words(clinic.get("/work"))
    thread = clinic.get(asks.removesuffix("/ask"))
    assert "Canary Romani" in words(thread)
    unread = re.findall(r'name="messages" value="([^"]+)"', thread)
    assert clinic.post(asks.removesuffix("/ask"), form_id="r", messages=unread).status_code == 303
    assert "Not read yet" not in words(clinic.get("/work"))
    made.carry()
    assert "Read by" in words(lead.get(on))
    said(clinic, asks.replace("/ask", "/arrange"), "arr", **ARRANGED)
    made.carry()
    there_now = words(lead.get(on))
    assert "28 February 2031" in there_now or "28 Feb 2031" in there_now
    assert "14:30" in there_now
    assert "Canary Mira" in there_now
    assert "at the agency that wrote this" in there_now


def test_what_nobody_at_the_other_end_may_know_is_said_before_anything_is_sent(there: tuple[Town, str]) -> None:
    made, case = there
    lead, clinic = made.at["rs-czztlj"], made.at["rs-zdr-bg"]
    path = invitation(clinic, case).replace("handoffs", "words").replace("/cases/", "/lead/")
    made.carry()
    answers = {"purpose": "health", "about": ["suspects", "name"], "words": "Canary man"}
    first = lead.post(f"{path}/ask", form_id="q", look="yes", **answers)
    assert first.status_code == 200
    assert "Who will read this: nobody" in words(first.text)
    assert "will not read it, because it may not know: Suspects" in words(first.text)
    assert "Canary man" in first.text, "nothing typed is lost"
    for shown, code in ((" ", 422), ("rs-zdr-bg", 422)):
        again = lead.post(f"{path}/ask", form_id="q", shown=shown, **answers)
        assert again.status_code == code
        assert "Canary man" in again.text


BAD: dict[str, dict[str, Any]] = {
    "too long": {"words": "x" * 1_001}, "a turned line": {"words": "Canary \u202e"}, "nothing": {"words": ""}, "no tick": {"about": []},
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_said_at_its_place_and_nothing_typed_is_lost(there: tuple[Town, str], name: str) -> None:
    made, case = there
    lead, clinic = made.at["rs-czztlj"], made.at["rs-zdr-bg"]
    path = invitation(clinic, case).replace("handoffs", "words").replace("/cases/", "/lead/")
    made.carry()
    answers = {"purpose": "health", "about": ["name"], "words": "Canary kept", **BAD[name]}
    for step in ({"look": "yes"}, {"shown": "rs-zdr-bg"}):
        sent = lead.post(f"{path}/ask", form_id="q", **step, **answers)
        assert sent.status_code == 422, words(sent.text)[:300]
        assert "There is a problem" in sent.text
        assert answers["words"][:100] in sent.text
    no_time = lead.post(
        f"{path}/arrange", form_id="q", look="yes", **{**answers, "words": "", **ARRANGED, "about": ["name"], "time": "noon"}
    )
    assert "write the time in figures" in words(no_time.text)


RIDE = {
    "support": "transport", "when-day": "3", "when-month": "2", "when-year": "2031", "time": "9:15", "origin": "Canary station",
    "destination": "Canary court", "payer": "court", "approved": "Canary office", "about": ["communication", "meeting_point"],
}  # fmt: skip


def test_a_ride_is_asked_for_and_stands_with_who_must_see_to_it_and_in_the_plan_and_in_a_letter(there: tuple[Town, str]) -> None:
    made, case = there
    clinic, lead = made.at["rs-zdr-bg"], made.at["rs-czztlj"]
    words_at = invitation(clinic, case).replace("handoffs", "words")
    made.carry()
    here = words_at.replace("/cases/", "/lead/")
    empty = clinic.post(f"{words_at}/ask-support", form_id="s", look="yes", purpose="health", about=["communication"])
    assert empty.status_code == 422
    assert "What is asked for" in words(empty.text)
    page = said(clinic, f"{words_at}/ask-support", "s", **RIDE)
    assert "Canary station" in page, "nothing typed is lost between the two steps"
    made.carry()
    assert "Questions and requests that your agency must answer 1" in words(lead.get("/today"))
    assert "Request for support: " in words(lead.get("/today"))
    assert "Canary" not in lead.get("/today"), "lists show codes, agencies and times"
    shown = words(lead.get(here))
    for word in ("A ride", "Canary station", "Canary court", "The court or prosecutor", "Canary office"):
        assert word in shown, word
    plan = words(lead.whole(f"/lead/{case}"))
    assert "Rides, rooms and interpreters A ride" in plan
    assert "not answered yet" in plan
    asked = re.search(r'answer\?to=([0-9a-f]+)"', lead.get(here))[1]
    assert "Who pays: The court" in words(lead.get(f"{here}/answer?to={asked}")), "what is answered stands above the answer"
    said(lead, f"{here}/answer", "a", words="Canary yes", answers=asked)
    made.carry()
    assert "Questions and requests that your agency must answer" not in words(lead.get("/today"))
    assert "A ride" in words(clinic.whole(f"/cases/{case}"))
    assert "answered" in words(clinic.whole(f"/cases/{case}"))
    letters = f"/lead/{case}/letter"
    assert f'{letters}?support={asked}"' in lead.get(here)
    form = lead.get(f"{letters}?kind=other&need=health&support={asked}")
    for word in ("What is asked for: A ride", "Who pays: The court", "Canary office", "Where exactly, we say by telephone."):
        assert word in words(form), word
    assert "Canary station" not in form, "a place stands in no letter"
    assert "Canary" not in words(lead.get(f"{letters}?kind=other&need=health&support=0000000000000000"))


def test_the_form_asks_for_the_interpreter_whom_the_file_names(there: tuple[Town, str]) -> None:
    made, case = there
    clinic, lead = made.at["rs-zdr-bg"], made.at["rs-czztlj"]
    here = invitation(clinic, case).replace("handoffs", "words").replace("/cases/", "/lead/")
    made.carry()
    told = {"language": "ka", "interpreter": "yes", "interpreter_sex": "female"}
    assert lead.post(f"/lead/{case}/person/communication", form_id="p", source="said", **told).status_code == 303
    page = lead.get(f"{here}/ask-support")
    assert re.search(r'value="ka"\s+selected', page), "also one that is on no list"
    assert re.search(r'name="interpreter"[^>]+value="female" checked', page)
