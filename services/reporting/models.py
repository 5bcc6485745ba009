"""Facts, one row for each statistical record, and the operators' finished spans. No case id, no person, no free text."""

from typing import Any, cast

from sqlalchemy import BigInteger, Column, Index, Text, false, text
from sqlmodel import Field, SQLModel

from shared.store.columns import moment


def _moment_zero() -> Column[int]:
    return Column(BigInteger, nullable=False, server_default=text("0"))


class Referral(SQLModel, table=True):
    """A person was referred: the fact behind T1 to T7 (docs/domain.md, section 5.7). Values as the source printed them, byte for byte."""

    __tablename__ = cast(Any, "fact_referral")
    record: str = Field(primary_key=True)
    quarter: str = Field(index=True)
    first_responder_type: str
    first_responder: str
    exploitation_type: str
    age_at_exploitation: str
    gender: str
    nationality: str
    basis: str
    simulated: bool
    people: int = 1
    month: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """In which the person was met; empty in facts of before."""
    came: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """In which month the record came (UTC); empty in facts of before."""
    case: str = Field(default="", index=True, sa_column_kwargs={"server_default": text("''")})
    """The case's pseudonym, of which reporting has no key; empty in facts of before."""


class StageTime(SQLModel, table=True):
    """A stage of a hand-off has ended: the fact behind M1 to M3 (docs/domain.md, section 3.6)."""

    __tablename__ = cast(Any, "fact_stage")
    __table_args__ = (Index("fact_stage_pair", "giver", "receiver", "stage"),)
    record: str = Field(primary_key=True)
    month: str
    giver: str
    receiver: str
    need: str
    stage: str
    machine: bool
    outcome: str
    late: bool
    simulated: bool
    came: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """In which month the record came (UTC); empty in facts of before."""
    case: str = Field(default="", index=True, sa_column_kwargs={"server_default": text("''")})
    """The case's pseudonym, of which reporting has no key; empty in facts of before."""
    since: int | None = Field(default=None, sa_column=moment(nullable=True))
    """How long the hand-off had been asked for (ms); None in facts of before."""
    since_days: int | None = None
    stage_days: int | None = None
    """The same in working days, and how many the stage took; None in facts of before, and of stages that machines take."""
    ms: int = Field(sa_column=moment(nullable=False))


class Happening(SQLModel, table=True):
    """Something happened in the course of a case: a decision, an action, its end (`shared/protocol/statistics.py`)."""

    __tablename__ = cast(Any, "fact_happening")
    record: str = Field(primary_key=True)
    kind: str = Field(index=True)
    month: str
    simulated: bool
    came: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """In which month the record came (UTC); empty in facts of before."""
    case: str = Field(default="", index=True, sa_column_kwargs={"server_default": text("''")})
    """The case's pseudonym, of which reporting has no key; empty in facts of before."""
    body: str = Field(sa_column=Column(Text, nullable=False))


class ReceivedRecord(SQLModel, table=True):
    """Reporting's own journal: every statistical record that came, once. Facts and figures are made of it again."""

    __tablename__ = cast(Any, "fact_journal")
    record: str = Field(primary_key=True)
    logged_at: int = Field(sa_column=moment(nullable=False))
    said: str = Field(sa_column=Column(Text, nullable=False))
    """The record as it came, JSON; closed under a key of its own where it says something of a person. Empty once that is erased."""
    personal: bool = False


class UnreadableRecord(SQLModel, table=True):
    """A record on the statistics topic that cannot be a fact, with the reason in words."""

    __tablename__ = cast(Any, "fact_unreadable")
    id: str = Field(primary_key=True)
    reason: str


class FigureCell(SQLModel, table=True):
    """How many facts have these values of these dimensions: a figure, kept up to date in the transaction of each fact."""

    __tablename__ = cast(Any, "figure_cell")
    by: str = Field(primary_key=True)
    """The dimensions in the order of `figures.DIMENSIONS`, separated by commas."""
    cell: str = Field(primary_key=True)
    """Their values, a JSON list."""
    simulated: bool = Field(primary_key=True)
    n: int


class LineTimes(SQLModel, table=True):
    """A line of a table of times: how many took how long, kept up to date as figures are."""

    __tablename__ = cast(Any, "line_times")
    by: str = Field(primary_key=True)
    """The table."""
    line: str = Field(primary_key=True)
    """Period and values, a JSON list."""
    simulated: bool = Field(primary_key=True)
    told: str
    """JSON: `ended`, `waiting`, `open`, … → the time as a bucket or the month of its beginning → how many."""


