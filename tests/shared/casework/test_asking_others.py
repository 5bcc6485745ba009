"""What a person asks at one agency is asked of the others that were told the same, and of nobody else; nobody waits unseen."""

import asyncio
from typing import Any

import orjson
import pytest
from sqlmodel import select

from services.referral.handlers.ending import close_case
from shared.casework.asking_others import OtherAsked, awaited, others_of
from shared.casework.person_requests import RequestKind, RequestState, RightAsked, requests_of, waiting_requests
from shared.casework.restrictions import PROTECTS, restricted
from shared.casework.rights_requests import (
    AnswerRequest,
    AskCorrection,
    EndRequest,
    LiftRestriction,
    NoteOthersAnswer,
    Object,
    Restrict,
    RestrictionGround,
    answer_request,
    ask_correction,
    end_request,
    lift_restriction,
    note_others_answer,
    object_to_use,
    restrict,
)
from shared.config.calendar import DAY
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.instance import Instance
from shared.protocol.case_file import Group
from shared.protocol.rights import RefusalReason
from shared.store.tables import Journal
from tests.shared.casework.test_person_file import NAME, on_file, say
from tests.shared.casework.test_rights_requests import joins, of_lead
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, closing, decide, rows
from tests.shared.rested import Land

DESK_ME = "assistance.rs-insp"
"""The other service of the agency at which the person asks."""
WORDS = "Canary: they say I worked there, and I did not"
G = Group
GROUND = RestrictionGround.CONTESTED


@pytest.fixture
def case(files: Land) -> str:
    """Stated by the intake; the lead reads name, telephone and employer, the police name and employer."""
    return files.after(_with_police)


def _with_police(land: Land) -> str:
    made = of_lead(land)
    joins(land, made)
    return made


def asked(instance: Instance, case: str) -> list[RightAsked]:
    return asyncio.run(instance.ask(lambda reader: requests_of(reader.instance.keystore, reader.session, case)))


def others(instance: Instance, case: str) -> dict[str, OtherAsked]:
    """Agency → what was asked of it, of the only request."""
    found = asyncio.run(instance.ask(lambda reader: others_of(reader.instance.keystore, reader.session, case)))
    assert len(found) <= 1
    return {one.agency: one for ones in found.values() for one in ones}


def lists(instance: Instance) -> tuple[int, int]:
    """How many requests of people, and answers of others, stand in the lists."""
    return asyncio.run(instance.ask(lambda reader: (len(waiting_requests(reader)), len(awaited(reader)))))


def is_restricted(instance: Instance, case: str) -> frozenset[Group]:
    return asyncio.run(instance.ask(lambda reader: restricted(UnitOfWork(reader.instance, reader.session), case)))


def answer(instance: Instance, case: str, outcome: str = "done", form: str = "answer", **more: Any) -> None:
    (one,) = [one for one in asked(instance, case) if one.asker]
    decide(instance, answer_request, AnswerRequest.model_validate({"case": case, "request": one.id, "outcome": outcome, **more}), form)


def refused(instance: Instance, case: str, code: str, **more: Any) -> None:
    with pytest.raises(RuleBroken) as broken:
        answer(instance, case, **more, form=f"refused {code}")
    assert broken.value.code == code


def test_each_is_asked_about_what_it_was_told_and_hears_what_was_said_only_where_it_reads_all_of_it(files: Land, case: str) -> None:
    intake, lead, police = files[INTAKE_ME], files[LEAD_ME], files[POLICE_ME]
    decide(intake, restrict, Restrict(case=case, groups=(G.NAME, G.PHONE, G.HEALTH), ground=GROUND, words=WORDS, others="yes"), "r")
    files.settle()
    (at_lead,), (at_police,) = asked(lead, case), asked(police, case)
    assert (at_lead.kind, at_lead.asker, at_lead.state) == (RequestKind.RESTRICTION, "rs-insp", RequestState.WAITS)
    assert at_lead.told["groups"] == ["name", "phone"], "of health nothing stands there"
    assert at_lead.told["words"] == WORDS
    assert at_police.told["groups"] == ["name"]
    assert at_police.told["words"] == "", "it speaks of a telephone number, too"
    assert asked(files[NGO_ME], case) == [], "who is not in the case hears nothing"
    theirs = {agency: one.told["groups"] for agency, one in others(intake, case).items()}
    assert theirs == {"rs-lead": ["name", "phone"], "rs-pol": ["name"]}
    assert [lists(one) for one in (intake, lead, police)] == [(0, 2), (1, 0), (1, 0)]
    assert all(one.due <= files.clock.at + 15 * DAY for one in others(intake, case).values())


