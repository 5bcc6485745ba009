"""What intake's pages read: the reports filed here, each with what came of it."""

from dataclasses import dataclass

from sqlmodel import col, func, select

from services.intake.models import Report
from shared.casework.case_reader import CaseReader
from shared.protocol.case import Case

PAGE = 8


@dataclass(frozen=True)
class Filed:
    """A report and the picture of its case; `waiting` counts decisions that are not on the log yet."""

    report: Report
    case: Case | None
    waiting: int


def filed(reader: CaseReader, page: int) -> tuple[list[Filed], int]:
    """One page of the reports filed here, the newest first, and how many there are."""
    here = reader.open(col(Report.case))
    total = reader.session.exec(select(func.count()).select_from(Report).where(here)).one()
    newest = select(Report).where(here).order_by(col(Report.filed_at).desc(), col(Report.case)).offset((page - 1) * PAGE).limit(PAGE)
    found: list[Filed] = []
    for report in reader.session.exec(newest):
        shown = reader.shown(report.case)
        found.append(Filed(report, shown.case if shown else None, shown.waiting if shown else 0))
    return found, total


def called(reader: CaseReader, case: str) -> int | None:
    """When the officer who reported called the emergency number; None where they did not say."""
    report = reader.session.get(Report, case)
    return report.called_at if report else None


def note(reader: CaseReader, case: str) -> str:
    """The private note of a report filed here."""
    report = reader.session.get(Report, case)
    return reader.opened(case, report.note) if report else ""
