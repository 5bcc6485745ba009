"""What Today asks: the jobs of an officer, of the agency, or of others for whom it waits; danger first, then time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, and_, case, false, or_, true
from sqlmodel import col, func, select

from shared.casework.case_reader import CaseReader
from shared.config.escalation import Ladder, Rung
from shared.decisions.job_share import JobShare
from shared.decisions.jobs import lasts
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case
from shared.protocol.facts import Facts
from shared.protocol.next_moves import What
from shared.protocol.vocabulary import Need
from shared.store.database import upsert
from shared.store.job_tables import Job, Looked, reached
from shared.store.tables import Assignment, CaseView

PAGE = 6
CHANGED_AT_MOST = 5


ORDER = ("referral", "assistance", "intake")
"""The first of these that an agency runs has the rest of its jobs; another that it runs has the same cases, and is not asked."""


class Whose(StrEnum):
    """Whose jobs are listed."""

    MINE = "mine"
    AGENCY = "agency"
    OTHERS = "others"
    ESCALATED = "escalated"
    """What nobody has done, and has come up the ladder to whoever asks: as a supervisor, or at the lead of the case."""


def listed_at(services: Collection[str]) -> dict[str, JobShare]:
    """From which of an agency's services its jobs are listed, and which share each lists."""
    there = [name for name in ORDER if name in services]
    if there[:2] == ["referral", "assistance"]:
        return {"referral": JobShare.LED, "assistance": JobShare.REST}
    return dict.fromkeys(there[:1], JobShare.ALL)


class JobFilter(Facts):
    """What one wants to see; what is no such thing is refused."""

    whose: Whose | None = None
    """None: what is the officer's own where cases are assigned, else the agency's."""
    need: Need | None = None
    what: What | None = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


