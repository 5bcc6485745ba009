"""Golden samples: a record of each type, with the picture before and after.

`python -m tests.shared.protocol.samples` adds, nothing edits; those of protocol 2 it writes anew, which stays open until release 0.2.0.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from shared.protocol import events as e
from shared.protocol.case import Case
from shared.protocol.case_file import Group
from shared.protocol.channel import channel_of, id_in_channel
from shared.protocol.classes import by_class
from shared.protocol.core import Core, decision_key, encode, event_id
from shared.protocol.facts import EndedHandoff, EndedTask, Event, Member, PlannedTask
from shared.protocol.fold import fold
from shared.protocol.letters import CoverSent, ErasureAsked, ReceiptGiven
from shared.protocol.messages import (
    HandoffMessage,
    MessageKind,
    MessageRead,
    MessageWords,
    Spot,
    answered_to,
    asked_of,
    ended_at,
    read_by,
    sent,
)
from shared.protocol.naming import check
from shared.protocol.rights import AnsweredAsker, AskedOfOthers, AskingEnded, RefusalReason, Right
from shared.protocol.statements import Statement, stated
from shared.protocol.support import SupportAsked, SupportKind
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import (
    ActionCode,
    Advice,
    AgeBand,
    AgencyKind,
    Basis,
    ClockName,
    CloseReason,
    DataClass,
    DeclineCode,
    Ending,
    Form,
    HandoffKind,
    Indicator,
    InterviewTopic,
    KeepGround,
    Need,
    Pause,
    Question,
    ReopenReason,
    Sex,
    Source,
    Stage,
    StallCode,
    StatusGround,
)
from tests.shared.protocol.answer_samples import answers
from tests.shared.protocol.cases import (
    LEAD,
    LEADING,
    LEGAL,
    NGO,
    POLICE,
    REPORTER,
    REPORTING,
    SOCIAL,
    START,
    acting,
    members,
    opening,
    request,
)
from tests.shared.protocol.leading_samples import passing_on

FOLDER = Path(__file__).parent.parent.parent / "deploy" / "contracts" / "samples"
HOUR = 3_600_000
OPEN = FOLDER.with_name("protocol_2")
"""The same of a case opened under protocol 2."""
CASE, LETTER = "3f0c7a52-case", "91be0d44-letter"
UUID = "3f0c7a52-5d3e-4c1b-9a68-0d5f0e6b7a11"
RECEIPT = ReceiptGiven(
    about=CASE, to=LEAD, answers="d" * 32, dropped=(DataClass.D1,), kept=(DataClass.D2,), ground=KeepGround.CRIMINAL_PROCEDURE, since=START,
)  # fmt: skip

COVER, IN_CHANNEL = CoverSent(about=channel_of(LEAD), to=LEAD), id_in_channel(LEAD, b"sixteen letters.")


def story(protocol: int = FIRST, id: str = CASE) -> Iterator[tuple[str, Event]]:
    """A case that says every type at least once."""
    yield REPORTING, opening(protocol=protocol).model_copy(update={
        "age": AgeBand.ADULT, "sex": Sex.MALE, "language": "hi", "interpreter": True, "nationality": "IND", "age_printed": "30-38",
        "indicators": (Indicator.LI01, Indicator.LI04), "forms": (Form.LABOUR,), "forms_printed": "forced labour",
    })  # fmt: skip
    yield LEADING, e.HandoffAcknowledged(handoff="h0", applied_at=START + 10, seen_at=START + 90)
    yield LEADING, e.HandoffInfoRequested(handoff="h0")
    yield REPORTING, e.HandoffInfoSupplied(handoff="h0", indicators=(Indicator.LI07,))
    yield LEADING, e.HandoffAccepted(handoff="h0")
    yield LEADING, e.ActionTaken(handoff="h0", action=ActionCode.INTERVIEW_HELD)
    yield LEADING, e.StatusDecided(stage=Stage.REASONABLE_GROUNDS, positive=True)
    yield LEADING, e.HandoffCompleted(handoff="h0")
    yield LEADING, request("s", SOCIAL)
    yield LEADING, e.RosterSet(members=members(LEAD, REPORTER, SOCIAL, NGO, POLICE, LEGAL))
    yield (
        LEADING,
        e.CheckpointSet(place=9, joiners=(LEGAL, NGO, POLICE, SOCIAL), state={}, profile={"age": "adult"}, account={"forms": ["LAB"]}),
    )
    yield acting(SOCIAL), e.HandoffDeclined(handoff="s", code=DeclineCode.WRONG_TERRITORY, competent=NGO)
    yield LEADING, request("n", NGO)
    yield acting(NGO), e.HandoffAccepted(handoff="n")
    yield acting(NGO), e.HandoffReturned(handoff="n", code=DeclineCode.NO_CAPACITY)
    yield LEADING, request("p", POLICE)
    yield LEADING, e.JointActionCalled(need=Need.HOUSING, agencies=(SOCIAL, NGO, POLICE))
    for name, agency in (("js", SOCIAL), ("jn", NGO), ("jp", POLICE), ("jl", LEGAL), ("jx", LEGAL)):
        yield LEADING, request(name, agency, kind=HandoffKind.JOINT_TASK)
    yield LEADING, e.HandoffRevoked(handoff="jx")
    yield LEADING, e.HandoffOverdue(handoff="jl")
    yield LEADING, e.HandoffExpired(handoff="jl")
    for name, agency in (("js", SOCIAL), ("jn", NGO), ("jp", POLICE)):
        yield acting(agency), e.HandoffAccepted(handoff=name)
    asked = {name: request(name, to) for name, to in (("js", SOCIAL), ("jn", NGO), ("jp", POLICE))}
    task = {n: PlannedTask(task=f"t-{n}", owner=r.to, need=r.need, due=r.lapse_at, handoff=n) for n, r in asked.items()}
    yield LEADING, e.JointActionStarted(agencies=(SOCIAL, NGO, POLICE), tasks=(task["js"], task["jn"]))
    yield acting(POLICE), e.TaskPlanned(planned=task["jp"])
    yield acting(SOCIAL), e.TaskBegun(task="t-js")
    yield acting(SOCIAL), e.TaskCompleted(task="t-js")
    yield acting(NGO), e.TaskCompleted(task="t-jn")
    yield LEADING, e.TaskDropped(task="t-jp")
    yield LEADING, e.JointActionCompleted()
    yield LEADING, e.CaseClosed(reason=CloseReason.GOALS_MET)
    yield LEADING, ErasureAsked(about=id, to=LEAD, classes=(DataClass.D2,), answer_by=START + 10_000 * HOUR)


def made(protocol: int = FIRST, id: str = CASE) -> Iterator[tuple[str, dict[str, Any]]]:
    """Type and sample, in the order of the story; what does not count is an error of the story."""
    case: Case | None = None
    for number, (author, event) in enumerate(story(protocol, id)):
        if isinstance(event, e.CheckpointSet) and case is not None:
            event = event.model_copy(update={"state": case.model_dump(mode="json")})
        case, sample = told(number, author, event, case, id)
        yield event.TYPE, sample


def later() -> Iterator[tuple[str, dict[str, Any]]]:
    """What fields say that came after the first release: a case of a former log is opened again, and given to all anew; consent."""
    first = next(event for _, event in story())
    case, sample = told(0, REPORTING, first.model_copy(update={"again": True}), None)
    yield f"{first.TYPE}.again", sample
    said = {"consent_language": "hi", "consent_until": START + 90 * 24 * HOUR, "agreed": (DataClass.D1,), "withheld": (AgencyKind.POLICE,)}
    yield f"{first.TYPE}.consent", told(0, REPORTING, first.model_copy(update=said), None)[1]
    roster = e.RosterSet(members=members(LEAD, REPORTER), anew=(LEAD, REPORTER))
    yield f"{roster.TYPE}.anew", told(1, LEADING, roster, case)[1]
    yield RECEIPT.TYPE, told(40, acting(POLICE), RECEIPT, None, LETTER)[1]
    yield COVER.TYPE, told(41, LEADING, COVER, None, IN_CHANNEL)[1]


def told(
    number: int, author: str, event: Event, case: Case | None, under: str = CASE, **other: Any
) -> tuple[Case | None, dict[str, Any]]:  # fmt: skip
    """The picture after an event, and the sample of it."""
    parts = by_class(event)
    core = Core(
        case=under, roster=case.version if case else 0, author=author, at=START + number * HOUR,
        key=decision_key(author, f"form:{number}", 0), cause=f"form:{number}", type=event.TYPE, facts=parts[DataClass.D0],
        head=case.head if case else "", salt=f"salt-{number}", v=case.protocol if case else getattr(event, "protocol", FIRST),
    )  # fmt: skip
    core = replace(core, **other)
    folded = fold(case, core)
    return folded.case, {
        "place": number, "id": event_id(encode(core)), "core": asdict(core), "parts": {str(k): v for k, v in parts.items()},
        "verdict": folded.verdict, "follow_ups": [[f.follow, f.by, f.about] for f in folded.follow_ups],
        "before": case.model_dump(mode="json") if case else None, "after": folded.case.model_dump(mode="json") if folded.case else None,
    }  # fmt: skip


def add() -> list[str]:
    """Writes the samples that are not there yet; those that are stay as they are."""
    added: list[str] = []
    for name, sample in (*made(), *later()):
        path = FOLDER / f"{name}.json"
        if not path.exists():
            path.write_text(json.dumps(sample, indent=1, ensure_ascii=False) + "\n")
            added.append(name)
    return added


SHELTER = "rs-shelter"


def only_under_2() -> Iterator[tuple[str, dict[str, Any]]]:
    """What protocol 2 alone says, and what it alone refuses: above all, that a main case names a confidential agency."""
    first = next(event for _, event in story(2, UUID))
    case, sample = told(0, REPORTING, first.model_copy(update={"apart": (check(UUID, SHELTER),)}), None, UUID)
    yield f"{first.TYPE}.apart", sample
    both = (check(UUID, SHELTER), check(UUID, "rs-shelter-2"))
    case, sample = told(1, LEADING, e.RosterSet(members=members(LEAD, REPORTER, SOCIAL, NGO), apart=both), case, UUID)
    yield f"{e.RosterSet.TYPE}.apart", sample
    case, _ = told(2, LEADING, request("s", SOCIAL), case, UUID)
    shelter = Member(agency="rs-shelter-3", kind=AgencyKind.SHELTER)
    declined = e.HandoffDeclined(handoff="s", code=DeclineCode.WRONG_TERRITORY, competent=SHELTER)
    task = PlannedTask(task="t", owner="rs-shelter-2", need=Need.HOUSING, due=START)
    refused: dict[str, tuple[str, Event]] = {
        "to-a-shelter": (LEADING, request("x", SHELTER)), "competent-is-a-shelter": (acting(SOCIAL), declined),
        "owner-is-a-shelter": (LEADING, e.TaskPlanned(planned=task)),
        "calls-a-shelter": (LEADING, e.JointActionCalled(need=Need.HOUSING, agencies=(SOCIAL, "rs-shelter-2"))),
        "shelter-joins": (LEADING, e.RosterSet(members=(*members(LEAD, REPORTER), shelter))),
        "checkpoint-for-a-shelter": (LEADING, e.CheckpointSet(place=1, joiners=(SHELTER,), state={})),
        "no-id": (LEADING, request("x", "RS_Shelter")), "no-such-kind": (LEADING, request("x", "confidential:house")),
    }  # fmt: skip
    for name, (author, event) in refused.items():
        yield f"{event.TYPE}.refused.{name}", told(3, author, event, case, UUID)[1]
    yield from _bases(case)
    yield "handoff.requested.v1.refused.of-protocol-1", told(3, LEADING, request("x", NGO), case, UUID, v=1)[1]
    yield from _advice(case)
    yield from answers(case, told)
    yield from passing_on(case, told)
    yield from _ends(case)
    yield from _waits(case)
    yield from _statements(case)
    yield from _messages(case)
    named_by_kind = e.HandoffDeclined(handoff="s", code=DeclineCode.WRONG_TERRITORY, competent="confidential:shelter")
    yield f"{named_by_kind.TYPE}.by-its-kind", told(3, acting(SOCIAL), named_by_kind, case, UUID)[1]
    both = (*members(LEAD), Member(agency=SHELTER, kind=AgencyKind.SHELTER))
    asks = first.model_copy(update={"roster": both, "to": SHELTER})
    yield f"{first.TYPE}.to", told(0, LEADING, asks, None, IN_CHANNEL)[1]
    for field, said in (("need", Need.HOUSING), ("kind", HandoffKind.EMERGENCY)):
        asks = asks.model_copy(update={field: said})
        yield f"{first.TYPE}.{field}", told(0, LEADING, asks, None, IN_CHANNEL)[1]
    yield f"{first.TYPE}.refused.side-by-another", told(0, REPORTING, asks, None, IN_CHANNEL)[1]


def _statements(case: Case | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Something is stated, corrected, taken back, and passed on to who came later; of nobody who is outside."""
    name = Statement(id="s1", field="given_names", value="Invented", source=Source.SAID, said_at=START)
    phone = Statement(id="s2", field="phone", value="+381600000000 text_only", source=Source.SAID, said_at=START)
    number = Statement(id="s3", field="phone", value="+381600000001 call", source=Source.SEEN, said_at=START + 9, supersedes="s2")
    gone = Statement(id="s4", field="phone", source=Source.SAID, said_at=START + 9, supersedes="s3", withdrawn=True)
    [first], [other], [last] = stated([name, phone]), stated([number]), stated([gone])
    [given] = stated([name.model_copy(update={"by": REPORTER})], to=SOCIAL)
    yield f"{first.TYPE}.refused.of-protocol-1", told(3, REPORTING, first, case, UUID, v=1)[1]
    yield f"{first.TYPE}.refused.by-another", told(3, acting(LEGAL), first, case, UUID)[1]
    case, sample = told(3, REPORTING, first, case, UUID)
    yield first.TYPE, sample
    for n, (why, author, event) in enumerate((
        ("corrected", acting(SOCIAL), other), ("withdrawn", REPORTING, last), ("passed-on", LEADING, given),
    ), 4):  # fmt: skip
        case, sample = told(n, author, event, case, UUID)
        yield f"{event.TYPE}.{why}", sample
    told_once = Statement(id="s5", field="account_words", about="account:1", value="Invented", source=Source.SAID, said_at=START)
    [released] = stated([told_once], SOCIAL, Need.LEGAL)
    yield f"{released.TYPE}.released", told(7, REPORTING, released, case, UUID)[1]
    _, sample = told(7, LEADING, e.RosterSet(members=case.members if case else (), paused=True), case, UUID)
    yield f"{e.RosterSet.TYPE}.paused", sample
    done = EndedHandoff(handoff="s", ending=Ending.DONE)
    case, _ = told(9, LEADING, e.CaseClosed(reason=CloseReason.OTHER, handoffs=(done,)), case, UUID)
    yield f"{first.TYPE}.superseded.case-is-closed", told(10, REPORTING, first, case, UUID)[1]


