"""A report in steps: each step is saved, nobody loses what they wrote, and nothing is sent twice."""

import re

import pytest
from sqlmodel import select

from services.intake.handlers.drafts import tend_drafts
from services.intake.models import ReportDraft
from services.intake.queries.drafts import sent_from
from services.intake.rules.drafts import DAY
from shared.casework.case_reader import CaseReader
from shared.crypto.keystore import PLACES
from shared.web.text.case_reference import reference
from tests.browser.desks import Town, Visitor, words
from tests.services.intake.conftest import intake_of
from tests.shared.client import PageClient

CALM = {
    "danger": {"danger": "false"},
    "person": {"age": "adult", "sex": "female"},
    "rights": {"told": ["lawyer", "help_without_police"], "told_format": "read_aloud", "language": "ro"},
    "consent": {"consent": "true", "withheld": ["police"]},
    "place": {"place": "Niš"},
    "happened": {"forms": ["LAB"]},
    "signs": {"indicators": ["LI04", "LI05"]},
    "needs": {"needs": ["health", "legal"]},
}


def begun(who: Visitor) -> str:
    """The address of a draft that somebody begins."""
    return who.client.get("/drafts/new").headers["location"].removesuffix("/danger")


def walked(who: Visitor, home: str, answers=CALM) -> str:
    """The last page, after these steps in the order in which the pages lead."""
    at = f"{home}/danger"
    for step, said in answers.items():
        assert at == f"{home}/{step}"
        page = who.get(at)
        answer = who.post(at, form_id=who.form_id(page, at), **said)
        assert answer.status_code == 303, words(answer.text)[:500]
        at = answer.headers["location"]
    assert at == f"{home}/send"
    return who.get(at)


def hidden(page: str) -> dict[str, list[str]]:
    """What the last page sends."""
    found: dict[str, list[str]] = {}
    form = page[page.index("<form", page.index("<main")) :]
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[: form.index("</form>")]):
        found.setdefault(name, []).append(value)
    return found


def test_a_report_in_steps_is_the_report_of_one_page_and_back_sends_nobody_twice(made, ines) -> None:
    home = begun(ines)
    last = walked(ines, home)
    page = words(last)
    assert "Two or more of the signs weigh heavily by themselves" in page
    assert "A lawyer, free of charge" in page
    assert "Not answered" in page
    sent = ines.post(f"{home}/send", **hidden(last))
    case = sent.headers["location"]
    assert re.fullmatch(r"/reports/[0-9a-f-]{36}", case), sent.headers
    assert ines.post(f"{home}/send", **hidden(last)).headers["location"] == f"{case}?sent=again", "a double click"
    for step in (*CALM, "send", "words"):
        assert "This report was sent" in words(ines.get(f"{home}/{step}")), "Back and bookmarks find what was sent"
    late = ines.post(f"{home}/words", form_id="x", note="one thing more")
    assert late.status_code == 409
    assert "one thing more" in words(late.text), "what was written after it is not lost"
    assert ines.get("/reports").count('href="/reports/') == 1
    assert "Reports that you have begun" not in ines.get("/reports")

    made.carry()
    lead = words(made.at["rs-czztlj"].get(f"/lead/{case.rpartition('/')[2]}/person"))
    assert "What the person was told of their rights" in lead, "the others see that it was said, and when"
    assert "Help does not depend on speaking to the police" in lead
    assert "Read aloud" in lead
    own = words(ines.get(f"{case}/person"))
    assert "Niš" in own


