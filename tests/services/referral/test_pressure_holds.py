"""A silent mark of pressure: what is stated after it reaches the lead alone until the lead has looked, and no page shows it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.assistance.handlers.statements import state_facts as state_at_agency
from services.referral.handlers.pressure import ReviewPressure, review_pressure
from shared.casework.case_reader import CaseReader
from shared.casework.own_record import kept_of
from shared.casework.stating import StateFacts
from shared.decisions.errors import RuleBroken
from shared.processing.instance import Instance
from shared.protocol.vocabulary import Need
from shared.web.text.timeline import off_pages
from tests.shared.casework.test_account import give, write
from tests.shared.casework.test_person_file import on_file, say
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, agree, decide, pull, report, rows, seen, send
from tests.shared.rested import Land

EVERYBODY = (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME)
MARK = {"field": "duress", "value": "yes", "source": "said"}
ARMED = {"field": "alert", "value": "armed", "source": "said"}


@pytest.fixture
def files(tmp_path: Path, templates: Path) -> Iterator[Land]:
    made = Land(tmp_path, templates, None)
    yield made
    made.close()


def alert(value: str) -> dict[str, str]:
    return {**ARMED, "value": value}


def case_of(files: Land) -> str:
    for me in EVERYBODY:
        assert files[me].agency
    case = report(files[INTAKE_ME])
    files.settle()
    return case


def state(instance: Instance, case: str, form: str, *said: dict[str, Any]) -> None:
    if instance.me.startswith("assistance."):
        decide(instance, state_at_agency, StateFacts.model_validate({"case": case, "statements": said}), form)
    else:
        say(instance, case, *said, form=form)


def alerts(files: Land, me: str, case: str) -> set[str]:
    return {one.value for said in on_file(files[me], case).values() for one in said.present if one.field == "alert"}


def test_what_is_stated_after_it_goes_to_the_lead_alone_until_it_has_looked(files: Land) -> None:
    case = case_of(files)
    state(files[INTAKE_ME], case, "before", alert("followed"))
    files.settle()
    state(files[INTAKE_ME], case, "mark", alert("armed"), MARK)
    files.settle()
    state(files[INTAKE_ME], case, "after", alert("moves_soon"))
    state(files[NGO_ME], case, "of another", alert("child_present"))
    state(files[LEAD_ME], case, "of the lead", alert("never_alone"))
    files.settle()
    assert alerts(files, LEAD_ME, case) == {"followed", "armed", "moves_soon", "child_present", "never_alone"}
    assert alerts(files, POLICE_ME, case) == {"followed"}
    assert alerts(files, NGO_ME, case) == {"followed", "child_present"}
    for record in files.topic.all():
        assert b"duress" not in (record.value or b"").partition(b'"sections"')[0]
    decide(files[LEAD_ME], review_pressure, ReviewPressure(case=case, reason="called back, she is alone"), "looked")
    files.settle()
    for me in EVERYBODY:
        assert alerts(files, me, case) == {"followed", "armed", "moves_soon", "child_present", "never_alone"}, me
        assert not [row for row in rows(files[me], "select field from statement") if row == ("duress",)] or me in (INTAKE_ME, LEAD_ME)
    kept = files[LEAD_ME].transact(lambda work: kept_of(CaseReader(work.instance, work.session), case))
    assert [note.words for note in kept.notes] == ["called back, she is alone"]
    state(files[INTAKE_ME], case, "later", alert("phone_watched"))
    files.settle()
    assert "phone_watched" in alerts(files, POLICE_ME, case)


def test_who_joins_meanwhile_is_told_when_the_lead_has_looked(files: Land) -> None:
    case = case_of(files)
    state(files[INTAKE_ME], case, "mark", alert("armed"), MARK)
    files.settle()
    agree(files[LEAD_ME], case, "rs-pol", Need.SAFETY, "safety", classes=("D1", "D2", "D3"))
    files.settle()
    assert alerts(files, POLICE_ME, case) == set()
    decide(files[LEAD_ME], review_pressure, ReviewPressure(case=case, reason="looked"), "looked")
    files.settle()
    assert alerts(files, POLICE_ME, case) == {"armed"}


def test_whoever_set_it_holds_back_before_the_lead_has_heard(files: Land) -> None:
    case = case_of(files)
    state(files[INTAKE_ME], case, "mark", MARK)
    send(files[INTAKE_ME], files.topic)
    state(files[INTAKE_ME], case, "after", alert("armed"))
    send(files[INTAKE_ME], files.topic)
    files.settle()
    assert alerts(files, POLICE_ME, case) == set()
    assert alerts(files, LEAD_ME, case) == {"armed"}


def test_a_second_mark_holds_back_again(files: Land) -> None:
    case = case_of(files)
    for n in range(2):
        state(files[INTAKE_ME], case, f"mark {n}", MARK)
        files.settle()
        assert sure(files, case).paused
        decide(files[LEAD_ME], review_pressure, ReviewPressure(case=case, reason="looked"), f"looked {n}")
        files.settle()
        assert not sure(files, case).paused
    with pytest.raises(RuleBroken) as refused:
        decide(files[LEAD_ME], review_pressure, ReviewPressure(case=case, reason="looked"), "once more")
    assert refused.value.code == "no-pressure"


def test_what_was_stated_before_it_was_known_that_the_lead_had_looked_is_told_after_all(files: Land) -> None:
    case, (intake, lead) = case_of(files), (files[INTAKE_ME], files[LEAD_ME])
    state(intake, case, "mark", MARK)
    files.settle()
    decide(lead, review_pressure, ReviewPressure(case=case, reason="looked"), "looked")
    for _ in range(3):
        send(lead, files.topic)
        pull(lead, files.topic)
    assert not sure(files, case).paused
    state(intake, case, "crossing", alert("armed"))
    files.settle()
    for me in EVERYBODY:
        assert alerts(files, me, case) == {"armed"}, me
    files.settle()
    assert len([one for said in on_file(files[POLICE_ME], case).values() for one in said.present]) == 1, "and is there once"


def test_what_is_taken_back_meanwhile_is_taken_back_at_all_once_the_lead_has_looked(files: Land) -> None:
    case, intake = case_of(files), files[INTAKE_ME]
    state(intake, case, "before", alert("followed"))
    files.settle()
    state(intake, case, "mark", MARK)
    (was,) = on_file(intake, case)["alert"].present
    state(intake, case, "back", {"field": "alert", "source": "said", "supersedes": was.id, "withdrawn": True})
    files.settle()
    assert alerts(files, POLICE_ME, case) == {"followed"}, "it is held back"
    decide(files[LEAD_ME], review_pressure, ReviewPressure(case=case, reason="looked"), "looked")
    files.settle()
    for me in EVERYBODY:
        assert alerts(files, me, case) == set(), me


def test_an_account_is_released_to_nobody_but_the_lead_meanwhile(files: Land) -> None:
    case = case_of(files)
    agree(files[LEAD_ME], case, "rs-pol", Need.INVESTIGATION, "d7", classes=("D1", "D2", "D7"))
    files.settle()
    write(files[INTAKE_ME], case)
    state(files[INTAKE_ME], case, "mark", MARK)
    for heard in (False, True):
        with pytest.raises(RuleBroken) as refused:
            give(files[INTAKE_ME], case)
        assert refused.value.code == "account-no-basis", heard
        files.settle()


def sure(files: Land, case: str) -> Any:
    found = seen(files[LEAD_ME], case)
    assert found
    return found


def test_no_page_of_a_case_lists_that_it_was_held_back() -> None:
    assert off_pages("roster.set.v1", {"members": [], "paused": True})
    assert off_pages("roster.set.v1", {"members": [], "paused": False})
    assert not off_pages("roster.set.v1", {"members": []})
