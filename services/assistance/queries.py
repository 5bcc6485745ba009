"""What assistance's pages read: what this agency must do next, its cases, its tasks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import col, func, select

from shared.casework.case_reader import CaseReader
from shared.config.calendar import DAY
from shared.decisions.work_list import duties
from shared.protocol.came_back import came_back, due_back, in_main
from shared.protocol.case import Case, TaskState
from shared.protocol.states import OPEN_TASK
from shared.protocol.vocabulary import CloseReason, Ending, Urgency
from shared.store.tables import CaseView, Duty

PAGE = 8
ROWS_AT_MOST = 200
"""Rows of one part of the work list; who has more sees the most urgent ones."""
BACK = ("declined", "returned", "expired", "called", "completed")
REQUESTS = ("handoff", "consultation")
OFFERED = "offered"
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
    advice: list[Duty] = field(default_factory=list[Duty])
    """Questions to us: advice is asked, and nothing is taken on."""
    questions: list[Duty] = field(default_factory=list[Duty])
    """Requests of ours where the other agency asks for more."""
    offers: list[Duty] = field(default_factory=list[Duty])
    """Requests of ours to which the other agency offered something else."""
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
        return [*self.invitations, *self.advice, *self.questions, *self.offers, *self.held, *self.tasks, *self.back]

    @property
    def cases(self) -> set[str]:
        """The cases of all rows."""
        return {row.case for row in (*self.ours, *self.waiting)} | {one.duty.case for one in self.ended}


def work_list(reader: CaseReader, now: int) -> WorkList:
    """What this agency must do, according to the log and with its own decisions that are still on their way."""
    pending = frozenset(reader.unsent)
    rows = [row for row in _stored(reader) if row.case not in pending]
    for case in pending - reader.closed(pending):
        shown = reader.shown(case)
        rows += _told(shown.case, reader.agency) if shown and shown.member else []
    rows = [row for row in rows if not _in_main(reader, row)]
    found = _parted(reader.agency, rows, pending)
    found.ended = _ended(reader, now)
    return found


def _in_main(reader: CaseReader, row: Duty) -> bool:
    """Whether it is an offer in a side case, which waits for a yes or no in the main one."""
    shown = reader.shown(row.case) if row.state == OFFERED and row.giver == reader.agency else None
    return shown is not None and row.id in shown.case.handoffs and in_main(shown.case, shown.case.handoffs[row.id])


def _stored(reader: CaseReader) -> Iterable[Duty]:
    here = reader.open(col(Duty.case))
    holds = select(Duty).where(here, col(Duty.open).is_(True), Duty.holder == reader.agency).order_by(col(Duty.due)).limit(ROWS_AT_MOST * 3)
    theirs = (here, col(Duty.open).is_(True), col(Duty.waiting).is_(True), Duty.holder != reader.agency)
    asked = select(Duty).where(*theirs, Duty.giver == reader.agency).order_by(col(Duty.due)).limit(ROWS_AT_MOST)
    back = (
        select(Duty).join(CaseView, col(CaseView.case) == col(Duty.case))
        .where(here, col(CaseView.closed).is_(False), Duty.giver == reader.agency)
        .where(col(Duty.kind).in_(REQUESTS), col(Duty.state).in_(BACK))
    )  # fmt: skip
    ended = islice(_ours_again(reader, reader.session.exec(back.order_by(col(Duty.due)))), ROWS_AT_MOST)
    return [*_apart_from_tasks(reader, list(reader.session.exec(holds))), *reader.session.exec(asked), *ended]


def _ended(reader: CaseReader, now: int) -> list[EndedByLead]:
    """What was ours to do, or asked by us, and ended with its case lately; the latest first."""
    ours = or_(col(Duty.holder) == reader.agency, and_(col(Duty.giver) == reader.agency, col(Duty.kind).in_(REQUESTS)))
    rows = (
        select(Duty).join(CaseView, col(CaseView.case) == col(Duty.case))
        .where(reader.open(col(Duty.case)), col(CaseView.closed).is_(True), Duty.state == TaskState.ENDED.value, ours)
        .where(col(CaseView.changed_at) > now - SHOWN_ENDED).order_by(col(CaseView.changed_at).desc(), col(Duty.id)).limit(ROWS_AT_MOST)
    )  # fmt: skip
    found: list[EndedByLead] = []
    for row in reader.session.exec(rows):
        shown = reader.shown(row.case)
        case = shown.case if shown else None
        if case and case.lead != reader.agency and case.closed_at is not None and case.closed_at > now - SHOWN_ENDED:
            thing = case.tasks.get(row.id) if row.kind == "task" else case.handoffs.get(row.id)
            found.append(EndedByLead(row, case.lead, case.closed_at, case.close_reason, thing.ending if thing else None))
    return found


def _ours_again(reader: CaseReader, rows: Iterable[Duty]) -> Iterator[Duty]:
    """Those of these requests that came back and are still to be settled, due when that must be."""
    known: dict[str, dict[str, int]] = {}
    for row in rows:
        if row.case not in known:
            shown = reader.shown(row.case)
            known[row.case] = _back(shown.case, reader.agency) if shown is not None and shown.member else {}
        if row.id in known[row.case]:
            yield _due(row, known[row.case][row.id])


def _back(case: Case, me: str) -> dict[str, int]:
    return {h.id: due_back(h) for h in came_back(case, me)}


def _due(row: Duty, at: int) -> Duty:
    return Duty.model_validate(row.model_dump() | {"due": at})


def _apart_from_tasks(reader: CaseReader, rows: list[Duty]) -> list[Duty]:
    """A hand-off that a task of the joint plan carries is that task's row alone."""
    cases = {row.case for row in rows if row.kind == "task"}
    found = {shown.case.id: _carried(shown.case) for case in cases if (shown := reader.shown(case))}
    return [row for row in rows if row.kind == "task" or row.id not in found.get(row.case, ())]


