"""People who were found together: one form, a case for each, no set twice, nothing lost, and nobody else is told of the link."""

import re

import pytest
from opentelemetry.sdk.trace import TracerProvider
from sqlmodel import select

from services.intake.handlers import raids
from services.intake.models import RaidCase, ReportDraft
from services.intake.rules import raid as rules
from shared.crypto.keystore import PLACES
from shared.observability.request_spans import RequestSpans
from shared.store import at_rest
from shared.store.erasure_tables import ErasedClass
from shared.store.own_tables import ConflictCheck
from shared.store.tables import Journal, Outbox
from tests.browser.desks import Visitor, words
from tests.services.intake.conftest import intake_of

FOR_ALL = {
    "people": "3", "place": "Niš", "found_time": "04:30", "forms": ["LAB"], "indicators": ["LI05"], "told": ["lawyer"],
    "told_format": "read_aloud", "language": "ne", "needs": ["housing"], "reference": "Mill 7", "present": ["police"],
}  # fmt: skip
MOTHER = {"label": "red scarf", "age": "adult", "sex": "female", "danger": "false", "consent": "true", "needs": ["health"]}
CHILD = {"label": "her son", "age": "child", "sex": "male", "danger": "false", "parent": "1"}
MAN = {"label": "tall, cap", "age": "adult", "sex": "male", "danger": "false", "consent": "true", "withheld": ["police"]}


def begun(who: Visitor, **for_all) -> str:
    """The address of a form whose first page is answered."""
    home = who.client.get("/raids/new").headers["location"].removesuffix("/together")
    answer = who.post(f"{home}/together", form_id="x", **(FOR_ALL | for_all))
    assert answer.headers["location"] == f"{home}/people/1", words(answer.text)[:600]
    return home


def rows(*people, first=1) -> dict:
    return {rules.field_of(n, name): said for n, one in enumerate(people, first) for name, said in one.items()}


def sent(who: Visitor, home: str):
    """The answer to the last page's button."""
    page = who.get(f"{home}/send")
    return who.post(f"{home}/send", form_id="x", head=who.head(page, f"{home}/send"))


def cases(who: Visitor, home: str) -> list[str]:
    return re.findall(r'href="/reports/([0-9a-f-]{36})"', who.get(home))


def test_each_person_becomes_a_case_of_their_own_and_back_or_a_double_click_makes_no_second_set(made, ines) -> None:
    home = begun(ines)
    assert ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN)).headers["location"] == f"{home}/send"
    last = ines.get(f"{home}/send")
    assert "Send 3 reports" in words(last)
    head = ines.head(last, f"{home}/send")
    assert ines.post(f"{home}/send", form_id="x", head=head).headers["location"] == home
    assert ines.post(f"{home}/send", form_id="x", head=head).headers["location"] == home, "a double click"
    ines.client.get(f"{home}/people/1")
    assert ines.post(f"{home}/people/1", form_id="x", **rows(MAN, MAN, MAN)).headers["location"] == home, "Back changes nothing"
    found = cases(ines, home)
    assert len(found) == 3
    assert ines.get("/reports").count('href="/reports/') == 3
    page = words(ines.get(home))
    assert page.count("Depends on the person of case") == 1
    assert "red scarf" in page
    assert "Also there: police" in page
    made.carry()
    assert "Next:" in words(ines.get(home)), "who must move next in each"
    for case, person in zip(found, (MOTHER, CHILD, MAN), strict=True):
        picture = made.picture(case)
        assert picture.basis.value == ("child" if person is CHILD else "consent")
        needs = {handoff.need.value for handoff in picture.handoffs.values()}
        assert "housing" in needs
        assert ("health" in needs) is (person is MOTHER)
        assert "Mill 7" in ines.whole(f"/reports/{case}")
        assert "Found together with others" in words(ines.get(f"/reports/{case}"))
    assert len({made.picture(case).trace for case in found}) == 3
    lead = made.at["rs-czztlj"]
    mother = words(lead.get(f"/lead/{found[0]}/person"))
    assert "How many 1" in mother, "beds and seats are asked for by it"
    for case in found:
        page = lead.get(f"/lead/{case}/person") + lead.whole(f"/lead/{case}")
        assert not {"Mill 7", "red scarf", *(other for other in found if other != case)} & {
            one for one in ("Mill 7", "red scarf", *found) if one in page
        }


