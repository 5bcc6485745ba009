"""Subject access: the person asks for all that this agency holds of them (GDPR art. 15; for police and prosecution LED art. 14 and 15).

Whoever controls the person may stand behind the request. So it is written down how it was checked who asks, and that the person was asked
without others there whether anybody made them ask. A yes stops it: the lead is told in silence, and another officer speaks with the
person alone before anything goes on. A second officer reads the copy and releases it; it can be taken once, for a short time, and is
handed over in person.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.casework.case_reader import CaseReader
from shared.casework.own_record import kept_of
from shared.casework.person_file import statements_of
from shared.casework.person_requests import (
    OPEN,
    OfRequest,
    OfRight,
    RequestKind,
    RequestState,
    decided,
    must_be_here,
    requests_of,
    the_row,
    write,
)
from shared.casework.stating import NewStatement, StateFacts, made
from shared.casework.typed_texts import typed_texts_of
from shared.casework.written_words import written_words
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case_file import CLASS_OF, Group
from shared.protocol.documents import document_in
from shared.protocol.facts import Id
from shared.protocol.statements import StatementMade
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import Source

TAKEN_WITHIN = 30 * 60_000
"""ms after the release in which a copy can be taken."""
AT_MOST = 500
"""Entries that a second officer may leave out."""
A, S = (RequestKind.ACCESS,), RequestState


class IdentityCheck(StrEnum):
    """How it was checked that whoever asks is the person."""

    DOCUMENT = "document"
    KNOWN = "known"
    """Whoever wrote it down has worked with the person."""
    REPRESENTATIVE = "representative"
    """A guardian, or a lawyer with the person's authority."""


class CopyAnswer(StrEnum):
    """What a second officer decides of a request for access."""

    COPY = "copy"
    SILENT = "silent"
    """Neither confirmed nor denied that anything is held: where the country file lets this kind of agency."""
    REFUSED = "refused"


class CopyRefusal(StrEnum):
    """Why no copy is given."""

    IDENTITY = "identity"
    """It is not certain that whoever asks is the person."""
    OTHERS = "others"
    """It would harm the rights of others (GDPR art. 15(4))."""
    EXCESSIVE = "excessive"
    """Manifestly unfounded or excessive (art. 12(5))."""
    LAW = "law"
    """A law restricts it (art. 23; LED art. 15)."""


class AskAccess(OfRight):
    """The person asks for a copy; `pressure` is the answer to: is anybody with you, or did anybody ask you to request this?"""

    identity: IdentityCheck
    pressure: Literal["no", "yes"]


class GoOn(OfRequest):
    """Another officer has spoken with the person alone: the wish is the person's own."""


class ReleaseCopy(OfRequest):
    """What a second officer decides. `left_out` names entries of the account that speak of somebody else."""

    answer: CopyAnswer
    refusal: CopyRefusal | None = None
    left_out: Annotated[tuple[Id, ...], Field(max_length=AT_MOST)] = ()
    documents: Literal["yes", "no"] = "yes"
    """Whether documents go along: not where whoever decides may not open them."""
    shown: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{0,32}$")] = ""
    """By which the entries that whoever decides has looked at are known again; the page says it."""


class TakeCopy(OfRequest):
    """The copy is taken, to be handed over in person; `documents` is the set of those that go along."""

    format: Literal["pdf", "json", "documents"]


def ask_access(command: AskAccess, tx: DecisionContext) -> Sequence[StatementMade]:
    """Somebody asks for access. Raises RuleBroken where a request of this case waits already."""
    must_be_here(command.case, tx)
    earlier = requests_of(tx.work.instance.keystore, tx.session, command.case)
    if any(one.kind is RequestKind.ACCESS and one.state in OPEN for one in earlier):
        raise RuleBroken("request-waits")
    due = tx.country.in_days(tx.at, tx.country.subject_access.days)
    pressed = command.pressure == "yes"
    state = S.STOPPED if pressed else S.WAITS
    write(tx, command.case, RequestKind.ACCESS, state, due, identity=command.identity, pressure=command.pressure)
    return _told_in_silence(command.case, tx) if pressed else []


