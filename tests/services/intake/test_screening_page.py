"""The screening pages: what they say and why, that nothing is kept, and that the signs go on into a report."""

import pytest

from services.intake.pages.screening import FewAnswers
from services.intake.rules.screening import QUESTIONS
from tests.browser.desks import at, words


@pytest.fixture
def ines(tmp_path):
    with at("rs-ir", "ines", tmp_path) as visitor:
        yield visitor


def test_the_page_asks_the_questions_of_the_table():
    assert list(FewAnswers.model_fields) == list(QUESTIONS)


def test_one_yes_is_a_reason_to_look_deeper_and_its_sign_goes_on(ines):
    shown = ines.post("/screening", papers="yes", leave="no").text
    assert "Look deeper" in shown
    assert 'name="indicators" value="LI05"' in shown
    assert 'value="LI07"' not in shown.partition("<h1")[0]
    report = ines.post("/screening/report", indicators="LI05").text
    assert "Report a person who may be a victim" in report
    assert 'value="LI05" checked' in report
    assert 'value="LI04" checked' not in report
    assert "Nothing has been reported here yet." in ines.get("/reports")


def test_no_answer_is_no_all_clear(ines):
    said = words(ines.post("/screening", papers="no", fear="maybe").text)
    assert "No answer that alone is a reason to look deeper" in said
    assert "your doubt is enough to report" in said


def test_the_list_says_what_it_rests_on(ines):
    signs = ["D1.01", "D1.02", "D4.01", "D4.02", "D5.01", "D5.02"]
    said = words(ines.post("/screening/work", age="adult", signs=signs).text)
    assert "these are signs of trafficking for forced labour" in said
    assert "Documents taken at work (strong)" in said
    assert "decides nothing" in said
    child = words(ines.post("/screening/work", age="unsure", signs=signs[2:4]).text)
    assert "signs of trafficking of a child" in child
    few = words(ines.post("/screening/work", age="adult", signs="D4.02").text)
    assert "too few for this list" in few
    assert "Your doubt is enough to report" in few


def test_the_age_goes_on_into_the_report(ines):
    shown = ines.post("/screening/work", age="child", signs=["D4.01", "D4.02"]).text
    assert 'name="age" value="child"' in shown
    report = ines.post("/screening/report", age="child", indicators=["LI02", "LI04"]).text
    assert all(f'value="{said}" checked' in report for said in ("child", "LI02", "LI04"))
    assert 'value="adult" checked' not in report


@pytest.mark.parametrize(
    ("path", "answers", "said"),
    [("/screening", {"papers": "perhaps"}, "choose one of the answers offered"),
     ("/screening/work", {"signs": "D4.01"}, "Age: "),
     ("/screening/work", {"age": "adult", "signs": "D9.99"}, "Signs: choose signs of the list")],
)  # fmt: skip
def test_what_does_not_fit_is_said_at_its_field(ines, path, answers, said):
    answer = ines.post(path, **answers)
    assert answer.status_code == 422
    assert said in words(answer.text)


def test_what_does_not_fit_a_report_is_left_out(ines):
    answer = ines.post("/screening/report", age="ancient", indicators="XX99")
    assert answer.status_code == 200
    assert " checked" not in answer.text.partition('name="age"')[2].partition("</fieldset>")[0]
