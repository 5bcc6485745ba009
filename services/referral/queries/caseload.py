"""What the lead's pages read: its open cases. First danger that is not answered, then where nobody must move, then who waits longest: for
an answer, or for somebody to take up what came back."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, null
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from services.referral.models import Side
from shared.casework.case_reader import CaseReader
from shared.decisions.job_share import JobShare
from shared.protocol.came_back import WITHOUT_HELP, came_back
from shared.protocol.case import Case, HandoffState
from shared.protocol.vocabulary import Urgency
from shared.store.tables import CaseView, Duty

PAGE = 6
NOT_SOON = 2
LEVEL = case((col(Duty.urgency) == Urgency.DANGER, 0), (col(Duty.urgency) == Urgency.HIGH, 1), else_=NOT_SOON)
"""How soon somebody must act: 0 in danger, 1 where it is urgent. Any row of a case says it, ended ones too."""
BACK_AT_MOST = 500
"""Cases with requests that ended without help, which the lead's list looks at for needs that nobody has taken up: the oldest first."""


@dataclass(frozen=True)
class Led:
    """A case of the lead, with how many of its own decisions are not on the log yet."""

    id: str
    case: Case
    waiting: int


@dataclass(frozen=True)
class CaseloadPage:
    """One page of the caseload, and the counts above it."""

    cases: list[Led]
    open: int
    closed: int
    joint: int
    late: int


def caseload(reader: CaseReader, page: int, now: int) -> CaseloadPage:
    """The open cases in the order in which the lead should look at them. What is open is read once, for the page and the counts."""
    listed = _listed(reader, _back_since(reader), now).c
    order = (listed.unanswered, listed.rank, listed.soon, listed.waits, listed.opened_at, listed.case)
    each = select(listed.case, func.count().over(), func.sum(listed.joint).over(), func.sum(listed.late).over())
    rows = reader.session.exec(each.order_by(*order).offset((page - 1) * PAGE).limit(PAGE)).all()
    if not rows and page > 1:  # behind the end there is nothing that could bring the counts
        return replace(caseload(reader, 1, now), cases=[])
    found = [Led(id, shown.case, shown.waiting) for id, *_ in rows if (shown := reader.shown(id)) is not None]
    closed = select(func.count()).select_from(CaseView).where(col(CaseView.closed).is_(True), _led(reader), reader.open(col(CaseView.case)))
    many, joint, late = rows[0][1:] if rows else (0, 0, 0)
    return CaseloadPage(found, many, reader.session.exec(closed).one(), joint, late)


def _back_since(reader: CaseReader) -> dict[str, int]:
    """Case → when the oldest request was asked that came back and that nobody has taken up since."""
    ended = [state.value for state in (*WITHOUT_HELP, HandoffState.COMPLETED)]
    later = aliased(Duty)
    again = select(later.id).where(
        col(later.case) == col(Duty.case), col(later.need) == col(Duty.need), col(later.asked_at) > col(Duty.asked_at)
    )
    rows = (
        select(Duty.case).join(CaseView, col(CaseView.case) == col(Duty.case))
        .where(col(Duty.open).is_(False), Duty.kind == "handoff", col(Duty.state).in_(ended), ~again.exists())
        .where(col(CaseView.closed).is_(False), _led(reader), reader.open(col(Duty.case)))
        .group_by(Duty.case).order_by(func.min(Duty.asked_at)).limit(BACK_AT_MOST)
    )  # fmt: skip
    pictures = [shown.case for id in reader.session.exec(rows) if (shown := reader.shown(id)) is not None]
    back = {one.id: [h.requested_at for agency in one.agencies for h in came_back(one, agency)] for one in pictures}
    return {id: min(asked) for id, asked in back.items() if asked}


def _listed(reader: CaseReader, back: dict[str, int], now: int) -> Subquery:
    """The open cases, each with what its place follows from, whether agencies act together in it, and whether somebody's answer is late.
    Of each what must be done is read once: how many of it is open, since when somebody waits for an answer, how soon they need it."""
    waiting = and_(col(Duty.open).is_(True), col(Duty.waiting).is_(True))
    answer = func.min(case((waiting, col(Duty.asked_at)), else_=None))
    since = case(back, value=col(CaseView.case), else_=null()) if back else null()
    waits = case((answer.is_(None), since), (since < answer, since), else_=answer)
    side = select(Side.side).where(col(Side.side) == CaseView.case).correlate(CaseView).exists()
    nobody = func.coalesce(func.max(case((col(Duty.open).is_(True), 1), else_=0)), 0) == 0
    rank = case((and_(nobody, ~side), 0), (waits.is_not(None), 1), else_=2)
    soon = func.coalesce(func.min(LEVEL), NOT_SOON)
    late = func.max(case((and_(waiting, col(Duty.due) < now), 1), else_=0))
    columns = {
        "unanswered": case((and_(soon == 0, rank < 2), 0), else_=1), "rank": rank, "soon": soon, "waits": waits,
        "opened_at": func.min(CaseView.opened_at), "joint": func.max(case((col(CaseView.joint).is_(True), 1), else_=0)), "late": late,
    }  # fmt: skip
    labelled: list[Any] = [column.label(name) for name, column in columns.items()]
    cases = select(CaseView.case).add_columns(*labelled)
    of_duties = cases.outerjoin(Duty, col(Duty.case) == col(CaseView.case))
    here = (col(CaseView.closed).is_(False), _led(reader), reader.open(col(CaseView.case)))
    return of_duties.where(*here).group_by(CaseView.case).subquery()


def _led(reader: CaseReader) -> ColumnElement[bool]:
    """The cases that this agency leads, or is asked to lead: its desk reads all in which it takes part."""
    return JobShare.LED.lists(col(CaseView.case), col(CaseView.lead), reader.agency)
