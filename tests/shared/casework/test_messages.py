"""Words between agencies: exactly their readers have them, a question waits until it is answered, and who wrote is told what was read."""

from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import Session, col, select

from services.referral.handlers.basis import ChangeBasis, change_basis
from services.referral.handlers.consent import Withdraw, withdraw
from services.referral.handlers.ending import close_case
from shared.casework import saying
from shared.casework.messages import SentMessage, messages_of
from shared.casework.rights_requests import Restrict, restrict
from shared.decisions.decide import Receipt, UseCase
from shared.decisions.errors import RuleBroken
from shared.privacy.erasure import erase_statement
from shared.privacy.erasure_requests import HoldDecision
from shared.processing.instance import Instance
from shared.protocol.case import HandoffState
from shared.protocol.messages import MessageKind, Spot
from shared.protocol.vocabulary import Basis
from shared.store import at_rest
from shared.store.message_tables import MessageReadRow, MessageRow
from shared.store.tables import Journal
from tests.shared.bus import START
from tests.shared.casework.test_person_file import child
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, closing, decide, report, seen
from tests.shared.rested import Land, erase

ABOUT = ("communication",)
SAYS: dict[str, tuple[UseCase, type[saying.SaySomething]]] = {
    "ask": (saying.ask_question, saying.AskQuestion), "answer": (saying.answer_question, saying.AnswerQuestion),
    "arrange": (saying.arrange, saying.ArrangeMeeting),
}  # fmt: skip
TOLD: dict[str, dict[str, Any]] = {
    "ask": {"words": "Canary when"}, "answer": {"words": "Canary today"},
    "arrange": {"when": START, "spot": "with_us", "who": "Canary Mira", "bring": "Canary papers", "words": "Canary ring twice"},
}  # fmt: skip


def first(instance: Instance, case: str, need: str = "identification") -> str:
    picture = seen(instance, case)
    assert picture
    return next(h.id for h in picture.handoffs.values() if h.need == need)


def say(instance: Instance, case: str, act: str, form: str = "m1", need: str = "identification", **more: Any) -> Receipt:
    said = {"case": case, "handoff": first(instance, case, need), "purpose": need, "about": ABOUT, **TOLD[act], **more}
    use_case, command = SAYS[act]
    return decide(instance, use_case, command.model_validate(said), form)


def thread(instance: Instance, case: str) -> list[SentMessage]:
    return instance.transact(lambda work: messages_of(work, case))


def state(instance: Instance, case: str) -> HandoffState:
    picture = seen(instance, case)
    assert picture
    return picture.handoffs[first(instance, case)].state


def test_a_question_its_answer_and_an_arrangement_reach_the_other_agency_and_what_is_read_is_told_to_who_wrote(land: Land) -> None:
    case = child(land)
    intake, lead = land[INTAKE_ME], land[LEAD_ME]
    say(lead, case, "ask")
    (mine,) = thread(lead, case)
    assert (mine.waiting, mine.to, mine.awaits) == (True, ("rs-insp",), "rs-insp")
    land.settle()
    (asked,) = thread(intake, case)
    assert (asked.said.words, asked.by, asked.waiting) == ("Canary when", "rs-lead", False)
    assert asked.unanswered("rs-insp")
    assert asked.unread("rs-insp")
    assert state(intake, case) is HandoffState.INFO_REQUESTED, "who is asked and has not answered asks for information by asking"
    say(intake, case, "answer", answers=asked.id)
    assert thread(intake, case)[0].answered_by == thread(intake, case)[1].id, "at once"
    land.settle()
    question, answer = thread(lead, case)
    assert (question.answered_by, answer.said.words, answer.kind) == (answer.id, "Canary today", MessageKind.ANSWER)
    assert answer.unread("rs-lead")
    assert state(lead, case) is HandoffState.ACKNOWLEDGED, "the last answer supplies what was asked for"
    say(intake, case, "arrange", form="m2")
    land.settle()
    arranged = thread(lead, case)[2]
    assert arranged.said.model_dump(exclude_defaults=True) == {
        "when": START, "spot": Spot.WITH_US, "who": "Canary Mira", "bring": "Canary papers", "words": "Canary ring twice",
    }  # fmt: skip
    reads = saying.ReadWords(case=case, messages=(answer.id, arranged.id))
    for n in range(2):
        decide(lead, saying.mark_read, reads, f"r{n}")
        land.settle()
    assert not any(one.unread("rs-lead") for one in thread(lead, case))
    assert [one.read for one in thread(intake, case)[1:]] == [(("rs-lead", START),)] * 2
    with Session(intake.engine) as session:
        assert len(session.exec(select(MessageReadRow)).all()) == 2, "read once"


