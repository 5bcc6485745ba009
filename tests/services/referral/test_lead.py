"""The lead's pages: its caseload, and what it may decide."""

import re

import pytest
from sqlmodel import Session

from services.referral.queries.caseload import CaseloadPage, caseload
from shared.casework.case_reader import CaseReader
from shared.config.calendar import HOUR
from shared.decisions.case_wall import stand_before
from shared.store.restricted_tables import RestrictedCase
from tests.browser.desks import REPORT, repeated_ids, town, words
from tests.services.assistance.conftest import Scene, scene

__all__ = ["scene"]


def test_the_caseload_says_who_must_move_next(scene):
    page = words(scene.lead.get("/lead"))
    assert "1 open" in page
    assert "Next: Centre for Human Trafficking Victims' Protection must answer the request: Identification" in page


def test_the_counts_stand_above_every_page_and_are_of_the_cases_that_exist_for_whoever_asks(scene):
    """Also behind the last page; a restricted case is neither on it nor in a count."""
    for form in ("second", "third"):
        scene.town.clock.at += 2 * HOUR
        assert scene.reporter.post("/reports/new", form_id=form, **REPORT).status_code == 303
    scene.town.carry()
    lead = next(one for one in scene.town.instances if one.me == f"referral.{scene.lead.agency}")
    assert "3 open" in words(scene.lead.get("/lead?page=9"))

    def read(hidden: set[str]) -> CaseloadPage:
        with Session(lead.engine) as session:
            for case in hidden:
                restricted = {"id": case, "case": case, "reason": "official", "by": "boss", "at": 1, "words": ""}
                session.add(RestrictedCase(**restricted))
            session.flush()
            left_out = stand_before(session, "somebody")
            assert left_out == hidden
            return caseload(CaseReader(lead, session, hidden=left_out), 1, lead.clock.now()[0] + 10_000 * HOUR)

    whole, less = read(set()), read({scene.case})
    assert (whole.open, whole.late, len(whole.cases)) == (3, 3, 3)
    assert (less.open, less.late, [one.id == scene.case for one in less.cases]) == (2, 2, [False, False])


def test_an_agency_is_invited(scene):
    path = f"/lead/{scene.case}"
    assert scene.lead.post(f"{path}/add-agency", form_id="a").status_code == 422
    unknown = scene.lead.post(f"{path}/add-agency", form_id="a", agency="nobody", need="housing")
    assert "The directory has no such agency" in words(unknown.text)
    unasked = scene.lead.post(f"{path}/add-agency", form_id="a", agency="rs-csr-ns", need="housing")
    assert (unasked.status_code, "record the consent first" in words(unasked.text)) == (422, True)
    nothing = scene.lead.post(f"{path}/record-consent", form_id="n", agency="rs-csr-ns", need="housing", language="ro")
    assert "What may be told: give an answer" in words(nothing.text), "no box ticked is no consent to everything"
    agreed = {"agency": "rs-csr-ns", "need": "housing", "classes": ["D1"], "language": "ro", "months": "3"}
    assert scene.lead.post(f"{path}/record-consent", form_id="c", **agreed).status_code == 303
    assert scene.lead.post(f"{path}/add-agency", form_id="a", agency="rs-csr-ns", need="housing").status_code == 303
    page = words(scene.lead.whole(path))
    assert "Not sent to the others yet" in page
    assert "Centre for Social Work Novi Sad must answer the request: Housing" in page
    assert "Centre for Social Work Novi Sad Housing minimum profile The person consented, in Romanian" in page


def test_what_is_wrong_in_one_form_is_said_in_that_form_alone(scene):
    for decision in ("add-agency", "record-consent", "consult", "ask-confidential"):
        given = {"classes": ["D1"], "words": "Only here", "stage": "reasonable_grounds"}
        answer = scene.lead.post(f"/lead/{scene.case}/{decision}", form_id="x", **given)
        forms = dict(re.findall(r'<form method="post" action="/lead/[^"]+/([\w-]+)".*?>(.*?)</form>', answer.text, re.DOTALL))
        wrong = re.findall(r'<a href="#([^"]+)">', answer.text.partition('class="govuk-error-summary"')[2].partition("</ul>")[0])
        assert wrong
        assert {field for field in wrong if f'id="{field}"' not in forms[decision]} == set(), decision
        assert not repeated_ids(answer.text)
        others = "".join(inside for form, inside in forms.items() if form != decision)
        assert "govuk-error-message" not in others
        assert "Only here" not in others


