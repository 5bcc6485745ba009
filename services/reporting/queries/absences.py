"""The catch-up report of agencies that were away: what came meanwhile, what was overdue, and how long it took to catch up."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, not_, select
from sqlmodel import Session

from services.reporting.models import Absence, FinishedSpan, HeardFrom, MissedHandoff
from services.reporting.queries.open_handoffs import These, how_many_wait, standings
from services.reporting.rules.latency.timings import ANSWERED
from shared.config.country import Country
from shared.store.database import table

A, M, W = table(Absence), table(MissedHandoff), table(FinishedSpan).alias("wait")


class Missed(NamedTuple):
    """Of hand-offs of one kind of data: how many came while the agency was silent, how many were overdue when it was back, how many of all
    these waited then, and how many have no answer yet; by the clock of cases, when the last answer to them came (ms)."""

    came: int = 0
    overdue: int = 0
    waited: int = 0
    unanswered: int = 0
    last_answer: int | None = None


class AwayReport(NamedTuple):
    """One absence. `back` is None while it lasts; moments are ms UTC by this machine's clock, but `clock_at`, which is that of cases."""

    agency: str
    since: int
    back: int | None
    ran_on: bool
    records: int | None
    caught_up: int | None
    clock_at: int
    real: Missed
    made_up: Missed
    """Of simulated hand-offs."""
    clock_since: int = 0
    simulated: bool = False
    """Whether it was away by a simulated clock alone."""
    last: bool = True
    """Whether it was not away again since."""

    @property
    def silence(self) -> tuple[int, int | None]:
        """From when to when it was silent, by the clock by which it was; no end while it lasts."""
        return (self.clock_since, self.clock_at) if self.simulated else (self.since, self.back)

    def of(self, simulated: bool) -> Missed:
        """Real hand-offs, or simulated ones."""
        return self.made_up if simulated else self.real

    @property
    def read_after(self) -> int | None:
        """How long it took until it said that it has read all that lay there (ms); None where it has not."""
        return None if self.back is None or self.caught_up is None else max(0, self.caught_up - self.back)

    def answered_after(self, simulated: bool) -> int | None:
        """How long it took until all that waited was answered (ms); None where not all is, or nothing waited."""
        of_it = self.of(simulated)
        over = of_it.waited and not of_it.unanswered and of_it.last_answer is not None
        return max(0, of_it.last_answer - self.clock_at) if over and of_it.last_answer is not None else None


def reports(session: Session, limit: int, agency: str = "", skip: int = 0) -> list[AwayReport]:
    """Absences that are over, the latest first."""
    later = A.alias("later")
    again = exists().where(later.c.agency == A.c.agency, later.c.since > A.c.since)
    asked = select(A, not_(again).label("last")).order_by(A.c.back.desc(), A.c.agency).limit(limit).offset(skip)
    found = session.connection().execute(asked.where(A.c.agency == agency) if agency else asked).mappings().all()
    return [AwayReport(**dict[str, Any](row), real=_missed(session, row, False), made_up=_missed(session, row, True)) for row in found]


def how_many(session: Session) -> int:
    """How many absences are over."""
    return session.connection().execute(select(func.count()).select_from(A)).scalar_one()


def away_now(session: Session, country: Country, machine: int, now: int) -> list[AwayReport]:
    """Who is silent now, and was heard before: what waits there, and what of it is late, as the lead says it."""
    silent = [one.heard for one in standings(session, country, machine) if one.silent and one.heard]
    return [_away(session, country.leading(), one, now) for one in silent]


def _away(session: Session, leads: list[str], heard: HeardFrom, now: int) -> AwayReport:
    came = how_many_wait(session, leads, now, These(receiver=heard.agency, asked_after=heard.clock_at))
    late = how_many_wait(session, leads, now, These(mover=heard.agency))
    real, simulated = (
        Missed(came[kind].number if kind in came else 0, late[kind].late if kind in late else 0) for kind in (False, True)
    )  # fmt: skip
    return AwayReport(heard.agency, heard.heard_at, None, False, None, None, now, real, simulated)


def missed_handoffs(session: Session, report: AwayReport, simulated: bool, most: int) -> Sequence[MissedHandoff]:
    """The hand-offs of an absence: those that were overdue first and of these the ones that waited, then by their deadline."""
    asked = (
        select(M)
        .where(*_whose(report.agency, report.since, simulated))
        .order_by(M.c.overdue.desc(), M.c.open.desc(), M.c.due, M.c.handoff)
        .limit(most)
    )
    return [MissedHandoff(**dict(row)) for row in session.connection().execute(asked).mappings()]


def _missed(session: Session, row: Mapping[Any, Any], simulated: bool) -> Missed:
    agency, since = row["agency"], row["since"]
    answer = W.c.end
    counted = (
        func.count().filter(M.c.came), func.count().filter(M.c.overdue), func.count().filter(M.c.open),
        func.count().filter(M.c.open, answer.is_(None)), func.max(answer).filter(M.c.open),
    )  # fmt: skip
    joined = M.outerjoin(W, and_(W.c.handoff == M.c.handoff, W.c.stage == ANSWERED))
    found = session.connection().execute(select(*counted).select_from(joined).where(*_whose(agency, since, simulated))).one()
    return Missed(*found)


def _whose(agency: str, since: int, simulated: bool) -> tuple[ColumnElement[bool], ...]:
    return M.c.agency == agency, M.c.since == since, M.c.simulated.is_(simulated)
