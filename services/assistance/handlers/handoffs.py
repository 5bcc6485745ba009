"""The use cases of agencies that act."""

from typing import Annotated, Literal

from pydantic import Field

from services.assistance import rules
from services.assistance.handlers.messages import ask_question
from shared.casework.asking import must_make_sense, question_of
from shared.casework.conflicts import WhyAsked, must_be_looked_at
from shared.casework.opened_requests import opened
from shared.casework.restrictions import restricted
from shared.casework.saying import AskQuestion
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol import standing
from shared.protocol.came_back import came_back, in_main
from shared.protocol.case import HELD, Handoff, HandoffState
from shared.protocol.case_file import Group
from shared.protocol.events import (
    ActionTaken,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffAdvised,
    HandoffCompleted,
    HandoffDeclined,
    HandoffInfoRequested,
    HandoffInfoSupplied,
    HandoffRequested,
    HandoffReturned,
    HandoffRevoked,
    TaskBegun,
    TaskCompleted,
    TaskDropped,
    TaskPlanned,
)
from shared.protocol.facts import AgencyId, Event, Facts, Id, PlannedTask
from shared.protocol.message_readers import must_answer, reached
from shared.protocol.messages import Said
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import ActionCode, Advice, DeclineCode, HandoffKind, InterviewTopic, Need, Outcome, Question


class OfHandoff(Facts):
    """A command about a hand-off."""

    case: Id
    handoff: Id


class Decline(OfHandoff):
    """Why not, and who is competent instead where the reason asks for it."""

    code: DeclineCode
    competent: AgencyId | None = None


class AskInfo(OfHandoff):
    """What is asked, where words can be sent; and what of the person those words speak of."""

    words: Said = ""
    about: Annotated[tuple[Group, ...], Field(min_length=1, max_length=len(Group))] = (Group.COMMUNICATION,)


class Advise(OfHandoff):
    """The answer to a question, and who is competent where the answer is that another agency is."""

    advice: Advice
    competent: AgencyId | None = None


class TakeAction(OfHandoff):
    """What was done for the person. A task that is done, and a decision on status, say so themselves."""

    action: Literal[
        ActionCode.SAFETY_MEASURE, ActionCode.INTERVIEW_HELD, ActionCode.ACCOMMODATION_PROVIDED, ActionCode.MEDICAL_VISIT,
        ActionCode.LEGAL_STEP,
    ]  # fmt: skip
    topics: Annotated[tuple[InterviewTopic, ...], Field(max_length=len(InterviewTopic))] = ()
    """Of an interview what it was about; empty: that is not said."""
    together: bool = False
    """Of an interview whether another agency took part in it."""


class Complete(OfHandoff):
    """How it ended: nobody is taken at silence for having done it."""

    outcome: Outcome


class RequestHandoff(Facts):
    """Ask another agency to take over a need, or for advice. Other kinds are not an officer's to choose: an emergency has a ground, which
    the lead records, and a joint task a plan."""

    case: Id
    to: AgencyId
    need: Need
    kind: Literal[HandoffKind.REFERRAL, HandoffKind.CONSULTATION] = HandoffKind.REFERRAL
    question: Question | None = None
    """What a consultation asks; nothing else has one."""
    conflict: WhyAsked = ""


class OfTask(Facts):
    """A command about a task of the joint plan."""

    case: Id
    task: Id


class CompleteTask(OfTask):
    """How the task ended."""

    outcome: Outcome


class PlanTask(Facts):
    """A further task of our own in the joint plan; `after` names those it must wait for."""

    case: Id
    need: Need
    days: Annotated[int, Field(ge=1, le=3650)] = 14
    after: tuple[Id, ...] = ()


def known(tx: DecisionContext, command: OfHandoff) -> Handoff:
    """The hand-off that a command is about, in an open case. Raises RuleBroken."""
    handoff = tx.open_case(command.case).handoffs.get(command.handoff)
    if handoff is None:
        raise RuleBroken("no-such-handoff")
    return handoff