@pytest.mark.parametrize("others", ["yes", "no"])
def test_the_other_service_of_the_agency_restricts_all_of_it_whoever_else_is_asked(files: Land, case: str, others: str) -> None:
    intake, desk = files[INTAKE_ME], files[DESK_ME]
    decide(intake, restrict, Restrict.model_validate(
        {"case": case, "groups": ("name", "phone", "health"), "ground": GROUND, "words": WORDS, "others": others}), "r")  # fmt: skip
    files.settle()
    (at_desk,) = asked(desk, case)
    assert at_desk.told["groups"] == ["health", "name", "phone"], "it may hold what the first does not"
    assert (at_desk.asker, at_desk.state, at_desk.told["words"]) == ("rs-insp", RequestState.WAITS, WORDS)
    assert is_restricted(desk, case) == {G.HEALTH, G.NAME, G.PHONE}
    assert bool(asked(files[POLICE_ME], case)) is (others == "yes")
    decide(intake, lift_restriction, LiftRestriction(case=case, request=asked(intake, case)[0].id, words="it is right"), "lift")
    files.settle()
    assert asked(desk, case)[0].ended_at is not None, "and looks whether it ends there"


def test_the_other_service_hears_of_it_where_no_other_agency_holds_anything(files: Land) -> None:
    made = of_lead(files)
    decide(files[INTAKE_ME], object_to_use, Object(case=made, groups=(G.HEALTH,), words="no", others="yes"), "o")
    assert files[DESK_ME].agency
    files.settle()
    assert is_restricted(files[DESK_ME], made) == {G.HEALTH}
    assert asked(files[LEAD_ME], made) == []


def test_the_core_says_nothing_and_no_database_but_those_asked_holds_a_word(files: Land, case: str) -> None:
    decide(files[INTAKE_ME], ask_correction, AskCorrection(case=case, group=G.PHONE, words=WORDS, others="yes"), "c")
    files.settle()
    said = [orjson.loads(orjson.loads(record.value or b"")["core"]) for record in files.topic.all()]
    assert [core["facts"] for core in said if core["type"] == "message.sent.v1"] == [{}, {}], "one for the lead, one for the other service"
    assert asked(files[POLICE_ME], case) == []
    about_words = select(Journal.body).where(Journal.type == "message.sent.v1")
    assert asyncio.run(files[POLICE_ME].ask(lambda reader: list(reader.session.exec(about_words)))) == ['{"D0":{}}'] * 2
    assert rows(files[LEAD_ME], "select count(*) from personrequest where told like '%Canary%'") == [(0,)], "closed where it is kept"


def test_no_word_of_what_others_were_asked_and_answered_is_on_the_disk(files: Land, case: str) -> None:
    intake, lead = files[INTAKE_ME], files[LEAD_ME]
    decide(intake, restrict, Restrict(case=case, groups=(G.NAME,), ground=GROUND, words="Canary of the person", others="yes"), "r")
    files.settle()
    answer(lead, case, "refused", reason="proceedings", law="Canary act 7")
    files.settle()
    by_hand = {one.agency: one for one in others(intake, case).values() if one.open}
    for n, agency in enumerate(by_hand):
        told = NoteOthersAnswer(case=case, request=by_hand[agency].request, agency=agency, outcome="done", words="Canary by telephone")
        decide(intake, note_others_answer, told, f"n{n}")
    assert others(intake, case)["rs-lead"].reply["law"] == "Canary act 7"
    assert rows(intake, "select count(*) from askedagency where reply <> ''") == [(len(others(intake, case)),)]
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME):
        for canary in (b"Canary act 7", b"Canary of the person", b"Canary by telephone"):
            assert canary not in files.disk(me)


