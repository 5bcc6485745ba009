"""Nobody waits unseen behind the wall: when a restricted case waits and nobody who is named acts, the agency's head is told.

They learn the deadline and nothing else. They may name one more officer, who sees the case once a second person has confirmed it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select

from shared.access.assignments import give
from shared.access.restrictions import set_name
from shared.casework.case_reader import CaseReader
from shared.config.calendar import DAY
from shared.decisions.audit import AuditLine
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import service_of
from shared.store.restricted_tables import RestrictedCase, RestrictedOfficer
from shared.store.tables import Audit, Duty

ACTS_WITHIN = DAY
"""How long an act of somebody named keeps the head from being told while something is late (ms)."""


@dataclass(frozen=True, slots=True)
class WaitingRestriction:
    """What the agency's head is told: that a restricted case waits since then (ms UTC), and nothing else of it."""

    id: str
    since: int
    proposed: str = ""
    """Whom a head has named, and who waits to be confirmed."""
    proposed_by: str = ""


def waits(named: Collection[str], late_since: int | None, acted_at: int | None, now: int) -> bool:
    """Whether the head is told: nobody who is named is there any more; or something is late, and none of them has acted since, or for a
    day."""
    if not named:
        return True
    return late_since is not None and (acted_at or 0) < max(late_since, now - ACTS_WITHIN)


@dataclass(frozen=True, slots=True)
class RestrictionStanding:
    """How a restriction stands at one service: who is named, since when something is late, when one of them last acted."""

    id: str
    named: frozenset[str]
    late_since: int | None
    acted_at: int | None
    gone_at: int | None
    proposed: str = ""
    proposed_by: str = ""


def standings(reader: CaseReader, now: int) -> list[RestrictionStanding]:
    """How the restrictions stand here. It reads past the wall, and gives no case away."""
    found: list[RestrictionStanding] = []
    for id, cases in _cases_by_restriction(reader).items():
        names = list(reader.session.exec(select(RestrictedOfficer).where(RestrictedOfficer.id == id).order_by(col(RestrictedOfficer.at))))
        named = frozenset(one.officer for one in names if one.ended_at is None and not one.waits)
        proposed = next(((one.officer, one.by) for one in names if one.ended_at is None and one.waits), ("", ""))
        gone = max((one.ended_at for one in names if one.ended_at is not None), default=None)
        found.append(RestrictionStanding(id, named, _late_since(reader, cases, now), _acted_at(reader, cases, named), gone, *proposed))
    return found


def waiting(found: Iterable[RestrictionStanding], now: int) -> list[WaitingRestriction]:
    """The restrictions of which the head is told, by how they stand at the services of the agency: who acts at one of them acts."""
    by_id: dict[str, list[RestrictionStanding]] = {}
    for one in found:
        by_id.setdefault(one.id, []).append(one)
    told: list[WaitingRestriction] = []
    for id, here in by_id.items():
        late = min((one.late_since for one in here if one.late_since is not None), default=None)
        acted = max((one.acted_at for one in here if one.acted_at is not None), default=None)
        proposed = next(((one.proposed, one.proposed_by) for one in here if one.proposed), ("", ""))
        if proposed[0] or waits(here[0].named, late, acted, now):
            gone = max((one.gone_at for one in here if one.gone_at is not None), default=now)
            told.append(WaitingRestriction(id, gone if late is None else late, *proposed))
    return sorted(told, key=lambda one: one.since)


def propose(work: UnitOfWork, id: str, officer: str, by: str, at: int) -> None:
    """The head names an officer, who sees nothing until somebody else has confirmed it. Raises RuleBroken."""
    if officer == by:
        raise RuleBroken("not-by-oneself")
    for case in _cases_of(work, id):
        set_name(work, id, case, officer, by, at, confirmed=False)


def confirm(work: UnitOfWork, id: str, by: str, at: int) -> None:
    """A second person confirms whom the head names. Raises RuleBroken where it is one of the two, or nobody is named."""
    for row in _proposed(work, id, by):
        row.waits, row.second = False, by
        work.session.add(row)
        work.audits.append(AuditLine(at, by, "named-confirmed", row.case, row.officer))
        give(work, row.case, row.officer, by, at)
    work.session.flush()


def refuse(work: UnitOfWork, id: str, by: str, at: int) -> None:
    """A second person says that this officer must not see it. Raises RuleBroken likewise."""
    for row in _proposed(work, id, by):
        row.ended_at, row.ended_by, row.second = at, by, by
        work.session.add(row)
        work.audits.append(AuditLine(at, by, "named-refused", row.case, row.officer))
    work.session.flush()


def _cases_of(work: UnitOfWork, id: str) -> Sequence[str]:
    rows = select(RestrictedCase.case).where(RestrictedCase.id == id, col(RestrictedCase.ended_at).is_(None))
    return work.session.exec(rows.order_by(RestrictedCase.case)).all()


def _proposed(work: UnitOfWork, id: str, by: str) -> Sequence[RestrictedOfficer]:
    rows = select(RestrictedOfficer).where(
        RestrictedOfficer.id == id, col(RestrictedOfficer.waits).is_(True), col(RestrictedOfficer.ended_at).is_(None)
    )
    found = work.session.exec(rows).all()
    if any(by in (one.by, one.officer) for one in found):
        raise RuleBroken("not-by-oneself")
    return found


def _cases_by_restriction(reader: CaseReader) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in reader.session.exec(select(RestrictedCase).where(col(RestrictedCase.ended_at).is_(None)).order_by(col(RestrictedCase.at))):
        found.setdefault(row.id, []).append(row.case)
    return found


def _late_since(reader: CaseReader, cases: Sequence[str], now: int) -> int | None:
    """Since when something is late in these cases that this agency must do, or, as their lead, must see to."""
    late = select(func.min(Duty.due)).where(col(Duty.case).in_(cases), col(Duty.open).is_(True), Duty.due < now)
    if service_of(reader.instance.me) != "referral":
        late = late.where(Duty.holder == reader.agency)
    return reader.session.exec(late).one()


def _acted_at(reader: CaseReader, cases: Sequence[str], named: Collection[str]) -> int | None:
    """When somebody who is named last did something in these cases; looking is not acting."""
    acts = select(func.max(Audit.at)).where(
        col(Audit.case).in_(cases), col(Audit.officer).in_(named), ~col(Audit.act).startswith("read:"),
        ~col(Audit.act).startswith("refused:"),
    )  # fmt: skip
    return reader.session.exec(acts).one()
