"""On which grounds a person's data may be disclosed to an agency: the recorded bases of a case, and what follows from them. Pure functions.

A basis is consent for a purpose and a recipient, or what stands in for it: a child, danger to life (docs/domain.md, sections 3.1
and 3.2). Nothing follows from none, from one that has ended or whose words were erased; the last row for a class counts, and a
withdrawal wins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from shared.protocol.roster import CODES, may_see
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Ground, Need


class Months(IntEnum):
    """For how long consent may be given."""

    THREE = 3
    SIX = 6
    TWELVE = 12

    @property
    def days(self) -> int:
        """So many days on, in the country's calendar, it ends."""
        return {3: 90, 6: 180, 12: 365}[self.value]


TOLD = frozenset({DataClass.D1, DataClass.D2})
"""What a report discloses of a person."""
PERSONAL = frozenset(DataClass) - {DataClass.D0, DataClass.D9}
Personal = Literal[
    DataClass.D1, DataClass.D2, DataClass.D3, DataClass.D4, DataClass.D5, DataClass.D6, DataClass.D7, DataClass.D8,
]  # fmt: skip
"""What a person may agree to, take back and have erased; who does what by when is no one's to withhold from who takes part."""
FIRST_FOR_A_CHILD = frozenset({AgencyKind.IDENTIFIER, AgencyKind.SOCIAL_SERVICES})
"""Who is told of a child at once, with whoever is asked to be its guardian; all others what a report tells, and more one by one, when the
lead records it for them (docs/domain.md, section 2.6)."""
GRANTING = (Basis.VITAL, Basis.CHILD, Basis.CONSENT)
"""Bases that open more than advice, the one that opens most last. A figure and a consultation open nothing by themselves."""


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One basis on record. Moments are ms UTC."""

    id: str
    recipient: str
    """The agency; empty: every agency that the national policy names for the purpose, or any where there is no one purpose."""
    purpose: Need | None
    classes: frozenset[DataClass]
    basis: Basis
    """`none`: the person did not agree, or not any more."""
    given_at: int
    language: str = ""
    """In which the person consented."""
    until: int | None = None
    officer: str = ""
    ground: Ground | None = None
    """Of an emergency; `words` is what the officer wrote of it."""
    words: str = ""
    but: frozenset[str] = frozenset()
    """Kinds of agencies that a basis without a recipient leaves out."""
    ended_at: int | None = None
    """When it was withdrawn."""
    legible: bool = True
    """False once the case was erased here: whom it leaves out is not known any more."""

    @property
    def speaks_of(self) -> frozenset[DataClass]:
        """The classes that it decides on; what allows any disclosure allows D0: who does what by when."""
        return self.classes | {DataClass.D0} if self.basis in GRANTING else self.classes

    def holds(self, at: int) -> bool:
        """Whether it is in force."""
        return self.legible and self.ended_at is None and (self.until is None or at < self.until)

    def leaves_out(self, to: "Recipient") -> bool:
        """Whether the person objects to disclosure to this agency, or to its kind."""
        return not self.legible or (not self.recipient and to.kind.value in self.but)

    def refuses(self, to: "Recipient") -> bool:
        """Whether it is a no to all agencies of this one's kind: what was agreed before lets none of them be told any more."""
        return self.basis is Basis.NONE and not self.recipient and to.kind.value in self.but

    def covers(self, to: "Recipient", purpose: Need) -> bool:
        """Whether it concerns this agency and purpose at all."""
        if self.purpose not in (None, purpose):
            return False
        if self.recipient:
            return self.recipient == to.agency
        return (self.purpose is None or purpose in to.named) and not self.leaves_out(to)


@dataclass(frozen=True, slots=True)
class Recipient:
    """An agency as consent sees it; `named` are the purposes for which the national policy names it."""

    agency: str
    kind: AgencyKind
    named: frozenset[Need] = frozenset()


@dataclass(frozen=True, slots=True)
class Grant:
    """What an agency may be given: data classes (with D0), on which basis, until when."""

    classes: frozenset[DataClass]
    basis: Basis
    until: int | None


def granted(rows: Iterable[LegalBasis], to: Recipient, purpose: Need, at: int) -> Grant | None:
    """What one recipient may be given for one purpose at one moment; None: nothing. Of each class the last word that names it counts."""
    last: dict[DataClass, LegalBasis] = {}
    for row in _in_order(rows):
        if row.refuses(to):
            last = {}
        elif row.covers(to, purpose):
            last |= dict.fromkeys(row.speaks_of, row)
    open_to = {s: row for s, row in last.items() if row.basis in GRANTING and row.holds(at) and s in _may(row, to)}
    live = {s: row for s, row in open_to.items() if s in CODES or not _one_by_one(row, to, purpose)}
    if not live:
        return None
    basis = max((row.basis for row in live.values()), key=GRANTING.index)
    ends = [row.until for row in live.values() if row.until is not None]
    return Grant(frozenset(live) | {DataClass.D0}, basis, min(ends, default=None))


def _may(row: LegalBasis, to: Recipient) -> frozenset[DataClass]:
    return may_see(to.kind, row.basis, ends=row.until is not None)