def test_words_lie_closed_and_one_message_is_erased_alone(land: Land) -> None:
    case, one, other = child(land), f"Canary {land.tag}", f"Ring{land.tag}"
    say(
        land[INTAKE_ME], case, "arrange", who=one, about=("communication", "name", "meeting_point"), spot="elsewhere", where=f"At{land.tag}"
    )
    say(land[INTAKE_ME], case, "ask", form="m2", words=other)
    land.settle()
    for me in (INTAKE_ME, LEAD_ME):
        assert len(thread(land[me], case)) == 2
        assert not any(word.encode() in land.disk(me) for word in (one, other, f"At{land.tag}"))
    lead = land[LEAD_ME]
    gone = thread(lead, case)[0]
    assert erase_statement(lead, lead.transact, case, gone.id, HoldDecision("o1", "of somebody else", START))
    for started_anew in (False, True):
        again = land.open(LEAD_ME) if started_anew else lead
        assert [m.said.words for m in thread(again, case)] == [other]
        with Session(again.engine) as session:
            kept = session.exec(select(Journal).where(Journal.type == "message.sent.v1").order_by(col(Journal.seq))).all()
        told = [at_rest.opened(again.keystore, at_rest.JOURNAL, row.event, row.case, row.body) for row in kept]
        assert [len(section["d5"]["messages"]) for parts in told for name, section in parts.items() if name == "D5"] == [0]


@pytest.mark.parametrize("gone", ["D3", "D5"])
def test_a_message_goes_with_any_class_that_it_speaks_of(files: Land, gone: str) -> None:
    case = child(files)
    say(files[INTAKE_ME], case, "ask", about=("name", "meeting_point"))
    say(files[INTAKE_ME], case, "ask", form="m2", words="Canary else")
    files.settle()
    keys = files[LEAD_ME].keystore
    assert keys
    keys.erase({case: [gone]})
    assert [one.said.words for one in thread(files[LEAD_ME], case)] == ["Canary else"], "the keys of both are needed"
    assert len(thread(files[INTAKE_ME], case)) == 2


def test_erasing_a_case_takes_its_messages_along_and_nothing_more_is_said_there(files: Land) -> None:
    case = child(files)
    say(files[INTAKE_ME], case, "ask")
    files.settle()
    lead = files[LEAD_ME]
    decide(lead, saying.mark_read, saying.ReadWords(case=case, messages=(thread(lead, case)[0].id,)), "r")
    files.settle()
    erase(lead, case)
    assert thread(lead, case) == []
    with Session(lead.engine) as session:
        assert not session.exec(select(MessageRow)).all()
        assert not session.exec(select(MessageReadRow)).all()
    with pytest.raises(RuleBroken, match="statement-erased"):
        say(lead, case, "ask", form="late")
    assert len(thread(files[INTAKE_ME], case)) == 1


def test_who_joins_later_is_told_no_message_and_reads_those_that_are_sent_to_it(files: Land) -> None:
    members = (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME)
    assert all(files[me].agency for me in members)
    case = report(files[INTAKE_ME], age="child", consent=False, needs=("investigation", "legal"))
    say(files[INTAKE_ME], case, "ask")
    files.settle()
    assert [len(thread(files[me], case)) for me in members] == [1, 1, 0, 0]
    say(files[POLICE_ME], case, "ask", form="m2", need="investigation", about=("name",))
    files.settle()
    assert [len(thread(files[me], case)) for me in members] == [1, 2, 1, 0], "the two ends of the hand-off"


def test_health_reaches_no_police_whoever_writes_it(files: Land) -> None:
    assert all(files[me].agency for me in (INTAKE_ME, LEAD_ME, POLICE_ME))
    case = report(files[INTAKE_ME], age="child", consent=False, needs=("investigation",))
    files.settle()
    for act, about in (("ask", ("health",)), ("arrange", ("name", "health"))):
        with pytest.raises(RuleBroken) as refused:
            say(files[LEAD_ME], case, act, need="investigation", about=about, form=act)
        assert refused.value.field == "about"


WITHOUT = {"age": "adult", "consent": False, "danger": False}


def test_without_consent_no_word_travels(files: Land) -> None:
    assert files[LEAD_ME].agency
    case = report(files[INTAKE_ME], **WITHOUT)
    files.settle()
    picture = seen(files[LEAD_ME], case)
    assert picture
    assert picture.basis is Basis.NONE
    for me in (INTAKE_ME, LEAD_ME):
        for act in ("ask", "arrange"):
            with pytest.raises(RuleBroken) as refused:
                say(files[me], case, act, form=act)
            assert refused.value.code in ("message-unanswerable", "message-nobody")
    decide(files[LEAD_ME], change_basis, ChangeBasis.model_validate({"case": case, "age": "child"}), "b")
    files.settle()
    say(files[LEAD_ME], case, "ask", form="now")


