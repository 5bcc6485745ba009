"""Correction, restriction, objection and the erasure of one statement: written down, answered with a reason, and closed on the disk."""

import asyncio
from typing import Any

import orjson
import pytest

from deploy.backup.sections import look
from deploy.backup.soundness import Sound
from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency
from services.referral.handlers.ending import ReopenCase, close_case, reopen_case
from shared.casework.access_requests import AskAccess, ReleaseCopy, TakeCopy, ask_access, release_copy, take_copy
from shared.casework.person_requests import RequestState, RightAsked, requests_of
from shared.casework.rights_requests import (
    AnswerRequest,
    AskCorrection,
    EndRequest,
    EraseStatement,
    ExportFile,
    LiftRestriction,
    Object,
    Restrict,
    answer_request,
    ask_correction,
    ask_statement_erasure,
    end_request,
    export_file,
    lift_restriction,
    object_to_use,
    restrict,
)
from shared.config.country_tables import SecondOfficer
from shared.decisions.decide import Receipt
from shared.decisions.errors import RuleBroken
from shared.processing.instance import Instance
from shared.protocol.case_file import Group
from shared.protocol.vocabulary import Need, ReopenReason
from tests.shared.casework.test_person_file import EMPLOYER, NAME, on_file, say
from tests.shared.land import COUNTRY, INTAKE_ME, LEAD_ME, POLICE_ME, agree, closing, decide, rows
from tests.shared.processing.test_passing_on import ALL, consented
from tests.shared.rested import Canaries, Land, erase, hold


def asked(instance: Instance, case: str) -> list[RightAsked]:
    return asyncio.run(instance.ask(lambda reader: requests_of(reader.instance.keystore, reader.session, case)))


def the_request(instance: Instance, case: str) -> str:
    return asked(instance, case)[0].id


def refused(instance: Instance, use_case: Any, command: Any, code: str, officer: str = "o1") -> None:
    with pytest.raises(RuleBroken) as broken:
        decide(instance, use_case, command, f"refused {code} {officer}", officer)
    assert broken.value.code == code


def answer(instance: Instance, case: str, outcome: str, words: str = "", officer: str = "o1", form: str = "answer") -> Receipt:
    command = AnswerRequest.model_validate({"case": case, "request": the_request(instance, case), "outcome": outcome, "words": words})
    return decide(instance, answer_request, command, form, officer)


# --- correction -------------------------------------------------------------------------------------------------------------------


def test_something_that_is_wrong_waits_until_it_is_corrected(files: Land) -> None:
    case, intake = consented(files), files[INTAKE_ME]
    decide(intake, ask_correction, AskCorrection(case=case, group=Group.NAME, words="it is Milena"), "c")
    done = {"case": case, "request": the_request(intake, case), "outcome": "done"}
    refused(intake, answer_request, AnswerRequest.model_validate(done), "nothing-corrected")
    (was,) = on_file(intake, case)["given_names"].present
    say(intake, case, {**NAME, "value": "Canary Milena", "supersedes": was.id}, form="s2")
    answer(intake, case, "done")
    (one,) = asked(intake, case)
    assert (one.state, one.told["words"], one.second) == (RequestState.DONE, "it is Milena", "o1")


def test_it_stays_as_it_is_only_for_a_reason_that_is_kept(files: Land) -> None:
    case, intake = consented(files), files[INTAKE_ME]
    decide(intake, ask_correction, AskCorrection(case=case, words="the report says too much"), "c")
    nothing = AnswerRequest.model_validate({"case": case, "request": the_request(intake, case), "outcome": "refused"})
    refused(intake, answer_request, nothing, "say-why-refused")
    answer(intake, case, "refused", "The report says what was seen.")
    (one,) = asked(intake, case)
    assert (one.state, one.reply["words"]) == (RequestState.REFUSED, "The report says what was seen.")
    refused(intake, answer_request, nothing, "request-answered", "o2")


# --- restriction and objection ----------------------------------------------------------------------------------------------------


def of_lead(land: Land) -> str:
    """A case of which the lead may be told everything."""
    return land.after(_of_lead)


def _of_lead(land: Land) -> str:
    case = consented(land)
    agree(land[LEAD_ME], case, "rs-lead", Need.IDENTIFICATION, "more", classes=ALL)
    land.settle()
    return case


def joins(land: Land, case: str) -> None:
    """The police come into the case, and may read names and employers."""
    agree(land[LEAD_ME], case, "rs-pol", Need.INVESTIGATION, "police", classes=("D1", "D2", "D3"))
    decide(land[LEAD_ME], add_agency, AddAgency(case=case, agency="rs-pol", need=Need.INVESTIGATION), "police")
    land.settle()


