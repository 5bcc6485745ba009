"""What assistance's pages read: what this agency must do next, its cases, its tasks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import col, func, select

from shared.config.calendar import DAY
from shared.decisions.case_reader import CaseReader
from shared.decisions.work_list import duties
from shared.protocol.case import Case, TaskState
from shared.protocol.vocabulary import CloseReason, Ending, Urgency
from shared.store.tables import CaseView, Duty
from shared.web.text.next_steps import came_back

PAGE = 25
ROWS_AT_MOST = 200
"""Rows of one part of the work list; who has more sees the most urgent ones."""
BACK = ("declined", "returned", "expired")
SHOWN_ENDED = 14 * DAY
"""How long the work list shows what ended with a case (ms)."""


@dataclass(frozen=True)
class EndedByLead:
    """A request or task of ours that ended with its case: when, why the case was closed, and the lead's answer to it."""

    duty: Duty
    lead: str
    at: int
    reason: CloseReason | None
    ending: Ending | None


@dataclass
class WorkList:
    """An agency's work, each part the most urgent first."""

    invitations: list[Duty] = field(default_factory=list[Duty])
    questions: list[Duty] = field(default_factory=list[Duty])
    """Requests of ours where the other agency asks for more."""
    held: list[Duty] = field(default_factory=list[Duty])
    tasks: list[Duty] = field(default_factory=list[Duty])
    back: list[Duty] = field(default_factory=list[Duty])
    """Requests of ours that ended without help."""
    waiting: list[Duty] = field(default_factory=list[Duty])
    """Requests of ours that others must answer."""
    ended: list[EndedByLead] = field(default_factory=list["EndedByLead"])
    """What the lead ended when it closed a case, for some days."""
    pending: frozenset[str] = frozenset()
    """Cases with decisions of ours that are not on the log yet."""

    @property
    def ours(self) -> list[Duty]:
        """All that this agency itself must do."""
        return [*self.invitations, *self.questions, *self.held, *self.tasks, *self.back]


def work_list(clerk: CaseReader, now: int) -> WorkList:
    """What this agency must do, according to the log and with its own decisions that are still on their way."""
    pending = frozenset(clerk.instance.outgoing.cases())
    rows = [row for row in _stored(clerk) if row.case not in pending]
    for case in pending - clerk.closed(pending):
        shown = clerk.shown(case)
        rows += _told(shown.case, clerk.agency) if shown and shown.member else []
    found = _parted(clerk.agency, rows, pending)
    found.ended = _ended(clerk, now)
    return found


def _stored(clerk: CaseReader) -> Iterable[Duty]:
    here = clerk.open(col(Duty.case))
    holds = select(Duty).where(here, col(Duty.open).is_(True), Duty.holder == clerk.agency).order_by(col(Duty.due)).limit(ROWS_AT_MOST * 3)
    theirs = (here, col(Duty.open).is_(True), col(Duty.waiting).is_(True), Duty.holder != clerk.agency)
    asked = select(Duty).where(*theirs, Duty.giver == clerk.agency).order_by(col(Duty.due)).limit(ROWS_AT_MOST)
    back = (
        select(Duty).join(CaseView, col(CaseView.case) == col(Duty.case))
        .where(here, col(CaseView.closed).is_(False), Duty.giver == clerk.agency, Duty.kind == "handoff", col(Duty.state).in_(BACK))
    )  # fmt: skip
    ended = [row for row in clerk.session.exec(back.order_by(col(Duty.due)).limit(ROWS_AT_MOST)) if _ours_again(clerk, row)]
    return [*clerk.session.exec(holds), *clerk.session.exec(asked), *ended]


def _ended(clerk: CaseReader, now: int) -> list[EndedByLead]:
    """What was ours to do, or asked by us, and ended with its case lately; the latest first."""
    ours = or_(col(Duty.holder) == clerk.agency, and_(col(Duty.giver) == clerk.agency, col(Duty.kind) == "handoff"))
    rows = (
        select(Duty).join(CaseView, col(CaseView.case) == col(Duty.case))
        .where(clerk.open(col(Duty.case)), col(CaseView.closed).is_(True), Duty.state == TaskState.ENDED.value, ours)
        .where(col(CaseView.changed_at) > now - SHOWN_ENDED).order_by(col(CaseView.changed_at).desc(), col(Duty.id)).limit(ROWS_AT_MOST)
    )  # fmt: skip
    found: list[EndedByLead] = []
    for row in clerk.session.exec(rows):
        shown = clerk.shown(row.case)
        case = shown.case if shown else None
        if case and case.lead != clerk.agency and case.closed_at is not None and case.closed_at > now - SHOWN_ENDED:
            thing = case.tasks.get(row.id) if row.kind == "task" else case.handoffs.get(row.id)
            found.append(EndedByLead(row, case.lead, case.closed_at, case.close_reason, thing.ending if thing else None))
    return found


def _ours_again(clerk: CaseReader, row: Duty) -> bool:
    shown = clerk.shown(row.case)
    return shown is not None and shown.member and any(h.id == row.id for h in came_back(shown.case, clerk.agency))


def _told(case: Case, me: str) -> list[Duty]:
    """The rows of one picture."""
    again = {h.id for h in came_back(case, me)}
    return [row for row in (Duty.model_validate(d) for d in duties(None, case, 0)) if row.open or row.id in again]


def _parted(me: str, rows: Iterable[Duty], pending: frozenset[str]) -> WorkList:
    found = WorkList(pending=pending)
    for row in sorted(rows, key=lambda r: (r.urgency != Urgency.DANGER, r.due, r.id)):
        part = _part(found, row, me)
        if part is not None and len(part) < ROWS_AT_MOST:
            part.append(row)
    return found


def _part(found: WorkList, row: Duty, me: str) -> list[Duty] | None:
    if row.kind == "task":
        return found.tasks if row.holder == me else None
    if row.state in BACK:
        return found.back if row.giver == me else None
    if row.waiting and row.holder == me:
        return found.invitations
    if row.waiting and row.giver == me:
        return found.questions if row.state == "info_requested" else found.waiting
    return found.held if row.holder == me else None


@dataclass(frozen=True)
class ListedCase:
    """A case in a list."""

    id: str
    case: Case
    waiting: int
    changed_at: int


def cases(clerk: CaseReader, page: int, closed: bool) -> tuple[list[ListedCase], int]:
    """One page of this agency's cases, the one that changed last first, and how many there are."""
    chosen: Any = and_(col(CaseView.closed).is_(closed), clerk.open(col(CaseView.case)))
    total = clerk.session.exec(select(func.count()).select_from(CaseView).where(chosen)).one()
    rows = (
        select(CaseView).where(chosen).order_by(col(CaseView.changed_at).desc(), col(CaseView.case)).offset((page - 1) * PAGE).limit(PAGE)
    )
    found: list[ListedCase] = []
    for row in clerk.session.exec(rows):
        shown = clerk.shown(row.case)
        if shown is not None:
            found.append(ListedCase(row.case, shown.case, shown.waiting, row.changed_at))
    return found, total


def ended_tasks(clerk: CaseReader) -> list[Duty]:
    """The tasks of this agency that ended last."""
    ended = select(Duty).where(col(Duty.open).is_(False), Duty.holder == clerk.agency, Duty.kind == "task", clerk.open(col(Duty.case)))
    return list(clerk.session.exec(ended.order_by(col(Duty.due).desc()).limit(PAGE)))