WRONG: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "for another purpose": ("ask", {"purpose": "legal"}, "message-purpose", "purpose"),
    "of pressure": ("ask", {"about": ("duress",)}, "message-duress", "about"),
    "no place": ("arrange", {"spot": "elsewhere", "about": ("meeting_point",)}, "message-where", "where"),
    "two places": ("arrange", {"where": "Canary"}, "message-where-else", "where"),
    "a place that is not ticked": ("arrange", {"spot": "elsewhere", "where": "Canary"}, "message-meeting-point", "about"),
    "answers nothing": ("answer", {"answers": "x"}, "message-no-question", ""),
    "no such hand-off": ("ask", {"handoff": "x"}, "no-such-handoff", ""),
    "shown to others": ("ask", {"shown": ("rs-pol",)}, "message-readers", "about"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_may_not_stand_is_refused_with_its_place_in_the_form(files: Land, name: str) -> None:
    case = child(files)
    act, more, code, field = WRONG[name]
    with pytest.raises(RuleBroken) as refused:
        say(files[LEAD_ME], case, act, **more)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert thread(files[LEAD_ME], case) == []


BAD: dict[str, dict[str, Any]] = {
    "too long": {"words": "x" * 1_001}, "a control character": {"words": "Canary\x07"}, "a turned line": {"words": "Canary\u202e"},
    "nothing": {"words": ""}, "no group": {"about": ()}, "no such group": {"about": ("shoes",)}, "no purpose": {"purpose": None},
    "no such purpose": {"purpose": "gossip"},
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_no_command(name: str) -> None:
    said = {"case": "c", "handoff": "h", "purpose": "identification", "about": ABOUT, "words": "Canary", **BAD[name]}
    with pytest.raises(ValidationError):
        saying.AskQuestion.model_validate(said)


def test_a_question_is_answered_once_by_who_was_asked_and_a_closed_case_takes_no_words(files: Land) -> None:
    case = child(files)
    say(files[LEAD_ME], case, "ask", words="Canary one")
    say(files[LEAD_ME], case, "ask", form="m2", words="Canary two")
    files.settle()
    one, two = thread(files[INTAKE_ME], case)
    with pytest.raises(RuleBroken, match="message-no-question"):
        say(files[LEAD_ME], case, "answer", answers=one.id, form="own")
    say(files[INTAKE_ME], case, "answer", answers=one.id)
    assert state(files[INTAKE_ME], case) is HandoffState.INFO_REQUESTED, "a question is open"
    with pytest.raises(RuleBroken, match="message-answered"):
        say(files[INTAKE_ME], case, "answer", answers=one.id, form="again")
    say(files[INTAKE_ME], case, "answer", answers=two.id, form="m3")
    files.settle()
    assert state(files[LEAD_ME], case) is HandoffState.ACKNOWLEDGED
    decide(files[LEAD_ME], close_case, closing(files[LEAD_ME], case), "close")
    files.settle()
    with pytest.raises(RuleBroken, match="case-closed"):
        say(files[INTAKE_ME], case, "arrange", form="late")


def test_what_was_sent_goes_with_the_consent_at_who_read_it(files: Land) -> None:
    assert all(files[me].agency for me in (INTAKE_ME, LEAD_ME, NGO_ME))
    case = report(files[INTAKE_ME], needs=("legal",))
    files.settle()
    say(files[LEAD_ME], case, "ask", need="legal")
    files.settle()
    assert len(thread(files[NGO_ME], case)) == 1
    say(files[LEAD_ME], case, "arrange", need="legal", form="waits", who="Canary too late")
    decide(files[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-ngo"), "w")
    files.settle()
    files[NGO_ME].idle(clocks=False)
    assert thread(files[NGO_ME], case) == [], "what it had, and what still waited when the person took it back"
    with Session(files[NGO_ME].engine) as session:
        assert not session.exec(select(MessageRow)).all()
    assert len(thread(files[LEAD_ME], case)) == 2


def test_what_is_restricted_is_in_no_words(files: Land) -> None:
    case = child(files)
    decide(files[LEAD_ME], restrict, Restrict.model_validate({"case": case, "groups": ("name",), "ground": "unlawful"}), "r")
    with pytest.raises(RuleBroken) as refused:
        say(files[LEAD_ME], case, "ask", about=("name",))
    assert (refused.value.code, refused.value.field) == ("statement-restricted", "about")
    say(files[LEAD_ME], case, "ask", form="else")