def test_no_page_of_a_report_that_is_not_sent_says_that_it_was(ines) -> None:
    home = begun(ines)
    walked(ines, home)
    here = f"{home}/needs"
    page = ines.get(here)
    led = f"{home}/send?sent=again"
    for _ in range(2):  # the page's own link back, then on unchanged, and once more
        answer = ines.post(here, form_id=ines.form_id(page, here), **CALM["needs"])
        assert answer.headers["location"] == led
        assert "sent before" not in ines.get(led)
    assert "sent before" not in ines.get(f"{here}?sent=again")
    assert "was not recorded" in ines.get(f"{here}?sent=no"), "whoever was signed out is told as ever"
    form = hidden(ines.get(f"{home}/send"))
    first, again = (ines.client.post(f"{home}/send", data=form, headers={"origin": "http://testserver"}) for _ in range(2))
    assert again.headers["location"] == first.headers["location"] + "?sent=again"
    assert "sent before" in ines.get(again.headers["location"])


def test_a_draft_is_there_again_after_the_browser_was_closed_and_today_leads_to_it(made, ines) -> None:
    home = begun(ines)
    assert "Reports that you have begun" not in ines.get("/today"), "nothing was answered yet"
    ines.post(f"{home}/danger", form_id="d", danger="false")
    ines.post(f"{home}/words", form_id="w", note="met behind the mill")
    page = ines.get("/today")
    assert "A report that you began on" in words(page)
    assert "deleted on" not in words(page)
    again = re.search(r'href="(/drafts/[^"]+/go-on)"', page)[1]
    assert ines.client.get(again).headers["location"] == f"{home}/person"
    assert "met behind the mill" in ines.get(f"{home}/words")
    assert 'value="false" checked' in ines.get(f"{home}/danger")
    made.clock.at += 22 * DAY
    assert "It is deleted on" in words(ines.get("/today"))
    tended(made)
    assert "A report that you began on" in words(ines.get("/today"))
    made.clock.at += 6 * DAY
    tended(made)
    assert "A report that you began on" not in words(ines.get("/today"))
    assert "This report is not kept here" in words(ines.get(f"{home}/words", 404))


def tended(made: Town) -> None:
    """What has ended is forgotten, and its key with it."""
    intake = intake_of(made)
    tend_drafts(intake, intake.transact, made.clock.at)


def unreadable(made: Town) -> None:
    """The database was put back from a copy of when these drafts were there; their keys are gone."""
    intake = intake_of(made)
    ids = intake.transact(lambda work: [row.id for row in work.session.exec(select(ReportDraft))])
    assert intake.keystore is not None
    intake.keystore.erase({id: tuple(PLACES) for id in ids})


@pytest.mark.parametrize("end", ["thrown away", "thrown away and forgotten", "old", "unreadable"])
def test_a_page_of_a_draft_that_is_gone_saves_nothing_silently_and_begins_another_with_what_was_typed(made, ines, end) -> None:
    home = begun(ines)
    ines.post(f"{home}/danger", form_id="d", danger="true")
    if end == "old":
        made.clock.at += 28 * DAY
    elif end == "unreadable":
        unreadable(made)
    else:
        ines.post(f"{home}/throw-away")
    if end in ("thrown away and forgotten", "old"):
        tended(made)
    for step in ("danger", "person", "send"):
        assert "This report is not kept here" in words(ines.get(f"{home}/{step}", 404))
    for _ in range(2):
        late = ines.post(f"{home}/words", form_id=home.rpartition("/")[2], note="met behind the mill", then="send")
        assert late.status_code == 409
        assert "What you wrote just now is not saved yet:" in words(late.text)
        assert "met behind the mill" in words(late.text)
    assert "go-on" not in ines.get("/today")
    action = re.search(r'action="(/drafts/\w+/words)"', late.text)[1]
    assert not action.startswith(home)
    again = ines.post(action, **hidden(late.text))
    assert again.headers["location"] == action.replace("/words", "/danger"), "danger is asked first"
    assert "met behind the mill" in ines.get(action)
    assert "go-on" in ines.get("/today")
    ticked = ines.post(f"{home}/help", form_id="h", called="true")
    helped = re.search(r'action="(/drafts/\w+/help)"', ticked.text)[1]
    ines.post(helped, **hidden(ticked.text))
    assert "You said that you called on" in words(ines.get(helped))