@dataclass(frozen=True)
class Today:
    """What one service of an agency has for a page of jobs."""

    rows: list[Job]
    total: int
    """How many fit what was asked."""
    tally: "JobCounts"
    looked_at: int | None
    changed: list[tuple[str, Case]]
    """The cases that changed last since then."""


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How many jobs there are: in each list, of the chosen one late and new, and of cases that nobody has."""

    counts: dict[Whose, int]
    late: int
    fresh: int
    free: int
    free_in_danger: int


@dataclass(frozen=True)
class Lists:
    """Somebody's lists at one service."""

    reader: CaseReader
    officer: str
    share: JobShare
    """Which of the agency's jobs are listed at this service."""
    now: int
    ladder: Ladder = Ladder()
    supervises: bool = False
    """Whether what nobody of the agency did comes to this officer."""
    leads: bool = False
    """Whether what other agencies did not do comes to this service."""

    def of(self, whose: Whose) -> ColumnElement[bool]:
        """The jobs that are the agency's own to do, or that it waits for, as far as the lists of whoever asks show them."""
        mine, here = col(Job.who) == self.reader.agency, and_(self.reader.open(col(Job.case)), lasts(self.now))
        if whose is Whose.ESCALATED:
            own = and_(self.of(Whose.AGENCY), self._up(Rung.SUPERVISOR)) if self.supervises else false()
            theirs = and_(~mine, col(Job.lead) == self.reader.agency, here, self._up(Rung.LEAD))
            return or_(own, theirs if self.leads else false())
        if whose is Whose.OTHERS:
            return and_(col(Job.giver) == self.reader.agency, ~mine, here, self.share.others(self.reader.agency))
        ours = and_(mine, self.share.own(self.reader.agency), here)
        return and_(ours, _assigned(self.officer).exists()) if whose is Whose.MINE else ours

    def _up(self, rung: Rung) -> ColumnElement[bool]:
        """What has come up to this rung by now."""
        step = self.ladder.step(rung)
        return reached(step, self.now) if step else false()

    def count(self, chosen: ColumnElement[bool]) -> int:
        """How many jobs these are."""
        return self.reader.session.exec(select(func.count()).select_from(Job).where(chosen)).one()

    def tally(self, whose: Whose, looked: int | None) -> "JobCounts":
        """How many there are of each sort, in one reading of what is ours and one of what is others'."""
        mine, free = _assigned(self.officer).exists(), ~_assigned().exists()
        late, fresh = col(Job.due) < self.now, col(Job.since) > looked if looked else false()
        sorts = (true(), mine, late, and_(late, mine), fresh, and_(fresh, mine), free, and_(free, col(Job.rank) == 0))
        ours, own, due, own_due, new, own_new, nobodys, at_once = self._sums(self.of(Whose.AGENCY), sorts)
        others, waits, came = self._sums(self.of(Whose.OTHERS), (true(), late, fresh))
        up, past, risen = self._sums(self.of(Whose.ESCALATED), (true(), late, fresh)) if self.supervises or self.leads else (0, 0, 0)
        counts = {Whose.MINE: own, Whose.AGENCY: ours, Whose.OTHERS: others, Whose.ESCALATED: up}
        chosen = {
            Whose.MINE: (own_due, own_new), Whose.AGENCY: (due, new), Whose.OTHERS: (waits, came), Whose.ESCALATED: (past, risen),
        }[whose]  # fmt: skip
        return JobCounts(counts, *chosen, nobodys, at_once)

    def _sums(self, chosen: ColumnElement[bool], sorts: Sequence[ColumnElement[bool]]) -> list[int]:
        found: Any = select(*(func.sum(case((sort, 1), else_=0)) for sort in sorts)).select_from(Job).where(chosen)  # pyright: ignore
        session: Any = self.reader.session  # no overload of `exec` takes a statement of so many columns
        row: Sequence[int | None] = session.exec(found).one()
        return [said or 0 for said in row]

    def changed(self, since: int) -> list[tuple[str, Case]]:
        """Open cases of these lists in which something happened since then, the latest first."""
        rows = select(CaseView.case).where(self.reader.open(col(CaseView.case)), col(CaseView.changed_at) > since)
        rows = rows.where(col(CaseView.closed).is_(False), self.share.of_case(col(CaseView.lead), self.reader.agency))
        rows = rows.order_by(col(CaseView.changed_at).desc()).limit(CHANGED_AT_MOST)
        return [(one, shown.case) for one in self.reader.session.exec(rows) if (shown := self.reader.shown(one)) is not None]


def today(lists: Lists, whose: Whose, asked: JobFilter, *, alone: bool) -> Today:
    """What somebody sees first, danger first, then time: where this service has all jobs the rows of one page, else all up to its end."""
    reader, fitting = lists.reader, _fitting(asked)
    chosen = and_(lists.of(whose), *fitting)
    rows = select(Job).where(chosen).order_by(*map(col, (Job.rank, Job.due, Job.case, Job.what, Job.key)))
    page = rows.offset((asked.page - 1) * PAGE).limit(PAGE) if alone else rows.limit(asked.page * PAGE)
    looked = reader.session.exec(select(Looked.at).where(Looked.officer == lists.officer)).first()
    tally = lists.tally(whose, looked)
    total = lists.count(chosen) if fitting else tally.counts[whose]
    return Today(list(reader.session.exec(page)), total, tally, looked, lists.changed(looked) if looked else [])


def looked(work: UnitOfWork, officer: str, at: int) -> None:
    """An officer says that they have looked at what is new."""
    upsert(work.session.connection(), Looked, [{"officer": officer, "at": at}], ("officer",))


def _assigned(officer: str = "") -> Any:
    mine = select(Assignment.case).where(col(Assignment.case) == col(Job.case))
    return mine.where(Assignment.officer == officer) if officer else mine


def _fitting(asked: JobFilter) -> list[ColumnElement[bool]]:
    chosen = ((col(Job.need), asked.need), (col(Job.what), asked.what))
    return [column == value.value for column, value in chosen if value is not None]