def test_status_is_decided_in_order_and_told_to_those_who_may_know(scene):
    path = f"/lead/{scene.case}"
    missing = scene.lead.post(f"{path}/decide-status", form_id="s", stage="reasonable_grounds")
    assert missing.status_code == 422
    assert "What was decided: give an answer" in words(missing.text)
    decided = {"positive": "true", "ground": "signs"}
    assert scene.lead.post(f"{path}/decide-status", form_id="c", stage="conclusive_grounds", **decided).status_code == 409
    assert scene.lead.post(f"{path}/decide-status", form_id="s", stage="reasonable_grounds", **decided).status_code == 303
    for visitor in (scene.clinic, scene.lawyers):
        scene.open(visitor)
    scene.town.carry()
    lawyers = words(scene.lawyers.whole(f"/cases/{scene.case}"))
    assert re.search("Reasonable grounds: decided [^.]* by Centre for Human Trafficking Victims.{1,8} Protection *. Positive", lawyers)
    clinic = words(scene.clinic.whole(f"/cases/{scene.case}"))
    assert "Reasonable grounds: decided" in clinic
    assert "Positive" not in clinic


def test_the_joint_action_is_started_by_the_lead(scene):
    path = scene.open(scene.clinic)
    scene.clinic.post(f"{path}/accept", form_id="yes")
    scene.town.carry()
    assert "Start the joint action now" in words(scene.lead.whole(f"/lead/{scene.case}"))
    assert scene.lead.post(f"/lead/{scene.case}/start-joint-action", form_id="go").status_code == 303
    scene.town.carry()
    assert "Joint action under way" in words(scene.clinic.whole(f"/cases/{scene.case}"))


def test_a_task_is_dropped_and_the_case_closed(scene):
    scene.act_together()
    path = f"/lead/{scene.case}"
    page = scene.lead.get(path)
    task = page[page.index('name="task"') :].partition('value="')[2].partition('"')[0]
    assert scene.lead.post(f"{path}/drop-task", form_id="d", task=task).status_code == 303
    assert scene.lead.post(f"{path}/close", form_id="x").status_code == 422
    assert scene.close().status_code == 303
    scene.town.carry()
    assert "The case is closed: the goals are met." in words(scene.reporter.whole(f"/reports/{scene.case}"))
    assert "Start the joint action" not in words(scene.lead.get(path))
    assert "Reopen the case" in words(scene.lead.get(path))
    agreed = {"agency": "rs-csr-ns", "need": "housing", "classes": ["D1"], "language": "ro"}
    assert scene.lead.post(f"{path}/record-consent", form_id="c", **agreed).status_code == 409
    late = scene.lead.post(f"{path}/add-agency", form_id="late", agency="rs-csr-ns", need="housing")
    assert late.status_code == 409
    assert "1 closed" in words(scene.lead.get("/lead"))


def test_what_the_lead_may_not_do(scene):
    assert scene.lead.post(f"/lead/{scene.case}/fly", form_id="x").status_code == 404
    scene.lead.get("/lead/nothing", 404)


def test_danger_that_is_not_answered_stands_first_then_what_is_urgent(scene):
    calm = {**REPORT, "danger": "false", "age": "adult", "indicators": [], "consent": "true"}
    reports = {
        "normal": calm,
        "urgent": {**calm, "age": "child", "consent": ""},
        "danger": {**calm, "danger": "true"},
    }
    cases = {}
    for name, told in reports.items():
        answer = scene.reporter.post("/reports/new", form_id=name, **told)
        assert answer.status_code == 303, words(answer.text)[:300]
        cases[name] = answer.headers["location"].rpartition("/")[2]
    scene.town.carry()
    page = scene.lead.get("/lead")
    places = {name: page.index(f'href="/lead/{case}"') for name, case in cases.items()}
    assert sorted(places, key=places.get) == ["danger", "urgent", "normal"]


def test_what_came_back_stands_before_what_waits_for_nobody(scene):
    """The needs of the later case are with nobody; in the earlier one all have accepted."""
    made = scene.reporter.post("/reports/new", form_id="second", **REPORT, sex="female")
    later = Scene(scene.town, made.headers["location"].rpartition("/")[2])
    scene.town.carry()
    for case, answer in ((scene, {"accept": {}}), (later, {"decline": {"code": "C6"}})):
        for visitor in (case.clinic, case.lawyers, case.reporter, case.lead):
            for decision, said in answer.items() if visitor is not case.lead else [("accept", {})]:
                path = case.invitation(visitor)
                visitor.post(f"{path}/open", form_id=f"open {case.case} {visitor.agency}")
                assert visitor.post(f"{path}/{decision}", form_id=f"{case.case} {visitor.agency}", **said).status_code == 303
        scene.town.carry()
    page = scene.lead.get("/lead")
    assert "must find help elsewhere" in words(page)
    places = {case: page.index(f'href="/lead/{case}"') for case in (scene.case, later.case)}
    assert places[later.case] < places[scene.case]


def test_without_consent_any_more_the_page_says_so_of_the_person_and_of_nobody_else(scene):
    path = scene.open(scene.clinic)
    assert scene.clinic.post(f"{path}/accept", form_id="yes").status_code == 303
    scene.town.carry()
    assert scene.lead.post(f"/lead/{scene.case}/change-basis", form_id="no", age="adult", consent="false").status_code == 303
    scene.town.carry()
    page = words(scene.lead.whole(f"/lead/{scene.case}"))
    assert "There is no consent any more" in page
    assert "Health care: Health Centre Belgrade. No consent on record covers it now." in page
    assert "does not want this agency" not in page
    assert "record the consent below" not in page, "that form is not there"