def asked(tx: DecisionContext, command: OfHandoff) -> Handoff:
    """The hand-off, if it waits for our answer. Raises RuleBroken that says what has become of it, and for a request to lead the case: a
    desk that leads answers that (docs/adr/0073)."""
    handoff = known(tx, command)
    if handoff.to != tx.agency:
        raise RuleBroken("not-asked")
    if handoff.kind is HandoffKind.TRANSFER and handoff.waiting:
        raise RuleBroken("lead-not-answered-here")
    if not handoff.waiting:
        raise RuleBroken(standing.of_handoff(handoff))
    return handoff


def acknowledge(command: OfHandoff, tx: DecisionContext) -> HandoffAcknowledged | None:
    """An officer opens an invitation: from here the human time runs. Opening it again says nothing new."""
    return opened(tx, command.case, asked(tx, command))


def accept(command: OfHandoff, tx: DecisionContext) -> HandoffAccepted:
    """The agency takes the hand-off and is responsible from here on.

    Raises RuleBroken for a confidential agency whose offer waits: that lapses in the main case, and this yes would have no order with it.
    """
    handoff = asked(tx, command)
    if handoff.state is HandoffState.OFFERED and tx.case(command.case).is_side:
        raise RuleBroken("offer-waits-for-the-lead")
    return HandoffAccepted(handoff=handoff.id)


def advise(command: Advise, tx: DecisionContext) -> HandoffAdvised:
    """An officer answers a question. That ends it, and the agency is responsible for nothing (docs/domain.md, section 3.2).

    Raises RuleBroken where more than advice is asked, and for an agency that is named where it must not be, or is missing.
    """
    handoff = asked(tx, command)
    if not tx.case(command.case).merely_advises(handoff):
        raise RuleBroken("no-advice-asked")
    if broken := rules.answer_stands(command.advice, command.competent, tx.agency):
        raise RuleBroken(broken, "competent")
    named = {"competent": _competent(command, tx)} if command.competent else {}
    return HandoffAdvised(handoff=handoff.id, advice=command.advice, **named)


def decline(command: Decline, tx: DecisionContext) -> HandoffDeclined:
    """An officer says no, with a reason that may stand (docs/domain.md, section 3.5)."""
    handoff = asked(tx, command)
    _must_stand(command, tx)
    return HandoffDeclined(handoff=handoff.id, code=command.code, competent=_competent(command, tx))


def give_back(command: Decline, tx: DecisionContext) -> HandoffReturned:
    """An agency that had accepted cannot go on."""
    handoff = known(tx, command)
    _must_stand(command, tx)
    return HandoffReturned(handoff=handoff.id, code=command.code, competent=_competent(command, tx))


def _must_stand(command: Decline, tx: DecisionContext) -> None:
    if broken := rules.reason_stands(command.code, command.competent, tx.agency):
        raise RuleBroken(broken, "code" if broken == "never-a-ground" else "competent")


def _competent(command: Decline | Advise, tx: DecisionContext) -> str | None:
    """Whom the officer names; a confidential agency by its kind alone, whoever names it. Raises RuleBroken."""
    if command.competent and not tx.country.knows(command.competent):
        raise RuleBroken("unknown-agency", "competent")
    return tx.country.told_as(command.competent) if command.competent else None


def ask_info(command: AskInfo, tx: DecisionContext) -> list[Event]:
    """More must be known, and the words say what; the clock keeps running. It is a question like any other.

    Raises RuleBroken where nothing is asked although words can be sent, and the other way round.
    """
    handoff, case = asked(tx, command), tx.case(command.case)
    asker = must_answer(case, handoff, tx.agency)
    reads = case.protocol != FIRST and not case.merely_advises(handoff) and asker in reached(case, handoff, command.about, tx.agency, tx.at)
    reads = reads and restricted(tx.work, case.id).isdisjoint(command.about)
    if reads and not command.words:
        raise RuleBroken("ask-something", "words")
    if not command.words:
        return [HandoffInfoRequested(handoff=handoff.id)]
    told = command.model_dump() | {"purpose": handoff.need}
    return ask_question(AskQuestion.model_validate(told), tx)


def supply_info(command: OfHandoff, tx: DecisionContext) -> HandoffInfoSupplied:
    """The requester has supplied what it can."""
    return HandoffInfoSupplied(handoff=known(tx, command).id)


