"""What an instance knows of itself and of the log that it reads, and what operators ask of it about the log."""

from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Column, Text, false, text
from sqlmodel import Field, Session, SQLModel

from shared.store.columns import moment, new_salt, number, salt

M = TypeVar("M", bound=SQLModel)
ONE = 1
"""The key of the row of a table that has one."""


class InstanceMetadata(SQLModel, table=True):
    """The instance itself: its secret, its keystore. One row."""

    id: int = Field(default=ONE, sa_column=number())
    secret: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """What makes ids that nobody can guess, in hex; empty until the first start."""
    keystore: str | None = None
    """The name of the keystore that the database is written with."""
    keeps_left_cases: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether something of a case that was left may still be here, so that letters about it are read."""


class LogState(SQLModel, table=True):
    """The log that the instance reads. One row."""

    id: int = Field(default=ONE, sa_column=number())
    generation: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """Which log it is, counted from 1."""
    fence: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=text("''")))
    """Why the instance has stopped before another log; empty while it reads."""


class LogRequestKind(StrEnum):
    """What an operator may say of the log that is there."""

    ADMIT = "admit"
    """It is the one to read from now on, from its beginning."""
    SAME = "same"
    """It is the known one after all: go on."""


class LogRequest(SQLModel, table=True):
    """What an operator says of the log, until the instance acts on it."""

    kind: str = Field(primary_key=True)
    """A `LogRequestKind`."""


class Redelivery(SQLModel, table=True):
    """An agency whom the lead puts its cases on the log for once more, until all are looked at."""

    agency: str = Field(primary_key=True)
    """Or `*`, everybody."""
    occasion: str
    """What tells this time from another of the same agency: the same occasion gives each case once."""
    after: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """The last case looked at."""


class AgencyReturn(SQLModel, table=True):
    """An agency that lost all its keys and came back, as far as the lead has had its cases delivered again since."""

    agency: str = Field(primary_key=True)
    directory: int
    """The version of the directory in which it came back."""


class RecoveryReport(SQLModel, table=True):
    """What a start found missing in a database that knew less than the instance had said."""

    id: int = Field(sa_column=number())
    at: int = Field(sa_column=moment(nullable=False))
    found: int
    """Own decisions that were learned from the log again."""
    uncounted: int
    """Statistical records that are not sent again, because the secret of their ids is lost."""
    seen_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """The officer who has dealt with it."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class LostDecision(SQLModel, table=True):
    """A person's decision that a recovery report names as lost: it is in no database and not on the log."""

    seq: int | None = Field(default=None, primary_key=True)
    report: int = Field(index=True)
    key: str
    case: str
    type: str
    officer: str
    at: int = Field(sa_column=moment(nullable=False))
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class AuditEnd(SQLModel, table=True):
    """The digest of the last line of the audit: without it nobody could see that lines at the end were taken away. One row."""

    id: int = Field(default=ONE, sa_column=number())
    digest: str
    chained: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=text("''")))
    """The tables whose rows are in the chain, with blanks between them."""


class SpanDelivery(SQLModel, table=True):
    """How far a collector of spans beside the operators' process has come."""

    address: str = Field(primary_key=True)
    seq: int


class BatchSchedule(SQLModel, table=True):
    """When batches of statistical records were last looked at, and what was asked about them. One row."""

    id: int = Field(default=ONE, sa_column=number())
    slot: int | None = Field(default=None, sa_column=moment())
    """The fixed time, counted in the country's interval since 1970; none before the first look."""
    flush: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether all that waits goes out now, however few its cases: the end of a demo or an import, whose people are invented or printed."""
    again: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """The officer who asked that all that was counted goes once more; empty where nobody did."""


class TrialWrite(SQLModel, table=True):
    """When a write was last tried, to see that the database takes what is written. One row."""

    id: int = Field(default=ONE, sa_column=number())
    at: int = Field(sa_column=moment(nullable=False))


INSTANCE = (
    InstanceMetadata, LogState, LogRequest, Redelivery, AgencyReturn, RecoveryReport, LostDecision, AuditEnd, SpanDelivery, BatchSchedule,
    TrialWrite,
)  # fmt: skip


def only(session: Session, model: type[M]) -> M:
    """The row of a table that has one; where there is none yet, a new one that the caller may add."""
    return session.get(model, ONE) or model()
