"""What an agency keeps of a case for itself: its own reference and label, by which its officers know whom a case is about, and its notes.

None of it is ever on the bus. It may hold anything, so it is closed under the case's key for that, and goes with it when the case is
erased. Nothing is overwritten: the last reference and label count, and a note corrects an earlier one by naming it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from sqlmodel import col, func, select

from shared.casework.case_reader import CaseReader
from shared.casework.search_index import index
from shared.config.calendar import local
from shared.config.codes import Line, plain_text
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.facts import Facts, Id
from shared.store import at_rest
from shared.store.database import insert
from shared.store.own_tables import OwnRecord
from shared.store.tables import Assignment

AT_MOST = 500
"""Notes of one case that a page shows: the newest."""


class OwnKind(StrEnum):
    """What somebody wrote."""

    REFERENCE = "reference"
    LABEL = "label"
    NOTE = "note"


class OfOwnRecord(Facts):
    """A command about what an agency keeps of a case for itself."""

    case: Id


class NameCase(OfOwnRecord):
    """How this agency calls a case: its own register's number, and a few words by which its officers know it. What is left out is empty."""

    reference: Annotated[Line, StringConstraints(max_length=60)] = ""
    label: Annotated[Line, StringConstraints(max_length=80)] = ""


class WriteNote(OfOwnRecord):
    """A note of this agency's own; one that corrects an earlier one names it."""

    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(plain_text)]
    corrects: Id | None = None


@dataclass(frozen=True, slots=True)
class OwnNote:
    """A note: who wrote it, when, and the note that corrects it, where one does."""

    id: str
    officer: str
    at: int
    words: str
    corrects: str
    corrected_by: str


@dataclass(frozen=True, slots=True)
class OwnNames:
    """What this agency calls a case; empty where it has not said, or where the case is erased."""

    reference: str = ""
    label: str = ""

    @property
    def called(self) -> str:
        """What stands beside the number of the case: the label, else the reference."""
        return self.label or self.reference


@dataclass(frozen=True, slots=True)
class KeptOfCase:
    """All that this agency keeps of a case for itself; the newest note first."""

    names: OwnNames
    notes: list[OwnNote] = field(default_factory=list[OwnNote])


def name_case(command: NameCase, tx: DecisionContext) -> None:
    """An officer says how this agency calls the case."""
    _must_be_kept(command.case, tx)
    name_as(tx, command.case, command.reference, command.label)
    opened = tx.work.picture(command.case) or tx.work.view(command.case).case
    if opened:
        index(tx.work, command.case, "opened", local(opened.opened_at, tx.country.time_zone).date().isoformat())


def name_as(tx: DecisionContext, case: str, reference: str, label: str) -> None:
    """The same of a case that is opened by the same decision: how this agency calls it, where that is not as before."""
    known = names(CaseReader(tx.work.instance, tx.session), [case]).get(case, OwnNames())
    for kind, now, before in ((OwnKind.REFERENCE, reference, known.reference), (OwnKind.LABEL, label, known.label)):
        if now.strip() != before:
            _write(tx, case, kind, now.strip())
            index(tx.work, case, kind.value, now)


def write_note(command: WriteNote, tx: DecisionContext) -> None:
    """An officer notes something for the own agency. Raises RuleBroken for a correction of what is not there, or is corrected already."""
    _must_be_kept(command.case, tx)
    if command.corrects:
        noted = {row.id: row.corrects for row in _rows(tx, command.case)}
        if command.corrects not in noted:
            raise RuleBroken("no-such-note")
        if command.corrects in noted.values():
            raise RuleBroken("note-corrected")
    _write(tx, command.case, OwnKind.NOTE, command.note, command.corrects or "")


def names(reader: CaseReader, cases: Iterable[str], officer: str = "") -> dict[str, OwnNames]:
    """Case → what this agency calls it; of an officer who is named only the cases that are theirs."""
    last = select(func.max(OwnRecord.seq)).where(col(OwnRecord.case).in_(set(cases)), OwnRecord.kind != OwnKind.NOTE.value)
    if officer:
        theirs = select(Assignment.case).where(Assignment.case == OwnRecord.case, Assignment.officer == officer)
        last = last.where(theirs.exists())
    found: dict[str, dict[str, str]] = {}
    for row in reader.session.exec(select(OwnRecord).where(col(OwnRecord.seq).in_(last.group_by(OwnRecord.case, OwnRecord.kind)))):
        found.setdefault(row.case, {})[row.kind] = _opened(reader, row)
    return {case: OwnNames(**said) for case, said in found.items()}


def kept_of(reader: CaseReader, case: str) -> KeptOfCase:
    """What this agency keeps of a case for itself, without what nobody can open any more."""
    newest = select(OwnRecord).where(OwnRecord.case == case, OwnRecord.kind == OwnKind.NOTE.value).order_by(col(OwnRecord.seq).desc())
    rows = reader.session.exec(newest.limit(AT_MOST)).all()
    corrected = {row.corrects: row.id for row in rows if row.corrects}
    notes = [
        OwnNote(row.id, row.officer, row.at, words, row.corrects, corrected.get(row.id, ""))
        for row in rows if (words := _opened(reader, row))
    ]  # fmt: skip
    return KeptOfCase(names(reader, [case]).get(case, OwnNames()), notes)


def _must_be_kept(case: str, tx: DecisionContext) -> None:
    """Raises RuleBroken where the case is not here, or erased: what would be written then could never be read."""
    if tx.work.picture(case) is None and tx.work.view(case).case is None:
        raise RuleBroken("no-such-case")
    keys = tx.work.instance.keystore
    if keys and at_rest.WHOLE in keys.gone(case):
        raise RuleBroken("nothing-is-kept")


def _rows(tx: DecisionContext, case: str) -> list[OwnRecord]:
    return list(tx.session.exec(select(OwnRecord).where(OwnRecord.case == case, OwnRecord.kind == OwnKind.NOTE.value)))


def _write(tx: DecisionContext, case: str, kind: OwnKind, words: str, corrects: str = "") -> None:
    id = tx.fresh()
    closed = at_rest.closed_text(tx.work.instance.keystore, at_rest.OWN_WORDS, id, case, words)
    row = {"id": id, "case": case, "kind": kind.value, "officer": tx.officer, "at": tx.at, "words": closed, "corrects": corrects}
    insert(tx.session.connection(), OwnRecord, [row])


def _opened(reader: CaseReader, row: OwnRecord) -> str:
    return at_rest.opened_text(reader.instance.keystore, at_rest.OWN_WORDS, row.id, row.case, row.words)
