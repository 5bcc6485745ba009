"""The person asks for a copy: checked, asked whether somebody made them, looked at by a second officer, taken once, under a name that says
nothing."""

import json
import re
from typing import Any

import pytest

from shared.access.assignments import give
from shared.access.roles import Role
from shared.config.calendar import DAY
from tests.browser.desks import words
from tests.shared.access.offices import Office, Person
from tests.shared.land import rows

NOTE = "comes on Thursdays with her aunt Milica"


@pytest.fixture
def case(place: Office, ana: Person) -> str:
    """Reported by Ana, with a name, a place and a note; a supervisor has it too."""
    made = place.report(ana)
    place.carry()
    for group, answers in (("name", {"given_names": "Јована", "family_name": "Ђерић"}), ("municipality", {"municipality": "Čačak"})):
        sent = ana.post(f"/reports/{made}/person/{group}", form_id=f"state {group}", source="said", **answers)
        assert sent.status_code == 303, words(sent.text)
    assert ana.post(f"/reports/{made}/own/write-note", form_id="note", note=NOTE).status_code == 303
    place.carry()
    place.desks["intake"].instance.transact(lambda work: give(work, made, "c3d2", "c3d2", 1))
    return made


def ask(who: Person, case: str, pressure: str = "no", form: str = "ask") -> Any:
    return who.post(f"/reports/{case}/rights/ask-access", form_id=form, identity="document", pressure=pressure)


def request_of(who: Person, case: str) -> str:
    return re.search(r"request=([0-9a-f]+)", who.get(f"/reports/{case}/rights"))[1]  # pyright: ignore[reportOptionalSubscript]


def release(who: Person, case: str, request: str, form: str = "release", **answers: Any) -> Any:
    page = who.get(f"/reports/{case}/rights/release-copy?request={request}")
    shown = re.search(r'name="shown" value="([0-9a-f]+)"', page)[1]  # pyright: ignore[reportOptionalSubscript]
    said = {"answer": "copy", "shown": shown, **answers}
    return who.post(f"/reports/{case}/rights/release-copy", form_id=form, request=request, **said)


def take(who: Person, case: str, request: str, format: str = "json", form: str = "") -> Any:
    return who.post(f"/reports/{case}/rights/take-copy", form_id=form or f"take {format}", request=request, format=format)