class FinishedSpan(SQLModel, table=True):
    """A span as the operators' process received it; the hand-off's own fields beside, so that the desk needs no other program."""

    __tablename__ = cast(Any, "finished_span")
    __table_args__ = (
        Index("finished_span_trace", "trace_id"),
        Index("finished_span_handoff", "handoff", "stage"),
        Index("finished_span_longest", "giver", "receiver", "stage", "simulated", "took"),
    )
    span_id: str = Field(primary_key=True)
    trace_id: str
    parent_id: str | None = None
    name: str
    instance: str
    start: int = Field(sa_column=moment(nullable=False))
    end: int = Field(sa_column=moment(nullable=False))
    took: int = Field(default=0, sa_column=_moment_zero())
    """From start to end (ms), kept so that the longest of a pair are found without sorting all of them."""
    handoff: str = ""
    stage: str = ""
    giver: str = ""
    receiver: str = ""
    need: str = ""
    outcome: str = ""
    answer_by: int = Field(default=0, sa_column=moment(nullable=False))
    late: bool = False
    simulated: bool = False
    attributes: str = Field(sa_column=Column(Text, nullable=False))


class StageTally(SQLModel, table=True):
    """How many stages of hand-offs ended so, by how long they took: kept up to date in the transaction of each span and fact, so that the
    cost of a page depends on what it shows, not on the history."""

    __tablename__ = cast(Any, "stage_tally")
    __table_args__ = (Index("stage_tally_pair", "source", "simulated", "giver", "receiver", "month", "need"),)
    source: str = Field(primary_key=True)
    """`span` or `fact`: what they are counted from."""
    simulated: bool = Field(primary_key=True)
    month: str = Field(primary_key=True)
    """In which they began (`2026-01`), in the country's time; empty: all months."""
    need: str = Field(primary_key=True)
    """What was asked; empty: all needs."""
    stage: str = Field(primary_key=True)
    giver: str = Field(primary_key=True)
    receiver: str = Field(primary_key=True)
    end: str = Field(primary_key=True)
    """`rules.timings.End`."""
    bucket: int = Field(primary_key=True)
    """`rules.time_buckets`."""
    n: int


class CameBackTally(SQLModel, table=True):
    """How many hand-offs whose wait is over came back with nothing done, and how many did not: kept up to date with the spans."""

    __tablename__ = cast(Any, "came_back_tally")
    __table_args__ = (Index("came_back_tally_receiver", "simulated", "month", "need", "receiver"),)
    simulated: bool = Field(primary_key=True)
    month: str = Field(primary_key=True)
    """In which they were asked (`2026-01`), in the country's time; empty: all months."""
    need: str = Field(primary_key=True)
    """Empty: all needs."""
    giver: str = Field(primary_key=True)
    """Empty, as is the receiver then: all pairs."""
    receiver: str = Field(primary_key=True)
    back: bool = Field(primary_key=True)
    n: int


class AskedTally(SQLModel, table=True):
    """How many agencies were asked, one after the other, for a need of a case until one agreed: kept up to date with the spans."""

    __tablename__ = cast(Any, "asked_tally")
    simulated: bool = Field(primary_key=True)
    month: str = Field(primary_key=True)
    """In which the first was asked; empty: all months."""
    need: str = Field(primary_key=True)
    """Empty: all needs."""
    times: int = Field(primary_key=True)
    """`rules.passed_round.REQUESTS_TOLD_APART`: so often, or more."""
    agreed: bool = Field(primary_key=True)
    """Whether the last of them agreed."""
    n: int


class SaidOpen(SQLModel, table=True):
    """A hand-off that is open, as one agency said it last. What an agency says takes the place of what it said before."""

    __tablename__ = cast(Any, "said_open")
    __table_args__ = (Index("said_open_handoff", "handoff"), Index("said_open_trace", "trace"))
    agency: str = Field(primary_key=True)
    handoff: str = Field(primary_key=True)
    trace: str
    giver: str
    receiver: str
    need: str
    kind: str
    state: str
    waiting: bool
    mover: str
    asked_at: int = Field(sa_column=moment(nullable=False))
    due: int = Field(sa_column=moment(nullable=False))
    simulated: bool


class SaidStalled(SQLModel, table=True):
    """A clock that has come up to the coordinator, as one agency said it last: a trace, a clock, a code, and nothing else."""

    __tablename__ = cast(Any, "said_stalled")
    agency: str = Field(primary_key=True)
    trace: str = Field(primary_key=True)
    clock: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    simulated: bool


