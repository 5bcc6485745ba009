"""What an officer may decide, given the picture; now and then something that it does not offer."""

from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from typing import Any

from deploy.proving.simulation.land import AGENCIES, HOUSE
from deploy.proving.simulation.support import wanted
from services.assistance.decisions import DECISIONS as ASSISTANCE
from services.assistance.handlers.handoffs import OfHandoff
from services.intake.decisions import DECISIONS as INTAKE
from services.referral.decisions import DECISIONS as REFERRAL
from shared.casework.messages import messages_of
from shared.casework.person_file import statements_of
from shared.casework.saying import AnswerQuestion, ReadWords, answer_question, mark_read
from shared.casework.stating import NewStatement, StateFacts, made
from shared.decisions.decide import Decision, DecisionContext
from shared.protocol.case import HELD, Case, HandoffState
from shared.protocol.case_file import DOCUMENTS, FIELDS, RELEASED, About, Field, Group, fits
from shared.protocol.closing import open_handoffs, open_tasks
from shared.protocol.events import HandoffInfoSupplied, RosterSet
from shared.protocol.facts import EndedHandoff, EndedTask, Event, Facts
from shared.protocol.message_readers import ends, must_answer, reached
from shared.protocol.messages import MessageSent, Spot
from shared.protocol.next_moves import moves
from shared.protocol.statements import StatementMade
from shared.protocol.states import OPEN_TASK
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import (
    ActionCode,
    Advice,
    ClockName,
    CloseReason,
    DataClass,
    DeclineCode,
    Ending,
    Form,
    Ground,
    HandoffKind,
    Indicator,
    InterviewTopic,
    Need,
    Outcome,
    Pause,
    Question,
    ReopenReason,
    Source,
    Stage,
    StallCode,
)

Deed = tuple[Callable[..., Any], Any]
NEEDS = (Need.HOUSING, Need.HEALTH, Need.LEGAL, Need.INVESTIGATION)
NO = (DeclineCode.NO_CAPACITY, DeclineCode.NO_CAPACITY, DeclineCode.PERSON_DECLINES, DeclineCode.NO_INTERPRETER)


def _by(decisions: Mapping[str, Decision], name: str, **answers: Any) -> Deed:
    decision = decisions[name]
    return decision.use_case, decision.command.model_validate(answers)


intake, acts, leads = partial(_by, INTAKE), partial(_by, ASSISTANCE), partial(_by, REFERRAL)


def report(random: Random) -> Deed:
    """Somebody is met."""
    needs = tuple(random.sample(NEEDS, random.randint(0, 3)))
    forms = (Form.LABOUR,) if random.random() < 0.4 else ()
    age, sure = random.choice(("adult", "adult", "child", "unsure")), random.random() < 0.8
    asked, danger = age == "adult", random.random() < 0.2
    told: dict[str, Any] = {"danger": danger, "consent": sure and asked, "age": age, "needs": needs, "forms": forms}
    limits: dict[str, Any] = {"withheld": ("police",)} if random.random() < 0.2 else {"agreed": ("D1",)} if random.random() < 0.2 else {}
    if not told["consent"]:
        limits.pop("agreed", None)
    return intake("reports", **told, **limits, **({"ground": "life"} if danger and asked and not sure else {}))


def deed(random: Random, me: str, case: Case, *, support: bool = False) -> Deed:
    """One thing to do in a case; `support`: in whose words help is asked for in fields, too."""
    service, _, agency = me.partition(".")
    if case.protocol != FIRST and random.random() < 0.08:
        return _stating(random, case)
    if case.protocol != FIRST and random.random() < (0.25 if support else 0.08):
        return _saying(random, case, agency, support=support)
    if case.protocol != FIRST and random.random() < (0.15 if service == "referral" else 0.08):
        return _waiting(random, case, leads if service == "referral" else acts, agency)
    if service == "referral":
        return random.choice(_lead(random, case))
    offered = [*own_handoffs(random, case, agency), *_tasks(case, agency)]
    wild = [acts(name, case=case.id, handoff=h) for h in case.handoffs for name in ("accept", "revoke", "give-up")]
    asking = [_request(random, case, agency)]
    return random.choice(random.choice([pool for pool in (offered, offered, offered, asking, wild) if pool]))


def ask_shelter(case: str) -> Deed:
    """The lead asks the shelter, in an emergency: then nobody's consent has to be on record."""
    return leads("ask-confidential", case=case, agency=HOUSE, need=Need.HOUSING, ground=Ground.HEALTH)


