"""Saying something to another agency on a hand-off: asking, answering, arranging; and saying that one has read it.

The same use cases at intake, at the lead and at every agency that acts. Who reads it follows from entitlement alone; a form shows it before
it is sent, and what it showed is sent along (`shown`), so that nobody's words go to somebody else than they saw.
"""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from shared.casework.messages import SentMessage, messages_of, nobodys
from shared.casework.restrictions import restricted
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.came_back import asker
from shared.protocol.case import Case, Handoff, HandoffState
from shared.protocol.case_file import DOCUMENTS, Group
from shared.protocol.events import HandoffInfoRequested, HandoffInfoSupplied
from shared.protocol.facts import AgencyId, Event, Facts, Id, MessageId, Moment
from shared.protocol.message_readers import ends, must_answer, reached
from shared.protocol.messages import (
    MOST_READ,
    Detail,
    HandoffMessage,
    MessageKind,
    MessageRead,
    MessageSent,
    MessageWords,
    Said,
    Spot,
    Where,
    classes_of,
    read_by,
    sent,
)
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import Need

UNSPOKEN = frozenset({Group.DURESS}) | DOCUMENTS
"""Groups of which nobody writes in words: what stands on a document is of other groups, and that somebody is under pressure is a mark that
the lead alone sees."""
ASKS = frozenset({HandoffState.REQUESTED, HandoffState.ACKNOWLEDGED})
"""Who is asked for help and has not answered yet asks for information by asking anything."""


class SaySomething(Facts):
    """Words on a hand-off: for what, what of the person they speak of, and whom the form had shown as readers."""

    case: Id
    handoff: Id
    purpose: Need
    about: Annotated[tuple[Group, ...], Field(min_length=1, max_length=len(Group))]
    shown: tuple[AgencyId, ...] | None = None
    """Who would read it, as the sender saw it before sending; nothing where a program sends it."""


class AskQuestion(SaySomething):
    """A question."""

    words: Annotated[Said, Field(min_length=1)]


class AnswerQuestion(SaySomething):
    """The answer to a question."""

    answers: MessageId
    words: Annotated[Said, Field(min_length=1)]


class ArrangeMeeting(SaySomething):
    """An arrangement: when, where, who meets whom, what to bring."""

    when: Moment
    spot: Spot
    where: Where = ""
    who: Annotated[Detail, Field(min_length=1)]
    bring: Detail = ""
    words: Said = ""


class ReadWords(Facts):
    """Messages that an officer has read."""

    case: Id
    messages: Annotated[tuple[MessageId, ...], Field(min_length=1, max_length=MOST_READ)]


def ask_question(command: AskQuestion, tx: DecisionContext) -> list[Event]:
    """An officer asks something. Who is asked for help and has not answered yet asks for information by it; the clock keeps running.

    Raises RuleBroken where nobody could answer, or somebody else would read it than the form showed.
    """
    case, handoff = speaks_on(command, tx)
    answers = must_answer(case, handoff, tx.agency)
    to = readers_of(command, case, handoff, tx)
    if answers not in to:
        raise RuleBroken("message-unanswerable", "about")
    asks = handoff.to == tx.agency and handoff.state in ASKS and not case.merely_advises(handoff)
    question = message_of(command, MessageKind.QUESTION, to, tx)
    return [HandoffInfoRequested(handoff=handoff.id), question] if asks else [question]  # who has the question knows that it asks for more


def answer_question(command: AnswerQuestion, tx: DecisionContext) -> list[Event]:
    """An officer answers a question, or a request for support, that waits for this agency. With the answer to the last question the
    information that was asked for is supplied.

    Raises RuleBroken where the question is not there, answered, or another's to answer, or who asked could not read the answer.
    """
    case, handoff = speaks_on(command, tx)
    known = {one.id: one for one in messages_of(tx.work, case.id) if one.handoff == handoff.id}
    question = known.get(command.answers)
    if question is None or question.awaits != tx.agency:
        raise RuleBroken("message-no-question")
    if question.answered_by is not None:
        raise RuleBroken("message-answered")
    to = readers_of(command, case, handoff, tx)
    if question.by not in to:
        raise RuleBroken("message-not-to-asker", "about")
    supplies = handoff.state is HandoffState.INFO_REQUESTED and asker(case, handoff) == tx.agency
    supplies = supplies and question.kind is MessageKind.QUESTION
    open_ones = [one for one in known.values() if one.kind is MessageKind.QUESTION and one.unanswered(tx.agency) and one.id != question.id]
    return [
        message_of(command, MessageKind.ANSWER, to, tx, answers=question.id),
        *([HandoffInfoSupplied(handoff=handoff.id)] if supplies and not open_ones else []),
    ]


