"""The account of the exploitation: its owner's alone until it is released to one agency for one purpose; held while proceedings run."""

import asyncio
import logging
from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import Session, select

from deploy.backup.sections import look
from deploy.backup.soundness import Sound
from services.referral.handlers.consent import Withdraw, withdraw
from services.referral.handlers.erasure import AskErasure, ask_erasure
from shared.casework.account import ACCOUNT, LONGEST_VERSION
from shared.casework.account_file import AccountFile, account_of
from shared.casework.person_file import person_file
from shared.decisions.decide import Receipt
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.erasure_requests import standing
from shared.processing.instance import Instance
from shared.protocol.vocabulary import Need
from shared.store.tables import Journal
from tests.shared.casework.test_person_file import say
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, agree, decide, report, rows, send
from tests.shared.rested import Canaries, Land, erase, hold

WORDS = "Canary one: he took my papers.\nПотом сказал, что я должна ему."
TOLD: dict[str, Any] = {
    "words": WORDS, "means": "heard", "day": "2025-01-02", "present": "Canary aunt, officer", "language": "sr",
    "interpreter": "by telephone",
}  # fmt: skip
LAW = {"law": "Canary Act, section 7", "reviewer": "Canary second officer"}
EVERYBODY = (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME)


def case_with(land: Land, *members: str, d7: bool = True) -> str:
    """A case of an adult who agrees, with the police for an investigation and an organisation for legal help."""
    return land.after(_case_with, members, d7)


def _case_with(land: Land, members: tuple[str, ...], d7: bool) -> str:
    for me in (*EVERYBODY, *members):
        assert land[me].agency
    case = report(land[INTAKE_ME])
    land.settle()
    if d7:
        agree(land[LEAD_ME], case, "rs-pol", Need.INVESTIGATION, "d7", classes=("D1", "D2", "D7"))
        land.settle()
    return case


def do(instance: Instance, name: str, case: str, form: str = "", **said: Any) -> Receipt:
    one, form = ACCOUNT[name], form or f"{name} {len(rows(instance, 'select * from account'))}"
    return decide(instance, one.use_case, one.command.model_validate({"case": case, **said}), form)


def write(instance: Instance, case: str, **said: Any) -> None:
    do(instance, "write-account", case, **{**TOLD, **said})


def give(instance: Instance, case: str, to: str = "rs-pol", purpose: str = "investigation", **said: Any) -> Receipt:
    return do(instance, "release-account", case, **{"version": 1, "to": to, "purpose": purpose, "reason": "Canary reason", **LAW, **said})


def account(instance: Instance, case: str) -> AccountFile:
    return asyncio.run(instance.ask(lambda reader: account_of(UnitOfWork(reader.instance, reader.session), case)))


def refused(code: str, field: str = "") -> Any:
    return pytest.raises(RuleBroken, check=lambda error: (error.code, error.field) == (code, field))


def test_versions_are_kept_closed_and_are_on_no_bus(land: Land) -> None:
    case, hidden = case_with(land), Canaries()
    intake, before = land[INTAKE_ME], len(land.topic.all())
    write(intake, case)
    write(intake, case, words=hidden.note, day="2025-01-03", means="recorded")
    newest, first = account(intake, case).versions
    assert (first.number, first.told, first.officer) == (1, TOLD, "o1")
    assert (newest.number, newest.told["words"]) == (2, hidden.note)
    land.settle()
    assert len(land.topic.all()) == before, "nothing of it is decided for others"
    assert not hidden.found(land.disk(INTAKE_ME))
    for me in (LEAD_ME, POLICE_ME, NGO_ME):
        assert account(land[me], case) == AccountFile()
    assert account(land.open(INTAKE_ME), case).versions == [newest, first]


