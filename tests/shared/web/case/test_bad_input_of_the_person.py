"""What has no business in a form about the person, and a form that is older than the file: a sentence at the field, and nothing of the rest
lost."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from tests.browser.desks import Town, Visitor, words
from tests.shared.land import rows
from tests.shared.reported import begun
from tests.shared.web.case.test_person_page import CHILD, INSPECTOR

KEPT = "keep this as it is"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[Town, str]]:
    """The inspectorate and the lead once a child was reported, and the case."""
    with begun(tmp_path, {"rs_ir": "ines", "rs_czztlj": "jelena"}, CHILD) as there:
        yield there


@pytest.fixture
def serbia(there: tuple[Town, str]) -> Town:
    return there[0]


@pytest.fixture
def ines(serbia: Town) -> Visitor:
    return serbia.at[INSPECTOR]


@pytest.fixture
def case(there: tuple[Town, str]) -> str:
    return f"/reports/{there[1]}"


def on_file(land: Town) -> list[tuple[str, str]]:
    """Field and value of what stands at the intake."""
    land.carry()
    intake = next(one for one in land.instances if one.me == f"intake.{INSPECTOR}")
    return rows(intake, "select field, value from statement where superseded_by is null and not withdrawn order by seq")


def state(who: Visitor, case: str, group: str, form: str, **answers: Any) -> Response:
    return who.post(f"{case}/person/{group}?about=person", form_id=form, **{"source": "said"} | answers)


def problem(answer: Response) -> str:
    """What stands at the top of the form."""
    assert answer.status_code == 422, (answer.status_code, words(answer.text)[:300])
    return words(answer.text).partition("There is a problem")[2][:400]


BAD = {
    "31 February": ("birth", {"birth-day": "31", "birth-month": "2", "birth-year": "2011"}, "birth_place", "there is no such day"),
    "born in the future": ("birth", {"birth-year": "2999"}, "birth_place", "nobody is born in the future"),
    "an age that contradicts": ("birth", {"birth-year": "1970"}, "birth_place", "a child was reported, and this date makes an adult"),
    "a day of letters": ("birth", {"birth-day": "one", "birth-month": "2", "birth-year": "2011"}, "birth_place", "in figures"),
    "an unknown country": ("birth", {"birth_country": "Nowhere"}, "birth_place", "code of a country"),
    "an unknown code": ("identity_document", {"document": "library_card"}, "document_number", "choose one of the answers offered"),
    "control characters": ("name", {"given_names": "a\x1b[2Jb"}, "family_name", "leave out control characters"),
    "words that turn about": ("name", {"given_names": "a\u202eb"}, "family_name", "leave out control characters"),
    "a name that nobody sees": ("name", {"given_names": "\u200b\u200d"}, "family_name", "leave out control characters"),
    "a long text": ("exploitation_words", {"exploitation_words": "x y " * 200_000}, "exploitation_place", "at most 1000 characters"),
    "a name of two lines": ("name", {"given_names": "a\nb"}, "family_name", "line breaks"),
}  # fmt: skip


def test_each_is_answered_at_its_field_and_the_rest_stays(serbia: Town, ines: Visitor, case: str) -> None:
    for what, (group, wrong, other, says) in BAD.items():
        answer = state(ines, case, group, what, **wrong, **{other: KEPT})
        assert says in problem(answer), what
        assert KEPT in answer.text, what
        assert 'class="govuk-error-message"' in answer.text, what
    nobody, figures = "nobody can be called there", "write the number in figures alone"
    for typed, says in (
        ("call me", nobody), ("0" * 60, nobody), ("+999999999999999999", nobody), ("060 CALL ME", figures), ("+38160ABC4567", figures),
        ("+381601234567 ext 5", figures), ("+381601234567#5", figures),
    ):  # fmt: skip
        answer = state(ines, case, "phone", typed, **{"phone": typed, "phone-use": "call"})
        assert says in problem(answer), typed
        assert typed in answer.text
    assert on_file(serbia) == []


@pytest.mark.parametrize("letter", ["x", "ж"])
def test_ten_megabytes_of_text_are_answered_at_their_field_and_the_rest_stays(ines: Visitor, case: str, letter: str) -> None:
    answer = state(
        ines, case, "exploitation_words", "huge", exploitation_words=letter * (10_000_000 // len(letter.encode())), exploitation_place=KEPT
    )
    assert "at most 1000 characters" in problem(answer)
    assert 'id="exploitation_words-error"' in answer.text
    assert f'value="{KEPT}"' in answer.text
    assert len(answer.text) < 2_000_000, "what is shown again of it is no more than a form may hold"


def test_a_command_and_a_report_answer_it_too(there: tuple[Town, str], ines: Visitor) -> None:
    _, case = there
    noted = ines.post(f"/reports/{case}/own/write-note", form_id="n", note="ж" * 3_000_000)
    assert noted.status_code == 422
    assert 'id="note-error"' in noted.text
    sent = ines.post("/reports/new", form_id="r", danger="false", age="child", note="x" * 10_000_000, place=KEPT)
    assert 'id="note-error"' in sent.text
    assert f'value="{KEPT}"' in sent.text


def test_more_than_a_form_can_hold_says_where_it_still_is(ines: Visitor, case: str) -> None:
    many = {f"field{n}": "x" * 300_000 for n in range(5)}
    answer = state(ines, case, "exploitation_words", "huge", exploitation_place=KEPT, **many)
    assert answer.status_code == 413
    assert "go back one page, where what you typed is still there" in words(answer.text)


def test_a_form_that_is_older_than_the_file_takes_nothing_back_and_loses_nothing(serbia: Town, ines: Visitor, case: str) -> None:
    """Two officers open the empty form; what the first states is not emptied by the second, who never saw it."""
    assert state(ines, case, "name", "first", given_names="Ana", family_name="Invented").status_code == 303
    late = state(ines, case, "name", "late", given_names="Anna", family_name="", called="Anči")
    assert "somebody wrote this meanwhile" in problem(late)
    assert "Anna" in late.text
    assert "Anči" in late.text
    assert not re.search(r'href="#given_names"', late.text), "no link to an input that is not there"
    assert on_file(serbia) == [("given_names", "Ana"), ("family_name", "Invented")]
    assert state(ines, case, "name", "other", given_names="", family_name="", called="Anči").status_code == 303
    assert on_file(serbia) == [("given_names", "Ana"), ("family_name", "Invented"), ("called", "Anči")]
    same = state(ines, case, "name", "same", given_names="Ana", called="")
    assert "nothing was written" in problem(same), "what stands already is no news"


def test_a_mark_of_pressure_can_be_named_in_no_request(serbia: Town, ines: Visitor, case: str) -> None:
    for decision, answers in (
        ("object", {"groups": ["name", "duress"], "words": KEPT}), ("restrict", {"groups": "duress", "ground": "contested", "words": KEPT}),
        ("ask-correction", {"group": "duress", "words": KEPT}),
    ):  # fmt: skip
        answer = ines.post(f"{case}/rights/{decision}", form_id=decision, **answers)
        assert "Choose what the form offers." in problem(answer)
        assert KEPT in answer.text
    assert "Nothing was asked yet" in words(ines.get(f"{case}/rights"))
