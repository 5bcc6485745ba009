"""Documents of a case: attaching one, and which there are. What is stated of one is a statement like others (`protocol.documents`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from sqlalchemy import bindparam
from sqlmodel import col, select

from shared.casework.person_file import Said, statements_of
from shared.casework.pressure import marked
from shared.casework.restrictions import restricted
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case
from shared.protocol.case_file import CLASS_OF, DOCUMENTS, FIELDS, Group
from shared.protocol.documents import DocumentRef, document_in
from shared.protocol.facts import AgencyId, Facts, Id
from shared.protocol.statement_readers import readers
from shared.protocol.statements import FieldName, Statement, StatementMade, stated
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import Source
from shared.store import at_rest
from shared.store.person_tables import StatementRow

MOST_DOCUMENTS, MOST_BYTES = 60, 300 * 1024 * 1024
"""Documents of a case, and bytes of all of them."""
KINDS = {field.name: field.group for field in FIELDS.values() if field.group in DOCUMENTS}
"""Field → its group."""
BEYOND = (
    select(StatementRow)
    .where(col(StatementRow.group).in_([g.value for g in DOCUMENTS]), col(StatementRow.seq) > bindparam("after"))
    .order_by(col(StatementRow.seq))
)
"""Made once: each courier asks it every second in which something came, and to make it takes as long as to ask it."""


class AttachDocument(Facts):
    """A file that was taken in becomes a document of a case, of this kind."""

    case: Id
    kind: FieldName
    value: Annotated[str, Field(max_length=300)]
    """What is stated of it; made where it was taken in, never typed."""
    source: Source = Source.DOCUMENT
    shown: tuple[AgencyId, ...]
    """Who would read it, as the sender saw it before sending."""


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A document as this agency may know it."""

    said: Said
    ref: DocumentRef


def attach_document(command: AttachDocument, tx: DecisionContext) -> list[StatementMade]:
    """An officer attaches a document. Raises RuleBroken where it may not stand there, or somebody else would read it than was shown."""
    case = may_attach(command.case, command.kind, tx)
    ref = document_in(command.value)
    if ref is None:
        raise RuleBroken("statement-does-not-fit", "file")
    if set(command.shown) != set(would_read(case, command.kind, tx.agency, tx.at)):
        raise RuleBroken("document-readers")
    there = [one.ref for one in documents_of(tx.work, command.case) if one.said.stands]
    if len(there) >= MOST_DOCUMENTS or sum(one.size for one in there) + ref.size > MOST_BYTES:
        raise RuleBroken("document-too-many", "file")
    id = tx.work.derived(f"statement\n{tx.cause}\n0").hex()[:16]
    said = Statement(id=id, field=command.kind, value=command.value, source=command.source, said_at=tx.at)
    return stated([said], case.lead if marked(tx.work, case.id) else None)


def may_attach(of: str, kind: str, tx: DecisionContext) -> Case:
    """The case, where a document of this kind may be attached to it. Raises RuleBroken."""
    case = tx.open_case(of)
    if case.protocol == FIRST:
        raise RuleBroken("statements-later")
    if kind not in KINDS:
        raise RuleBroken("statement-no-field")
    keys = tx.work.instance.keystore
    if keys and CLASS_OF[KINDS[kind]] in keys.gone(case.id):
        raise RuleBroken("statement-erased")
    if KINDS[kind] in restricted(tx.work, case.id):
        raise RuleBroken("statement-restricted")
    return case


def would_read(case: Case, kind: str, agency: str, at: int) -> list[str]:
    """The other agencies that a document of this kind goes to at this moment."""
    return [one for one in readers(case, KINDS[kind], at) if one != agency]


def documents_of(work: UnitOfWork, case: str) -> list[CaseDocument]:
    """The documents of a case that can be read here, in the order in which they came; those that were taken back say so."""
    found = (CaseDocument(said, ref) for said in statements_of(work, case) if (ref := document_in(said.value)))
    return [one for one in found if one.said.field in KINDS]


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document as the instance itself knows it, of whichever case: to send it, to fetch it, or to let go of it."""

    ref: DocumentRef
    said_at: int
    author: str


def known_documents(work: UnitOfWork, after: int = 0) -> Iterator[tuple[int, KnownDocument | None]]:
    """Place and document of each that was stated on the log, beyond a place; None where nobody can open it any more."""
    for row in work.session.exec(BEYOND, params={"after": after}):
        value = at_rest.opened_value(work.instance.keystore, row.case, row.data_class, row.id, row.value)
        ref = document_in(value) if value and row.erased_at is None else None
        yield row.seq or 0, KnownDocument(ref, row.said_at, row.author) if ref else None


def waiting_documents(work: UnitOfWork) -> Iterator[str]:
    """The ids of those that were attached here, and whose statement is not on the log yet."""
    for case in work.instance.outgoing.cases():
        yield from (one.ref.id for one in documents_of(work, case))


def group_of_kind(kind: str) -> Group:
    """The group of a kind of document. Raises RuleBroken."""
    if kind not in KINDS:
        raise RuleBroken("no-such-case")
    return KINDS[kind]
