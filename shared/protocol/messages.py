"""Messages: a question, its answer, an arrangement or a request for support, said by one agency to another on a hand-off; and that they
are read.

Like a statement's, the core of such an event says nothing at all: members learn that something was said, and not what, to whom, or whether
it was no more than "read". A section holds one message, or the receipts of those that one agency sent, and names whom it is for.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Annotated, Any, ClassVar, cast

from pydantic import AfterValidator, Field, StringConstraints

from shared.protocol.case_file import CLASS_OF, Group
from shared.protocol.facts import AgencyId, Event, Facts, HandoffId, MessageId, Moment, Written
from shared.protocol.lead_record import LeadRecord
from shared.protocol.rights import AnsweredAsker, AskedOfOthers, AskingEnded, plain
from shared.protocol.statements import D1, D2, D3, D4, D5, D6, D7, D8, place
from shared.protocol.support import SupportAsked
from shared.protocol.vocabulary import DataClass, Need

MOST_READ = 100
"""Receipts of one section."""
Said = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(plain), Written.STATED]
Where = Annotated[str, StringConstraints(max_length=200), AfterValidator(plain), Written.STATED]
Detail = Annotated[str, StringConstraints(max_length=300), AfterValidator(plain), Written.STATED]


class MessageKind(StrEnum):
    """What a message is."""

    QUESTION = "question"
    ANSWER = "answer"
    ARRANGEMENT = "arrangement"
    SUPPORT = "support"
    """A ride, a bed or an interpreter is asked for, and it is said who pays."""


AWAITS = frozenset({MessageKind.QUESTION, MessageKind.SUPPORT})
"""What waits in the lists of whoever must answer it."""


class Spot(StrEnum):
    """Where one meets, where that can be said without saying where the person is."""

    WITH_US = "with_us"
    """At the agency that writes."""
    WITH_YOU = "with_you"
    """At the agency at the other end of the hand-off."""
    WITH_LEAD = "with_lead"
    BY_PHONE = "by_phone"
    ELSEWHERE = "elsewhere"
    """A place in words: that says where the person will be, so it is D5."""


class MessageWords(Facts):
    """What a message says: of an arrangement also when, where, who meets whom, and what to bring."""

    words: Said = ""
    when: Moment | None = None
    spot: Spot | None = None
    where: Where = ""
    who: Detail = ""
    bring: Detail = ""
    support: Annotated[SupportAsked | None, Field(exclude_if=lambda asked: asked is None)] = None


class HandoffMessage(Facts):
    """One message: on which hand-off, for what, and which groups of a case file its words speak of."""

    id: MessageId
    kind: MessageKind
    handoff: HandoffId
    purpose: Need
    about: Annotated[tuple[Group, ...], Field(min_length=1, max_length=len(Group))]
    said_at: Moment
    answers: Annotated[MessageId | None, Field(exclude_if=lambda id: id is None)] = None
    """The question that it answers."""
    said: MessageWords


class MessageRead(Facts):
    """Somebody at the agency that says so has read a message."""

    id: MessageId
    at: Moment


def _nothing(said: tuple[Facts, ...]) -> bool:
    return not said


class SpokenSection(Facts):
    """What a section holds: one message, or receipts, or what a person asked of their data; and for whom it is, beside its author."""

    messages: Annotated[tuple[HandoffMessage, ...], Field(max_length=1)] = ()
    read: Annotated[tuple[MessageRead, ...], Field(max_length=MOST_READ)] = ()
    asked: Annotated[tuple[AskedOfOthers, ...], Field(max_length=1, exclude_if=_nothing)] = ()
    answered: Annotated[tuple[AnsweredAsker, ...], Field(max_length=1, exclude_if=_nothing)] = ()
    ended: Annotated[tuple[AskingEnded, ...], Field(max_length=1, exclude_if=_nothing)] = ()
    led: Annotated[tuple[LeadRecord, ...], Field(max_length=1, exclude_if=_nothing)] = ()
    """What a former lead hands to whoever leads; then nothing else stands beside it."""
    to: Annotated[tuple[AgencyId, ...], Field(max_length=16)] = ()


class MessageSent(Event):
    """Something was said between agencies, or read. It stands in the section of the gravest class that it speaks of."""

    TYPE: ClassVar[str] = "message.sent.v1"
    d1: Annotated[SpokenSection | None, D1] = None
    d2: Annotated[SpokenSection | None, D2] = None
    d3: Annotated[SpokenSection | None, D3] = None
    d4: Annotated[SpokenSection | None, D4] = None
    d5: Annotated[SpokenSection | None, D5] = None
    d6: Annotated[SpokenSection | None, D6] = None
    d7: Annotated[SpokenSection | None, D7] = None
    d8: Annotated[SpokenSection | None, D8] = None

    def of(self, section: DataClass) -> SpokenSection:
        """What it says in a class."""
        return getattr(self, place(section)) or SpokenSection()


def classes_of(about: Iterable[Group]) -> tuple[DataClass, ...]:
    """The classes that words about these groups are of, in order."""
    return tuple(sorted({CLASS_OF[group] for group in about}))


def section_of(about: Iterable[Group]) -> DataClass:
    """The class in whose section such words lie: the last of theirs."""
    return classes_of(about)[-1]


def sent(message: HandoffMessage, to: Iterable[str]) -> MessageSent:
    """The event that says it to these agencies."""
    return _event(section_of(message.about), SpokenSection(messages=(message,), to=tuple(to)))


def read_by(read: Iterable[MessageRead], author: str) -> MessageSent:
    """The event that tells an author alone that these messages of it were read. That says nothing of the person."""
    return _event(D1, SpokenSection(read=tuple(read), to=(author,)))


def asked_of(asked: AskedOfOthers, to: Iterable[str]) -> MessageSent:
    """The event that asks these agencies what a person asked."""
    return _event(section_of(asked.about), SpokenSection(asked=(asked,), to=tuple(to)))


def answered_to(answer: AnsweredAsker, asker: str) -> MessageSent:
    """The event that tells whoever asked what became of it."""
    return _event(D1, SpokenSection(answered=(answer,), to=(asker,)))


def ended_at(ended: AskingEnded, to: Iterable[str]) -> MessageSent:
    """The event that tells those who were asked that it has ended."""
    return _event(D1, SpokenSection(ended=(ended,), to=tuple(to)))


def handed_on(record: LeadRecord, to: str) -> MessageSent:
    """The event by which a former lead hands this to who leads."""
    return _event(D1, SpokenSection(led=(record,), to=(to,)))


def _event(section: DataClass, spoken: SpokenSection) -> MessageSent:
    return MessageSent.model_validate({place(section): spoken})


def speaks_of(section: DataClass, values: dict[str, Any], classes: Collection[str]) -> bool:
    """Whether the words of a section are also of one of these classes."""
    said, _ = spoken_in(section, values)
    return any(one in classes for spoken in (*said.messages, *said.asked) for one in classes_of(spoken.about))


def spoken_in(section: DataClass, values: dict[str, Any]) -> tuple[SpokenSection, int]:
    """What a section that somebody sent says, and how much of it is nothing that this version reads: then it says nothing."""
    told: Any = values.get(place(section)) if len(values) == 1 else None
    try:
        return (SpokenSection.model_validate(told), 0) if isinstance(cast(object, told), dict) else (SpokenSection(), 1)
    except ValueError:
        return SpokenSection(), 1
