"""What agencies said to each other and somebody must still do something about, as rows of work lists: answer, wait, read."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import and_, or_
from sqlmodel import col, select

from shared.casework.case_reader import CaseReader
from shared.casework.messages import SentMessage, messages_of, nobodys
from shared.decisions.job_share import JobShare
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.messages import MessageKind
from shared.protocol.vocabulary import Need
from shared.store.message_tables import MessageReadRow, MessageRow
from shared.store.tables import CaseView

AT_MOST = 200
"""Rows of one part; who has more sees those that wait longest."""


@dataclass(frozen=True)
class MessageDue:
    """A message in a list: codes, agencies and times, and not a word of it."""

    case: str
    handoff: str
    need: Need
    kind: MessageKind
    who: str
    """The agency at the other end."""
    at: int


@dataclass
class OpenMessages:
    """The messages of an agency, each part the oldest first."""

    to_answer: list[MessageDue] = field(default_factory=list[MessageDue])
    waiting_for: list[MessageDue] = field(default_factory=list[MessageDue])
    """Our own questions that nobody has answered yet."""
    nobodys: list[MessageDue] = field(default_factory=list[MessageDue])
    """Our own that nobody can answer any more: another must be asked, or an officer lets them rest."""
    unread: list[MessageDue] = field(default_factory=list[MessageDue])

    @property
    def cases(self) -> set[str]:
        """The cases of all rows."""
        return {one.case for one in (*self.to_answer, *self.waiting_for, *self.nobodys, *self.unread)}


def merged(many: Iterable[OpenMessages]) -> OpenMessages:
    """Those of several services as one list."""
    all = list(many)
    parts = ("to_answer", "waiting_for", "nobodys", "unread")
    return OpenMessages(*(sorted((row for one in all for row in getattr(one, part)), key=_when) for part in parts))


def _when(one: MessageDue) -> tuple[int, str]:
    return one.at, one.case


def open_messages(reader: CaseReader, share: JobShare = JobShare.ALL) -> OpenMessages:
    """What there is, with own messages that are still on their way, in the cases that are listed at this service."""
    pending = set(reader.unsent)
    found = [one for one in _stored(reader, share) if one[0] not in pending]
    work = UnitOfWork(reader.instance, reader.session)
    for case in sorted(pending - reader.closed(pending)):
        shown = reader.shown(case)
        if shown is None or not share.has_case(shown.case.lead, reader.agency):
            continue
        if shown.member and shown.case.closed_at is None:
            found += [(case, one) for one in messages_of(work, case)]
    lost = {one.id for case, one in found if _concerns(reader.agency, one) and _nobodys(reader, case, one)}
    return _parted(reader.agency, sorted(found, key=lambda one: (one[1].said_at, one[1].id)), lost)


def _concerns(me: str, one: SentMessage) -> bool:
    return one.unanswered(me) or (one.by == me and bool(one.awaits) and one.answered_by is None)


def _nobodys(reader: CaseReader, case: str, one: SentMessage) -> bool:
    shown = reader.shown(case)
    return shown is None or nobodys(shown.case, one)


def _stored(reader: CaseReader, share: JobShare) -> Iterator[tuple[str, SentMessage]]:
    me, ours = reader.agency, col(MessageRow.author).endswith(f".{reader.agency}")
    read = select(MessageReadRow.seq).where(
        MessageReadRow.case == col(MessageRow.case), MessageReadRow.message == col(MessageRow.id), MessageReadRow.agency == me
    )
    asked = and_(col(MessageRow.awaits) != "", col(MessageRow.answered_by).is_(None), or_(ours, col(MessageRow.awaits) == me))
    rows = (
        select(MessageRow).join(CaseView, col(CaseView.case) == col(MessageRow.case))
        .where(reader.open(col(MessageRow.case)), col(CaseView.closed).is_(False), col(MessageRow.erased_at).is_(None))
        .where(share.of_case(col(CaseView.lead), me), or_(asked, and_(~ours, ~read.exists())))
        .order_by(col(MessageRow.said_at)).limit(AT_MOST * 3)
    )  # fmt: skip
    cases = dict.fromkeys(row.case for row in reader.session.exec(rows))
    work = UnitOfWork(reader.instance, reader.session)
    for case in cases:
        yield from ((case, one) for one in messages_of(work, case))


def _parted(me: str, messages: Iterable[tuple[str, SentMessage]], lost: Collection[str]) -> OpenMessages:
    found = OpenMessages()
    for case, one in messages:
        part = _part(found, one, me, lost=one.id in lost)
        if part is not None and len(part) < AT_MOST:
            who = one.awaits if part is found.waiting_for or part is found.nobodys else one.by
            part.append(MessageDue(case, one.handoff, one.purpose, one.kind, who, one.said_at))
    return found


def _part(found: OpenMessages, one: SentMessage, me: str, *, lost: bool) -> list[MessageDue] | None:
    if lost and one.by == me:
        return None if one.rests(me) else found.nobodys
    if one.unanswered(me) and not lost:
        return found.to_answer
    if one.unread(me):
        return found.unread
    return found.waiting_for if one.by == me and one.awaits and one.answered_by is None else None
