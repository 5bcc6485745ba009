"""Messages between agencies as pages show them: in words, with who has read them and what still waits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.casework.messages import SentMessage, nobodys
from shared.protocol.case import Case, Handoff
from shared.protocol.case_file import Group
from shared.protocol.message_readers import ends, not_open, reached
from shared.protocol.messages import MessageWords, Spot
from shared.web.case.support_view import details
from shared.web.text import message_words
from shared.web.text.phrases import Speaker


@dataclass(frozen=True)
class MessageShown:
    """One message."""

    id: str
    kind: str
    label: str
    by: str
    at: int
    words: str
    details: list[tuple[str, str]]
    """Of an arrangement or a request for support: label and words."""
    about: list[str]
    to: list[str]
    read: list[tuple[str, int]]
    """Who has read it, and when, as far as it is known here."""
    awaits: str
    """Who must answer; empty where nobody must any more, or can."""
    mine_to_answer: bool
    unread: bool
    waiting: bool
    support: str = ""
    """Of a request for support, what is asked for."""
    when: int = 0
    """And from when (ms UTC)."""
    nobodys: str = ""
    """Of whom it is asked, where nobody can answer it any more."""
    rests: bool = False
    """Whether this agency, which asked it, may still say that it lets that rest."""


@dataclass(frozen=True)
class Threads:
    """The messages of a case by hand-off, and on which hand-offs this agency may say something."""

    messages: dict[str, list[MessageShown]]
    speaks: frozenset[str]
    silent: frozenset[str]
    """Hand-offs of ours on which no words can be sent: nobody at their other end may read any."""

    @property
    def supports(self) -> list[tuple[str, MessageShown]]:
        """What was asked for so that help can happen, with its hand-off: the soonest first."""
        found = ((handoff, one) for handoff, said in self.messages.items() for one in said if one.support)
        return sorted(found, key=lambda each: each[1].when)


def threads(case: Case, messages: Sequence[SentMessage], me: str, *, may_say: bool, to: Speaker) -> Threads:
    """As pages show it to whoever knows of the person."""
    ours = [h for h in case.handoffs.values() if may_say and me in ends(case, h) and not case.merely_advises(h)]
    speaks = frozenset(h.id for h in ours if reached(case, h, (Group.COMMUNICATION,), me, to.now))
    return Threads(
        shown(messages, me, to, [one.id for one in messages if nobodys(case, one)]), speaks, frozenset(h.id for h in ours) - speaks
    )


@dataclass(frozen=True)
class ReaderShown:
    """An agency at the other end: whether it would read a message, and what it may not."""

    agency: str
    reads: bool
    closed: list[str]
    """Which of the ticked groups are not open to it."""


def shown(messages: Sequence[SentMessage], me: str, to: Speaker, lost: Collection[str] = ()) -> dict[str, list[MessageShown]]:
    """Hand-off → its messages. `lost`: those that nobody can answer any more."""
    found: dict[str, list[MessageShown]] = {}
    for one in messages:
        found.setdefault(one.handoff, []).append(_shown(one, me, to, lost=one.id in lost))
    return found


def _shown(one: SentMessage, me: str, to: Speaker, *, lost: bool) -> MessageShown:
    open_question, support = bool(one.awaits) and one.answered_by is None and not lost, one.said.support
    return MessageShown(
        one.id, one.kind.value, to.say.of(message_words.KINDS, one.kind), to.name(one.by), one.said_at, one.said.words,
        fields_of(one.said, to),
        [to.say.of(message_words.ABOUT, group) for group in one.about], [to.name(agency) for agency in one.to],
        [(to.name(agency), at) for agency, at in one.read if agency != me], to.name(one.awaits) if open_question else "",
        one.unanswered(me) and not lost, one.unread(me), one.waiting,
        to.say.of(message_words.SUPPORTS, support.kind) if support else "", support.when if support else 0,
        to.name(one.awaits) if lost else "", lost and one.by == me and not one.rests(me),
    )  # fmt: skip


def fields_of(said: MessageWords, to: Speaker) -> list[tuple[str, str]]:
    """Label and words of each field of an arrangement or a request for support; none of a question and an answer."""
    told = list[tuple[str, str]]()
    if said.support is not None:
        return details(said.support, to)
    if said.when is not None:
        told.append(("when", to.when(said.when)))
    if said.spot is not None:
        told.append(("spot", said.where if said.spot is Spot.ELSEWHERE else to.say.of(message_words.SPOTS_SAID, said.spot)))
    told += [(name, words) for name, words in (("who", said.who), ("bring", said.bring)) if words]
    return [(to.say.translate(message_words.LABELS[name]), words) for name, words in told]


def would_read(case: Case, handoff: Handoff, about: Sequence[Group], me: str, at: int, to: Speaker) -> list[ReaderShown]:
    """Each agency on this hand-off beside our own: whether it would read words about these groups, and what stands against it."""
    found: list[ReaderShown] = []
    for agency in sorted(ends(case, handoff) - {me}):
        closed = not_open(case.member(agency), handoff.need, about, at)
        labels = [to.say.of(message_words.ABOUT, group) for group in about if group in closed]
        found.append(ReaderShown(agency, not closed, labels))
    return found
