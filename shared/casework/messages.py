"""What agencies said to each other of a case, as far as it was for this agency: messages by hand-off, who has read them, what waits.

Rows follow from records that counted, in their transaction; own messages that wait for the bus are shown with them. A message is for those
to whom it was sent: who joins later is told none.
"""

from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy import bindparam, select, update

from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case, agency_of
from shared.protocol.case_file import Group
from shared.protocol.classes import SECTIONS
from shared.protocol.core import Core
from shared.protocol.message_readers import can_be_answered, ends, must_answer
from shared.protocol.messages import (
    AWAITS,
    HandoffMessage,
    MessageKind,
    MessageRead,
    MessageSent,
    MessageWords,
    SpokenSection,
    classes_of,
    section_of,
    spoken_in,
)
from shared.protocol.vocabulary import DataClass, Need
from shared.records.codec import Sections
from shared.store import at_rest
from shared.store.database import insert_new, table
from shared.store.message_tables import MessageReadRow, MessageRow

logger: Any = structlog.get_logger("nrm.messages")
M, R = table(MessageRow).c, table(MessageReadRow).c
OF_CASE = select(table(MessageRow)).where(M.case == bindparam("of")).order_by(M.seq)
READ_IN = select(R.message, R.agency, R.at).where(R.case == bindparam("of")).order_by(R.seq)
KNOWN = select(M.id, M.author, M.awaits).where(M.case == bindparam("of"), M.id == bindparam("which"))
ANSWERED = (
    update(table(MessageRow))
    .where(M.case == bindparam("of"), M.id == bindparam("was"), M.awaits == bindparam("who"), M.answered_by.is_(None))
    .values(answered_by=bindparam("now"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One message."""

    id: str
    handoff: str
    kind: MessageKind
    purpose: Need
    about: tuple[Group, ...]
    said: MessageWords
    said_at: int
    """ms UTC"""
    author: str
    """The instance that said it."""
    to: tuple[str, ...]
    """The agencies that it was for."""
    key: str
    answers: str | None = None
    awaits: str = ""
    """Of a question, or a request for support, the agency that must answer."""
    answered_by: str | None = None
    read: tuple[tuple[str, int], ...] = ()
    """Agency and when, as far as it is known here: who wrote it is told."""
    waiting: bool = False
    """Whether it is our own and not on the log yet."""

    @property
    def by(self) -> str:
        """The agency that said it."""
        return agency_of(self.author)

    def unread(self, agency: str) -> bool:
        """Whether an agency, to which it was sent, has yet to say that it has read it."""
        return self.by != agency and all(one != agency for one, _ in self.read)

    def rests(self, agency: str) -> bool:
        """Whether it is a question of this agency that it lets rest, since nobody could answer it."""
        return self.by == agency and any(one == agency for one, _ in self.read)

    def unanswered(self, agency: str) -> bool:
        """Whether it is a question that this agency must answer."""
        return self.awaits == agency and self.answered_by is None


def nobodys(case: Case, one: SentMessage) -> bool:
    """Whether it asks something that nobody can answer any more: one of both has left the case, or speaks on the hand-off no longer."""
    handoff = case.handoffs.get(one.handoff)
    asks = bool(one.awaits) and one.answered_by is None
    return asks and (handoff is None or not can_be_answered(case, handoff, one.by, one.awaits))


def messages_of(work: UnitOfWork, case: str) -> list[SentMessage]:
    """All messages that can be read here, in the order in which they came."""
    known, read = _stored(work, case), dict[str, dict[str, int]]()
    for message, agency, at in work.session.connection().execute(READ_IN, {"of": case}):
        read.setdefault(message, {})[agency] = at
    picture = work.picture(case)
    for decided in work.pending(case):
        if picture is not None and decided.type == MessageSent.TYPE:
            for _, said in _spoken(decided.parts)[0]:
                for one in said.messages:
                    mine = replace(_sent(picture, one, said, work.instance.me, decided.key), waiting=True)
                    known = [replace(o, answered_by=one.id) if o.id == one.answers else o for o in known] + [mine]
                for receipt in said.read:
                    read.setdefault(receipt.id, {})[work.agency] = receipt.at
    return [replace(one, read=tuple(read.get(one.id, {}).items())) for one in known]


def _stored(work: UnitOfWork, case: str) -> list[SentMessage]:
    rows = work.session.connection().execute(OF_CASE, {"of": case}).mappings()
    return [sent for row in rows if (sent := opened(work, row)) is not None]


def opened(work: UnitOfWork, row: Any) -> SentMessage | None:
    """A message of its row; None where nobody can open it any more."""
    about = row["about"].split()
    said = at_rest.from_column(work.instance.keystore, row["case"], about, row["id"], row["said"])
    if said is None or row["erased_at"] is not None:
        return None
    return SentMessage(
        row["id"], row["handoff"], MessageKind(row["kind"]), Need(row["purpose"]), tuple(map(Group, about)),
        MessageWords.model_validate(said), row["said_at"], row["author"], tuple(row["to"].split()), row["key"], row["answers"],
        row["awaits"], row["answered_by"],
    )  # fmt: skip


def _sent(case: Case, one: HandoffMessage, spoken: SpokenSection, author: str, key: str) -> SentMessage:
    handoff = case.handoffs.get(one.handoff)
    asks = one.kind in AWAITS and handoff is not None
    return SentMessage(
        one.id, one.handoff, one.kind, one.purpose, one.about, one.said, one.said_at, author, spoken.to, key, one.answers,
        must_answer(case, handoff, agency_of(author)) if asks and handoff else "",
    )  # fmt: skip


# --- records ----------------------------------------------------------------------------------------------------------------------


def take(work: UnitOfWork, case: Case, core: Core, parts: Sections) -> None:
    """A record of messages has counted: what is for us is kept. What this version does not know, or may not stand there, is left out and
    counted in the log, without a word of it."""
    told, left_out = _spoken(parts)
    for section, said in told:
        for one in said.messages:
            if _may_stand(case, core, section, one):
                _put(work, case, core, section, _sent(case, one, said, core.author, core.key))
            else:
                left_out += 1
        for receipt in said.read:
            left_out += not _receipt(work, case.id, core, receipt)
    if left_out:
        logger.warning("messages were left out of a case", instance=work.instance.me, count=left_out)


def _spoken(parts: Sections) -> tuple[list[tuple[DataClass, SpokenSection]], int]:
    read = [(section, spoken_in(section, parts[name])) for name, section in SECTIONS.items() if name in parts]
    return [(section, said) for section, (said, _) in read], sum(unread for _, (_, unread) in read)


def _may_stand(case: Case, core: Core, section: DataClass, one: HandoffMessage) -> bool:
    """Whether a message stands where it belongs, on a hand-off on which its author speaks, for what that is about."""
    handoff = case.handoffs.get(one.handoff)
    if handoff is None or section_of(one.about) is not section or one.purpose is not handoff.need:
        return False
    fits = (one.answers is not None) is (one.kind is MessageKind.ANSWER) and (one.said.support is not None) is (
        one.kind is MessageKind.SUPPORT
    )
    return agency_of(core.author) in ends(case, handoff) and fits


def _put(work: UnitOfWork, case: Case, core: Core, section: DataClass, sent: SentMessage) -> None:
    connection, about = work.session.connection(), [group.value for group in sent.about]
    row = {
        "id": sent.id, "case": case.id, "handoff": sent.handoff, "data_class": section.value,
        "classes": " ".join(one.value for one in classes_of(sent.about)), "kind": sent.kind.value, "purpose": sent.purpose.value,
        "about": " ".join(about),
        "said": at_rest.to_column(work.instance.keystore, case.id, about, sent.id, sent.said.model_dump(mode="json")),
        "said_at": sent.said_at, "author": sent.author, "to": " ".join(sent.to), "key": sent.key, "answers": sent.answers,
        "awaits": sent.awaits, "answered_by": None, "erased_at": None,
    }  # fmt: skip
    if insert_new(connection, MessageRow, [row]) and sent.answers:
        connection.execute(ANSWERED, {"of": case.id, "was": sent.answers, "who": sent.by, "now": sent.id})


def _receipt(work: UnitOfWork, case: str, core: Core, read: MessageRead) -> bool:
    """Note that an agency has read a message; whether that message is known here. One's own is read only where it asks something: who
    asked lets it rest."""
    connection, reader = work.session.connection(), agency_of(core.author)
    known = connection.execute(KNOWN, {"of": case, "which": read.id}).first()
    if known is None or (agency_of(known.author) == reader and not known.awaits):
        return False
    row = {"case": case, "message": read.id, "agency": reader, "at": read.at}
    insert_new(connection, MessageReadRow, [row])
    return True