def test_what_is_restricted_is_stated_and_passed_on_to_nobody_until_it_is_lifted(files: Land) -> None:
    case, lead = of_lead(files), files[LEAD_ME]
    decide(lead, restrict, Restrict(case=case, groups=(Group.EMPLOYMENT,), ground="contested"), "r")  # pyright: ignore
    joins(files, case)
    assert on_file(files[POLICE_ME], case).keys() == {"given_names"}, "work is restricted at the lead"
    with pytest.raises(RuleBroken, match="statement-restricted"):
        say(lead, case, {**EMPLOYER, "value": "another"}, form="new")
    (was,) = on_file(lead, case)["employer"].present
    say(lead, case, {**EMPLOYER, "value": "Canary Mill", "supersedes": was.id}, form="right")
    files.settle()
    assert [one.value for one in on_file(lead, case)["employer"].present] == ["Canary Mill"]
    (now,) = on_file(files[INTAKE_ME], case)["employer"].present
    assert now.value == "Canary Mill", "who was told learns that it was wrong"
    assert "employer" not in on_file(files[POLICE_ME], case), "and who came since does not"
    lift = LiftRestriction(case=case, request=the_request(lead, case), words="It is right now.")
    decide(lead, lift_restriction, lift, "lift")
    files.settle()
    (there,) = on_file(files[POLICE_ME], case)["employer"].present
    assert (there.value, there.id, there.by) == ("Canary Mill", now.id, "rs-lead")
    refused(lead, lift_restriction, lift, "request-answered")


def test_what_is_lifted_in_a_closed_case_is_told_once_it_is_open_again(files: Land) -> None:
    case, lead = of_lead(files), files[LEAD_ME]
    decide(lead, restrict, Restrict(case=case, groups=(Group.EMPLOYMENT,), ground="contested"), "r")  # pyright: ignore
    joins(files, case)
    decide(lead, close_case, closing(lead, case), "close")
    files.settle()
    files.clock.at += 1000
    decide(lead, lift_restriction, LiftRestriction(case=case, request=the_request(lead, case), words="It is right."), "lift")
    files.settle()
    assert "employer" not in on_file(files[POLICE_ME], case), "nothing is stated in a closed case"
    decide(lead, reopen_case, ReopenCase(case=case, reason=ReopenReason.MISTAKE), "reopen")
    files.settle()
    assert len(on_file(files[POLICE_ME], case)["employer"].present) == 1


def test_an_objection_restricts_until_it_is_decided_and_on_if_it_is_right(files: Land) -> None:
    case, lead = of_lead(files), files[LEAD_ME]
    decide(lead, object_to_use, Object(case=case, words="not for the police"), "o")
    joins(files, case)
    assert on_file(files[POLICE_ME], case) == {}, "all of it is restricted"
    answer(lead, case, "done")
    assert asked(lead, case)[0].state is RequestState.IN_FORCE
    with pytest.raises(RuleBroken, match="statement-restricted"):
        say(lead, case, {**EMPLOYER, "value": "another"}, form="new")
    decide(lead, lift_restriction, LiftRestriction(case=case, request=the_request(lead, case), words="The person agrees now."), "l")
    files.settle()
    assert on_file(files[POLICE_ME], case).keys() == {"employer", "given_names"}


def test_an_objection_that_is_not_right_restricts_no_more(files: Land) -> None:
    case = of_lead(files)
    decide(files[LEAD_ME], object_to_use, Object(case=case, groups=(Group.EMPLOYMENT,), words="no"), "o")
    joins(files, case)
    assert on_file(files[POLICE_ME], case).keys() == {"given_names"}
    answer(files[LEAD_ME], case, "refused", "The inspection is a duty by law.")
    files.settle()
    assert on_file(files[POLICE_ME], case).keys() == {"employer", "given_names"}


def test_pressure_is_always_told_and_two_restrictions_end_one_by_one(files: Land) -> None:
    case, intake = consented(files), files[INTAKE_ME]
    for form in ("r1", "r2"):
        decide(intake, restrict, Restrict(case=case, groups=() if form == "r1" else (Group.NAME,), ground="unlawful"), form)  # pyright: ignore
    say(intake, case, {"field": "duress", "value": "yes", "source": "said"}, form="pressed")
    for request in [one.id for one in asked(intake, case)]:
        with pytest.raises(RuleBroken, match="statement-restricted"):
            say(intake, case, {"field": "called", "value": "Mila", "source": "said"}, form=f"before {request}")
        decide(intake, lift_restriction, LiftRestriction(case=case, request=request, words="over"), f"lift {request}")
    say(intake, case, {"field": "called", "value": "Mila", "source": "said"}, form="after")


# --- one statement ----------------------------------------------------------------------------------------------------------------


def strict(land: Land) -> Instance:
    """An intake in a country that asks for a second officer."""
    rule = SecondOfficer(acts=frozenset({"ask-erasure"}))
    land[INTAKE_ME].country = COUNTRY.model_copy(update={"second_officer": rule})
    return land[INTAKE_ME]