def _told_in_silence(case: str, tx: DecisionContext) -> Sequence[StatementMade]:
    """The mark of pressure, which the lead alone reads, where something can still be stated in the case."""
    picture, keys = tx.work.picture(case), tx.work.instance.keystore
    gone = keys is not None and CLASS_OF[Group.DURESS] in keys.gone(case)
    known = any(said.field == "duress" and said.value == "yes" and said.stands for said in statements_of(tx.work, case))
    if picture is None or picture.closed_at is not None or picture.protocol == FIRST or gone or known or case in tx.work.instance.parked:
        return []
    return made(StateFacts(case=case, statements=(NewStatement(field="duress", value="yes", source=Source.SAID),)), tx)


def go_on(command: GoOn, tx: DecisionContext) -> None:
    """A request that was stopped goes on. Raises RuleBroken for whoever wrote it down."""
    row = the_row(tx, command, A, (S.STOPPED,))
    if row.officer == tx.officer:
        raise RuleBroken("second-officer-needed")
    row.second, row.state = tx.officer, S.WAITS.value
    tx.session.add(row)


def release_copy(command: ReleaseCopy, tx: DecisionContext) -> None:
    """A second officer decides, and decides anew where the copy was not taken in time. Raises RuleBroken for whoever wrote it down, until
    others had their time."""
    row = the_row(tx, command, A, (S.WAITS, S.RELEASED, S.DONE))
    if not tx.country.second_officer.may_confirm(row.officer, tx.officer, row.at, tx.at):
        raise RuleBroken("second-officer-needed")
    if command.answer is CopyAnswer.SILENT and tx.country.agency(tx.agency).kind not in tx.country.subject_access.silent:
        raise RuleBroken("not-silent", "answer")
    if (command.refusal is None) is (command.answer is CopyAnswer.REFUSED):
        raise RuleBroken("say-refusal", "refusal")
    held, whole = entries(tx.work, command.case), whole_documents(tx.work, command.case)
    if command.shown and command.shown != fingerprint(held, whole):
        raise RuleBroken("account-changed", "answer")
    row.taken, given = "", sorted(set(held) - set(command.left_out))
    along = sorted(whole & set(given)) if command.answer is CopyAnswer.COPY and command.documents == "yes" else []
    decided(tx, row, S.RELEASED, command.answer, refusal=command.refusal or "", entries=given, documents=along)


def entries(work: UnitOfWork, case: str) -> list[str]:
    """The ids of the statements, notes and other texts that are held: what came after somebody looked is in no copy that they release."""
    reader = CaseReader(work.instance, work.session)
    written = written_words(work, case)
    said = statements_of(work, case)
    kept = kept_of(reader, case)
    return [one.id for each in (said, kept.notes, written, typed_texts_of(reader, case, kept.names)) for one in each]


def whole_documents(work: UnitOfWork, case: str) -> set[str]:
    """The statements of documents that can be looked at now: they stand, and all pieces are here."""
    if work.instance.documents is None:
        return set()
    folder = work.instance.documents.folder
    held = ((said.id, ref) for said in statements_of(work, case) if said.stands and (ref := document_in(said.value)))
    return {id for id, ref in held if folder.here(ref.id) >= set(range(ref.pieces))}


def fingerprint(ids: Sequence[str], whole: Collection[str]) -> str:
    """By which these entries, and which documents of them could be looked at, are known again."""
    return sha256("\n".join([*sorted(ids), "", *sorted(whole)]).encode()).hexdigest()[:32]


def take_copy(command: TakeCopy, tx: DecisionContext) -> None:
    """Once in each format, for a short time after the release. Raises RuleBroken afterwards: a second officer releases it anew."""
    row = the_row(tx, command, A, (S.RELEASED, S.DONE))
    if command.format in row.taken.split() or row.decided_at is None or tx.at >= row.decided_at + TAKEN_WITHIN:
        raise RuleBroken("copy-taken")
    row.taken, row.state = " ".join(sorted({*row.taken.split(), command.format})), S.DONE.value
    tx.session.add(row)