def request_handoff(command: RequestHandoff, tx: DecisionContext) -> HandoffRequested:
    """A member asks another agency. Where the need has been passed round enough, the fold answers with a call to joint action.

    Whether the agency may join is the lead's to say, by its bases on record. Raises RuleBroken at the lead's own agency, which asks where
    those are known.
    """
    case = tx.open_case(command.case)
    if case.lead == tx.agency:
        raise RuleBroken("leads-itself")
    if not tx.country.may_ask(command.to):
        raise RuleBroken("unknown-agency", "to")
    if command.to == tx.agency:
        raise RuleBroken("to-oneself", "to")
    if not rules.can_arrive(case, command.to):
        raise RuleBroken("only-who-is-here", "to")
    must_make_sense(tx, case, command.to, command.need, command.kind, "to")
    must_be_looked_at(tx, case, command.to, command.conflict)
    asks = question_of(case, command.kind, command.question)
    answer_by, lapse_at = tx.country.deadline(command.need, case.urgency, tx.at)
    return HandoffRequested(
        handoff=tx.fresh(), to=command.to, need=command.need, kind=command.kind, answer_by=answer_by, lapse_at=lapse_at, **asks
    )


def revoke(command: OfHandoff, tx: DecisionContext) -> HandoffRevoked:
    """The requester takes back a request that has no answer yet. Raises RuleBroken that says what has become of it, and in a side case,
    which the main one answers for."""
    handoff = known(tx, command)
    if in_main(tx.case(command.case), handoff):
        raise RuleBroken("in-the-main-case")
    if not handoff.waiting:
        raise RuleBroken(standing.of_handoff(handoff))
    return HandoffRevoked(handoff=handoff.id)


def give_up(command: OfHandoff, tx: DecisionContext) -> HandoffRevoked:
    """A request ended without help, and who asked says that nothing more is needed: the person does not want it, or has it elsewhere.

    Raises RuleBroken where the request is not back with this agency.
    """
    handoff = known(tx, command)
    if handoff.waiting or handoff.state in HELD:
        raise RuleBroken(standing.of_handoff(handoff))
    if handoff.id not in {h.id for h in came_back(tx.case(command.case), tx.agency)}:
        raise RuleBroken("not-back-with-you")
    return HandoffRevoked(handoff=handoff.id)


def take_action(command: TakeAction, tx: DecisionContext) -> ActionTaken:
    """The agency did something for the person. Of an interview what it was about travels too, so that nobody asks the same again.

    Raises RuleBroken where something else is said to have been about topics, an interview held together about nothing, or a case is of
    protocol 1, which knows none.
    """
    handoff, of = known(tx, command), command.action
    if command.topics and of is not ActionCode.INTERVIEW_HELD:
        raise RuleBroken("topics-of-an-interview", "topics")
    if command.together and not command.topics:
        raise RuleBroken("together-about-what", "topics")
    if command.topics and tx.case(command.case).protocol == FIRST:
        raise RuleBroken("topics-of-protocol-1", "topics")
    if not command.topics:
        return ActionTaken(handoff=handoff.id, action=of)
    return ActionTaken(handoff=handoff.id, action=of, topics=tuple(sorted(set(command.topics))), together=command.together)


def complete(command: Complete, tx: DecisionContext) -> HandoffCompleted:
    """What was asked for has been done, or cannot be."""
    return HandoffCompleted(handoff=known(tx, command).id, outcome=command.outcome)


def plan_task(command: PlanTask, tx: DecisionContext) -> TaskPlanned:
    """A participant adds a task of its own."""
    tx.open_case(command.case)
    due = tx.country.in_days(tx.at, command.days)
    task = PlannedTask(task=tx.fresh(), owner=tx.agency, need=command.need, due=due, after=command.after)
    return TaskPlanned(planned=task)


def begin_task(command: OfTask, tx: DecisionContext) -> TaskBegun:
    """The owner begins."""
    tx.open_case(command.case)
    return TaskBegun(task=command.task)


def complete_task(command: CompleteTask, tx: DecisionContext) -> TaskCompleted:
    """The owner has finished."""
    tx.open_case(command.case)
    return TaskCompleted(task=command.task, outcome=command.outcome)


def drop_task(command: OfTask, tx: DecisionContext) -> TaskDropped:
    """The owner's task is not needed any more."""
    tx.open_case(command.case)
    return TaskDropped(task=command.task)