def arrange(command: ArrangeMeeting, tx: DecisionContext) -> list[Event]:
    """An officer arranges when and where who meets whom. Raises RuleBroken where nobody else may read it, or the place does not fit."""
    case, handoff = speaks_on(command, tx)
    if (command.spot is Spot.ELSEWHERE) is not bool(command.where):
        raise RuleBroken("message-where" if command.spot is Spot.ELSEWHERE else "message-where-else", "where")
    if command.spot is Spot.ELSEWHERE and Group.MEETING_POINT not in command.about:
        raise RuleBroken("message-meeting-point", "about")
    to = readers_of(command, case, handoff, tx)
    if not to:
        raise RuleBroken("message-nobody", "about")
    return [message_of(command, MessageKind.ARRANGEMENT, to, tx)]


def mark_read(command: ReadWords, tx: DecisionContext) -> list[MessageSent] | None:
    """An officer has read messages: who sent them is told, each of its own alone, and nobody else. Saying it again says nothing new.

    Of an own question that nobody can answer any more it says that this agency lets it rest.
    """
    case = tx.open_case(command.case)
    named = [one for one in messages_of(tx.work, command.case) if one.id in command.messages]
    resting = [one for one in named if one.by == tx.agency and nobodys(case, one) and not one.rests(tx.agency)]
    unread = [*resting, *(one for one in named if one.unread(tx.agency))]
    by: dict[str, list[SentMessage]] = {}
    for one in unread:
        by.setdefault(one.by, []).append(one)
    return [read_by((MessageRead(id=one.id, at=tx.at) for one in theirs), author) for author, theirs in by.items()] or None


def speaks_on(command: SaySomething, tx: DecisionContext) -> tuple[Case, Handoff]:
    """The hand-off on which this agency may speak. Raises RuleBroken."""
    case = tx.open_case(command.case)
    if case.protocol == FIRST:
        raise RuleBroken("statements-later")
    handoff = case.handoffs.get(command.handoff)
    if handoff is None:
        raise RuleBroken("no-such-handoff")
    if tx.agency not in ends(case, handoff):
        raise RuleBroken("message-not-yours")
    if command.purpose is not handoff.need:
        raise RuleBroken("message-purpose", "purpose")
    if not UNSPOKEN.isdisjoint(command.about):
        raise RuleBroken("message-duress", "about")
    keys = tx.work.instance.keystore
    if keys and not keys.gone(case.id).isdisjoint(classes_of(command.about)):
        raise RuleBroken("statement-erased", "about")
    if not restricted(tx.work, case.id).isdisjoint(command.about):
        raise RuleBroken("statement-restricted", "about")
    return case, handoff


def readers_of(command: SaySomething, case: Case, handoff: Handoff, tx: DecisionContext) -> tuple[str, ...]:
    """Who reads what is said. Raises RuleBroken where that is somebody else than the form had shown."""
    to = reached(case, handoff, command.about, tx.agency, tx.at)
    if command.shown is not None and set(command.shown) != set(to):
        raise RuleBroken("message-readers", "about")
    return to


def message_of(
    command: SaySomething, kind: MessageKind, to: Iterable[str], tx: DecisionContext, said: MessageWords | None = None, **more: Any
) -> MessageSent:  # fmt: skip
    """The event, with an id that follows from the form and that nobody else can guess: who cannot read a question cannot answer it."""
    fields = MessageWords.model_fields.keys() & type(command).model_fields.keys()
    said = said or MessageWords(**{name: getattr(command, name) for name in fields})
    id = tx.work.derived(f"message\n{tx.cause}").hex()[:16]
    about = tuple(sorted(set(command.about)))
    message = HandoffMessage(
        id=id, kind=kind, handoff=command.handoff, purpose=command.purpose, about=about, said_at=tx.at, said=said, **more
    )  # fmt: skip
    return sent(message, to)
