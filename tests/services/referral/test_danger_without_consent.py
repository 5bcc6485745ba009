"""Danger, and no consent: one agency that goes there is told name, phone and place for a day, and somebody looks at it again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.assistance.handlers.answers import SendOn, send_on
from services.assistance.handlers.handoffs import Decline, decline
from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, RecordConsent, Withdraw, record_consent, withdraw
from services.referral.handlers.danger import ReviewDanger, SendThere, review_danger, send_there
from services.referral.models import DangerReview
from shared.config.calendar import HOUR, local
from shared.decisions.errors import RuleBroken
from shared.protocol.facts import Member
from shared.protocol.vocabulary import Basis, Need
from tests.browser.desks import REPORT, Town, town, words
from tests.shared.casework.test_person_file import on_file, say
from tests.shared.land import COUNTRY, INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, decide, report, rows, sure
from tests.shared.rested import Land

KNOWN = (
    {"field": "given_names", "value": "Canary", "source": "said"}, {"field": "meeting_place", "value": "Canary station", "source": "said"},
    {"field": "phone", "value": "+38160111222 call", "source": "said"}, {"field": "alert", "value": "armed", "source": "seen"},
    {"field": "alert_words", "value": "Canary dog", "source": "seen"}, {"field": "birth", "value": "1999", "source": "said"},
    {"field": "health_words", "value": "Canary cough", "source": "said"},
)  # fmt: skip
CODES = {"alert"}


@pytest.fixture
def files(tmp_path: Path, templates: Path) -> Iterator[Land]:
    made = Land(tmp_path, templates, None)
    yield made
    made.close()


def case_of(files: Land, **said: Any) -> str:
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME):
        assert files[me].agency
    case = report(files[INTAKE_ME], **{"consent": False, "danger": True, "ground": "life", **said})
    files.settle()
    say(files[INTAKE_ME], case, *KNOWN)
    files.settle()
    return case


def go(files: Land, case: str, form: str = "go", agency: str = "rs-pol", need: str = "safety", **said: Any) -> None:
    told = {"case": case, "agency": agency, "need": need, "ground": "life", "words": "he is at the door", **said}
    decide(files[LEAD_ME], send_there, SendThere.model_validate(told), form)
    files.settle()


def read(files: Land, me: str, case: str) -> set[str]:
    """The fields of which an agency has a value that was stated by another."""
    return {field for about in on_file(files[me], case).values() for said in about.present for field in [said.field]}


def entry(files: Land, case: str, agency: str) -> Member:
    found = sure(files[LEAD_ME], case).member(agency)
    assert found is not None
    return found


def refused(code: str, field: str = "") -> Any:
    return pytest.raises(RuleBroken, check=lambda error: (error.code, error.field) == (code, field))


def test_only_who_goes_there_is_told_name_and_place_and_no_more_and_a_day_later_nothing(files: Land) -> None:
    case = case_of(files)
    assert entry(files, case, "rs-pol").basis is Basis.VITAL
    for me in (POLICE_ME, NGO_ME):
        assert read(files, me, case) == CODES, "without consent codes travel, and no words and no place"
    go(files, case)
    assert read(files, POLICE_ME, case) == CODES | {"given_names", "meeting_place"}, "the police have no use for a number of hers"
    assert read(files, NGO_ME, case) == CODES
    safety = [one for one in (entry(files, case, "rs-pol"), *entry(files, case, "rs-pol").besides) if one.purpose is Need.SAFETY]
    assert [one.until for one in safety] == [files.clock.at + 24 * HOUR]
    files.clock.at += 24 * HOUR + 1
    say(files[INTAKE_ME], case, {"field": "given_names", "value": "Canary later", "source": "said"}, form="later")
    files[LEAD_ME].idle(clocks=True)
    files.settle()
    assert "Canary later" not in str(on_file(files[POLICE_ME], case))
    assert Need.SAFETY not in [one.purpose for one in entry(files, case, "rs-pol").besides if len(one.classes) > 1]


def test_it_is_one_agency_at_a_time(files: Land) -> None:
    case = case_of(files)
    go(files, case, agency="rs-ngo")
    assert read(files, NGO_ME, case) == CODES | {"given_names", "phone"}
    with refused("danger-another-goes", "agency"):
        go(files, case, "other")
    go(files, case, "again", agency="rs-ngo")
    decide(files[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-ngo"), "taken back")
    files.settle()
    go(files, case, "after")
    assert "given_names" in read(files, POLICE_ME, case)


def test_who_goes_there_sends_nobody_on_in_its_place_and_the_lead_names_another(files: Land) -> None:
    case = case_of(files)
    go(files, case, agency="rs-ngo")
    mine = next(one for one in sure(files[NGO_ME], case).handoffs.values() if one.to == "rs-ngo" and one.need is Need.SAFETY)
    sends = {"case": case, "handoff": mine.id, "to": "rs-soc", "code": "C6"}
    with refused("not-to-be-sent-on"):
        decide(files[NGO_ME], send_on, SendOn.model_validate(sends), "on")
    declines = {"case": case, "handoff": mine.id, "code": "C6"}
    decide(files[NGO_ME], decline, Decline.model_validate(declines), "no")
    files.settle()
    decide(files[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-ngo"), "no more")
    files.settle()
    go(files, case, "another")
    assert {"given_names", "meeting_place"} <= read(files, POLICE_ME, case)


def test_what_makes_no_sense_is_refused_in_words(files: Land) -> None:
    case = case_of(files)
    with refused("danger-needs-nothing", "need"):
        go(files, case, "no use", agency="rs-insp", need="safety")
    with refused("not-its-mandate", "need"):
        go(files, case, "no mandate", need="housing")
    child = case_of_child(files)
    with refused("danger-of-a-child", "agency"):
        go(files, child, "child")
    quiet = report(files[INTAKE_ME], "quiet", consent=False)
    files.settle()
    with refused("anonymous-case", "agency"):
        go(files, quiet, "quiet")


def test_an_emergency_without_a_word_of_who_goes_there_tells_codes(files: Land) -> None:
    case = case_of(files, needs=())
    asked = AddAgency.model_validate({"case": case, "agency": "rs-ngo", "need": "safety", "ground": "life"})
    decide(files[LEAD_ME], add_agency, asked, "urgent")
    files.settle()
    assert read(files, NGO_ME, case) == CODES


def test_an_officer_looks_at_it_again_once(files: Land) -> None:
    case = case_of(files)
    go(files, case)
    ((review, due),) = rows(files[LEAD_ME], "select id, due from dangerreview")
    there = local(due - 1, COUNTRY.time_zone)
    assert there.weekday() < 5
    assert due > files.clock.at
    look = ReviewDanger(case=case, review=review, reason="it was right")
    decide(files[LEAD_ME], review_danger, look, "looked")
    with refused("no-danger-review"):
        decide(files[LEAD_ME], review_danger, look, "looked twice")
    assert rows(files[LEAD_ME], "select looked_by from dangerreview where looked_at is not null") == [("o1",)]
    assert DangerReview.__tablename__ == "dangerreview"


def case_of_child(files: Land) -> str:
    case = report(files[INTAKE_ME], "child", age="child", consent=False)
    files.settle()
    say(files[INTAKE_ME], case, *KNOWN, form="of the child")
    files.settle()
    return case


def test_of_a_child_others_are_told_one_by_one_for_a_reason(files: Land) -> None:
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME):
        assert files[me].agency
    case = case_of_child(files)
    assert "given_names" not in read(files, NGO_ME, case)
    told: dict[str, Any] = {"case": case, "agency": "rs-ngo", "need": "legal", "classes": ("D1", "D2", "D3"), "language": "sr"}
    with refused("best-interests", "words"):
        decide(files[LEAD_ME], record_consent, RecordConsent.model_validate(told), "no reason")
    decide(files[LEAD_ME], record_consent, RecordConsent.model_validate(told | {"words": "she needs a lawyer"}), "a reason")
    files.settle()
    assert "given_names" in read(files, NGO_ME, case)


@pytest.fixture(scope="module")
def serbia(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("serbia"), rs_ir="ines", rs_czztlj="jelena", rs_pu_bg="petra") as made:
        yield made


def test_pages_name_it_list_it_and_say_when_it_is_looked_at(serbia: Town) -> None:
    told = REPORT | {"danger": "true", "age": "adult", "consent": "false", "ground": "life", "needs": []}
    case = serbia.at["rs-ir"].post("/reports/new", form_id="report", **told).headers["location"].rpartition("/")[2]
    serbia.carry()
    lead = serbia.at["rs-czztlj"]
    assert "Danger now, and no consent: name who goes there" in words(lead.get(f"/lead/{case}"))
    going = {"agency": "rs-pu-bg", "need": "safety", "ground": "life"}
    empty = lead.post(f"/lead/{case}/send-there", form_id="empty", **going)
    assert empty.status_code == 422
    assert 'value="rs-pu-bg" selected' in empty.text, "nothing of the rest is lost"
    assert lead.post(f"/lead/{case}/send-there", form_id="go", words="he is at the door", **going).status_code == 303
    serbia.carry()
    assert "Danger without consent: look again at case" in words(lead.get("/lead"))
    page = lead.get(f"/lead/{case}")
    assert "is told name, phone and place as far as it needs them, until" in words(page)
    review = page.partition('name="review" value="')[2].partition('"')[0]
    assert lead.post(f"/lead/{case}/review-danger", form_id="look", review=review, reason="it was right").status_code == 303
    assert "Danger without consent" not in words(lead.get("/lead"))
