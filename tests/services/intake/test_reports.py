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


def test_who_must_not_be_told_stands_open_where_the_person_set_limits_and_a_suspect_at_an_agency_always(ines):
    def fold(page):
        return page[: page.index('name="withheld"')].rpartition("<details")[2].partition(">")[0]

    assert "open" not in fold(ines.get("/reports/new"))
    wrong = ines.post("/reports/new", form_id="limits", **REPORT | {"age": "", "agreed": "nothing"})
    assert wrong.status_code == 422
    assert "open" in fold(wrong.text), "and says that something is answered in it"
    assert "1 answer given" in words(wrong.text)
    together = ines.get("/raids/new")
    assert together.index('name="conflict"') < together.index("<details"), "before all that is folded"


def test_a_child_is_not_asked_for_consent(ines):
    answer = ines.post("/reports/new", form_id="f", danger="false", age="unsure", needs=["health"])
    assert answer.status_code == 303
    assert "A child, or age unsure" in words(ines.whole(answer.headers["location"]))


CHILD = {"danger": "false", "age": "unsure", "needs": ["health"]}
DANGER = REPORT | {"danger": "true", "consent": "false", "ground": "life"}


@pytest.mark.parametrize(
    ("form", "answers", "said"),
    [
        (CHILD, {"consent": "false"}, "is not asked for consent"),
        (CHILD, {"consent": "true"}, "is not asked for consent"),
        (CHILD, {"agreed": "profile"}, "it would bind nobody"),
        (CHILD, {"months": "3"}, "it would bind nobody"),
        (CHILD, {"consent_language": "ro"}, "it would bind nobody"),
        (CHILD, {"ground": "life"}, "A ground is stated only for"),
        (CHILD, {"withheld": ["social_services"]}, "guardian authority is of this kind"),
        (CHILD, {"withheld": ["identifier"]}, "The agency that leads all cases is of this kind"),
        (DANGER, {"agreed": "nothing"}, "it would bind nobody"),
        (DANGER, {"withheld": ["identifier"]}, "The agency that leads all cases is of this kind"),
        (REPORT, {"consent": "false", "months": "6"}, "it would bind nobody"),
        (REPORT, {"consent": "false", "ground_words": "he waits outside"}, "A ground is stated only for"),
        (REPORT, {"ground": "life"}, "A ground is stated only for"),
    ],
)
def test_an_answer_that_does_not_apply_is_refused_in_words_and_nothing_is_sent(ines, form, answers, said):
    answer = ines.post("/reports/new", form_id="f", **form | answers)
    assert (answer.status_code, said in words(answer.text)) == (422, True), words(answer.text)[:600]
    (field,) = {name for name in answers if name != "consent"} or {"consent"}
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert "Nothing has been reported here yet." in ines.get("/reports")


def test_an_answer_that_was_given_by_mistake_can_be_taken_back(ines):
    """A radio button cannot be unticked, so each question that may not apply has an answer that says so."""
    page = ines.get("/reports/new")
    assert "Not asked: a child, or the age is not sure" in page
    assert "None: there is consent, a child, or no danger" in page
    answer = ines.post("/reports/new", form_id="f", **CHILD | {"consent": "", "ground": "", "months": "", "agreed": "all"})
    assert answer.status_code == 303


def test_the_same_rule_answers_programs(ines):
    body = {"danger": False, "age": "child", "consent": False, "months": 3}
    answer = ines.client.post("/api/intake/reports", json=body, headers={"idempotency-key": "k", "origin": "http://testserver"})
    assert (answer.status_code, "it would bind nobody" in answer.text) == (422, True), answer.text


@pytest.mark.parametrize(("field", "value"), [("danger", CANARY), ("age", CANARY), ("forms", [CANARY]), ("language", CANARY)])
def test_an_answer_that_was_not_offered_is_not_repeated_as_an_error(ines, field, value):
    answer = ines.post("/reports/new", form_id="f", **REPORT | {field: value})
    assert answer.status_code == 422
    assert CANARY not in answer.text


def test_a_report_is_kept_while_the_bus_is_away_and_says_so(ines):
    answer = ines.post("/reports/new", form_id="f", **REPORT | {"note": CANARY})
    assert answer.status_code == 303
    page = words(ines.get(answer.headers["location"]))
    assert "Not sent to the others yet" in page
    assert "as soon as the connection is back" in page
    assert "Centre for Human Trafficking Victims' Protection must answer the request: Identification" in page
    assert "not sent yet" in words(ines.get("/reports"))


def test_the_note_stays_on_its_own_page(ines):
    case = ines.post("/reports/new", form_id="f", **REPORT | {"note": CANARY}).headers["location"].rpartition("/")[2]
    assert CANARY in ines.get(f"/reports/{case}")
    assert CANARY not in ines.get("/reports")
    assert CANARY not in ines.client.get(f"/api/intake/cases/{case}").text
    assert CANARY not in ines.client.get(f"/api/intake/cases/{case}/records").text