def test_it_is_restricted_at_once_but_for_what_protects_the_person(files: Land, case: str) -> None:
    intake, lead = files[INTAKE_ME], files[LEAD_ME]
    say(intake, case, {**NAME, "field": "safe_way", "value": "text"}, form="safe")
    files.settle()
    decide(intake, restrict, Restrict(case=case, ground=GROUND, others="yes"), "r")
    files.settle()
    now = is_restricted(lead, case)
    assert now == {G.NAME, G.PHONE, G.EMPLOYMENT}
    assert G.SAFE_CONTACT in PROTECTS
    answer(lead, case)
    assert is_restricted(lead, case) == now | {G.SAFE_CONTACT}
    files.settle()
    assert others(intake, case)["rs-lead"].answer == "done"
    assert lists(lead) == (0, 0)


def test_a_refusal_names_a_reason_and_a_law_and_whoever_asked_reads_both(files: Land, case: str) -> None:
    intake, police = files[INTAKE_ME], files[POLICE_ME]
    decide(intake, object_to_use, Object(case=case, groups=(G.EMPLOYMENT,), words=WORDS, others="yes"), "o")
    files.settle()
    assert is_restricted(police, case) == {G.EMPLOYMENT}
    refused(police, case, "say-refusal-to-agency", outcome="refused", law="art. 1")
    refused(police, case, "say-law", outcome="refused", reason="proceedings")
    answer(police, case, "refused", reason="proceedings", law="Criminal Procedure Act, art. 282")
    assert is_restricted(police, case) == frozenset()
    files.settle()
    told = others(intake, case)["rs-pol"]
    assert (told.answer, told.reply) == ("refused", {"reason": RefusalReason.PROCEEDINGS, "law": "Criminal Procedure Act, art. 282"})
    assert not told.open
    assert others(intake, case)["rs-lead"].open, "and the lead has yet to answer"
    (at_lead,) = asked(files[LEAD_ME], case)
    assert at_lead.state is RequestState.WAITS, "what the police answered is for the intake alone"


@pytest.mark.parametrize("said", [{}, {"others": "no"}], ids=["by a program that knows of no others", "as the person wants it"])
def test_it_is_done_here_alone_unless_somebody_says_that_the_others_are_asked(files: Land, case: str, said: dict[str, str]) -> None:
    intake = files[INTAKE_ME]
    decide(intake, restrict, Restrict.model_validate({"case": case, "ground": GROUND, **said}), "r")
    decide(intake, object_to_use, Object.model_validate({"case": case, "words": "no", **said}), "o")
    decide(intake, ask_correction, AskCorrection.model_validate({"case": case, "group": "name", "words": "wrong", **said}), "c")
    files.settle()
    assert asked(files[LEAD_ME], case) == asked(files[POLICE_ME], case) == []
    assert others(files[INTAKE_ME], case) == {}


def test_a_correction_is_done_once_it_is_corrected_wherever_that_was(files: Land, case: str) -> None:
    intake, lead = files[INTAKE_ME], files[LEAD_ME]
    decide(intake, ask_correction, AskCorrection(case=case, group=G.NAME, words=WORDS, others="yes"), "c")
    files.settle()
    refused(lead, case, "nothing-corrected")
    (was,) = on_file(intake, case)["given_names"].present
    say(intake, case, {**NAME, "value": "Canary Milena", "supersedes": was.id}, form="right")
    files.settle()
    answer(lead, case)
    files.settle()
    assert others(intake, case)["rs-lead"].answer == "done"


