"""Who comes later is told what is stated now: alone, once, by the lead or by who stated it, as at the first time but for who says it."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlmodel import Session, select

from services.assistance.handlers.handoffs import RequestHandoff, request_handoff
from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, Withdraw, withdraw
from services.referral.handlers.ending import ReopenCase, close_case, reopen_case
from shared.decisions.decide import DecisionContext
from shared.protocol.events import RosterSet
from shared.protocol.facts import Facts
from shared.protocol.grants import purposes
from shared.protocol.vocabulary import Need, ReopenReason
from shared.store.tables import Outbox
from tests.shared.casework.test_person_file import EMPLOYER, NAME, PHONE, on_file, say
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, agree, closing, decide, invite, pull, report, seen
from tests.shared.rested import Land

ALL = ("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8")


def consented(land: Land, *statements: dict[str, Any]) -> str:
    """A case in which profile and indicators may be disclosed, and in which the intake has stated something."""
    return _consented(land, *statements) if statements else land.after(_consented)


def _consented(land: Land, *statements: dict[str, Any]) -> str:
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME):
        assert land[me].agency
    case = report(land[INTAKE_ME], needs=(), forms=())
    say(land[INTAKE_ME], case, *(statements or (NAME, PHONE, EMPLOYER)))
    land.settle()
    return case


def told(land: Land) -> list[tuple[str, dict[str, list[str]]]]:
    """The author of each record of statements, and who may read something in it."""
    bodies = [orjson.loads(record.value or b"") for record in land.topic.all()]
    cores = [(orjson.loads(body["core"]), body["readers"]) for body in bodies]
    return [(c["author"], {a: may for a, may in who.items() if may}) for c, who in cores if c["type"] == "statement.made.v1"]


def test_without_consent_to_more_the_lead_reads_what_it_may_and_no_more(files: Land) -> None:
    case = consented(files)
    assert on_file(files[LEAD_ME], case).keys() == {"employer"}
    assert told(files) == [(INTAKE_ME, {"rs-insp": ["D2", "D3", "D4"], "rs-lead": ["D2"]})]


def test_who_stated_it_tells_the_lead_once_the_person_agrees(files: Land) -> None:
    case = consented(files)
    agree(files[LEAD_ME], case, "rs-lead", Need.IDENTIFICATION, "more", classes=("D1", "D2", "D3"))
    files.settle()
    found = on_file(files[LEAD_ME], case)
    assert found.keys() == {"employer", "given_names"}, "a phone number is D4"
    (name,) = found["given_names"].present
    (mine,) = on_file(files[INTAKE_ME], case)["given_names"].present
    assert (name.id, name.value, name.by, name.author, name.said_at) == (mine.id, mine.value, "rs-insp", INTAKE_ME, mine.said_at)
    assert told(files)[1:] == [(INTAKE_ME, {"rs-insp": ["D3"], "rs-lead": ["D3"]})], "once, and nothing that is known there"
    agree(files[LEAD_ME], case, "rs-lead", Need.IDENTIFICATION, "the rest", classes=ALL)
    files.settle()
    assert on_file(files[LEAD_ME], case).keys() == {"employer", "given_names", "phone"}
    assert told(files)[2:] == [(INTAKE_ME, {"rs-insp": ["D4"], "rs-lead": ["D4"]})]


def test_the_lead_tells_who_joins_what_its_task_needs_and_nobody_else_reads_that(files: Land) -> None:
    case = consented(files)
    agree(files[LEAD_ME], case, "rs-lead", Need.IDENTIFICATION, "more", classes=ALL)
    files.settle()
    before = len(told(files))
    invite(files[LEAD_ME], case, "rs-ngo", Need.HOUSING, "ngo")
    agree(files[LEAD_ME], case, "rs-pol", Need.INVESTIGATION, "police", classes=("D1", "D2", "D3"))
    decide(files[LEAD_ME], add_agency, AddAgency(case=case, agency="rs-pol", need=Need.INVESTIGATION), "police")
    files.settle()
    found = on_file(files[POLICE_ME], case)
    assert found.keys() == {"employer", "given_names"}, "no phone number: its task does not need one"
    (name,) = found["given_names"].present
    (first,) = on_file(files[INTAKE_ME], case)["given_names"].present
    assert (name.id, name.value, name.by, name.author, name.said_at) == (first.id, first.value, "rs-insp", LEAD_ME, first.said_at)
    assert told(files)[before:] == [(LEAD_ME, {"rs-lead": ["D2", "D3"], "rs-pol": ["D2", "D3"]})]
    assert on_file(files[NGO_ME], case) == {}


def test_only_what_is_said_now_is_passed_on(files: Land) -> None:
    case = consented(files, EMPLOYER, {**EMPLOYER, "field": "workplace", "value": "Canary Field"})
    was = {name: one.present[0].id for name, one in on_file(files[INTAKE_ME], case).items()}
    anew = {**EMPLOYER, "value": "Canary Mill", "supersedes": was["employer"]}
    gone = {"field": "workplace", "source": "said", "supersedes": was["workplace"], "withdrawn": True}
    say(files[INTAKE_ME], case, anew, gone, form="s2")
    files.settle()
    invite(files[LEAD_ME], case, "rs-pol", Need.INVESTIGATION, "police")
    files.settle()
    found = on_file(files[POLICE_ME], case)
    assert [[one.value for one in field.present] for field in found.values()] == [["Canary Mill"]]
    assert [field.before for field in found.values()] == [()]


def test_what_is_corrected_while_somebody_joins_is_not_said_again_by_what_is_passed_on(files: Land) -> None:
    case = consented(files, EMPLOYER)
    invite(files[LEAD_ME], case, "rs-pol", Need.INVESTIGATION, "police")
    files.settle()
    (was,) = on_file(files[INTAKE_ME], case)["employer"].present
    say(files[INTAKE_ME], case, {**EMPLOYER, "value": "Canary Mill", "supersedes": was.id}, form="s2")
    files.settle()
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME):
        assert [one.value for one in on_file(files[me], case)["employer"].present] == ["Canary Mill"], me


def test_nothing_is_said_where_nothing_is_stated_or_nothing_more_is_open(files: Land) -> None:
    case = consented(files, PHONE)
    before = len(told(files))
    invite(files[LEAD_ME], case, "rs-pol", Need.INVESTIGATION, "police")
    files.settle()
    assert len(told(files)) == before


class Anew(Facts):
    """The lead gives the case anew, to one agency."""

    case: str
    agency: str


def given_anew(command: Anew, tx: DecisionContext) -> RosterSet:
    return RosterSet(members=tx.case(command.case).members, anew=(command.agency,))


@pytest.mark.parametrize("closed", [False, True])
def test_who_takes_the_case_anew_is_told_all_again_once_it_is_open(files: Land, closed: bool) -> None:
    case = consented(files, EMPLOYER)
    invite(files[LEAD_ME], case, "rs-pol", Need.INVESTIGATION, "police")
    files.settle()
    before = told(files)
    if closed:
        decide(files[LEAD_ME], close_case, closing(files[LEAD_ME], case), "close")
    decide(files[LEAD_ME], given_anew, Anew(case=case, agency="rs-pol"), "anew")
    files.settle()
    again = [(LEAD_ME, {"rs-lead": ["D2"], "rs-pol": ["D2"]})]
    assert told(files) == before + ([] if closed else again)
    if closed:
        decide(files[LEAD_ME], reopen_case, ReopenCase(case=case, reason=ReopenReason.MISTAKE), "reopen")
        files.settle()
        assert told(files) == before + again
    assert [one.value for one in on_file(files[POLICE_ME], case)["employer"].present] == [EMPLOYER["value"]], "it had it already"


@pytest.mark.parametrize("me", [INTAKE_ME, LEAD_ME])
def test_a_restored_database_tells_nobody_twice(files: Land, me: str) -> None:
    case = consented(files)
    files[me].close()
    copy = Path(shutil.copy(files.folder / f"{me}.db", files.folder / f"copy.{me}"))
    files.open(me)
    agree(files[LEAD_ME], case, "rs-lead", Need.IDENTIFICATION, "more", classes=ALL)
    invite(files[LEAD_ME], case, "rs-pol", Need.INVESTIGATION, "police")
    files.settle()
    once, shown = told(files), {at: on_file(files[at], case) for at in (INTAKE_ME, LEAD_ME, POLICE_ME)}
    files.instances.pop(me).close()
    for file in files.folder.glob(f"{me}.db*"):
        file.unlink()
    copy.rename(files.folder / f"{me}.db")
    again = files.open(me)
    for _ in files.topic.all():  # what it had said is learned before anything is sent, a record at a time
        pull(again, files.topic, 2)
    files.settle()
    assert told(files) == once
    for at, was in shown.items():
        assert {name: one.present for name, one in on_file(files[at], case).items()} == {name: one.present for name, one in was.items()}


def test_who_is_asked_for_more_is_told_what_that_needs_and_keeps_what_it_was_told_before(files: Land) -> None:
    """The lead asks for housing, then for legal help: one agency, two purposes, and neither takes the place of the other."""
    case = consented(files)
    agree(files[LEAD_ME], case, "rs-lead", Need.IDENTIFICATION, "more", classes=ALL)
    for need in (Need.HOUSING, Need.LEGAL):
        agree(files[LEAD_ME], case, "rs-ngo", need, need.value, classes=ALL)
    files.settle()
    decide(files[LEAD_ME], add_agency, AddAgency(case=case, agency="rs-ngo", need=Need.HOUSING), "housing")
    files.settle()
    assert on_file(files[NGO_ME], case).keys() == {"given_names", "phone"}
    decide(files[LEAD_ME], add_agency, AddAgency(case=case, agency="rs-ngo", need=Need.LEGAL), "legal")
    files.settle()
    assert on_file(files[NGO_ME], case).keys() == {"given_names", "phone", "employer"}
    assert in_for(files, case) == (Need.HOUSING, Need.LEGAL)


def test_whoever_asks_for_more_the_lead_gives_what_that_needs(files: Land) -> None:
    case = consented(files)
    agree(files[LEAD_ME], case, "rs-lead", Need.IDENTIFICATION, "more", classes=ALL)
    for need in (Need.HOUSING, Need.LEGAL):
        agree(files[LEAD_ME], case, "rs-ngo", need, need.value, classes=ALL)
    decide(files[LEAD_ME], add_agency, AddAgency(case=case, agency="rs-ngo", need=Need.HOUSING), "housing")
    invite(files[LEAD_ME], case, "rs-pol", Need.INVESTIGATION, "police")
    files.settle()
    decide(files[POLICE_ME], request_handoff, RequestHandoff(case=case, to="rs-ngo", need=Need.LEGAL), "legal")
    files.settle()
    assert on_file(files[NGO_ME], case).keys() == {"given_names", "phone", "employer"}
    assert in_for(files, case) == (Need.HOUSING, Need.LEGAL)


def in_for(land: Land, case: str) -> tuple[Need, ...]:
    picture = seen(land[LEAD_ME], case)
    member = picture.member("rs-ngo") if picture else None
    return purposes(member) if member else ()


def test_what_is_passed_on_after_coming_back_is_no_decision_that_ended_with_leaving(files: Land) -> None:
    """An instance that was away reads in one go that it left, came back, and that somebody joined: what it says then goes out."""
    files.keyed = False  # else what it had stated would have gone with the ground
    case = consented(files, EMPLOYER)
    for agency, need in (("rs-ngo", Need.HOUSING), ("rs-pol", Need.INVESTIGATION)):
        agree(files[LEAD_ME], case, agency, need, agency, classes=ALL)
    decide(files[LEAD_ME], add_agency, AddAgency(case=case, agency="rs-ngo", need=Need.HOUSING), "ngo")
    files.settle()
    say(files[NGO_ME], case, NAME, form="name")
    files.settle()
    away = files.instances.pop(NGO_ME)
    decide(files[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-ngo"), "withdraw")
    files.settle()
    agree(files[LEAD_ME], case, "rs-ngo", Need.HOUSING, "again", classes=ALL)
    for agency, need in (("rs-ngo", Need.HOUSING), ("rs-pol", Need.INVESTIGATION)):
        decide(files[LEAD_ME], add_agency, AddAgency(case=case, agency=agency, need=need), f"{agency} again")
        files.settle()
    files.instances[NGO_ME] = away
    files.settle()
    with Session(away.engine) as session:
        states = Counter(row.state for row in session.exec(select(Outbox).where(Outbox.case == case, Outbox.type == "statement.made.v1")))
    assert states == {"done": 2}