def test_a_double_click_is_one_report(ines):
    form = ines.form_id(ines.get("/reports/new"), "/reports/new")
    first, second = (ines.post("/reports/new", form_id=form, **REPORT) for _ in range(2))
    assert second.headers["location"] == first.headers["location"] + "?sent=again"
    assert "It is recorded once" in words(ines.get(second.headers["location"]))
    assert ines.get("/reports").count('href="/reports/') == 1


def test_a_child_in_danger_sent_by_a_form_that_has_recorded_somebody_else_is_not_lost(ines):
    first = ines.post("/reports/new", form_id="f", **REPORT).headers["location"]
    child = {"danger": "true", "age": "child", "needs": ["health"], "note": "alone in the yard"}
    answer = ines.post("/reports/new", form_id="f", **child)
    assert answer.status_code == 409
    page = words(answer.text)
    assert "Something else was recorded under this form before. What was sent now is not recorded." in page
    assert "reported the person (case" in page
    assert f'href="{first}"' in answer.text
    assert "alone in the yard" in answer.text
    assert 'value="child" checked' in answer.text
    again = ines.form_id(answer.text, "/reports/new")
    assert again != "f"
    sent = ines.post("/reports/new", form_id=again, **child)
    assert sent.status_code == 303
    assert "alone in the yard" in ines.get(sent.headers["location"])
    assert ines.get("/reports").count('href="/reports/') == 2


def test_a_key_of_a_program_records_one_content(ines):
    def send(**said):
        return ines.client.post("/api/intake/reports", json={"danger": False, "consent": True, **said}, headers={"idempotency-key": "k-1"})

    first = send(age="adult").json()
    assert send(age="adult").json() == first | {"repeated": True}
    other = send(age="child", danger=True)
    assert (other.status_code, other.headers["content-type"]) == (409, "application/problem+json")
    said = other.json()
    assert said["recorded"] == {"decision": "file_report", "case": first["case"], "keys": first["keys"], "at": said["recorded"]["at"]}
    assert "not recorded" in said["detail"]
    assert ines.get("/reports").count('href="/reports/') == 1


def test_who_goes_back_after_sending_is_told_what_was_sent_and_sends_nobody_twice(ines):
    """Back shows the same address; the browser asks for it anew, since pages of people are not stored."""
    address = ines.client.get("/reports/new").headers["location"]
    form = ines.form_id(ines.get(address), "/reports/new")
    assert form in address
    case = ines.post("/reports/new", form_id=form, **REPORT).headers["location"]
    back = ines.get(address)
    assert "This report was sent" in words(back)
    assert f'href="{case}"' in back
    assert "<form" not in back[back.index("<main") : back.index("</main>")]
    corrected = ines.post("/reports/new", form_id=form, **REPORT | {"needs": ["housing"]})
    assert corrected.status_code == 409, "a page that the browser did keep has the id that was used"
    assert ines.get("/reports").count('href="/reports/') == 1
    assert ines.client.get("/reports/new").headers["location"] != address


def test_the_same_answers_by_another_form_are_asked_about_first(ines):
    assert ines.post("/reports/new", form_id="f", **REPORT).status_code == 303
    asked = ines.post("/reports/new", form_id="g", **REPORT)
    assert asked.status_code == 409
    assert "You recorded just the same a moment ago. Is this another person" in words(asked.text)
    meant = ines.form_id(asked.text, "/reports/new")
    assert ines.post("/reports/new", form_id=meant, **REPORT).status_code == 303
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


SHORT = "Promised a kitchen, taken to a farm, papers kept."


def test_the_short_account_is_stated_with_the_report(ines):
    answer = ines.post("/reports/new", form_id="f", **(REPORT | {"account": SHORT}))
    case = answer.headers["location"].rpartition("/")[2]
    page = words(ines.get(f"/reports/{case}/person"))
    assert "What happened, in short and without names" in page
    assert SHORT in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Call 060 123 45 67", "look at word 2, 3, 4, 5"), ("write to a@b.example", "look at word 3"),
        ("x" * 301, "write at most 300 characters"), ("bell\x07", "leave out control characters"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_short_account_is_said_at_its_field_and_stays_typed(ines, typed, said):
    answer = ines.post("/reports/new", form_id="f", **(REPORT | {"account": typed}))
    assert answer.status_code == 422
    assert said in answer.text
    assert 'href="#account"' in answer.text
    assert typed in answer.text
    assert "Nothing has been reported here yet." in ines.get("/reports")


def test_whoever_says_that_the_words_name_nobody_sends_them(ines):
    typed = "The number 060 123 45 67 stood on the wall"
    assert "These words name nobody" in ines.post("/reports/new", form_id="f", **(REPORT | {"account": typed})).text
    answer = ines.post("/reports/new", form_id="f", **(REPORT | {"account": typed, "nobody": "true"}))
    assert answer.status_code == 303
    assert typed in words(ines.get(f"{answer.headers['location']}/person"))
