"""A suspect is close to staff of an agency: nobody is invited before a person has looked, and whoever asks says why this agency."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.assistance.handlers.answers import SendOn, send_on
from services.assistance.handlers.handoffs import OfHandoff, RequestHandoff, request_handoff, revoke
from services.referral.handlers.basis import ChangeBasis, change_basis
from services.referral.handlers.cases import add_agency
from services.referral.handlers.conflict import SettleConflict, settle_conflict
from services.referral.handlers.consent import AddAgency, Consult, consult
from services.referral.handlers.danger import SendThere, send_there
from services.referral.queries.consent import on_record
from shared.decisions.errors import RuleBroken
from shared.protocol.case import HandoffState
from shared.protocol.grants import purposes
from shared.protocol.vocabulary import HandoffKind, Need
from tests.browser.desks import REPORT, Town, town, words
from tests.shared.casework.test_person_file import say
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, agree, decide, invite, report, rows, sure
from tests.shared.rested import Land

ALERT = {"field": "alert", "value": "staff_conflict", "source": "said"}
WHY = "He works at the border, and has nobody in this town"


@pytest.fixture
def files(tmp_path: Path, templates: Path) -> Iterator[Land]:
    made = Land(tmp_path, templates, None)
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME):
        assert made[me].agency
    yield made
    made.close()


def refused(code: str, field: str) -> Any:
    return pytest.raises(RuleBroken, check=lambda error: (error.code, error.field) == (code, field))


def asked(files: Land, case: str) -> set[tuple[str, str]]:
    return {(one.to, one.need.value) for one in sure(files[LEAD_ME], case).handoffs.values() if one.need.value != "identification"}


def of_police(files: Land, conflict: bool = True) -> str:
    """A case in which the police know no alert: the person agreed to tell it nothing, and the lead was told, where there is one."""
    case = report(files[INTAKE_ME], needs=())
    files.settle()
    agree(files[LEAD_ME], case, "rs-pol", Need.SAFETY, "none", classes=("D2",))
    decide(files[LEAD_ME], add_agency, AddAgency(case=case, agency="rs-pol", need=Need.SAFETY), "in")
    if conflict:
        say(files[INTAKE_ME], case, ALERT)
    files.settle()
    agree(files[LEAD_ME], case, "rs-ngo", Need.HOUSING, "agreed")
    files.settle()
    return case


def asks(files: Land, case: str, form: str = "r") -> str:
    """The police ask the organisation for housing, and are not warned."""
    decide(files[POLICE_ME], request_handoff, RequestHandoff.model_validate({"case": case, "to": "rs-ngo", "need": "housing"}), form)
    files.settle()
    return next(one.id for one in sure(files[LEAD_ME], case).handoffs.values() if one.giver == "rs-pol")


@pytest.mark.parametrize("lets", [True, False])
def test_whom_a_member_asks_that_cannot_be_warned_waits_for_an_officer_of_the_lead(files: Land, lets: bool) -> None:
    case = of_police(files)
    asked_for = asks(files, case)
    assert "rs-ngo" not in sure(files[LEAD_ME], case).agencies
    assert rows(files[LEAD_ME], 'select "case" from conflictcheck where looked_at is null') == [(case,)]
    with refused("waits-no-more", "requests"):
        told = SettleConflict.model_validate({"case": case, "requests": ["other"], "reason": WHY})
        decide(files[LEAD_ME], settle_conflict, told, "other")
    told = SettleConflict.model_validate({"case": case, "requests": [asked_for] if lets else [], "reason": WHY})
    decide(files[LEAD_ME], settle_conflict, told, "s")
    files.settle()
    now = sure(files[LEAD_ME], case)
    assert ("rs-ngo" in now.agencies) is lets
    assert now.handoffs[asked_for].state is (HandoffState.REQUESTED if lets else HandoffState.RETURNED), "nobody waits unseen"


@pytest.mark.parametrize("conflict", [True, False])
def test_who_is_leaving_does_not_join_because_somebody_asks_it_who_has_not_read_that(files: Land, conflict: bool) -> None:
    case = of_police(files, conflict)
    lead = files[LEAD_ME]
    agencies = tuple(one.model_copy(update={"leaving": True}) if one.id == "rs-ngo" else one for one in lead.country.agencies)
    lead.country = lead.country.model_copy(update={"agencies": agencies})
    asked_for = asks(files, case)
    now = sure(lead, case)
    assert "rs-ngo" not in now.agencies
    assert now.handoffs[asked_for].state is HandoffState.RETURNED, "it goes back to who asked"


def test_consent_that_comes_later_does_not_let_it_in_unseen_either(files: Land) -> None:
    case = of_police(files)
    decide(files[POLICE_ME], request_handoff, RequestHandoff(case=case, to="rs-soc", need=Need.HOUSING), "r")
    files.settle()
    assert not rows(files[LEAD_ME], "select 1 from conflictcheck"), "it waits for consent"
    agree(files[LEAD_ME], case, "rs-soc", Need.HOUSING, "later")
    files.settle()
    assert "rs-soc" not in sure(files[LEAD_ME], case).agencies
    assert rows(files[LEAD_ME], "select 1 from conflictcheck where looked_at is null")


OF_SUSPECTS = [{"field": "suspect_relation", "about": "suspect:1", "value": code, "source": "said"} for code in (
    "official", "agency_staff", "staff_relative",
)]  # fmt: skip


@pytest.mark.parametrize("said", [ALERT, *OF_SUSPECTS], ids=lambda said: said["value"])
def test_the_lead_says_why_before_it_asks_an_agency(files: Land, said: dict[str, Any]) -> None:
    case = report(files[INTAKE_ME], needs=())
    files.settle()
    say(files[INTAKE_ME], case, said)
    files.settle()
    agree(files[LEAD_ME], case, "rs-ngo", "housing", "agreed")  # pyright: ignore[reportArgumentType]
    asks = {"case": case, "agency": "rs-ngo", "need": "housing"}
    with refused("staff-conflict", "conflict"):
        decide(files[LEAD_ME], add_agency, AddAgency.model_validate(asks), "a")
    with refused("staff-conflict", "conflict"):
        decide(files[LEAD_ME], consult, Consult.model_validate(asks | {"question": "safety"}), "c")
    assert asked(files, case) == set(), "nothing was asked"
    decide(files[LEAD_ME], add_agency, AddAgency.model_validate(asks | {"conflict": WHY}), "a2")
    files.settle()
    assert asked(files, case) == {("rs-ngo", "housing")}
    assert len(rows(files[LEAD_ME], "select 1 from ownrecord where kind = 'note'")) == 1, "why stays with the lead, as a note"


def test_so_does_every_other_agency_and_to_ask_the_lead_nothing_is_said(files: Land) -> None:
    case = report(files[INTAKE_ME], needs=("investigation",))
    files.settle()
    say(files[INTAKE_ME], case, ALERT)
    files.settle()
    assert "rs-pol" in sure(files[LEAD_ME], case).agencies, "it was invited before anybody said so"
    asks = {"case": case, "to": "rs-ngo", "need": "housing"}
    with refused("staff-conflict", "conflict"):
        decide(files[POLICE_ME], request_handoff, RequestHandoff.model_validate(asks), "r")
    decide(files[POLICE_ME], request_handoff, RequestHandoff.model_validate(asks | {"conflict": WHY}), "r2")
    of_lead = {"case": case, "to": "rs-lead", "need": "legal", "kind": "consultation", "question": "safety"}
    decide(files[POLICE_ME], request_handoff, RequestHandoff.model_validate(of_lead), "r3")
    files.settle()
    assert ("rs-ngo", "housing") in asked(files, case)
    assert not [row for row in rows(files[LEAD_ME], "select 1 from ownrecord")], "and not with the lead"


def test_so_does_who_sends_a_request_on(files: Land) -> None:
    case = report(files[INTAKE_ME], needs=())
    files.settle()
    invite(files[LEAD_ME], case, "rs-pol", Need.SAFETY, "i")
    say(files[INTAKE_ME], case, ALERT)
    files.settle()
    (mine,) = (one.id for one in sure(files[POLICE_ME], case).handoffs.values() if one.to == "rs-pol")
    sends = {"case": case, "handoff": mine, "to": "rs-ngo", "code": "C6"}
    with refused("staff-conflict", "conflict"):
        decide(files[POLICE_ME], send_on, SendOn.model_validate(sends), "on")
    decide(files[POLICE_ME], send_on, SendOn.model_validate(sends | {"conflict": WHY}), "on2")
    files.settle()
    assert ("rs-ngo", "safety") in asked(files, case)


def test_what_was_taken_back_warns_nobody_any_more(files: Land) -> None:
    case = report(files[INTAKE_ME], needs=())
    files.settle()
    say(files[INTAKE_ME], case, ALERT)
    files.settle()
    ((id,),) = rows(files[INTAKE_ME], "select id from statement where field = 'alert'")
    say(files[INTAKE_ME], case, {"field": "alert", "source": "said", "supersedes": id, "withdrawn": True}, form="back")
    files.settle()
    agree(files[LEAD_ME], case, "rs-ngo", "housing", "agreed")  # pyright: ignore[reportArgumentType]
    decide(files[LEAD_ME], add_agency, AddAgency.model_validate({"case": case, "agency": "rs-ngo", "need": "housing"}), "a")


def test_a_report_that_says_so_has_nobody_invited_before_an_officer_of_the_lead_has_looked(files: Land) -> None:
    case = report(files[INTAKE_ME], needs=("investigation", "legal"), conflict=True)
    files.settle()
    assert asked(files, case) == set()
    assert sure(files[LEAD_ME], case).agencies == {"rs-insp", "rs-lead"}
    assert rows(files[LEAD_ME], 'select "case", looked_at from conflictcheck') == [(case, None)]
    with refused("not-in-the-policy", "needs"):
        told = SettleConflict.model_validate({"case": case, "needs": ["housing"], "reason": WHY})
        decide(files[LEAD_ME], settle_conflict, told, "s")
    told = SettleConflict.model_validate({"case": case, "needs": ["legal"], "reason": WHY})
    decide(files[LEAD_ME], settle_conflict, told, "s")
    files.settle()
    assert {need for _, need in asked(files, case)} == {"legal"}
    assert "rs-pol" not in sure(files[LEAD_ME], case).agencies
    assert rows(files[LEAD_ME], "select looked_by from conflictcheck where looked_at is not null") == [("o1",)]
    assert WHY.encode() not in files.disk(LEAD_ME), "why lies closed"
    with pytest.raises(RuleBroken, check=lambda error: error.code == "no-conflict"):
        decide(files[LEAD_ME], settle_conflict, told, "again")


def test_what_was_asked_for_as_advice_or_was_taken_back_is_still_to_be_invited(files: Land) -> None:
    case = report(files[INTAKE_ME], needs=("investigation", "legal"), conflict=True)
    files.settle()
    advice = {"case": case, "agency": "rs-ngo", "need": "legal", "question": "entitlement", "conflict": WHY}
    decide(files[LEAD_ME], consult, Consult.model_validate(advice), "c")
    asked_for = {"case": case, "agency": "rs-pol", "need": "investigation", "conflict": WHY}
    decide(files[LEAD_ME], add_agency, AddAgency.model_validate(asked_for), "i")
    files.settle()
    mine = next(one.id for one in sure(files[LEAD_ME], case).handoffs.values() if one.to == "rs-pol")
    decide(files[LEAD_ME], revoke, OfHandoff(case=case, handoff=mine), "back")
    files.settle()
    lead = files[LEAD_ME]
    on_page = asyncio.run(lead.ask(lambda reader: on_record(reader, sure(lead, case), lead.clock.now()[0]))).unasked
    assert {one.need for one in on_page if one.held} == {Need.LEGAL, Need.INVESTIGATION}
    told = SettleConflict.model_validate({"case": case, "needs": ["legal", "investigation"], "reason": WHY})
    decide(files[LEAD_ME], settle_conflict, told, "s")
    files.settle()
    waiting = {(one.to, one.need) for one in sure(lead, case).handoffs.values() if one.waiting and one.kind is HandoffKind.REFERRAL}
    assert waiting >= {("rs-ngo", Need.LEGAL), ("rs-pol", Need.INVESTIGATION)}


def test_in_danger_too_and_who_goes_there_is_looked_at(files: Land) -> None:
    case = report(files[INTAKE_ME], consent=False, danger=True, ground="life", conflict=True)
    files.settle()
    assert asked(files, case) == set(), "the police may be the ones to beware of; the lead's list says so at once"
    goes = {"case": case, "agency": "rs-pol", "need": "safety", "ground": "life", "words": "he is at the door"}
    with refused("staff-conflict", "conflict"):
        decide(files[LEAD_ME], send_there, SendThere.model_validate(goes), "g")
    decide(files[LEAD_ME], send_there, SendThere.model_validate(goes | {"conflict": WHY}), "g2")
    files.settle()
    assert ("rs-pol", "safety") in asked(files, case)


def test_a_person_who_consents_later_is_not_told_of_by_the_policy_either(files: Land) -> None:
    case = report(files[INTAKE_ME], consent=False, needs=("investigation",))
    files.settle()
    say(files[LEAD_ME], case, ALERT)
    files.settle()
    told = ChangeBasis.model_validate({"case": case, "age": "adult", "consent": True, "consent_language": "sr"})
    decide(files[LEAD_ME], change_basis, told, "basis")
    files.settle()
    assert asked(files, case) == set()
    assert rows(files[LEAD_ME], "select count(*) from conflictcheck where looked_at is null") == [(1,)]


def test_nor_is_who_is_consulted_told_of_the_person_for_what_the_policy_names_it_for(files: Land) -> None:
    case = report(files[INTAKE_ME], consent=False, needs=("legal",))
    files.settle()
    advice = {"case": case, "agency": "rs-ngo", "need": "housing", "question": "entitlement"}
    decide(files[LEAD_ME], consult, Consult.model_validate(advice), "c")
    say(files[LEAD_ME], case, ALERT)
    files.settle()
    told = ChangeBasis.model_validate({"case": case, "age": "adult", "consent": True, "consent_language": "sr"})
    decide(files[LEAD_ME], change_basis, told, "basis")
    files.settle()
    entry = sure(files[LEAD_ME], case).member("rs-ngo")
    assert entry
    assert Need.LEGAL not in purposes(entry), "an officer has still to look"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_pu_bg="petar", rs_ngo_pomoc="nada") as made:
        yield made


def test_the_pages_warn_before_anybody_is_asked_and_lose_nothing(made: Town) -> None:
    lead, ines = made.at["rs-czztlj"], made.at["rs-ir"]
    answer = made.at["rs-ir"].post("/reports/new", form_id="report", **REPORT | {"needs": ["legal", "investigation"], "conflict": "true"})
    case = answer.headers["location"].rpartition("/")[2]
    made.carry()
    assert made.picture(case).agencies == {"rs-ir", "rs-czztlj"}
    assert f'href="/lead/{case}"' in lead.get("/lead").partition("Nobody was invited yet:")[2]
    page = lead.get(f"/lead/{case}")
    assert "Nobody was invited yet: a suspect may be close to staff of an agency." in words(page)
    assert "A suspect is close to staff of an agency (Labour Inspectorate" in words(page)
    assert words(page).count("Nobody has asked it: a suspect may be close to staff of an agency.") == 3, "the wages of who works, too"
    asks = {"to": "rs-ngo-line", "need": "wage_claim", "kind": "referral", "question": "", "conflict": WHY}
    assert ines.post(f"/cases/{case}/request", form_id="wages", **asks).status_code == 303
    made.carry()
    agreed = {"agency": "rs-ngo-line", "need": "wage_claim", "classes": ["D1", "D2"], "language": "sr", "months": "", "words": ""}
    assert lead.post(f"/lead/{case}/record-consent", form_id="agreed", **agreed).status_code == 303
    made.carry()
    assert "rs-ngo-line" not in made.picture(case).agencies, "the lead has still to look"
    (waits,) = (one.id for one in made.picture(case).handoffs.values() if one.to == "rs-ngo-line")
    empty = lead.post(f"/lead/{case}/settle-conflict", form_id="s0", needs=["legal"], requests=[waits], reason="")
    assert "Wage claim: Labour Inspectorate" in words(empty.text)
    assert f'value="{waits}" checked' in empty.text
    assert empty.status_code == 422
    assert 'value="legal" checked' in empty.text, "what was ticked stays ticked"
    assert lead.post(f"/lead/{case}/settle-conflict", form_id="s1", needs=["legal"], reason=WHY).status_code == 303
    made.carry()
    legal = next(one.to for one in made.picture(case).handoffs.values() if one.need.value == "legal")
    after = words(lead.get(f"/lead/{case}"))
    assert "Nobody was invited yet" not in after
    assert "Nobody has asked it" in after, "who was left out is seen"
    assert WHY in words(lead.get(f"/lead/{case}/own"))

    form = lead.get(f"/lead/{case}/add-agency?need=investigation")
    assert "Look first: a suspect may be close to staff of an agency." in words(form)
    wrong = lead.post(f"/lead/{case}/add-agency", form_id="i0", agency="rs-pu-bg", need="investigation")
    assert wrong.status_code == 422
    assert 'id="conflict-error"' in wrong.text
    assert 'value="rs-pu-bg" checked' in wrong.text
    assert lead.post(f"/lead/{case}/add-agency", form_id="i1", agency="rs-pu-bg", need="investigation", conflict=WHY).status_code == 303
    made.carry()
    here = made.at[legal]
    work = here.get("/work")
    there = work[work.index(f'href="/cases/{case}/handoffs/') + 6 :].partition('"')[0]
    assert here.post(f"{there}/open", form_id="open").status_code == 303
    made.carry()
    wrong = here.post(f"{there}/send-on", form_id="on", to="rs-ngo-line", code="C6")
    assert (wrong.status_code, wrong.text.count('id="conflict-error"')) == (422, 1), "who sends it on is warned like who asks"
    assert here.post(f"{there}/accept", form_id="accept").status_code == 303
    made.carry()
    assert "Look first: a suspect may be close to staff of an agency." in words(here.get(f"/cases/{case}/request?need=safety"))
    asks = {"to": "rs-pu-bg", "need": "safety", "kind": "referral", "question": ""}
    wrong = here.post(f"/cases/{case}/request", form_id="r0", **asks)
    assert wrong.status_code == 422
    assert 'id="conflict-error"' in wrong.text
    assert here.post(f"/cases/{case}/request", form_id="r1", **asks, conflict=WHY).status_code == 303
    made.carry()
    assert [one.state for one in made.picture(case).handoffs.values() if one.giver == legal] == [HandoffState.REQUESTED]


def test_whoever_sends_a_request_on_looks_first_too(tmp_path: Path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora", rs_ngo_pomoc="nada") as made:
        lead, clinic = made.at["rs-czztlj"], made.at["rs-zdr-bg"]
        answer = made.at["rs-ir"].post("/reports/new", form_id="report", **REPORT | {"needs": ["health"], "conflict": "true"})
        case = answer.headers["location"].rpartition("/")[2]
        made.carry()
        assert lead.post(f"/lead/{case}/settle-conflict", form_id="s", needs=["health"], reason=WHY).status_code == 303
        made.carry()
        there = clinic.get("/work").partition(f'href="/cases/{case}/handoffs/')[2].partition('"')[0]
        path = f"/cases/{case}/handoffs/{there}"
        assert clinic.post(f"{path}/open", form_id="o").status_code == 303
        made.carry()
        form = clinic.get(path).partition(f'action="{path}/send-on"')[2].partition("</form>")[0]
        assert "Look first: a suspect may be close to staff of an agency." in words(form)
        wrong = clinic.post(f"{path}/send-on", form_id="n0", to="rs-ngo-pomoc", code="C6")
        assert wrong.status_code == 422
        assert 'id="conflict-error"' in wrong.text
        assert made.picture(case).handoffs[there].state is HandoffState.ACKNOWLEDGED, "nobody was asked"
        assert clinic.post(f"{path}/send-on", form_id="n1", to="rs-ngo-pomoc", code="C6", conflict=WHY).status_code == 303
        made.carry()
        assert made.picture(case).handoffs[there].state is HandoffState.FORWARDED
        assert WHY in words(clinic.get(f"/cases/{case}/own")), "why stays with who sent it on"
