"""What pages read of the reports of partners: those at which nobody has looked."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from services.intake.models import PartnerReport
from services.intake.rules.partners import look_by
from shared.decisions.case_reader import CaseReader
from shared.records.codec import from_json
from shared.store import at_rest
from shared.web.own_jobs import OwnJob

AT_MOST = 50


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """A report of a partner at which nobody has looked."""

    id: str
    at: int
    danger: bool
    look_by: int
    said: dict[str, Any]


def waiting_reports(clerk: CaseReader) -> list[WaitingReport]:
    """Danger first, then what came first."""
    rows = select(PartnerReport).where(col(PartnerReport.ended).is_(False))
    found = clerk.session.exec(rows.order_by(col(PartnerReport.danger).desc(), col(PartnerReport.at), PartnerReport.id).limit(AT_MOST))
    return [_waiting(clerk, row) for row in found]


def partner_jobs(clerk: CaseReader, now: int) -> list[OwnJob]:
    """The rows of Today for them, without a word of theirs."""
    found = waiting_reports(clerk)
    return [OwnJob(f"/partner-reports#r{one.id}", one.at, one.look_by, now > one.look_by, one.danger, partner=True) for one in found]


def _waiting(clerk: CaseReader, row: PartnerReport) -> WaitingReport:
    words = at_rest.opened_text(clerk.instance.keystore, at_rest.DRAFT, row.id, row.id, row.words)
    return WaitingReport(row.id, row.at, row.danger, look_by(row.at, danger=row.danger), from_json(words) if words else {})