def test_who_has_no_label_is_asked_for_one_before_the_reports_are_sent(made, ines) -> None:
    home, asked = begun(ines), "Give each person a label before you send"
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN | {"label": ""}))
    assert asked in words(ines.get(f"{home}/send"))
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN))
    assert asked not in words(ines.get(f"{home}/send"))


def test_no_trace_tells_who_were_found_together(made, ines) -> None:
    kept, provider = RequestSpans(intake_of(made), 1), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(kept)
    ines.client.app.state.desks["intake"].tracer = provider.get_tracer("t")
    home = begun(ines)
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN))
    sent(ines, home)
    assert len(cases(ines, home)) == 3
    assert not [span.name for span in kept.waiting if span.links], "spans of one route, one after the other, would be its people"


def test_a_suspect_close_to_staff_is_said_once_and_of_each_case_the_lead_looks_before_it_invites_anybody(made, ines) -> None:
    home = begun(ines, conflict="true")
    assert re.search(r'name="conflict"[^>]* checked', ines.get(f"{home}/together")), "it is kept"
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN))
    sent(ines, home)
    made.carry()
    found = cases(ines, home)
    assert len(found) == 3
    for case in found:
        asked = {handoff.need.value for handoff in made.picture(case).handoffs.values()}
        assert asked == {"identification"}, "the lead itself, and nobody by the policy"
    lead = next(one for one in made.instances if one.me == "referral.rs-czztlj")
    checked = lead.transact(lambda work: {row.case for row in work.session.exec(select(ConflictCheck)) if row.looked_at is None})
    assert checked == set(found)


def test_nothing_of_the_link_is_in_any_event(made, ines) -> None:
    home = begun(ines)
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN))
    sent(ines, home)
    made.carry()
    raid = home.rpartition("/")[2]
    for instance in made.instances:
        for row in instance.transact(lambda work: work.session.exec(select(Journal)).all()):
            assert raid not in row.body
            assert "Mill 7" not in row.body


def test_a_row_that_lacks_an_answer_keeps_no_other_and_loses_nothing(made, ines) -> None:
    home = begun(ines)
    no_age = {name: said for name, said in MAN.items() if name != "age"}
    asked = ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD | {"consent": "true"}, no_age))
    assert asked.status_code == 422
    page = words(asked.text)
    assert 'href="#p3-age"' in asked.text
    assert 'href="#p2-consent"' in asked.text
    assert "p1-" not in "".join(re.findall(r'href="#([^"]+)"', asked.text))
    assert 'value="tall, cap"' in asked.text
    assert "Save, and answer the rest later" in page
    later = ines.post(f"{home}/people/1", form_id="x", then="later", **rows(MOTHER, CHILD, no_age))
    assert later.headers["location"] == f"{home}/send"
    last = ines.get(f"{home}/send")
    assert "Send 2 reports" in words(last)
    assert f'href="{home}/people/1#p3-age"' in last
    half = sent(ines, home)
    assert half.status_code == 422
    assert "2 reports are sent" in words(half.text)
    assert len(cases(ines, home)) == 2
    assert "Some of them are not reported yet" in words(ines.get(home))
    assert home in ines.get("/today"), "what is left stands on Today"
    again = ines.get(f"{home}/people/1")
    assert 'value="tall, cap"' in again
    assert 'name="p1-age"' not in again, "what is sent is changed in its case"
    ines.post(f"{home}/people/1", form_id="x", **rows({"age": "child"} | MOTHER, {}, MAN | {"label": "tall"}))
    assert sent(ines, home).headers["location"] == home
    assert len(cases(ines, home)) == 3
    assert home not in ines.get("/today")


