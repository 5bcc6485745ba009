"""Restricting a case inside the agency: an official is suspected, or staff are related. Only the officers who are named may see it.

Everybody else, whatever their role, learns nothing that tells that it exists (`shared/decisions/case_wall.py`). So that nobody waits unseen
behind the wall, the agency's head is told when nobody who is named acts (`restriction_head.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import col, select

from shared.access.assignments import assigned, cases_of, give, remove
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.decisions import case_wall
from shared.decisions.audit import AuditLine, reasoned
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.store import at_rest
from shared.store.database import insert
from shared.store.restricted_tables import RestrictedCase, RestrictedOfficer

FEWEST = 2
"""Officers who must be named, so that nobody is alone, or on leave."""


class RestrictionReason(StrEnum):
    """Why a case is restricted."""

    OFFICIAL = "official"
    STAFF = "staff"
    OTHER = "other"


REASONS = {
    RestrictionReason.OFFICIAL: N_("An official is suspected"), RestrictionReason.STAFF: N_("Somebody of our staff is related"),
    RestrictionReason.OTHER: N_("Another reason"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewRestriction:
    """What an officer asks for. The words are closed under the key of the first case."""

    id: str
    cases: Sequence[str]
    officers: Sequence[str]
    reason: RestrictionReason
    words: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who may see a restricted case, or whom the head names (`waits`)."""

    officer: str
    by: str
    at: int
    waits: bool


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction that holds, as those who are named see it."""

    id: str
    by: str
    at: int
    reason: RestrictionReason
    words: str
    named: Sequence[Named]

    @property
    def officers(self) -> list[str]:
        """Who may see the case."""
        return [one.officer for one in self.named if not one.waits]


def must_be_enough(officers: Iterable[str]) -> None:
    """Raises RuleBroken where fewer are named than must be."""
    if len(set(officers)) < FEWEST:
        raise RuleBroken("restricted-two", "officers")


def must_say_why(reason: RestrictionReason, words: str) -> str:
    """The words of a reason. Raises RuleBroken where another reason than those listed is not said, or in too many words."""
    if words.strip() or reason is RestrictionReason.OTHER:
        return reasoned(words, "restricted-words")
    return ""


def restrict(work: UnitOfWork, new: NewRestriction, by: str, at: int) -> None:
    """Only these officers see these cases from now on; nobody else has them any more. What is restricted already stays so.

    Raises RuleBroken."""
    must_be_enough(new.officers)
    known = case_wall.in_force(work.session)
    for case in new.cases:
        if case in known:
            continue
        told = at_rest.closed_text(work.instance.keystore, at_rest.RESTRICTED, new.id, case, new.words) if case == new.cases[0] else ""
        row = {"id": new.id, "case": case, "by": by, "at": at, "reason": new.reason.value, "words": told}
        insert(work.session.connection(), RestrictedCase, [row])
        work.audits.append(AuditLine(at, by, f"restricted:{new.reason.value}", case, ""))
        for officer in assigned(work.session, case):
            if officer not in new.officers:
                remove(work, case, officer, by, at)
        for officer in dict.fromkeys(new.officers):
            set_name(work, new.id, case, officer, by, at)


def follow(work: UnitOfWork, case: str, other: str) -> None:
    """A case that stands behind a restricted one is restricted with it, from its first row on."""
    found = restriction_of(work, case)
    if found is not None and restriction_of(work, other) is None:
        at = work.instance.clock.now()[0]
        row = {"id": found.id, "case": other, "by": found.by, "at": at, "reason": found.reason.value, "words": ""}
        insert(work.session.connection(), RestrictedCase, [row])
        work.audits.append(AuditLine(at, "", f"restricted:{found.reason.value}", other, ""))
        for officer in found.officers:
            set_name(work, found.id, other, officer, "", at)


def name(work: UnitOfWork, case: str, officer: str, by: str, at: int) -> None:
    """One more officer may see it."""
    for row in _rows(work, case):
        set_name(work, row.id, row.case, officer, by, at)


def take_off(work: UnitOfWork, case: str, officer: str, by: str, at: int) -> None:
    """An officer may not see it any more. Raises RuleBroken where too few would be left."""
    found = restriction_of(work, case)
    if found is not None:
        if officer in found.officers:
            must_be_enough(one for one in found.officers if one != officer)
        for row in _rows(work, case):
            _end_name(work, row.id, row.case, officer, by, at)


def lift(work: UnitOfWork, case: str, by: str, at: int) -> None:
    """The case is like any other again. Whoever has it keeps it."""
    for row in _rows(work, case):
        row.ended_at, row.ended_by = at, by
        work.session.add(row)
        work.audits.append(AuditLine(at, by, "restriction-lifted", row.case, ""))
    work.session.flush()


def leave(work: UnitOfWork, officer: str, by: str, at: int) -> None:
    """An officer has lost the role, or left: they are named nowhere any more. `by` is empty where nobody decided it."""
    for case, officers in case_wall.in_force(work.session).items():
        if officer in officers:
            for row in _rows(work, case):
                _end_name(work, row.id, row.case, officer, by, at)


def has_any(reader: CaseReader, officer: str) -> bool:
    """Whether an officer has a case, or is named in one."""
    return bool(cases_of(reader.session, officer)) or any(officer in named for named in case_wall.in_force(reader.session).values())


def restriction_of(reader: CaseReader | UnitOfWork, case: str) -> Restriction | None:
    """The restriction of a case that holds; None where there is none, or where the case does not exist for whoever reads."""
    rows = select(RestrictedCase).where(RestrictedCase.case == case, col(RestrictedCase.ended_at).is_(None))
    row = reader.session.exec(rows.limit(1)).first()
    if row is None:
        return None
    names = select(RestrictedOfficer).where(
        RestrictedOfficer.id == row.id, RestrictedOfficer.case == case, col(RestrictedOfficer.ended_at).is_(None)
    )
    named = [Named(one.officer, one.by, one.at, one.waits) for one in reader.session.exec(names.order_by(col(RestrictedOfficer.at)))]
    words = at_rest.opened_text(reader.instance.keystore, at_rest.RESTRICTED, row.id, case, row.words)
    return Restriction(row.id, row.by, row.at, RestrictionReason(row.reason), words, named)


def set_name(work: UnitOfWork, id: str, case: str, officer: str, by: str, at: int, *, confirmed: bool = True) -> None:
    """An officer is named in a case; one who is not confirmed sees nothing of it yet."""
    row = work.session.get(RestrictedOfficer, (id, case, officer)) or RestrictedOfficer(id=id, case=case, officer=officer, by=by, at=at)
    if row in work.session and row.ended_at is None and not (row.waits and confirmed):
        return
    row.by, row.at, row.waits, row.second, row.ended_at, row.ended_by = by, at, not confirmed, "", None, ""
    work.session.add(row)
    work.session.flush()
    work.audits.append(AuditLine(at, by, "named" if confirmed else "named-by-head", case, officer))
    if confirmed:
        give(work, case, officer, by, at)


def _end_name(work: UnitOfWork, id: str, case: str, officer: str, by: str, at: int) -> None:
    row = work.session.get(RestrictedOfficer, (id, case, officer))
    if row is not None and row.ended_at is None:
        row.ended_at, row.ended_by = at, by
        work.session.add(row)
        work.session.flush()
        work.audits.append(AuditLine(at, by, "named-no-more", case, officer))
        remove(work, case, officer, by, at)


def _rows(work: UnitOfWork, case: str) -> Sequence[RestrictedCase]:
    """All cases of the restriction of a case."""
    of = select(RestrictedCase.id).where(RestrictedCase.case == case, col(RestrictedCase.ended_at).is_(None))
    rows = select(RestrictedCase).where(col(RestrictedCase.id).in_(of), col(RestrictedCase.ended_at).is_(None))
    return work.session.exec(rows.order_by(RestrictedCase.case)).all()