def test_an_answer_that_cannot_be_is_said_at_its_step_with_what_was_typed(made, ines) -> None:
    home = begun(ines)
    nothing = ines.post(f"{home}/danger", form_id="d")
    assert nothing.status_code == 422
    assert 'href="#danger"' in nothing.text
    ines.post(f"{home}/danger", form_id="d", danger="true")
    wrong = ines.post(f"{home}/help", form_id="h", called="true", called_time="quarter past")
    assert wrong.status_code == 422
    assert "such as 14:05" in words(wrong.text)
    named = ines.post(f"{home}/words", form_id="w", account="Call Jelena Petrovic at 0601234567")
    assert named.status_code == 422
    assert "Jelena Petrovic" in named.text
    ines.post(f"{home}/person", form_id="p", age="adult")
    unsaid = ines.post(f"{home}/consent", form_id="c", consent="false")
    assert unsaid.status_code == 422
    assert 'href="#ground"' in unsaid.text
    lead = ines.post(f"{home}/consent", form_id="c", consent="true", withheld=["identifier"])
    assert "The agency that leads all cases is of this kind" in words(lead.text)
    assert ines.post(f"{home}/consent", form_id="c", consent="false", ground="life").headers["location"] == f"{home}/send"
    changed = ines.post(f"{home}/person", form_id="p", age="adult", sex="male", then="send")
    assert changed.headers["location"] == f"{home}/send", "who changes one answer comes back to all of them"
    other = ines.post(f"{home}/danger", form_id="d", danger="false", then="send")
    assert other.headers["location"] == f"{home}/person", "another way has other questions"
    assert "Jelena" not in ines.get(f"{home}/send")
    page = ines.get(f"{home}/send")
    assert 'name="ground"' not in page, "without danger no ground is sent"


def test_danger_names_the_number_first_asks_little_and_sends_what_the_country_asks_for(made, ines) -> None:
    home = begun(ines)
    answer = ines.post(f"{home}/danger", form_id="d", danger="true")
    assert answer.headers["location"] == f"{home}/help"
    page = ines.get(f"{home}/help")
    assert words(page).index("Call 192 now") < words(page).index("I have called")
    assert 'href="tel:192"' in page
    assert "Safety" in words(page)
    assert "Somebody is in danger, and nobody has your report yet." in words(ines.get("/today"))
    ines.post(f"{home}/help", form_id="h", called="true")
    assert "You said that you called on" in words(ines.get(f"{home}/help"))
    ines.post(f"{home}/person", form_id="p", age="child")
    last = ines.get(f"{home}/send")
    assert "Somebody is in danger right now." in words(last)
    case = ines.post(f"{home}/send", **hidden(last)).headers["location"]
    made.carry()
    report = words(ines.get(case))
    assert "called the emergency number on" in report
    assert "Asked here for safety:" in report
    assert "Somebody is in danger, and nobody has your report yet." not in words(ines.get("/today"))


def test_the_same_answers_from_another_draft_are_asked_about_and_then_sent_once(ines) -> None:
    first = walked(ines, begun(ines))
    ines.post(re.search(r'action="([^"]+/send)"', first)[1], **hidden(first))
    home = begun(ines)
    second = walked(ines, home)
    asked = ines.post(f"{home}/send", **hidden(second))
    assert asked.status_code == 409
    assert "You recorded just the same a moment ago" in words(asked.text)
    meant = ines.post(f"{home}/send", **hidden(asked.text))
    assert meant.status_code == 303
    assert ines.post(f"{home}/send", **hidden(asked.text)).headers["location"].endswith("?sent=again")
    assert "This report was sent" in words(ines.get(f"{home}/needs"))
    assert "Reports that you have begun" not in ines.get("/reports")


def others(made: Town) -> Visitor:
    """A colleague of Ines, in the same office."""
    return Visitor(PageClient(made.at["rs-ir"].client.app, follow_redirects=False), "rs-ir", "igor")


