"""The table of legal bases, at the intake that filed the report and at the lead: who agreed to what for whom, or why it went without.

It never leaves the instance; what follows from it reaches others as the lead's roster. A row is never changed but for its end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Index, Text, bindparam, update
from sqlmodel import Field, SQLModel, col, select

from shared.casework.case_reader import CaseReader
from shared.casework.profile import terms
from shared.config.country import Country
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.consent import GRANTING, Grant, LegalBasis, Recipient, later, of_opening, refused, unclear
from shared.protocol.case import Case
from shared.protocol.facts import Member
from shared.protocol.leading import handed_over_by
from shared.protocol.vocabulary import Basis, DataClass, Ground, HandoffKind, Need
from shared.records.codec import from_json, to_json
from shared.store import at_rest
from shared.store.columns import moment, new_salt, salt
from shared.store.database import insert_new, table


class BasisRow(SQLModel, table=True):
    """One basis on record."""

    __tablename__ = "legal_basis"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("legal_basis_case", "case", "seq"),)
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    case: str
    recipient: str
    purpose: str
    classes: str
    """Codes with blanks between them."""
    basis: str
    given_at: int = Field(sa_column=moment(nullable=False))
    until: int | None = Field(default=None, sa_column=moment())
    officer: str
    told: str = Field(sa_column=Column(Text, nullable=False))
    """Language, ground and words, and whom the person leaves out: closed under the case's key."""
    ended_at: int | None = Field(default=None, sa_column=moment())
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class LeadRecordPart(SQLModel, table=True):
    """A part of what a former lead handed over has come. Derived from the log."""

    __table_args__ = (Index("leadrecordpart_case", "case"),)
    handoff: str = Field(primary_key=True)
    """The request by which the lead passed on."""
    part: int = Field(primary_key=True)
    parts: int
    case: str
    salt: str = Field(default_factory=new_salt, sa_column=salt())


OF_CASE = select(BasisRow).where(BasisRow.case == bindparam("of")).order_by(col(BasisRow.seq))
PARTS = select(LeadRecordPart.part, LeadRecordPart.parts).where(
    LeadRecordPart.case == bindparam("of"), LeadRecordPart.handoff == bindparam("by")
)
"""Made once: whatever is told an agency is preceded by the first of them."""

UNKNOWN = LegalBasis("", "", None, frozenset(), Basis.NONE, 0, legible=False)
"""What stands for the record that a new lead waits for: whom the person leaves out is not known, so nobody is told on anything but what the
person has agreed to since, agency by agency."""


def awaited(work: UnitOfWork, case: Case) -> bool:
    """Whether we lead a case that another led before, and what that one has on record has not all come."""
    handed = handed_over_by(case)
    if handed is None or work.instance.me != f"referral.{case.lead}":
        return False
    come = parts_come(work, case)
    return not come or len(come) < max(come.values())


def parts_come(work: UnitOfWork, case: Case) -> dict[int, int]:
    """The parts of the record that a lead was handed over with that have come here → how many there are, as each says."""
    handed = handed_over_by(case)
    if handed is None:
        return {}
    return dict(work.session.exec(PARTS, params={"of": case.id, "by": handed.id}).all())


def recorded(work: UnitOfWork, case: Case) -> list[LegalBasis]:
    """The bases of a case in the order in which they were recorded; where there are none yet, those that its opening gives. Where the lead
    has changed the basis since and lost what it wrote down, nothing follows from the opening any more: it asks the person again. So does a
    new lead until the former one's record has come."""
    rows = stored(work, case.id)
    if awaited(work, case):
        return [*(row for row in rows if _known(row, case)), UNKNOWN]
    return rows or _of_opening(work, case)


def _known(row: LegalBasis, case: Case) -> bool:
    """Whether a basis counts before a former lead's record is whole: a refusal does, and what officers here have recorded since the lead
    came here. What came in a part of it does not, nor what was agreed here when this agency led the case before."""
    return row.basis is Basis.NONE or _since(row, case)


def _since(row: LegalBasis, case: Case) -> bool:
    """Whether officers here have recorded it since the lead came here: all that they have, but where this desk led before."""
    before = any(h.kind is HandoffKind.TRANSFER and h.giver == case.lead for h in case.handoffs.values())
    handed = handed_over_by(case) if before else None
    return bool(row.officer) and (handed is None or row.given_at >= (handed.answered_at or 0))


def stored(work: UnitOfWork, case: str) -> list[LegalBasis]:
    """What is written down of a case, whether it counts yet or not."""
    return [_read(work, row) for row in work.session.exec(OF_CASE, params={"of": case})]


def _of_opening(work: UnitOfWork, case: Case) -> list[LegalBasis]:
    rows = of_opening(case.lead, case.basis, case.needs, case.opened_at, terms(work, case.id), place=_told_the_place(case))
    keys = work.instance.keystore
    erased = keys is not None and DataClass.D1 in keys.gone(case.id)
    gone = erased or case.based_at is not None  # whom they leave out is not known any more
    return [replace(row, id=_id(case.id, "opening", n), legible=not gone) for n, row in enumerate(rows)]


def _told_the_place(case: Case) -> bool:
    """Whether the lead is told where the person is: its entry of roster 1 says so, and the terms do not, since they are agreed for all."""
    lead = case.member(case.lead)
    return not case.is_side and lead is not None and DataClass.D5 in lead.classes