def test_a_release_reaches_the_one_agency_for_the_one_purpose_alone(
    land: Land, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    case, hidden = case_with(land), Canaries()
    told, reason = TOLD | {"words": hidden.note}, f"Canary reason {hidden.tag}"
    write(land[INTAKE_ME], case, words=hidden.note)
    give(land[INTAKE_ME], case, reason=reason)
    land.settle()
    (got,) = account(land[POLICE_ME], case).received
    assert got.by == "rs-insp"
    assert got.missing == 0
    assert got.told == told | {"version": "1", "purpose": "investigation", "law": LAW["law"]}
    for me in (LEAD_ME, NGO_ME):
        assert account(land[me], case) == AccountFile()
        with Session(land[me].engine) as session:
            bodies = session.exec(select(Journal.body).where(Journal.type == "statement.made.v1")).all()
        assert bodies
        assert set(bodies) == {'{"D0":{}}'}, "they learn that something was stated, and nothing else"
    (given,) = account(land[INTAKE_ME], case).versions[0].releases
    assert (given.to, given.purpose, given.reason, given.law, given.reviewer) == ("rs-pol", "investigation", reason, *LAW.values())
    for me in EVERYBODY:
        assert not hidden.found(land.disk(me))
        assert "Canary" not in str(rows(land[me], "select * from audit"))
    assert "Canary" not in caplog.text + "".join(capfd.readouterr())
    for me in (INTAKE_ME, POLICE_ME):
        keys, sound = land[me].keystore, Sound(me)
        look(sound, land[me].engine, keys)
        assert sound.wrong == []


def test_a_long_account_goes_in_parts_as_long_as_any_statement(files: Land) -> None:
    case = case_with(files)
    words = ("Ж" * 99 + " ") * (LONGEST_VERSION // 100)
    write(files[INTAKE_ME], case, words=words)
    say(files[INTAKE_ME], case, {"field": "employer", "value": "Farm", "source": "said"})
    files.settle()
    before = len(files.topic.all())
    usual = len(files.topic.all()[-1].value or b"")
    give(files[INTAKE_ME], case)
    files.settle()
    (got,) = account(files[POLICE_ME], case).received
    assert got.told["words"] == words.strip()
    records = files.topic.all()[before:]
    assert len(records) > 20
    assert all(len(record.value or b"") < usual + 1_000 for record in records)


def test_what_is_left_out_does_not_travel(files: Land) -> None:
    case = case_with(files)
    write(files[INTAKE_ME], case)
    give(files[INTAKE_ME], case, parts=["day", "means"])
    files.settle()
    (got,) = account(files[POLICE_ME], case).received
    assert got.told.keys() == {"day", "means", "version", "purpose", "law"}
    with refused("account-nothing", "parts"):
        write(files[INTAKE_ME], case, interpreter="")
        give(files[INTAKE_ME], case, version=2, parts=["interpreter"])


def test_who_joins_later_or_may_read_more_is_not_told(files: Land) -> None:
    case = case_with(files)
    write(files[INTAKE_ME], case)
    give(files[INTAKE_ME], case)
    files.settle()
    for agency, need in (("rs-ngo", Need.LEGAL), ("rs-lead", Need.IDENTIFICATION)):
        agree(files[LEAD_ME], case, agency, need, f"d7 {agency}", classes=("D1", "D2", "D7") if agency == "rs-lead" else ("D1", "D2", "D3"))
        files.settle()
    assert account(files[LEAD_ME], case).received == []
    assert account(files[NGO_ME], case).received == []


def test_a_release_that_waits_does_not_go_out_once_its_ground_is_gone(files: Land) -> None:
    case = case_with(files)
    write(files[INTAKE_ME], case)
    decide(files[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-pol"), "gone")
    give(files[INTAKE_ME], case)
    send(files[LEAD_ME], files.topic)
    files.settle()
    assert account(files[POLICE_ME], case).received == []


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"to": "rs-ngo", "purpose": "legal"}, "account-no-basis", "to"),
        ({"to": "rs-nobody"}, "account-no-basis", "to"),
        ({"purpose": "safety"}, "account-other-purpose", "to"),
        ({"law": ""}, "account-needs-law", "law"),
        ({"reviewer": ""}, "account-needs-reviewer", "reviewer"),
        ({"version": 2}, "account-no-version", "version"),
    ],
)  # fmt: skip
def test_a_release_without_ground_law_or_second_look_is_refused(files: Land, said: dict[str, Any], code: str, field: str) -> None:
    case = case_with(files)
    write(files[INTAKE_ME], case)
    before = len(rows(files[INTAKE_ME], "select * from account"))
    with refused(code, field):
        give(files[INTAKE_ME], case, **said)
    assert len(rows(files[INTAKE_ME], "select * from account")) == before, "nothing is written down of it"