def passing_on(random: Random, me: str, case: Case) -> Deed:
    """The lead asks the other desk to lead; that says yes or no; what stood in the way of it is over; or a request is taken back; or
    a desk that has handed it over is told that the person withdraws consent."""
    agency = me.partition(".")[2]
    other = "rs-lead" if agency == "rs-west" else "rs-west"
    asked = next((h for h in case.handoffs.values() if h.kind is HandoffKind.TRANSFER and h.to == agency and h.waiting), None)
    told = [m.agency for m in case.members if m.agency not in (case.lead, agency, case.reporter)]
    if case.lead != agency and case.has_led(agency) and told and random.random() < 0.3:
        return leads("withdraw", case=case.id, agency=random.choice(told))
    if asked is None or random.random() < 0.1:
        again = acts("revoke", case=case.id, handoff=asked.id) if asked else leads("hand-over-lead", case=case.id)
        return leads("ask-to-lead", case=case.id, agency=other) if random.random() < 0.9 else again
    if random.random() < 0.2:
        return leads("decline-lead", case=case.id, handoff=asked.id, code=DeclineCode.NO_CAPACITY)
    return leads("take-lead", case=case.id, handoff=asked.id)


def _stating(random: Random, case: Case) -> Deed:
    """Something is stated of the person, of whichever class; or what is on file is corrected, or taken back."""
    field = random.choice([one for one in FIELDS.values() if one.group not in RELEASED | DOCUMENTS])
    about = "person" if field.about is About.PERSON else f"{field.about}:{random.randint(1, 2)}"
    told = {"field": field.name, "about": about, "value": _value(field), "source": random.choice((*Source,))}
    anew = random.random() < 0.5
    return acts("state", case=case.id, statements=[told]) if anew else (correct, Correction(case=case.id, gone=random.random() < 0.3))


WORDS = "Invented: which language?"


def _saying(random: Random, case: Case, agency: str, *, support: bool) -> Deed:
    """Something is asked or arranged on a hand-off, whoever may read it; or what waits here is answered, or read."""
    if random.random() < 0.5:
        return reply, Reply(case=case.id, reads=random.random() < 0.5)
    handoff = random.choice([h for h in case.handoffs.values() if agency in ends(case, h)] or [*case.handoffs.values()])
    about = random.choice(((Group.COMMUNICATION,), (Group.COMMUNICATION, Group.NAME), (Group.HEALTH,), (Group.MEETING_POINT, Group.PHONE)))
    said: dict[str, Any] = {"case": case.id, "handoff": handoff.id, "purpose": handoff.need, "about": about}
    if support and random.random() < 0.6:
        return acts("ask-support", **wanted(random, said, case.opened_at))
    if random.random() < 0.3:
        return acts("arrange", **said, when=case.opened_at, spot=Spot.WITH_US, who="Invented meets Invented")
    return acts("ask", **said, words=WORDS)


def _waiting(random: Random, case: Case, by: Callable[..., Deed], agency: str) -> Deed:
    """Somebody says why something waits, whoever must move in it; or the lead stops a clock, or lets it run on."""
    if by is leads and random.random() < 0.7:
        return by("pause-clock", case=case.id, clock=ClockName.FIRST_DECISION, reason=Pause.COURT, days=random.choice((0, 1, 3)))
    waits = [{"handoff": id} for id in case.handoffs] + [{"task": id} for id in case.tasks] + [{"clock": ClockName.FIRST_DECISION.value}]
    own = [{"task" if one.task else "handoff": one.key} for one in moves(case) if one.who == agency and (one.task or one.handoff)]
    about = random.choice(own if own and random.random() < 0.8 else waits)
    return by("explain-delay", case=case.id, code=random.choice(tuple(StallCode)), **about)


def _value(field: Field) -> str:
    """What fits a field: the first of its codes, or of a few that do."""
    codes = [code.value for code in field.codes or ()]
    step = " ".join(("2001-02-28", *codes[:1], *(code.value for code in list(field.details or ())[:1])))
    called = f"+381600000000 {codes[0] if codes else ''}"
    tried = (*codes, "2", "2001-02-28", "sr", "RS", "RS11", "Invented", step, called, "a@b.invalid call")
    return next((value for value in tried if fits(field, value)), "")


