"""What the page Today reads: each thing that somebody must do in our cases, when an officer last looked, and who is on duty."""

from sqlalchemy import ColumnElement, Index, and_, case, text
from sqlmodel import Field, SQLModel, col

from shared.config.escalation import Step
from shared.store.columns import moment

NEVER = 9_000_000_000_000_000
"""When something without a deadline is due: after all else."""


class Job(SQLModel, table=True):
    """One thing that an agency must do: a projection of the picture with own decisions that wait (`shared/protocol/next_moves.py`).

    Both indexes are in the order of the page: whose it is, danger first, then time.
    """

    __table_args__ = (
        Index("job_who", "who", "rank", "due", "case", "what", "key"),
        Index("job_giver", "giver", "rank", "due", "case", "what", "key"),
    )
    case: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    """The hand-off, the task or the clock; empty where it is about the case itself."""
    who: str
    """The agency that must do it."""
    giver: str
    """The agency that waits for it."""
    lead: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """The agency that leads the case: of an agency with two services it says at which one it is done."""
    need: str
    urgency: str
    rank: int
    """0 where somebody is in danger, 1 elsewhere."""
    due: int = Field(sa_column=moment(nullable=False))
    began: int = Field(default=0, sa_column=moment(nullable=False))
    """Since when there was time for it; of no meaning where it is never due."""
    opens: int = Field(default=0, sa_column=moment(nullable=False))
    """Before when it is not allowed, or until when it lasts; 0 where nothing says so."""
    paused: int = Field(default=0, sa_column=moment(nullable=False))
    """Until when its clock stands still; 0 where it never did."""
    stall: str = ""
    """Why it is not done, as whoever must do it has said; empty where they said nothing."""
    since: int = Field(sa_column=moment(nullable=False))
    """When this instance first knew of it."""
    simulated: bool


class Looked(SQLModel, table=True):
    """When an officer last said that they have looked at what is new."""

    officer: str = Field(primary_key=True)
    at: int = Field(sa_column=moment(nullable=False))


class DutyTurn(SQLModel, table=True):
    """A turn of the agency's duty rota (`shared/config/duty.py`), and who wrote it down when."""

    id: str = Field(primary_key=True)
    officer: str
    name: str
    """As the officer was known then: whoever is not signed in is known by an id alone."""
    place: str
    byday: str
    begins: str
    ends: str
    phone: str
    by: str
    at: int = Field(sa_column=moment(nullable=False))


JOBS = (Job, Looked, DutyTurn)


def reached(step: Step, now: int) -> ColumnElement[bool]:
    """The jobs that have reached a step of the ladder by now, as `Step.at` says it of one."""
    return and_(col(Job.due) < NEVER, reached_at(step) <= now)


def reached_at(step: Step) -> ColumnElement[int]:
    """When a job that has a deadline reaches a step (ms UTC)."""
    began, due = col(Job.began), col(Job.due)
    percent = case((col(Job.rank) == 0, step.part(danger=True)), else_=step.part(danger=False))
    return began + (case((due > began, due - began), else_=0) * percent) // 100