def test_without_consent_to_the_class_nobody_can_be_given_it(files: Land) -> None:
    case = case_with(files, d7=False)
    write(files[INTAKE_ME], case)
    with refused("account-no-basis", "to"):
        give(files[INTAKE_ME], case)


def test_who_is_not_named_by_the_country_file_writes_nothing(files: Land) -> None:
    case = case_with(files)
    with refused("account-not-here"):
        write(files[POLICE_ME], case)
    assert rows(files[POLICE_ME], "select * from account") == []


@pytest.mark.parametrize(
    "wrong",
    [{"words": ""}, {"words": " \n"}, {"words": "x" * (LONGEST_VERSION + 1)}, {"words": "bell\x07"}, {"words": "\u202eturned"},
     {"words": "a" + " " * 300 + "b"},
     {"means": "guessed"}, {"day": "2026-02-30"}, {"day": ""}, {"present": "y" * 201}, {"interpreter": "two\nlines"},
     {"language": "Serbian language"}],
)  # fmt: skip
def test_bad_input_is_refused_at_its_field_without_a_word_of_it(files: Land, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as error:
        ACCOUNT["write-account"].command.model_validate({"case": "c", **TOLD, **wrong})
    assert [one["loc"][0] for one in error.value.errors()] == list(wrong)


def test_a_day_to_come_is_refused(files: Land) -> None:
    case = case_with(files)
    with refused("account-day-to-come", "day"):
        write(files[INTAKE_ME], case, day="2190-01-01")


def test_an_account_is_not_stated_by_the_form_of_the_person(files: Land) -> None:
    case = case_with(files)
    with refused("statement-released", "statements.0.field"):
        say(files[INTAKE_ME], case, {"field": "account_words", "about": "account:1", "value": "x", "source": "said"})


def test_a_version_is_erased_alone_with_what_is_kept_of_its_release(land: Land) -> None:
    case = case_with(land)
    intake = land[INTAKE_ME]
    write(intake, case)
    write(intake, case, words="Canary other")
    give(intake, case)
    with refused("account-on-its-way"):
        do(intake, "erase-account", case, version=1, reason="of somebody else")
    land.settle()
    older = (intake.keystore.file.read_bytes(), intake.keystore.master.file.read_bytes()) if intake.keystore else (b"", b"")
    do(intake, "erase-account", case, version=1, reason="of somebody else")
    intake.idle(clocks=False)
    assert rows(intake, "select count(*) from account where gone") == [(2,)]
    for started_anew in (False, True):
        again = land.open(INTAKE_ME) if started_anew else intake
        newest, first = account(again, case).versions
        assert newest.told["words"] == "Canary other"
        assert (first.told, first.releases, first.erased_at is not None) == ({}, (), True)
        mine = asyncio.run(again.ask(lambda reader: person_file(UnitOfWork(reader.instance, reader.session), case)))
        assert not [one for one in mine if one.group == "account"], "the journal and the file say it no more"
        sound = Sound(INTAKE_ME)
        look(sound, again.engine, again.keystore)
        assert sound.wrong == []
    assert account(land[POLICE_ME], case).received[0].told["words"] == WORDS, "who was given it has it as long as there is a ground"
    with refused("account-no-version", "version"):
        give(land[INTAKE_ME], case)
    keys = land[INTAKE_ME].keystore
    assert keys
    keys.file.write_bytes(older[0])
    keys.master.file.write_bytes(older[1])
    id, told = rows(land[INTAKE_ME], "select id, told from account where number = 1 and kind = 'version'")[0]
    again = land.open(INTAKE_ME)
    assert told == "nrm-r1."
    assert again.keystore
    assert again.keystore.statement_key(case, "D7", id) is None, "an older keystore is told again"


def test_erasing_the_case_takes_it_along(files: Land) -> None:
    case = case_with(files)
    write(files[INTAKE_ME], case)
    erase(files[INTAKE_ME], case)
    found = account(files[INTAKE_ME], case)
    assert [one.told for one in found.versions] == [{}]
    assert found.erased
    with refused("nothing-is-kept"):
        write(files[INTAKE_ME], case)


def audited(instance: Instance, case: str) -> list[str]:
    return [
        str(act).partition(":")[0]
        for (act,) in rows(instance, f"select act from audit where \"case\" = '{case}' and rows = '' order by seq")
    ]


def says_held(instance: Instance, case: str) -> bool:
    """What whoever asks for erasure by command is told."""
    with Session(instance.engine) as session:
        return standing(session, case).account


def test_while_proceedings_are_named_it_is_held_and_the_rest_is_erased(files: Land) -> None:
    case = case_with(files)
    intake = files[INTAKE_ME]
    write(intake, case)
    do(intake, "hold-account", case, number="KTI 7/26", authority="Public prosecutor (invented)")
    (named,) = account(intake, case).proceedings
    assert (named.number, named.authority) == ("KTI 7/26", "Public prosecutor (invented)")
    with refused("account-held"):
        do(intake, "erase-account", case, version=1, reason="asked")
    assert says_held(intake, case)
    erase(intake, case)
    found = account(intake, case)
    assert found.held
    assert found.versions[0].told == TOLD
    assert intake.keystore
    assert intake.keystore.gone(case) == {f"D{n}" for n in (1, 2, 3, 4, 5, 6, 8)}
    assert "account-held" in audited(intake, case)
    do(intake, "end-hold", case, proceedings=int(named.id))
    assert not account(intake, case).held
    assert not says_held(intake, case)
    with refused("account-no-hold", "proceedings"):
        do(intake, "end-hold", case, form="again", proceedings=int(named.id))
    erase(intake, case)
    assert account(intake, case).versions[0].told == {}


def test_proceedings_that_stand_in_the_file_hold_it_until_they_have_ended(files: Land) -> None:
    case = case_with(files)
    intake = files[INTAKE_ME]
    write(intake, case)
    say(intake, case, {"field": "proceeding", "value": "charged", "source": "document"})
    files.settle()
    assert account(intake, case).held
    stands = asyncio.run(intake.ask(lambda reader: reader.person_file(case)))[0].present[0]
    say(intake, case, {"field": "proceeding", "value": "ended", "source": "document", "supersedes": stands.id}, form="s2")
    assert not account(intake, case).held


def test_erasure_that_the_lead_asks_for_is_answered_with_what_is_held(files: Land) -> None:
    case = case_with(files)
    ngo = files[NGO_ME]
    write(ngo, case)
    do(ngo, "hold-account", case, number="KTI 7/26", authority="Court (invented)")
    decide(files[LEAD_ME], ask_erasure, AskErasure(case=case, reason="the person asks"), "erase it")
    for _ in range(3):
        files.settle()
        ngo.idle(clocks=False)
    files.settle()
    answers = rows(files[LEAD_ME], "select kept, ground from answer where instance = 'assistance.rs-ngo'")
    assert answers == [('["D7"]', "criminal_procedure")]
    assert account(ngo, case).versions[0].told == TOLD


def test_a_legal_hold_keeps_single_versions_too(files: Land) -> None:
    case = case_with(files)
    write(files[INTAKE_ME], case)
    hold(files[INTAKE_ME], case)
    with refused("account-held"):
        do(files[INTAKE_ME], "erase-account", case, version=1, reason="asked")


def test_the_same_form_is_one_version_and_one_release(files: Land) -> None:
    case = case_with(files)
    for _ in range(2):
        do(files[INTAKE_ME], "write-account", case, form="w", **TOLD)
    for _ in range(2):
        receipt = do(
            files[INTAKE_ME], "release-account", case, form="r", version=1, to="rs-pol", purpose="investigation", reason="why", **LAW
        )
    assert receipt.repeated
    found = account(files[INTAKE_ME], case)
    assert [len(one.releases) for one in found.versions] == [1]