def _request(random: Random, case: Case, agency: str) -> Deed:
    to = random.choice([other for other in AGENCIES if other != agency])
    kind = random.choice((HandoffKind.REFERRAL, HandoffKind.REFERRAL, HandoffKind.CONSULTATION))
    need, asks = random.choice(NEEDS), _asks(random, case) if kind is HandoffKind.CONSULTATION else {}
    return acts("request", case=case.id, to=to, need=need, kind=kind, **asks)


def _asks(random: Random, case: Case) -> dict[str, Any]:
    """The question of a consultation, which a case of protocol 1 does not know; now and then it is forgotten."""
    return {"question": random.choice(tuple(Question))} if case.protocol != FIRST and random.random() < 0.95 else {}


def own_handoffs(random: Random, case: Case, agency: str) -> list[Deed]:
    """What an agency may do with what it is asked, holds or has asked for."""
    deeds: list[Deed] = []
    for h in case.handoffs.values():
        of, code = {"case": case.id, "handoff": h.id}, random.choice(NO)
        if h.to == agency and h.waiting:
            deeds += _answers(random, of) if case.merely_advises(h) else []
            deeds += (
                [acts(name, **of) for name in ("acknowledge", "accept", "accept")]
                + [_asks_more(case, of)]
                + [acts("decline", **of, code=code)]
                + _otherwise(random, case, h.kind, of)
            )
        if h.to == agency and h.state in HELD:
            deeds += [acts("take-action", **of, **_interview(case, h.id)), acts("give-back", **of, code=code)]
            deeds += [acts("complete", **of, outcome=Outcome.DONE)]
        if h.giver == agency and h.state is HandoffState.OFFERED:
            deeds += [acts("agree-offer", **of), acts("agree-offer", **of), acts("refuse-offer", **of)]
        if h.giver == agency and h.waiting:
            telling = (tell, OfHandoff(case=case.id, handoff=h.id))
            deeds += [acts("revoke", **of), acts("supply-info", **of), telling, telling]
    return deeds


def _interview(case: Case, handoff: str) -> dict[str, Any]:
    """An interview, of which now and then nobody says what it was about; of a case of protocol 1 nobody can. It is drawn apart, so that a
    seed plays what it played before."""
    random = Random(handoff)  # noqa: S311
    topics = random.sample(tuple(InterviewTopic), random.randint(0, 2)) if case.protocol != FIRST else []
    return {"action": ActionCode.INTERVIEW_HELD, "topics": topics, "together": bool(topics) and random.random() < 0.5}


def _otherwise(random: Random, case: Case, kind: HandoffKind, of: dict[str, str]) -> list[Deed]:
    """It is sent on, or something else is offered; now and then where that is not allowed."""
    if kind is HandoffKind.CONSULTATION and random.random() < 0.8:
        return []
    to, code = random.choice(AGENCIES), random.choice((DeclineCode.NO_CAPACITY, DeclineCode.WRONG_TERRITORY))
    told = random.choice(({"terms": "part"}, {"terms": "later", "days": 3}, {"terms": "other", "need": random.choice(NEEDS)}))
    return [acts("send-on", **of, to=to, code=code), acts("offer", **of, **told)]


def _asks_more(case: Case, of: dict[str, str]) -> Deed:
    """More is asked for: in words where they can be sent."""
    h = case.handoffs[of["handoff"]]
    reads = case.protocol != FIRST and must_answer(case, h, h.to) in reached(case, h, (Group.COMMUNICATION,), h.to, h.requested_at)
    return acts("ask-info", **of, **({"words": WORDS} if reads and not case.merely_advises(h) else {}))


def _answers(random: Random, of: dict[str, str]) -> list[Deed]:
    advice = random.choice(tuple(Advice))
    named = {"competent": random.choice(AGENCIES)} if advice is Advice.ELSEWHERE else {}
    return [acts("advise", **of, advice=advice, **named)] * 2


def _tasks(case: Case, agency: str) -> list[Deed]:
    mine = [task.id for task in case.tasks.values() if task.owner == agency and task.state in OPEN_TASK]
    deeds = [acts(name, case=case.id, task=task) for task in mine for name in ("begin-task", "drop-task")]
    deeds += [acts("complete-task", case=case.id, task=task, outcome=Outcome.DONE) for task in mine]
    return [*deeds, acts("plan-task", case=case.id, need=Need.LEGAL)] if case.acting() else deeds


