"""An officer's own open cases with what must be done next in each: routing alone (D0), nothing of the person, so that it may be printed."""

from dataclasses import dataclass

from sqlalchemy import case, or_
from sqlmodel import col, select

from shared.casework.case_reader import CaseReader
from shared.decisions.job_share import JobShare
from shared.store.job_tables import NEVER, Job
from shared.store.tables import Assignment, CaseView

AT_MOST = 1000
"""Cases of a list; nobody has so many."""
PARTS = 500
"""Cases whose jobs are read at once."""


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """A case: since when it is open, and the job in it that comes first; None where nobody must do anything."""

    case: str
    opened_at: int
    job: Job | None
    ours: bool
    """Whether it is the own agency's to do."""

    @property
    def due(self) -> int | None:
        """By when; None where there is no deadline."""
        return self.job.due if self.job and self.job.due != NEVER else None


def own_caseload(reader: CaseReader, officer: str, *, assigned: bool, share: JobShare = JobShare.ALL) -> list[CaseloadRow]:
    """The open cases of an officer at one service, of the whole agency where cases are not assigned. `share`: which of the agency's jobs
    are listed at this service, and with them which cases."""
    danger = select(Job.case).where(Job.case == CaseView.case, Job.rank == 0).exists()
    rows = select(CaseView.case, CaseView.opened_at).where(reader.open(col(CaseView.case)), col(CaseView.closed).is_(False))
    rows = rows.where(share.lists(col(CaseView.case), col(CaseView.lead), reader.agency))
    if assigned:
        mine = select(Assignment.case).where(Assignment.case == CaseView.case, Assignment.officer == officer)
        rows = rows.where(mine.exists())
    rows = rows.order_by(case((danger, 0), else_=1), col(CaseView.opened_at), CaseView.case)  # where it ends, danger is on it
    found = {one: opened for one, opened in reader.session.exec(rows.limit(AT_MOST))}
    first = _first_jobs(reader, list(found), share)
    return [CaseloadRow(one, at, first.get(one), one in first and first[one].who == reader.agency) for one, at in found.items()]


def in_order(row: CaseloadRow) -> tuple[int, bool, int, bool, int, str]:
    """The order of a list: danger first, then time; what is the own agency's to do before what it waits for."""
    return row.job.rank if row.job else 1, not row.ours, row.due or NEVER, row.job is None, row.opened_at, row.case


def _first_jobs(reader: CaseReader, cases: list[str], share: JobShare) -> dict[str, Job]:
    here = or_(col(Job.who) != reader.agency, share.own(reader.agency))
    found: dict[str, Job] = {}
    for n in range(0, len(cases), PARTS):
        for job in reader.session.exec(select(Job).where(col(Job.case).in_(cases[n : n + PARTS]), here)):
            known = found.get(job.case)
            if known is None or _order(job, reader.agency) < _order(known, reader.agency):
                found[job.case] = job
    return found


def _order(job: Job, agency: str) -> tuple[bool, int, str, str]:
    return job.who != agency, job.due, job.what, job.key