def _carried(case: Case) -> set[str]:
    return {t.handoff for t in case.tasks.values() if t.handoff and t.state in OPEN_TASK}


def _told(case: Case, me: str) -> list[Duty]:
    """The rows of one picture."""
    back, carried = _back(case, me), _carried(case)
    rows = [Duty.model_validate(d) for d in duties(None, case, 0)]
    return [_due(row, back.get(row.id, row.due)) for row in rows if (row.open and row.id not in carried) or row.id in back]


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
    if row.kind == "transfer" and row.holder == me:
        return None  # nothing here answers it (docs/adr/0067); Today says that it waits
    if row.state in BACK:
        return found.back if row.giver == me else None
    if row.state == OFFERED:
        return found.offers if row.giver == me else None
    if row.waiting and row.holder == me:
        return found.advice if row.kind == "consultation" else found.invitations
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


def cases(reader: CaseReader, page: int, closed: bool) -> tuple[list[ListedCase], int]:
    """One page of this agency's cases, the one that changed last first, and how many there are."""
    chosen: Any = and_(col(CaseView.closed).is_(closed), reader.open(col(CaseView.case)))
    total = reader.session.exec(select(func.count()).select_from(CaseView).where(chosen)).one()
    rows = (
        select(CaseView).where(chosen).order_by(col(CaseView.changed_at).desc(), col(CaseView.case)).offset((page - 1) * PAGE).limit(PAGE)
    )
    found: list[ListedCase] = []
    for row in reader.session.exec(rows):
        shown = reader.shown(row.case)
        if shown is not None:
            found.append(ListedCase(row.case, shown.case, shown.waiting, row.changed_at))
    return found, total


def ended_tasks(reader: CaseReader) -> list[Duty]:
    """The tasks of this agency that ended last."""
    ended = select(Duty).where(col(Duty.open).is_(False), Duty.holder == reader.agency, Duty.kind == "task", reader.open(col(Duty.case)))
    return list(reader.session.exec(ended.order_by(col(Duty.due).desc()).limit(PAGE)))