def test_one_statement_goes_for_good_once_a_second_officer_has_confirmed_it(files: Land) -> None:
    canary = Canaries()
    case = consented(files, {**NAME, "value": f"Milica {canary.tag}"}, EMPLOYER)
    intake = strict(files)
    (name,) = on_file(intake, case)["given_names"].present
    refused(intake, ask_statement_erasure, EraseStatement(case=case, statement="0000", words="x"), "statement-not-here")
    decide(intake, ask_statement_erasure, EraseStatement(case=case, statement=name.id, words="said of another"), "e")
    intake.idle(clocks=False)
    assert "given_names" in on_file(intake, case)
    yes = AnswerRequest.model_validate({"case": case, "request": the_request(intake, case), "outcome": "done"})
    refused(intake, answer_request, yes, "second-officer-needed")
    decide(intake, answer_request, yes, "yes", "o2")
    intake.idle(clocks=False)
    assert on_file(intake, case).keys() == {"employer"}
    assert asked(intake, case)[0].state is RequestState.DONE
    assert on_file(files.open(INTAKE_ME), case).keys() == {"employer"}, "after a new start too"
    assert ("o2",) in rows(files[INTAKE_ME], "select officer from audit where act like 'erased-statement:%'")


def test_a_legal_hold_stands_against_it_before_and_after(files: Land) -> None:
    case, intake = consented(files), strict(files)
    (name,) = on_file(intake, case)["given_names"].present
    decide(intake, ask_statement_erasure, EraseStatement(case=case, statement=name.id, words="x"), "e")
    answer(intake, case, "done", officer="o2")
    hold(intake, case)
    assert asked(intake, case)[0].state is RequestState.HELD
    assert "given_names" in on_file(intake, case)
    refused(intake, ask_statement_erasure, EraseStatement(case=case, statement=name.id, words="x"), "held-by-law")


# --- what is left -----------------------------------------------------------------------------------------------------------------


def all_of_it(instance: Instance, case: str, words: str) -> None:
    """Every kind of request, with these words in each field that takes any."""
    decide(instance, ask_correction, AskCorrection(case=case, words=words), "w1")
    answer(instance, case, "refused", words, form="w2")
    decide(instance, restrict, Restrict(case=case, groups=(Group.HEALTH,), ground="needed", words=words), "w3")  # pyright: ignore
    decide(instance, lift_restriction, LiftRestriction(case=case, request=the_request(instance, case), words=words), "w4")
    decide(instance, object_to_use, Object(case=case, groups=(Group.HEALTH,), words=words), "w5")
    answer(instance, case, "done", words, form="w6")
    decide(instance, ask_access, AskAccess(case=case, identity="known", pressure="no"), "w7")  # pyright: ignore
    request = the_request(instance, case)
    decide(instance, release_copy, ReleaseCopy(case=case, request=request, answer="copy"), "w8", "o2")  # pyright: ignore
    decide(instance, take_copy, TakeCopy(case=case, request=request, format="pdf"), "w9")
    decide(instance, export_file, ExportFile(case=case, words=words), "w0")
    decide(instance, ask_correction, AskCorrection(case=case, words=words), "w10", "o3")
    decide(instance, end_request, EndRequest(case=case, request=the_request(instance, case), words=words), "w11")


def test_nothing_of_it_is_readable_on_the_disk_or_goes_to_others_and_erasure_takes_the_words(land: Land) -> None:
    canary = Canaries()
    case = consented(land)
    for me in (INTAKE_ME, LEAD_ME):
        all_of_it(land[me], case, canary.note)
        assert not canary.found(land.disk(me)), me
        assert [one.told.get("words", canary.note) for one in asked(land.open(me), case)] == [canary.note] * 6
    land.settle()
    told = [orjson.loads(record.value or b"") for record in land.topic.all() if canary.found((record.value or b"") + (record.key or b""))]
    assert not [one for one in told if canary.found(one["core"].encode())]
    read_by = sorted(agency for one in told for agency, may in one["readers"].items() if may)
    assert read_by == ["rs-insp"] * 2 + ["rs-lead"] * 2, "a restriction and an objection go to another service of the agency alone"
    found = Sound(INTAKE_ME)
    look(found, land[INTAKE_ME].engine, land[INTAKE_ME].keystore)
    assert found.wrong == []
    before = found.opened
    erase(land[INTAKE_ME], case)
    left = asked(land[INTAKE_ME], case)
    assert [(one.legible, one.told, one.reply) for one in left] == [(False, {}, {})] * 6, "that it was asked and answered stays"
    refused(land[INTAKE_ME], ask_correction, AskCorrection(case=case, words="x"), "nothing-is-kept")
    keys = land[INTAKE_ME].keystore
    assert keys is not None
    after = Sound(INTAKE_ME)
    look(after, land[INTAKE_ME].engine, keys)
    assert (after.wrong, after.opened < before) == ([], True)