def test_a_copy_is_asked_for_released_by_another_officer_and_taken_once(place: Office, ana: Person, ceca: Person, case: str) -> None:
    assert ask(ana, case).headers["location"] == f"/reports/{case}/rights"
    assert "People ask about their data" in words(ana.get("/reports"))
    id = request_of(ana, case)
    assert release(ana, case, id).status_code == 403, "not whoever wrote it down"
    assert release(ceca, case, id).status_code == 303
    assert take(ana, case, id).status_code == 403, "an officer's role does not include it"
    answer = take(ceca, case, id)
    assert answer.status_code == 200, words(answer.text)
    assert answer.headers["content-disposition"] == f'attachment; filename="document-{id[:8]}.json"'
    told = json.loads(answer.content)
    assert {one["value"] for one in told["statements"]} == {"Јована", "Ђерић"}
    assert [note["note"] for note in told["own"]["notes"]] == [NOTE]
    assert {"Čačak", "a1f0", "c3d2"} & set(re.findall(r"\w+", answer.text)) == set(), "no whereabouts, no officer"
    assert {one["as"] for one in told["seen"]} >= {"in-charge"}
    assert take(ceca, case, id).status_code == 409, "the same form gives it once"
    assert take(ceca, case, id, form="again").status_code == 409
    paper = take(ceca, case, id, "pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["cache-control"] == "no-store"
    assert "People ask about their data" not in words(ana.get("/reports"))
    done = [(who, act) for who, act, about, _ in place.audit() if about == case and act in ("ask_access", "release_copy", "take_copy")]
    assert done == [("a1f0", "ask_access"), ("c3d2", "release_copy"), ("c3d2", "take_copy"), ("c3d2", "take_copy")]


def test_a_yes_stops_it_until_another_officer_has_talked_to_the_person_alone(place: Office, ana: Person, ceca: Person, case: str) -> None:
    ask(ana, case, "yes")
    page = words(ana.get(f"/reports/{case}/rights"))
    assert "Somebody may have made the person ask." in page
    assert "I have talked to the person alone" not in page, "not whoever wrote it down"
    id = request_of(ana, case)
    place.carry()
    assert ("a1f0", "ask_access") in [(who, act) for who, act, _, _ in place.audit()]
    ceca.get(f"/reports/{case}/rights/release-copy?request={id}", 409)
    assert ceca.post(f"/reports/{case}/rights/release-copy", form_id="early", request=id, answer="copy").status_code == 409
    assert ana.post(f"/reports/{case}/rights/go-on", form_id="go", request=id).status_code == 403
    assert ceca.post(f"/reports/{case}/rights/go-on", form_id="go", request=id).status_code == 303
    assert release(ceca, case, id).status_code == 303
    told = take(ceca, case, id).text
    assert not {"pressure", "duress", "yes"} & set(re.findall(r"\w+", told)), "whoever stands behind it must not read that"


def test_the_lead_is_told_of_pressure_in_silence(place: Office, ana: Person, case: str) -> None:
    ask(ana, case, "yes")
    intake = place.desks["intake"].instance
    stated = [row for row in rows(intake, "select parts from outbox where type = 'statement.made.v1' and state = 'waiting'")]
    assert len(stated) == 1
    place.carry()
    assert rows(intake, """select count(*) from statement where field = 'duress'""") == [(1,)]
    assert ask(ana, case, "yes", "twice").status_code == 409, "one request at a time"


def test_what_speaks_of_somebody_else_is_left_out_and_what_came_meanwhile_is_looked_at_first(
    place: Office, ana: Person, ceca: Person, case: str
) -> None:
    ask(ana, case)
    id = request_of(ana, case)
    page = ceca.get(f"/reports/{case}/rights/release-copy?request={id}")
    assert NOTE in words(page)
    note = re.search(r'name="left_out" value="([0-9a-f]+)"[^>]*>(?:(?!</li>).)*aunt', page, re.DOTALL)[1]  # pyright: ignore
    old = re.search(r'name="shown" value="([0-9a-f]+)"', page)[1]  # pyright: ignore[reportOptionalSubscript]
    assert ana.post(f"/reports/{case}/own/write-note", form_id="more", note="called on Friday").status_code == 303
    again = ceca.post(f"/reports/{case}/rights/release-copy", form_id="r1", request=id, answer="copy", shown=old, left_out=note)
    assert again.status_code == 422
    assert "Something was added since you opened the page" in words(again.text)
    assert release(ceca, case, id, left_out=note).status_code == 303
    assert ana.post(f"/reports/{case}/own/write-note", form_id="late", note="after the release").status_code == 303
    told = json.loads(take(ceca, case, id).content)
    assert [one["note"] for one in told["own"]["notes"]] == ["called on Friday"]


def test_whatever_was_typed_stands_in_sight_and_can_be_left_out_and_answers_from_lists_are_folded(
    place: Office, ana: Person, ceca: Person, case: str
) -> None:
    for group, answers in (
        ("phone", {"phone": "+381601234567", "phone-use": "text_only"}),
        ("post", {"email": "aunt@example.org", "email-use": "text_only"}),
        ("birth", {"birth-month": "5", "birth-year": "1991"}),
        ("dependants", {"dependants": "2"}),
        ("nationalities", {"nationality": "NP"}),
    ):
        sent = ana.post(f"/reports/{case}/person/{group}", form_id=f"typed {group}", source="said", **answers)
        assert sent.status_code == 303, words(sent.text)[:900]
    place.carry()
    ask(ana, case)
    id = request_of(ana, case)
    page = ceca.get(f"/reports/{case}/rights/release-copy?request={id}")
    sight, _, rest = page.partition('<details class="govuk-details own-rest"')
    folded = rest.partition("</details>")[0]
    ticked = dict(re.findall(r'name="left_out" value="([0-9a-f]+)"[^>]*>(.*?)</label>', sight, re.DOTALL))
    for typed in ("+381601234567", "aunt@example.org", "1991", "2"):
        assert [one for one, said in ticked.items() if re.search(rf"(?<!\w){re.escape(typed)}(?!\w)", words(said))], typed
        assert typed == "2" or typed not in folded
    assert "Nepal" in folded
    phone = next(one for one, said in ticked.items() if "+381601234567" in said)
    assert release(ceca, case, id, left_out=phone).status_code == 303
    copy = take(ceca, case, id).content.decode()
    assert "aunt@example.org" in copy
    assert "+381601234567" not in copy


def test_what_the_agency_calls_the_case_is_looked_at_too_and_a_name_given_after_the_release_is_in_no_copy(
    place: Office, ana: Person, ceca: Person, case: str
) -> None:
    named = {"form_id": "named", "label": "sister of Ana M.", "reference": "7/26"}
    assert ana.post(f"/reports/{case}/own/name-case", **named).status_code == 303
    ask(ana, case)
    id = request_of(ana, case)
    page = ceca.get(f"/reports/{case}/rights/release-copy?request={id}")
    ticked = dict(re.findall(r'name="left_out" value="([^"]+)"[^>]*>(.*?)</label>', page, re.DOTALL))
    label = next(one for one, said in ticked.items() if "sister of Ana M." in said)
    assert [one for one, said in ticked.items() if "7/26" in said]
    assert release(ceca, case, id, left_out=label).status_code == 303
    assert ana.post(f"/reports/{case}/own/name-case", **named | {"form_id": "anew", "reference": "canary 8/26"}).status_code == 303
    told = json.loads(take(ceca, case, id).content)
    assert told["own"]["label"] == "", "it was left out"
    assert told["own"]["reference"] == "", "nobody has looked at what it is called since"


def test_the_time_to_take_it_is_short_and_a_month_to_answer(place: Office, ana: Person, ceca: Person, case: str) -> None:
    ask(ana, case)
    id = request_of(ana, case)
    release(ceca, case, id)
    place.clock.at += 31 * 60_000
    assert take(ceca, case, id).status_code == 409
    assert "The time to take the copy is over" in words(ceca.get(f"/reports/{case}/rights"))
    place.clock.at += 30 * DAY
    assert "late by" in words(ceca.get("/reports"))
    assert release(ceca, case, id, "anew").status_code == 303
    assert take(ceca, case, id, form="in time").status_code == 200


def test_no_copy_has_a_reason_and_only_some_agencies_keep_silent(ana: Person, ceca: Person, case: str) -> None:
    ask(ana, case)
    id = request_of(ana, case)
    assert "Neither confirm nor deny" not in words(ceca.get(f"/reports/{case}/rights/release-copy?request={id}"))
    assert release(ceca, case, id, answer="silent").status_code == 422
    assert release(ceca, case, id, answer="refused").status_code == 422
    assert release(ceca, case, id, answer="refused", refusal="identity").status_code == 303
    told = take(ceca, case, id)
    assert json.loads(told.content)["reason"] == "identity"
    assert "Јована" not in told.text
    assert take(ceca, case, id, "pdf").content.startswith(b"%PDF")


def test_who_has_not_the_case_sees_nothing_of_it(place: Office, ana: Person, case: str) -> None:
    ask(ana, case)
    stranger = place.person("b2e1", Role.OFFICER)
    stranger.get(f"/reports/{case}/rights", 404)
    stranger.get(f"/reports/{case}/rights/ask-access", 404)
    assert "People ask" not in words(stranger.get("/reports"))
    ana.get(f"/reports/{case}/rights/nothing", 404)
    ana.get(f"/reports/{case}/rights/go-on?request=0000", 404)


def test_the_person_takes_it_back_and_may_ask_again(place: Office, ana: Person, case: str) -> None:
    ask(ana, case)
    id = request_of(ana, case)
    assert ana.post(f"/reports/{case}/rights/end-request", form_id="end", request=id, words="").status_code == 422
    assert ana.post(f"/reports/{case}/rights/end-request", form_id="end", request=id, words="does not want it").status_code == 303
    assert "taken back" in words(ana.get(f"/reports/{case}/rights"))
    place.clock.at += DAY
    assert ask(ana, case, form="another").status_code == 303


def test_something_is_wrong_until_it_is_corrected_or_refused(ana: Person, case: str) -> None:
    page = ana.get(f"/reports/{case}/rights/ask-correction")
    assert '<option value="name"' in page
    assert ana.post(f"/reports/{case}/rights/ask-correction", form_id="c", group="name", words="").status_code == 422
    assert ana.post(f"/reports/{case}/rights/ask-correction", form_id="c", group="name", words="It is Milena").status_code == 303
    assert "Something is wrong , case" in words(ana.get("/reports"))
    id = request_of(ana, case)
    form = ana.get(f"/reports/{case}/rights/answer-request?request={id}")
    assert "It is Milena" in words(form)
    answer = ana.post(f"/reports/{case}/rights/answer-request", form_id="a", request=id, outcome="done")
    assert answer.status_code == 422
    assert "Nothing was corrected in these fields" in words(answer.text)
    sent = ana.post(f"/reports/{case}/rights/answer-request", form_id="b", request=id, outcome="refused", words="It is in the passport.")
    assert sent.status_code == 303
    assert "It is in the passport." in words(ana.get(f"/reports/{case}/rights"))


def test_what_is_restricted_is_shown_so_and_nothing_new_of_it_is_taken(ana: Person, case: str) -> None:
    answers = {"groups": ["name"], "ground": "contested"}
    sent = ana.post(f"/reports/{case}/rights/restrict", form_id="restrict", **answers)
    assert sent.status_code == 303, words(sent.text)
    assert "Name restricted" in words(ana.get(f"/reports/{case}/person"))
    refused = ana.post(f"/reports/{case}/person/name", form_id="more", source="said", called="Mila")
    assert refused.status_code in (409, 422)
    assert "This is restricted" in words(refused.text)
    id = request_of(ana, case)
    assert ana.post(f"/reports/{case}/rights/lift-restriction", form_id="l", request=id, words="It is right.").status_code == 303
    assert "Name restricted" not in words(ana.get(f"/reports/{case}/person"))
    assert ana.post(f"/reports/{case}/person/name", form_id="now", source="said", called="Mila").status_code == 303


def test_one_statement_is_erased_by_two_officers(place: Office, ana: Person, ceca: Person, case: str) -> None:
    page = ana.get(f"/reports/{case}/rights/erase-statement")
    statement = re.search(r'value="([0-9a-f]+)">(?:(?!</div>).)*Čačak', page, re.DOTALL)[1]  # pyright: ignore[reportOptionalSubscript]
    assert ana.post(f"/reports/{case}/rights/erase-statement", form_id="e", statement=statement, words="not theirs").status_code == 303
    id = request_of(ana, case)
    assert "Čačak" in words(ceca.get(f"/reports/{case}/rights/answer-request?request={id}"))
    answer = {"request": id, "outcome": "done"}
    assert ana.post(f"/reports/{case}/rights/answer-request", form_id="own", **answer).status_code == 403
    assert ceca.post(f"/reports/{case}/rights/answer-request", form_id="yes", **answer).status_code == 303
    for instance in place.instances:
        instance.idle(clocks=False)
    assert "Čačak" not in words(ana.get(f"/reports/{case}/person"))
    assert "Erase one statement done" in words(ana.get(f"/reports/{case}/rights"))


def test_a_copy_of_the_file_is_taken_out_for_a_reason_by_who_may(place: Office, ana: Person, ceca: Person, case: str) -> None:
    assert "Take a copy of the file out" not in words(ana.get(f"/reports/{case}/rights"))
    assert "own-unprinted" in ana.get(f"/reports/{case}/person"), "pages of a case are not printed"
    assert "own-unprinted" not in ana.get("/reports")
    send = {"form_id": "out", "words": "for the court, which asked for it"}
    assert ana.post(f"/reports/{case}/rights/export-file", **send).status_code == 403
    assert ceca.post(f"/reports/{case}/rights/export-file", form_id="none", words="").status_code == 422
    file = ceca.post(f"/reports/{case}/rights/export-file", **send)
    assert file.content.startswith(b"%PDF")
    assert re.fullmatch(r'attachment; filename="document-[0-9a-f]{8}.pdf"', file.headers["content-disposition"])
    assert ceca.post(f"/reports/{case}/rights/export-file", **send).status_code == 409, "once for each reason"
    assert "for the court, which asked for it" in words(ceca.get(f"/reports/{case}/rights"))
    assert ("c3d2", "export_file") in [(who, act) for who, act, _, _ in place.audit()]


def test_what_the_person_told_word_for_word_is_in_the_copy_unless_it_is_left_out(
    place: Office, ana: Person, ceca: Person, case: str
) -> None:
    told = {"words": "Canary: they locked the door.", "means": "heard", "day": "2025-06-01"}
    sent = ana.client.post("/api/intake/write-account", json={"case": case, **told})
    assert sent.status_code == 201, sent.text
    ask(ana, case)
    id = request_of(ana, case)
    assert "Canary: they locked the door." in words(ceca.get(f"/reports/{case}/rights/release-copy?request={id}"))
    assert release(ceca, case, id).status_code == 303
    copy = json.loads(take(ceca, case, id).content)
    assert [(one["kind"], one["words"]) for one in copy["written"]] == [("account", told["words"])]
    place.clock.at += DAY
    assert release(ceca, case, id, "anew", left_out="account1").status_code == 303
    assert json.loads(take(ceca, case, id, form="anew copy").content)["written"] == []