def test_today_says_of_nobody_who_is_reported_that_nobody_has_the_report(made, ines) -> None:
    home = begun(ines, ground="life")
    urgent, no_age = MOTHER | {"danger": "true"}, {name: said for name, said in MAN.items() if name != "age"}
    ines.post(f"{home}/people/1", form_id="x", then="later", **rows(urgent, CHILD, no_age))
    assert "nobody has your report yet" in words(ines.get("/today"))
    assert sent(ines, home).status_code == 422
    today = ines.get("/today")
    assert home in today, "one is still to be sent"
    assert "nobody has your report yet" not in words(today)
    ines.post(f"{home}/people/1", form_id="x", then="later", **rows({}, {}, no_age | {"danger": "true"}))
    assert "nobody has your report yet" in words(ines.get("/today"))


def test_a_page_that_shows_less_than_the_draft_sends_nothing(made, ines) -> None:
    home = begun(ines)
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN))
    head = ines.head(ines.get(f"{home}/send"), f"{home}/send")
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN | {"withheld": []}))
    late = ines.post(f"{home}/send", form_id="x", head=head)
    assert late.status_code == 422
    assert "changed on another page" in words(late.text)
    assert "Nothing has been reported here yet." in ines.get("/reports")


def test_the_draft_is_nobody_elses_and_ends_with_its_key(made, ines) -> None:
    home = begun(ines)
    igor = Visitor(ines.client, "rs-ir", "igor")
    igor.get(f"{home}/people/1", 404)
    ines.client.cookies.set("nrm_officer_rs-ir", "ines")
    ines.get(f"/drafts/{home.rpartition('/')[2]}/person", 404)
    assert f"{home}/go-on" in ines.get("/today")
    assert ines.client.get(f"{home}/go-on").headers["location"] == f"{home}/people/1"
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN))
    sent(ines, home)
    intake = intake_of(made)
    raids.tend(intake, intake.transact, made.clock.at)
    assert not intake.transact(lambda work: work.session.exec(select(ReportDraft)).all())
    assert len(cases(ines, home)) == 3, "the cases are found as before"


def test_the_link_goes_with_a_case_that_is_erased(made, ines) -> None:
    home = begun(ines)
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN))
    sent(ines, home)
    made.carry()
    case = cases(ines, home)[0]
    intake = intake_of(made)
    intake.transact(lambda work: erase(work, case))
    raids.tend(intake, intake.transact, made.clock.at)
    assert case not in intake.transact(lambda work: [row.case for row in work.session.exec(select(RaidCase))])
    assert len(cases(ines, home)) == 2


def erase(work, case: str) -> None:
    for name in PLACES:
        work.session.add(ErasedClass(case=case, data_class=name, at=1))


def test_fifty_people_are_reported_from_one_form(made, ines) -> None:
    home = begun(ines, people="50")
    many = [MOTHER | {"label": f"person {n}"} for n in range(1, 51)]
    for sheet in range(1, 6):
        first = (sheet - 1) * 10 + 1
        saved = ines.post(f"{home}/people/{sheet}", form_id="x", **rows(*many[first - 1 : first + 9], first=first))
        assert saved.status_code == 303, words(saved.text)[:400]
    assert sent(ines, home).headers["location"] == home
    found = cases(ines, home)
    assert len(found) == 50
    kept = [row for row in intake_of(made).transact(lambda work: work.session.exec(select(Outbox)).all()) if row.case in found]
    assert {row.case for row in kept} == set(found)


@pytest.mark.parametrize("says", ["[raids]\ntells_number = true"])
def test_the_lead_alone_is_told_that_a_person_is_one_of_so_many_and_not_who_the_others_are(made, ines) -> None:
    home = begun(ines)
    silent = {**MAN, "consent": "false"}
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, silent))
    assert sent(ines, home).status_code == 303
    made.carry()
    found = cases(ines, home)
    assert len(found) == 3
    said = openings(made)
    assert [said[case].get("D1", {}).get("together") for case in found] == [3, 3, None], "of who did not agree nothing is told"
    assert not any("together" in parts["D0"] for parts in said.values())
    lead = made.at["rs-czztlj"]
    assert "One of 3 people who were found together, as known when it was reported." in words(lead.get(f"/lead/{found[0]}"))
    assert "found together" not in words(lead.get(f"/lead/{found[2]}"))
    digits = [case[:8] for case in found]
    for case in found[:2]:
        assert not any(other in str(said[case]) for other in digits if other != case[:8])


