"""What pages read of the reports of partners: those at which nobody has looked."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, func, select

from services.intake.models import PartnerReport
from services.intake.rules.partners import look_by
from shared.casework.case_reader import CaseReader
from shared.records.codec import from_json
from shared.store import at_rest
from shared.web.http.own_jobs import OwnJob

PAGE = 20
"""Reports of one page."""
WAITS = col(PartnerReport.ended).is_(False)


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """A report of a partner at which nobody has looked."""

    id: str
    at: int
    danger: bool
    look_by: int
    said: dict[str, Any]


def waiting_reports(reader: CaseReader, page: int = 1) -> list[WaitingReport]:
    """Those of one page, danger first, then what came first."""
    rows = select(PartnerReport).where(WAITS).order_by(col(PartnerReport.danger).desc(), col(PartnerReport.at), PartnerReport.id)
    found = reader.session.exec(rows.offset((page - 1) * PAGE).limit(PAGE))
    return [_waiting(reader, row) for row in found]


def waiting_number(reader: CaseReader) -> int:
    """How many there are."""
    return reader.session.exec(select(func.count()).select_from(PartnerReport).where(WAITS)).one()


@dataclass(frozen=True, slots=True)
class Flood:
    """All that wait at once: how many may be set aside together, until when they came (ms UTC), and how many must be looked at one by one,
    since somebody may be in danger."""

    number: int
    until: int
    in_danger: int


def flood(reader: CaseReader) -> Flood:
    """How many reports of partners wait, in danger and not."""
    danger = col(PartnerReport.danger)
    rows = reader.session.exec(select(danger, func.count(), func.max(PartnerReport.at)).where(WAITS).group_by(danger)).all()
    told = {danger: (number, last) for danger, number, last in rows}
    number, last = told.get(False, (0, 0))
    return Flood(number, last, told.get(True, (0, 0))[0])


def partner_jobs(reader: CaseReader, now: int) -> list[OwnJob]:
    """The one row of Today for all of them, without a word of theirs; none where nothing waits."""
    danger, at = col(PartnerReport.danger), col(PartnerReport.at)
    rows = reader.session.exec(select(danger, func.count(), func.min(at)).where(WAITS).group_by(danger)).all()
    if not rows:
        return []
    first, by = min(at for _, _, at in rows), min(look_by(at, danger=danger) for danger, _, at in rows)
    in_danger = any(danger for danger, _, _ in rows)
    return [OwnJob("/partner-reports", first, by, now > by, in_danger, sum(number for _, number, _ in rows))]


def came_since(reader: CaseReader, since: int) -> int:
    """How many of those that wait came since then (ms UTC)."""
    return reader.session.exec(select(func.count()).select_from(PartnerReport).where(WAITS, col(PartnerReport.at) > since)).one()


def _waiting(reader: CaseReader, row: PartnerReport) -> WaitingReport:
    words = at_rest.opened_text(reader.instance.keystore, at_rest.DRAFT, row.id, row.id, row.words)
    return WaitingReport(row.id, row.at, row.danger, look_by(row.at, danger=row.danger), from_json(words) if words else {})
