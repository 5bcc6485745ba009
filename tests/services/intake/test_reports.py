"""The pages of reports: what the form asks, what it keeps, and that people work on while the bus is away."""

import pytest

from tests.browser.desks import REPORT, at, words

CANARY = "Jelena Petrovic"


@pytest.fixture
def ines(tmp_path):
    with at("rs-ir", "ines", tmp_path) as visitor:
        yield visitor


def test_who_has_not_said_who_they_are_is_asked_and_comes_back(tmp_path):
    with at("rs-ir", "", tmp_path) as nobody:
        answer = nobody.client.get("/reports/new")
        assert (answer.status_code, answer.headers["location"]) == (303, "/who?next=/reports/new")
        assert 'value="/reports/new"' in nobody.get("/who?next=/reports/new")
        assert 'name="next" value="/"' in nobody.get("/who?next=//evil.example/x")
        assert nobody.post("/who", officer="mallory", next="/reports").status_code == 422
        chosen = nobody.post("/who", officer="ines", next="/reports/new")
        assert (chosen.status_code, chosen.headers["location"]) == (303, "/reports/new")
        assert "Report a person" in nobody.get("/reports/new")


def test_an_empty_form_says_what_to_answer_and_sends_nothing(ines):
    answer = ines.post("/reports/new", form_id="f")
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert 'href="#danger"' in answer.text
    assert 'href="#age"' in answer.text
    assert "Nothing has been reported here yet." in ines.get("/reports")


def test_an_adult_is_asked_for_consent_and_the_answers_are_kept(ines):
    sent = REPORT | {"consent": "", "note": "a note kept", "language": "ro"}
    answer = ines.post("/reports/new", form_id="f", **sent)
    assert answer.status_code == 422
    assert "say whether the person consents" in answer.text
    assert "a note kept" in answer.text
    assert '<option value="ro" selected>' in answer.text
    assert 'value="LI05" checked' in answer.text


def test_a_child_is_not_asked_for_consent(ines):
    answer = ines.post("/reports/new", form_id="f", danger="false", age="unsure", needs=["health"])
    assert answer.status_code == 303
    assert "A child, or age unsure" in words(ines.get(answer.headers["location"]))


@pytest.mark.parametrize(("field", "value"), [("danger", CANARY), ("age", CANARY), ("forms", [CANARY]), ("language", CANARY)])
def test_an_answer_that_was_not_offered_is_not_repeated_as_an_error(ines, field, value):
    answer = ines.post("/reports/new", form_id="f", **REPORT | {field: value})
    assert answer.status_code == 422
    assert CANARY not in answer.text


def test_a_report_is_kept_while_the_bus_is_away_and_says_so(ines):
    answer = ines.post("/reports/new", form_id="f", **REPORT | {"note": CANARY})
    assert answer.status_code == 303
    page = words(ines.get(answer.headers["location"]))
    assert "Waiting for the bus" in page
    assert "as soon as the bus is back" in page
    assert "Centre for Human Trafficking Victims' Protection must answer the request: Identification" in page
    assert "waits for the bus" in words(ines.get("/reports"))


def test_the_note_stays_on_its_own_page(ines):
    case = ines.post("/reports/new", form_id="f", **REPORT | {"note": CANARY}).headers["location"].rpartition("/")[2]
    assert CANARY in ines.get(f"/reports/{case}")
    assert CANARY not in ines.get("/reports")
    assert CANARY not in ines.client.get(f"/api/intake/cases/{case}").text
    assert CANARY not in ines.client.get(f"/api/intake/cases/{case}/records").text


def test_a_double_click_is_one_report(ines):
    form = ines.form_id(ines.get("/reports/new"), "/reports/new")
    first, second = (ines.post("/reports/new", form_id=form, **REPORT) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert ines.get("/reports").count('href="/reports/') == 2


def test_danger_says_what_to_do_first(ines):
    answer = ines.post("/reports/new", form_id="f", **REPORT | {"danger": "true"})
    page = words(ines.get(answer.headers["location"]))
    assert "If nobody has yet, call 192 now. Do not wait for an answer here." in page
    assert "danger now" in page


def test_without_consent_only_the_figure_travels(ines):
    answer = ines.post("/reports/new", form_id="f", **REPORT | {"consent": "false"})
    assert "only the figure was reported" in words(ines.get(answer.headers["location"]))


def test_a_form_of_another_site_is_refused(ines):
    answer = ines.client.post("/reports/new", data=REPORT, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    assert "Nothing has been reported here yet." in ines.get("/reports")


def test_a_case_that_is_not_here(ines):
    assert "Your agency has no case here" in words(ines.get("/reports/00000000-0000-4000-8000-000000000000", 404))


def test_how_long_a_note_may_be_is_said_beforehand_and_a_line_break_counts_once(ines):
    assert "At most 4000 characters." in words(ines.get("/reports/new"))
    full = "x\r\n" * 1999  # as browsers send lines
    assert ines.post("/reports/new", form_id="f", **REPORT | {"note": full + "xxx"}).status_code == 422
    assert ines.post("/reports/new", form_id="g", **REPORT | {"note": full + "xx"}).status_code == 303