def test_what_is_taken_back_or_lifted_where_it_was_asked_is_looked_at_by_the_others(files: Land, case: str) -> None:
    intake, lead, police = files[INTAKE_ME], files[LEAD_ME], files[POLICE_ME]
    decide(intake, restrict, Restrict(case=case, groups=(G.NAME,), ground=GROUND, others="yes"), "r")
    files.settle()
    answer(lead, case)
    with pytest.raises(RuleBroken, match="asked-by-another"):
        decide(police, end_request, EndRequest(case=case, request=asked(police, case)[0].id, words="no time"), "drop")
    files.settle()
    decide(intake, lift_restriction, LiftRestriction(case=case, request=asked(intake, case)[0].id, words="it is right"), "lift")
    files.settle()
    assert lists(intake) == (0, 0), "nobody's answer is awaited"
    assert lists(lead) == lists(police) == (1, 0)
    decide(lead, lift_restriction, LiftRestriction(case=case, request=asked(lead, case)[0].id, words="likewise"), "lift too")
    decide(police, end_request, EndRequest(case=case, request=asked(police, case)[0].id, words="likewise"), "end")
    assert lists(lead) == lists(police) == (0, 0)
    assert is_restricted(lead, case) == is_restricted(police, case) == frozenset()


def test_who_joins_while_it_is_restricted_is_told_once_it_is_not(files: Land) -> None:
    made = of_lead(files)
    decide(files[INTAKE_ME], object_to_use, Object(case=made, groups=(G.NAME,), words="no", others="yes"), "o")
    files.settle()
    joins(files, made)
    assert "given_names" not in on_file(files[POLICE_ME], made)
    answer(files[LEAD_ME], made, "refused", reason="protection", law="art. 9")
    files.settle()
    assert "given_names" in on_file(files[POLICE_ME], made)
    decide(files[INTAKE_ME], end_request, EndRequest(case=made, request=asked(files[INTAKE_ME], made)[0].id, words="not any more"), "e")


def test_who_joined_is_told_too_where_another_service_of_the_agency_refuses(files: Land) -> None:
    made, beside = of_lead(files), files["assistance.rs-lead"]
    decide(files[INTAKE_ME], object_to_use, Object(case=made, groups=(G.NAME,), words="no", others="yes"), "o")
    files.settle()
    joins(files, made)
    decide(files[INTAKE_ME], end_request, EndRequest(case=made, request=asked(files[INTAKE_ME], made)[0].id, words="no"), "e")
    files.settle()
    assert "given_names" not in on_file(files[POLICE_ME], made)
    answer(beside, made, "refused", reason="protection", law="art. 9")
    files.settle()
    (at_lead,) = asked(files[LEAD_ME], made)
    assert (at_lead.state, is_restricted(files[LEAD_ME], made)) == (RequestState.REFUSED, frozenset())
    assert "given_names" in on_file(files[POLICE_ME], made)


def test_an_answer_that_came_by_telephone_is_written_down_where_the_case_is_closed(files: Land, case: str) -> None:
    intake, lead = files[INTAKE_ME], files[LEAD_ME]
    decide(intake, restrict, Restrict(case=case, groups=(G.NAME,), ground=GROUND, others="yes"), "r")
    files.settle()
    decide(lead, close_case, closing(lead, case), "close")
    files.settle()
    answer(lead, case)
    files.settle()
    assert others(intake, case)["rs-lead"].open, "nothing is said in a case that is closed"
    note = NoteOthersAnswer(case=case, request=asked(intake, case)[0].id, agency="rs-lead", outcome="done", words="by letter of 3 May")
    decide(intake, note_others_answer, note, "n")
    assert others(intake, case)["rs-lead"].reply == {"words": "by letter of 3 May"}
    with pytest.raises(RuleBroken, match="request-answered"):
        decide(intake, note_others_answer, note, "again")
    decide(intake, restrict, Restrict(case=case, groups=(G.PHONE,), ground=GROUND, others="yes"), "late")
    late = asked(intake, case)[0].id
    assert rows(intake, f"select agency from askedagency where request = '{late}'") == [("rs-lead",)], "asked by telephone"
    assert lists(intake) == (0, 2), "and the police have yet to answer the first"
    assert len(asked(lead, case)) == 1, "nothing was sent through the closed case"