def _lead(random: Random, case: Case) -> list[Deed]:
    stage = random.choice((*Stage,))
    about: dict[str, Any] = {"case": case.id, "agency": random.choice(AGENCIES), "need": random.choice(NEEDS)}
    classes = (DataClass.D1, random.choice((DataClass.D1, DataClass.D2)))
    deeds: list[Deed] = [leads("add-agency", **about), leads("add-agency", **about, ground=Ground.HEALTH)]
    deeds += [leads("record-consent", **about, classes=classes, language="sr"), leads("consult", **about, **_asks(random, case))]
    deeds += [leads("start-joint-action", case=case.id), leads("decide-status", case=case.id, stage=stage, positive=True)]
    deeds += [leads("drop-task", case=case.id, task=task) for task in case.tasks]
    asked = [{"case": case.id, "handoff": h.id} for h in case.handoffs.values() if h.to == case.lead and h.waiting]
    deeds += [acts("accept", **of) for of in asked] + [acts("acknowledge", **of) for of in asked]
    there = random.choice([m.agency for m in case.members])
    deeds += [leads("withdraw", case=case.id, agency=there, classes=random.choice(((), (DataClass.D2,))))]
    grown: dict[str, Any] = random.choice(({"age": "child"}, {"age": "adult", "consent": True, "consent_language": "sr"}))
    deeds += [leads("change-basis", case=case.id, **grown)]
    return [_ending(random, case)] if case.closed_at is not None or random.random() < 0.06 else deeds


def _ending(random: Random, case: Case) -> Deed:
    """What ends a case, or begins it again."""
    if case.closed_at is not None:
        return leads("reopen", case=case.id, reason=ReopenReason.MISTAKE)
    return random.choice((_closing(random, case), leads("ask-erasure", case=case.id, reason="asked for it")))


def _closing(random: Random, case: Case) -> Deed:
    """With an answer to all that is open; now and then without one."""
    ending, asked = random.choice(tuple(Ending)), random.random() < 0.9
    handoffs = tuple(EndedHandoff(handoff=h.id, ending=ending) for h in open_handoffs(case)) if asked else ()
    tasks = tuple(EndedTask(task=t.id, ending=ending) for t in open_tasks(case))
    return leads("close", case=case.id, reason=CloseReason.OTHER, handoffs=handoffs, tasks=tasks)


class Without(Facts):
    """The lead takes an agency off the roster."""

    case: str
    agency: str


def tell(command: OfHandoff, tx: DecisionContext) -> HandoffInfoSupplied:
    """The requester says what signs it saw: a section that goes to some of the members."""
    tx.case(command.case)
    return HandoffInfoSupplied(handoff=command.handoff, indicators=(Indicator.LI04, Indicator.LI07))


class Correction(Facts):
    """What is on file first is corrected, or taken back (`gone`)."""

    case: str
    gone: bool


def correct(command: Correction, tx: DecisionContext) -> list[StatementMade]:
    """An officer corrects what their agency can read; nothing, where that is nothing."""
    tx.open_case(command.case)
    standing = [said for said in statements_of(tx.work, command.case) if said.stands]
    if not standing:
        return []
    was = standing[0]
    anew = NewStatement(
        field=was.field, about=was.about, value="" if command.gone else was.value, source=Source.SEEN, supersedes=was.id,
        withdrawn=command.gone,
    )  # fmt: skip
    return made(StateFacts(case=command.case, statements=(anew,)), tx)


class Reply(Facts):
    """The first question that waits here is answered; or all that has come is read (`reads`)."""

    case: str
    reads: bool


def reply(command: Reply, tx: DecisionContext) -> list[Event] | list[MessageSent] | None:
    """An officer answers, or reads; nothing, where nothing waits."""
    tx.open_case(command.case)
    known = messages_of(tx.work, command.case)
    unread = tuple(one.id for one in known if one.unread(tx.agency))
    if command.reads:
        return mark_read(ReadWords(case=command.case, messages=unread[:20]), tx) if unread else None
    asked = next((one for one in known if one.unanswered(tx.agency)), None)
    if asked is None:
        return None
    said: dict[str, Any] = {"case": command.case, "handoff": asked.handoff, "purpose": asked.purpose, "about": (Group.COMMUNICATION,)}
    return answer_question(AnswerQuestion(**said, answers=asked.id, words=WORDS), tx)


def remove(command: Without, tx: DecisionContext) -> RosterSet:
    """No page has this yet; the runtime must bear it all the same."""
    return RosterSet(members=tuple(m for m in tx.case(command.case).members if m.agency != command.agency))