@pytest.mark.parametrize("decision", ["withdraw", "decide-status"])
def test_who_goes_on_without_a_choice_is_asked_for_it(scene, decision):
    path = f"/lead/{scene.case}/{decision}"
    assert "There is a problem" not in scene.lead.get(path)
    assert "Choose one to go on" in words(scene.lead.get(f"{path}?chosen=true"))


def test_a_simulated_case_is_as_late_on_its_page_as_in_the_list(tmp_path, monkeypatch):
    """Its own story may have ended a day ago; what is due in it is as late as the list says."""
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        with monkeypatch.context() as while_played:
            while_played.setattr(type(made.clock), "now", lambda clock: (clock.at, True))
            case = made.at["rs-ir"].post("/reports/new", form_id="report", **REPORT).headers["location"].rpartition("/")[2]
            made.carry()
        made.later(24 + 1)
        made.clock.at += 7 * HOUR
        late = re.search(r"late by \d+ h", words(made.at["rs-czztlj"].get("/lead")))
        page = words(made.at["rs-czztlj"].whole(f"/lead/{case}"))
        assert late
        assert "simulated data" in page
        assert late[0] in page


def test_in_a_closed_case_every_form_says_that_it_is_closed(scene):
    path = f"/lead/{scene.case}"
    assert scene.close().status_code == 303
    scene.town.carry()
    forms = {
        "record-consent": {"agency": "rs-csr-ns", "need": "housing", "classes": ["D1"], "language": "ro", "months": "3"},
        "add-agency": {"agency": "rs-csr-ns", "need": "housing"},
        "consult": {"agency": "rs-csr-ns", "need": "housing", "question": "entitlement"},
        "decide-status": {"stage": "reasonable_grounds", "positive": "true", "ground": "signs"},
        "close": {"reason": "goals_met"},
    }
    for decision, told in forms.items():
        answer = scene.lead.post(f"{path}/{decision}", form_id=f"late {decision}", **told)
        page = words(answer.text)
        assert (decision, answer.status_code, "This case is closed, and nothing is decided in it any more" in page) == (decision, 409, True)
        assert "record the consent first" not in page


def test_what_limits_a_consent_and_what_was_agreed_last_is_never_folded(tmp_path):
    """Who is left out, a time that has passed, and the newest consent stand beside the first one; what only repeats it is folded."""
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        lead, ines = made.at["rs-czztlj"], made.at["rs-ir"]
        plain, limited = (
            ines.post("/reports/new", form_id=form, **REPORT | said).headers["location"].rpartition("/")[2]
            for form, said in (("plain", {}), ("limited", {"months": "3", "withheld": ["police"]}))
        )
        made.carry()

        def seen_and_folded(case):
            table = lead.get(f"/lead/{case}?tab=people").partition("What the person agreed to, and what went without")[2]
            return [words(part) for part in table.partition("own-rest")[::2]]

        seen, folded = seen_and_folded(limited)
        assert (seen.count("but not: police"), folded) == (3, "")
        seen, folded = seen_and_folded(plain)
        assert "Health care" not in seen
        assert "Health care" in folded
        made.later(1)
        agreed = {"agency": "rs-pu-bg", "need": "investigation", "classes": ["D1"], "language": "sr", "months": "3"}
        assert lead.post(f"/lead/{plain}/record-consent", form_id="newest", **agreed).status_code == 303
        assert "The person consented, in Serbian" in seen_and_folded(plain)[0]
        made.later(24 * 100)
        assert seen_and_folded(plain)[0].count("has ended") == 1
        assert seen_and_folded(limited)[0].count("has ended") == 4


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ({"age": "child", "consent": ""}, "A child, or age unsure while the person is, or may be, a child"),
        ({"consent": "false", "danger": "true", "ground": "life"}, "Danger to life while there is danger"),
        ({}, "The person consented until withdrawn"),
    ],
    ids=["a child", "danger", "consent"],
)
def test_what_is_on_record_says_on_which_ground_it_holds(tmp_path, said, until):
    """Nobody withdraws a consent that nobody gave."""
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        case = made.at["rs-ir"].post("/reports/new", form_id="r", **REPORT | said).headers["location"].rpartition("/")[2]
        made.carry()
        page = re.sub(r" \d+ \w+ \d+,? (at )?[\d:]+( [A-Z]+)? ?", " ", words(made.at["rs-czztlj"].whole(f"/lead/{case}")))
        assert until in page, page[page.index("What the person agreed to") :][:900]
        assert said == {} or "until withdrawn" not in page
        assert ("The person withdraws consent" in page, "An agency must not be told any more" in page) == (said == {}, said != {})