def settled(work: UnitOfWork, case: Case) -> list[LegalBasis]:
    """The same, with what the opening gives written down."""
    if awaited(work, case) or (rows := stored(work, case.id)):
        return recorded(work, case)
    _insert(work, case.id, rows := _of_opening(work, case))
    return rows


def record(work: UnitOfWork, case: str, cause: str, rows: Iterable[LegalBasis]) -> int:
    """Write new bases down; those that this cause has written before stay as they are. How many were new."""
    return _insert(work, case, [replace(row, id=_id(case, cause, n)) for n, row in enumerate(rows)])


def _insert(work: UnitOfWork, case: str, rows: Iterable[LegalBasis]) -> int:
    return insert_new(work.session.connection(), BasisRow, [_written(work, case, row) for row in rows])


def take(work: UnitOfWork, case: Case, rows: Sequence[LegalBasis]) -> None:
    """Bases that a former lead had on record, under the ids that they had there; and which of those that are here have ended since. What
    was agreed there stands before what officers here have recorded since, whatever the clocks of both say."""
    here = stored(work, case.id)
    first = min((row.given_at for row in here if _since(row, case)), default=None)
    in_order = [replace(row, given_at=min(row.given_at, first - 1)) if first and row.basis in GRANTING else row for row in rows]
    _insert(work, case.id, in_order)
    known = {row.id for row in here}
    for row in rows:
        if row.ended_at is not None and row.id in known:
            end(work, [row], row.ended_at)


def take_back(work: UnitOfWork, case: Case, rows: Iterable[LegalBasis]) -> None:
    """What the person has withdrawn at a desk that led before: the last word, whatever that desk's clock says."""
    here = stored(work, case.id)
    _insert(work, case.id, [replace(row, given_at=later(here, row.given_at)) for row in rows])


def end(work: UnitOfWork, rows: Iterable[LegalBasis], at: int) -> None:
    """These are withdrawn."""
    ids = [row.id for row in rows]
    ended = update(table(BasisRow)).where(table(BasisRow).c.id.in_(ids), table(BasisRow).c.ended_at.is_(None))
    work.session.connection().execute(ended.values(ended_at=at))


def recipient(country: Country, agency: str) -> Recipient:
    """An agency of the directory as consent sees it. Raises NotListed."""
    named = {line.need for line in country.invitations if line.agency == agency}
    return Recipient(agency, country.agency(agency).kind, frozenset(named))


def barred(reader: CaseReader, case: Case, at: int) -> list[str]:
    """Who would be called at once at this urgency, and must not be told: the person objects to it, or to its kind."""
    country, needs = reader.country, reader.country.at_once(case.urgency)
    named = dict.fromkeys(line.agency for line in country.invitations if line.need in needs and country.may_ask(line.agency))
    return left_out(reader, case, named, at) if needs else []


def left_out(reader: CaseReader, case: Case, agencies: Iterable[str], at: int) -> list[str]:
    """Which of these must not be told: the person objects to the agency, or to its kind."""
    rows = recorded(UnitOfWork(reader.instance, reader.session), case)
    return [agency for agency in agencies if refused(rows, recipient(reader.country, agency), at)]


def unknown(reader: CaseReader, case: Case) -> bool:
    """Whether it is not known here whom the person leaves out: the former lead's record has not all come, or what was on record was erased.
    Then nobody is told on what was agreed in general, though the person may have objected to nobody."""
    return unclear(recorded(UnitOfWork(reader.instance, reader.session), case))


def known(rows: Iterable[LegalBasis]) -> list[LegalBasis]:
    """Those of the bases of a case that somebody recorded: what a page and a person's copy show."""
    return [row for row in rows if row is not UNKNOWN]


def member(country: Country, agency: str, purpose: Need, grant: Grant) -> Member:
    """The roster entry that follows: what was granted, as far as policy and directory allow it."""
    entry = country.member(agency, purpose, grant.basis, grant.until)
    return entry.model_copy(update={"classes": tuple(c for c in entry.classes if c in grant.classes)})


def _id(case: str, cause: str, n: int) -> str:
    return sha256(f"basis\n{case}\n{cause}\n{n}".encode()).hexdigest()[:32]


def _written(work: UnitOfWork, case: str, row: LegalBasis) -> dict[str, Any]:
    told = to_json({"language": row.language, "ground": row.ground, "words": row.words, "but": sorted(row.but)})
    return {
        "id": row.id, "case": case, "recipient": row.recipient, "purpose": row.purpose or "", "classes": " ".join(sorted(row.classes)),
        "basis": row.basis.value, "given_at": row.given_at, "until": row.until, "officer": row.officer,
        "told": at_rest.closed_text(work.instance.keystore, at_rest.BASIS, row.id, case, told) if row.legible else at_rest.PREFIX,
        "ended_at": row.ended_at,
    }  # fmt: skip


def _read(work: UnitOfWork, row: BasisRow) -> LegalBasis:
    text = at_rest.opened_text(work.instance.keystore, at_rest.BASIS, row.id, row.case, row.told)
    told: dict[str, Any] = from_json(text) if text else {}
    return LegalBasis(
        id=row.id, recipient=row.recipient, purpose=Need(row.purpose) if row.purpose else None,
        classes=frozenset(DataClass(c) for c in row.classes.split()), basis=Basis(row.basis), given_at=row.given_at, until=row.until,
        officer=row.officer, language=told.get("language", ""), ground=Ground(told["ground"]) if told.get("ground") else None,
        words=told.get("words", ""), but=frozenset(told.get("but", ())), ended_at=row.ended_at, legible=bool(text),
    )  # fmt: skip