def _messages(case: Case | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """A question, its answer, an arrangement, and that they are read; by nobody who is outside, and in no closed case."""
    of: dict[str, Any] = {"handoff": "s", "purpose": Need.HOUSING, "said_at": START}
    question = HandoffMessage(id="m1", kind=MessageKind.QUESTION, about=(Group.COMMUNICATION,), said=MessageWords(words="Invented?"), **of)
    answer = HandoffMessage(id="m2", kind=MessageKind.ANSWER, answers="m1", about=(Group.NAME,), said=MessageWords(words="Invented."), **of)
    meeting = MessageWords(when=START, spot=Spot.ELSEWHERE, where="Invented square", who="Invented meets Invented", bring="a coat")
    arranged = HandoffMessage(id="m3", kind=MessageKind.ARRANGEMENT, about=(Group.NAME, Group.MEETING_POINT), said=meeting, **of)
    ride = SupportAsked(
        kind=SupportKind.TRANSPORT,
        when=START,
        origin="Invented square",
        destination="Invented court",
        payer="asks",
        approved="Invented office",
    )
    asks = HandoffMessage(
        id="m4", kind=MessageKind.SUPPORT, about=(Group.COMMUNICATION, Group.MEETING_POINT), said=MessageWords(support=ride), **of
    )  # fmt: skip
    first = sent(question, (LEAD,))
    yield f"{first.TYPE}.refused.of-protocol-1", told(3, acting(SOCIAL), first, case, UUID, v=1)[1]
    yield f"{first.TYPE}.refused.by-another", told(3, acting(LEGAL), first, case, UUID)[1]
    case, sample = told(3, acting(SOCIAL), first, case, UUID)
    yield first.TYPE, sample
    read = read_by((MessageRead(id="m2", at=START + 9),), LEAD)
    for n, (why, author, event) in enumerate((
        ("answer", LEADING, sent(answer, (SOCIAL,))), ("arrangement", LEADING, sent(arranged, (SOCIAL,))), ("read", acting(SOCIAL), read),
        ("support", acting(SOCIAL), sent(asks, (LEAD,))),
    ), 4):  # fmt: skip
        case, sample = told(n, author, event, case, UUID)
        yield f"{event.TYPE}.{why}", sample
    asked = AskedOfOthers(
        id="r1", right=Right.RESTRICTION, about=(Group.NAME, Group.PHONE), asked_at=START, answer_by=START + 99, words="Invented asks."
    )
    refused = AnsweredAsker(id="r1", reason=RefusalReason.PROCEEDINGS, law="Invented Act, art. 1", at=START + 9)
    for n, (why, author, event) in enumerate((
        ("asked", LEADING, asked_of(asked, (SOCIAL,))), ("answered", acting(SOCIAL), answered_to(refused, LEAD)),
        ("ended", LEADING, ended_at(AskingEnded(id="r1", at=START + 10), (SOCIAL,))),
    ), 7):  # fmt: skip
        case, sample = told(n, author, event, case, UUID)
        yield f"{event.TYPE}.{why}", sample
    done = EndedHandoff(handoff="s", ending=Ending.DONE)
    case, _ = told(11, LEADING, e.CaseClosed(reason=CloseReason.OTHER, handoffs=(done,)), case, UUID)
    yield f"{first.TYPE}.superseded.case-is-closed", told(12, acting(SOCIAL), first, case, UUID)[1]


def _bases(case: Case | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """The basis of a case changes: by its lead, to one that a case may go on."""
    child = e.BasisChanged(basis=Basis.CHILD, needs=(Need.LEGAL, Need.GUARDIANSHIP), age=AgeBand.CHILD)
    yield child.TYPE, told(3, LEADING, child, case, UUID)[1]
    advice = child.model_copy(update={"basis": Basis.CONSULTATION})
    yield f"{child.TYPE}.refused.no-basis-of-a-case", told(3, LEADING, advice, case, UUID)[1]
    yield f"{child.TYPE}.refused.by-another", told(3, acting(SOCIAL), child, case, UUID)[1]


def _advice(case: Case | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Advice is asked with a question and answered; it is not taken on, and nothing else is answered so."""
    consult = request("q", NGO, kind=HandoffKind.CONSULTATION, question=Question.COMPETENCE)
    bare, answer = (
        request("q", NGO, kind=HandoffKind.CONSULTATION),
        e.HandoffAdvised(handoff="q", advice=Advice.ELSEWHERE, competent=SOCIAL),
    )
    yield f"{bare.TYPE}.refused.advice-without-a-question", told(3, LEADING, bare, case, UUID)[1]
    asks_help = request("q", NGO, question=Question.COMPETENCE)
    yield f"{bare.TYPE}.refused.help-with-a-question", told(3, LEADING, asks_help, case, UUID)[1]
    help_asked = e.HandoffAdvised(handoff="s", advice=Advice.EXPLAINED)
    yield f"{answer.TYPE}.superseded.help-is-asked", told(3, acting(SOCIAL), help_asked, case, UUID)[1]
    case, sample = told(3, LEADING, consult, case, UUID)
    yield f"{consult.TYPE}.question", sample
    yield "handoff.accepted.v1.superseded.advice-is-asked", told(4, acting(NGO), e.HandoffAccepted(handoff="q"), case, UUID)[1]
    unnamed = answer.model_copy(update={"competent": None})
    yield f"{answer.TYPE}.refused.names-nobody", told(4, acting(NGO), unnamed, case, UUID)[1]
    yield f"{answer.TYPE}.refused.by-another", told(4, acting(SOCIAL), answer, case, UUID)[1]
    yield answer.TYPE, told(4, acting(NGO), answer, case, UUID)[1]


def _waits(case: Case | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Why something waits is said by whoever must move, of one thing; a clock is paused by the lead alone, for a time."""
    away = e.DelayExplained(code=StallCode.AWAY, handoff="s")
    yield f"{away.TYPE}.refused.of-protocol-1", told(3, acting(SOCIAL), away, case, UUID, v=1)[1]
    yield f"{away.TYPE}.refused.by-another", told(3, acting(NGO), away, case, UUID)[1]
    yield f"{away.TYPE}.superseded.not-theirs-to-do", told(3, LEADING, away, case, UUID)[1]
    both = e.DelayExplained(code=StallCode.AWAY, handoff="s", clock=ClockName.FIRST_DECISION)
    yield f"{both.TYPE}.refused.about-two-things", told(3, acting(SOCIAL), both, case, UUID)[1]
    pause = e.ClockPaused(clock=ClockName.FIRST_DECISION, reason=Pause.PERSON_ASKED, until=START + 9 * HOUR)
    yield f"{pause.TYPE}.refused.by-another", told(3, acting(SOCIAL), pause, case, UUID)[1]
    yield f"{pause.TYPE}.refused.in-the-past", told(3, LEADING, pause.model_copy(update={"until": START}), case, UUID)[1]
    case, sample = told(3, acting(SOCIAL), away, case, UUID)
    yield away.TYPE, sample
    case, sample = told(4, LEADING, pause, case, UUID)
    yield pause.TYPE, sample
    yield f"{pause.TYPE}.ends-sooner", told(5, LEADING, pause.model_copy(update={"until": START + 5 * HOUR}), case, UUID)[1]
    of_clock = e.DelayExplained(code=StallCode.NO_INTERPRETER, clock=ClockName.FIRST_DECISION)
    yield f"{of_clock.TYPE}.of-a-clock", told(5, LEADING, of_clock, case, UUID)[1]


def _ends(case: Case | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """A case of which something is open is closed and reopened: with an answer, without, twice."""
    case, _ = told(4, acting(SOCIAL), e.HandoffAccepted(handoff="s"), case, UUID)
    talk = e.ActionTaken(handoff="s", action=ActionCode.INTERVIEW_HELD, topics=(InterviewTopic.CONTROL,), together=True)
    yield f"{talk.TYPE}.refused.of-protocol-1", told(5, acting(SOCIAL), talk, case, UUID, v=1)[1]
    yield f"{talk.TYPE}.topics", told(5, acting(SOCIAL), talk, case, UUID)[1]
    case, _ = told(5, LEADING, request("w", NGO), case, UUID)
    again, bare = e.CaseReopened(reason=ReopenReason.NEEDS_HELP), e.CaseClosed(reason=CloseReason.OTHER)
    first = e.StatusDecided(stage=Stage.REASONABLE_GROUNDS, positive=False, ground=StatusGround.SIGNS)
    case, sample = told(6, LEADING, first, case, UUID)
    yield f"{first.TYPE}.superseded.names-none", told(8, LEADING, first, case, UUID)[1]
    anew = e.StatusDecided(stage=first.stage, positive=True, ground=StatusGround.DOCUMENTS, supersedes=sample["core"]["key"])
    case, sample = told(8, LEADING, anew, case, UUID)
    yield f"{anew.TYPE}.anew", sample
    yield f"{bare.TYPE}.superseded.something-is-open", told(9, LEADING, bare, case, UUID)[1]
    yield f"{again.TYPE}.superseded.not-closed", told(9, LEADING, again, case, UUID)[1]
    answers = (EndedHandoff(handoff="s", ending=Ending.ELSEWHERE), EndedHandoff(handoff="w", ending=Ending.NOT_NEEDED))
    beside = (EndedTask(task="t", ending=Ending.DONE),)  # of what is not open an answer is passed over
    case, sample = told(9, LEADING, e.CaseClosed(reason=CloseReason.PERSON_LEFT, handoffs=answers, tasks=beside), case, UUID)
    yield f"{bare.TYPE}.answers", sample
    yield f"{again.TYPE}.refused.by-another", told(10, acting(SOCIAL), again, case, UUID)[1]
    yield again.TYPE, told(10, LEADING, again, case, UUID)[1]


def under_2() -> dict[str, str]:
    """File → what it says: the samples of protocol 2, as the code makes them now."""
    found = dict[str, Any]()
    for name, sample in (*made(2, UUID), *only_under_2()):
        found.setdefault(f"{name}.json", sample)
    return {name: json.dumps(sample, indent=1, ensure_ascii=False) + "\n" for name, sample in found.items()}


if __name__ == "__main__":
    OPEN.mkdir(exist_ok=True)
    for name, text in under_2().items():
        (OPEN / name).write_text(text, encoding="utf-8")
    print("\n".join(add()))