class HeardFrom(SQLModel, table=True):
    """When an agency's process was heard last, and how it stood then."""

    __tablename__ = cast(Any, "heard_from")
    agency: str = Field(primary_key=True)
    instance: str
    at: int = Field(sa_column=moment(nullable=False))
    """By the agency's own clock."""
    heard_at: int = Field(sa_column=moment(nullable=False))
    """By ours."""
    release: str
    unsent: int
    unsent_since: int = Field(sa_column=moment(nullable=False))
    parked: int
    said: str
    """The digest of what it said is open: what is the same is not written again."""
    clock_at: int = Field(default=0, sa_column=_moment_zero())
    """What the clock of cases said here then: hand-offs are asked by it, which may be a simulated one."""
    directory: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """The version of the directory that it has; 0 where it has none, or a former release does not say."""
    directory_ends: int = Field(default=0, sa_column=_moment_zero())
    certificate_ends: int = Field(default=0, sa_column=_moment_zero())
    """Until when the bus believes it who it is; 0 where it does not say."""
    behind: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether it still read what lay on the log when it began."""


class Absence(SQLModel, table=True):
    """An agency was silent and is heard again: from when to when by this machine's clock, and how it caught up."""

    __tablename__ = cast(Any, "absence")
    agency: str = Field(primary_key=True)
    since: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    back: int = Field(sa_column=moment(nullable=False))
    ran_on: bool
    """Whether its process ran all the while, and only its word did not come."""
    records: int | None = None
    """Of main cases, which it took in meanwhile, as it says itself: at least so many where its process began anew before it had read all;
    None where a former release says nothing."""
    caught_up: int | None = Field(default=None, sa_column=moment(nullable=True))
    """When it first said that it has read all that lay there; None where it was away again before, or a former release says nothing."""
    clock_at: int = Field(sa_column=moment(nullable=False))
    """What the clock of cases said here when it was back."""
    clock_since: int = Field(default=0, sa_column=_moment_zero())
    """What it said when the agency was heard last before; 0 where that was not kept."""
    simulated: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether it was away by a simulated clock alone, which was moved meanwhile."""


class MissedHandoff(SQLModel, table=True):
    """A hand-off that came to an agency while it was silent, or was overdue there when it was back."""

    __tablename__ = cast(Any, "missed_handoff")
    agency: str = Field(primary_key=True)
    since: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    handoff: str = Field(primary_key=True)
    trace: str
    giver: str
    receiver: str
    need: str
    simulated: bool
    came: bool
    """Whether it was asked meanwhile."""
    overdue: bool
    """Whether the agency should have moved by then: its time had passed, or the request had lapsed."""
    open: bool
    """Whether it waited when the agency was back."""
    asked_at: int = Field(sa_column=moment(nullable=False))
    due: int = Field(sa_column=moment(nullable=False))


class FiguresRelease(SQLModel, table=True):
    """Figures that everybody may see, as the gate made them. A release never changes."""

    __tablename__ = cast(Any, "figures_release")
    id: int | None = Field(default=None, primary_key=True)
    simulated: bool
    made_at: int = Field(sa_column=moment(nullable=False))
    made_by: str
    """The officer's id."""
    counted: str
    """SHA-256 of what was counted, so that it can be seen whether it would be counted so again."""
    body: str = Field(sa_column=Column(Text, nullable=False))
    """What is shown, JSON (`rules.releases`)."""


class OtherReturn(SQLModel, table=True):
    """What another body counts, as it was taken: beside our own figures, never among them, since the same person may be in both."""

    __tablename__ = cast(Any, "other_return")
    id: int | None = Field(default=None, primary_key=True)
    body: str = Field(index=False)
    """What the body is called."""
    source: str
    """In which form it came: `table` or `htcds`."""
    taken_at: int = Field(sa_column=moment(nullable=False))
    taken_by: str
    """The officer's id."""
    left_out: int
    """Lines that could not be taken."""
    __table_args__ = (Index("other_return_body", "body"),)


class OtherReturnCell(SQLModel, table=True):
    """How many people a return counts under these values; None where its source suppressed that."""

    __tablename__ = cast(Any, "other_return_cell")
    of: int = Field(primary_key=True)
    """The return."""
    n: int = Field(primary_key=True)
    quarter: str
    kind: str
    forms: str
    age: str
    sex: str
    nationality: str
    standing: str
    people: int | None = None