def test_nothing_is_said_of_how_many_until_the_country_says_that_every_lead_reads_it(made, ines) -> None:
    """A lead of a former release would keep nothing of the person of an opening that holds a field that it does not know."""
    home = begun(ines)
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN))
    assert sent(ines, home).status_code == 303
    made.carry()
    said = openings(made)
    assert len(said) == 3
    assert not any("together" in parts.get("D1", {}) for parts in said.values())
    assert "found together" not in words(made.at["rs-czztlj"].get(f"/lead/{cases(ines, home)[0]}"))


def openings(made) -> dict[str, dict]:
    """What the opening of each case says, by class."""
    intake = intake_of(made)
    return {
        row.case: at_rest.opened(intake.keystore, at_rest.JOURNAL, row.event, row.case, row.body)
        for row in intake.transact(lambda work: opened_cases(work))
    }


def opened_cases(work) -> list[Journal]:
    rows = list(work.session.exec(select(Journal).where(Journal.type == "case.reported.v1")))
    work.session.expunge_all()
    return rows


def test_what_is_wrong_about_a_person_is_never_folded_away(made, ines) -> None:
    home = begun(ines)
    page = ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, MAN | {"danger": "true", "consent": "false"})).text
    assert 'href="#p2-ground"' in page, "the ground lacks"
    _, second, *_ = [details for details in re.findall(r"<details[^>]*>.*?</details>", page, re.S) if "-ground" in details]
    assert re.match(r"<details[^>]*\bopen", second)
    assert 'id="p2-ground"' in second


def test_before_it_is_sent_the_page_says_on_which_day_they_were_found_and_who_consents(made, ines) -> None:
    home = begun(ines, found_time="4.30")
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN | {"consent": "false"}))
    page = words(ines.get(f"{home}/send"))
    assert re.search(r"Found: \d+ \w+ \d{4}, 04:30 \.", page), page[:900]
    assert re.search(r"Person 1 red scarf Adult, Female, consents", page), page[:900]
    assert re.search(r"Person 3 tall, cap Adult, Male, does not consent", page), page[:900]
    assert not re.search(r"her son[^P]*consent", page), "a child is not asked"


def test_who_does_not_say_when_they_were_found_sends_them_all_the_same(made, ines) -> None:
    home = begun(ines, found_time="")
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN))
    assert "Found:" not in words(ines.get(f"{home}/send"))
    assert sent(ines, home).headers["location"] == home
    assert len(cases(ines, home)) == 3


def test_languages_are_in_the_order_of_the_readers_alphabet(made, ines) -> None:
    address = ines.client.get("/raids/new").headers["location"]
    for language, some in (("sr-Latn", ["Kineski", "Mađarski", "Nepalski", "Španski", "Švedski"]), ("fi", ["nepali", "venäjä"])):
        page = ines.client.get(address, headers={"accept-language": language}).text
        (choices,) = re.findall(r'<select[^>]*name="language".*?</select>', page, re.S)
        names = [one.strip() for one in re.findall(r"<option[^>]*>([^<]*)<", choices)][1:]
        found = [one for one in names if one.lower() in [name.lower() for name in some]]
        assert [one.lower() for one in found] == [one.lower() for one in some], names


def test_where_they_were_found_is_no_word_of_theirs_and_the_page_of_them_all_says_whom_to_call(made, ines) -> None:
    home = begun(ines)
    ines.post(f"{home}/people/1", form_id="x", **rows(MOTHER, CHILD, MAN))
    assert sent(ines, home).headers["location"] == home
    made.carry()
    page = ines.get(home)
    assert 'href="tel:+9991000005"' in page, words(page)[:900]
    person = words(ines.get(f"/reports/{cases(ines, home)[0]}/person"))
    found = person[person.index("Niš") :]
    assert "Seen with one’s own eyes" in found[:120], found[:200]