def _one_by_one(row: LegalBasis, to: Recipient, purpose: Need) -> bool:
    """Whether a child's basis is too general to open more than codes to this agency."""
    return row.basis is Basis.CHILD and not row.recipient and best_interests(to, purpose)


def best_interests(to: Recipient, purpose: Need) -> bool:
    """Whether an agency is told more of a child than a report tells only for a reason why that is in the child's best interests."""
    return to.kind not in FIRST_FOR_A_CHILD and purpose is not Need.GUARDIANSHIP


def goes_there(rows: Iterable[LegalBasis], at: int) -> LegalBasis | None:
    """The agency that goes to somebody in danger now and is told of them without consent, as it is on record: one at a time."""
    found: LegalBasis | None = None
    for row in _in_order(rows):
        if row.basis is Basis.VITAL and row.recipient and row.until is not None and row.holds(at):
            found = row
        elif found and row.basis is Basis.NONE and DataClass.D0 in row.classes and row.recipient in ("", found.recipient):
            found = None
    return found


def refused(rows: Sequence[LegalBasis], to: Recipient, at: int) -> bool:
    """Whether the person objected to disclosure to this agency, or to its kind: then it does not join by itself either."""
    own = [row for row in _in_order(rows) if row.recipient == to.agency and DataClass.D0 in row.speaks_of]
    if own and own[-1].basis is Basis.NONE:
        return True
    named = max((row.given_at for row in own if row.holds(at)), default=-1)
    return any(row.leaves_out(to) and row.given_at > named for row in rows)


def unclear(rows: Iterable[LegalBasis]) -> bool:
    """Whether it is not known here whom the person leaves out: all are refused then, though the person may object to nobody."""
    return any(not row.legible and row.ended_at is None for row in rows)


def withdrawal(rows: Sequence[LegalBasis], agency: str, classes: frozenset[DataClass], at: int, officer: str) -> LegalBasis:
    """The row that a withdrawal adds, for one agency: of these classes, or of all that was disclosed to it where none is named."""
    return LegalBasis("", agency, None, classes or PERSONAL | {DataClass.D0}, Basis.NONE, later(rows, at), officer=officer)


def withdrawn(rows: Iterable[LegalBasis], agency: str) -> frozenset[DataClass]:
    """The classes of which the last word on this agency, by name or on whoever helps, is that the person withdrew them."""
    last: dict[DataClass, LegalBasis] = {}
    for row in _in_order(rows):
        if row.recipient == agency or (not row.recipient and row.basis in GRANTING):
            last |= dict.fromkeys(row.speaks_of, row)
    return frozenset(section for section, row in last.items() if row.basis is Basis.NONE)


def ends(row: LegalBasis, by: LegalBasis) -> bool:
    """Whether a withdrawal leaves nothing of what was agreed for its agency by name."""
    return row.recipient == by.recipient and row.basis is not Basis.NONE and row.ended_at is None and row.speaks_of <= by.classes


def later(rows: Iterable[LegalBasis], at: int) -> int:
    """The moment of a new row: after all that are on record, whatever the clock has done, since the last word counts."""
    return max((at, *(row.given_at + 1 for row in rows)))


def _in_order(rows: Iterable[LegalBasis]) -> list[LegalBasis]:
    return sorted((row for row in rows if row.ended_at is None), key=lambda row: row.given_at)


def of_opening(
    lead: str, basis: Basis, needs: Sequence[Need], at: int, terms: dict[str, Any], *, place: bool = False, **of_officer: Any
) -> tuple[LegalBasis, ...]:  # fmt: skip
    """The bases that a report gives: the lead's, and one for each need. `terms` are what the opening event says of the consent; with
    `place` the lead is told where the person is (D5).

    They have no id yet. Where the person is the report tells the lead alone; others once the person agrees to that. Whom the person
    does not want to be told is left out on every basis: on `none` that binds who is consulted.
    """
    but = frozenset(AgencyKind(kind).value for kind in terms.get("withheld", ()))
    if basis is Basis.CHILD:  # consent is not asked, and the guardian is informed
        return (LegalBasis("", "", None, PERSONAL, basis, at, but=but, **of_officer),)
    consented = basis is Basis.CONSENT
    agreed = frozenset(DataClass(c) for c in terms.get("agreed", TOLD)) if consented else PERSONAL if basis is Basis.VITAL else TOLD
    common: dict[str, Any] = {**of_officer, "until": terms.get("consent_until"), "language": terms.get("consent_language", "")}
    leads = agreed | {DataClass.D5} if consented and place else agreed
    to_lead = LegalBasis("", lead, Need.IDENTIFICATION, leads, basis, at, **common)
    others = agreed - {DataClass.D5} if consented else agreed
    to_others = [LegalBasis("", "", need, others, basis, at, but=but, **common) for need in needs]
    if basis is Basis.NONE:
        return (to_lead, *([LegalBasis("", "", None, frozenset(), basis, at, but=but, **of_officer)] if but else []))
    return (to_lead, *to_others)