def test_a_draft_is_its_officers_alone_until_it_is_given_to_another(made, ines) -> None:
    home = begun(ines)
    ines.post(f"{home}/danger", form_id="d", danger="false")
    ines.post(f"{home}/words", form_id="w", note="Canarynote")
    igor = others(made)
    for step in ("words", "send", "go-on"):
        assert igor.client.get(f"{home}/{step}", headers={"accept": "text/html"}).status_code == 404
    assert igor.post(f"{home}/words", form_id="w", note="mine").status_code == 404
    assert igor.post(f"{home}/throw-away").status_code == 404
    assert igor.post(f"{home}/send", form_id="x", danger="false", age="child").status_code == 404
    assert "A report that you began" not in words(igor.get("/today"))
    listed = igor.get("/reports")
    assert "Begun by" in words(listed)
    assert "Canarynote" not in listed
    assert igor.post(f"{home}/hand-over", to="mallory").status_code == 422
    assert igor.post(f"{home}/hand-over", to="igor").status_code == 303
    assert "Canarynote" in igor.get(f"{home}/words")
    ines.get(f"{home}/words", 404)
    assert igor.post(f"{home}/throw-away").status_code == 303
    assert "A report that you began" not in words(igor.get("/reports"))


def test_whoever_gave_a_draft_away_does_not_learn_from_its_link_what_became_of_it(made, ines) -> None:
    home = begun(ines)
    id = home.rpartition("/")[2]
    ines.post(f"{home}/danger", form_id="d", danger="false")
    ines.post(f"{home}/hand-over", to="igor")
    igor = others(made)
    last = walked(igor, home)
    case = igor.post(f"{home}/send", **hidden(last)).headers["location"].rpartition("/")[2]
    intake = intake_of(made)

    def told(*restricted: str) -> list[str]:
        reads = intake.transact(lambda work: sent_from(CaseReader(intake, work.session, hidden=frozenset(restricted)), id, "igor"))
        return [reads.case] if reads else []

    assert told() == [case]
    assert told(case) == [], "of a case that was restricted its sender is not told either"
    for forgotten in (False, True):
        if forgotten:
            tended(made)
        assert "This report was sent" in words(igor.get(f"{home}/needs"))
        answers = [ines.client.get(f"{home}/needs", headers={"accept": "text/html"}), ines.post(f"{home}/words", form_id=id, note="late")]
        answers += [ines.post(f"{home}/send", **hidden(last)), ines.post(f"{home}/send", **hidden(last) | {"age": "child"})]
        answers += [ines.client.get(f"/reports/new?form={id}"), ines.post("/reports/new", form_id=id, danger="false", age="child")]
        for answer in answers:
            said = words(answer.text) + answer.headers.get("location", "")
            assert "This report was sent" not in said, (forgotten, said)
            assert case not in said, (forgotten, said)
            assert reference(case) not in said, (forgotten, said)
    assert "late" in words(answers[1].text), "what was written is not lost"


def test_the_questions_are_there_on_paper_with_all_that_a_form_offers_and_nobody_s_answers(made, ines) -> None:
    home = begun(ines)
    ines.post(f"{home}/danger", form_id="d", danger="false")
    ines.post(f"{home}/words", form_id="w", note="Canarynote")
    page = ines.get("/drafts/prompt-sheet")
    assert "In danger call 192 first." in words(page)
    assert "Canarynote" not in page
    assert "<form" not in page[page.index("<main") : page.index("</main>")]
    for offered in ("Not sure", "A lawyer, free of charge", "The employer holds passports, cards or phones", "Forced labour", "Legal help"):
        assert f"☐ {offered}" in words(page), offered
    assert "☐ Identification" not in words(page)
    assert "☐ identification and protection" not in words(page), "to the lead nobody can object"
    assert "☐ police" in words(page)
    assert 'href="/drafts/prompt-sheet"' in ines.get(f"{home}/danger")
