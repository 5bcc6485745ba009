"""Referral's own tables."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from shared.store.columns import moment, new_salt, salt


class Side(SQLModel, table=True):
    """Which side case stands behind a hand-off to a confidential agency. Derived from the log; only the lead can."""

    side: str = Field(primary_key=True)
    """The side case."""
    case: str
    handoff: str
    """The hand-off there, to `confidential:KIND`."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class Owed(SQLModel, table=True):
    """A receipt that an agency owes the lead. Derived from the log."""

    __table_args__ = (Index("owed_case", "case"), Index("owed_open", "settled", "due"))
    answers: str = Field(primary_key=True)
    """The decision that took the ground away, or asked for erasure."""
    agency: str = Field(primary_key=True)
    case: str
    classes: str
    """The data classes, a JSON list."""
    at: int = Field(sa_column=moment(nullable=False))
    due: int = Field(sa_column=moment(nullable=False))
    erasure: bool
    expects: str
    """The instances to which it was disclosed, a JSON list."""
    settled: bool
    """Whether all of them have answered."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


WAITS, CONFIRMED, REFUSED = "waits", "confirmed", "refused"
"""What came of an act that was asked for."""


class Proposal(SQLModel, table=True):
    """An act that cannot be undone, as an officer asked for it, and what a second officer said. The reason names no person."""

    __table_args__ = (Index("proposal_open", "outcome", "at"), Index("proposal_case", "case"))
    id: str = Field(primary_key=True)
    case: str
    act: str
    """The decision's name in the service's table."""
    classes: str
    """The data classes it is about, a JSON list; all where it is empty."""
    reason: str
    officer: str
    at: int = Field(sa_column=moment(nullable=False))
    second: str
    """Who decided it; the same officer where nobody else did in time."""
    decided_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    outcome: str
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class DangerReview(SQLModel, table=True):
    """Somebody in danger did not consent, and one agency that goes there was told of them: until when, by when an officer looks at that
    again, and that one has. What they found is a note of the agency's own."""

    __table_args__ = (Index("dangerreview_open", "looked_at", "due"), Index("dangerreview_case", "case"))
    id: str = Field(primary_key=True)
    case: str
    agency: str
    need: str
    at: int = Field(sa_column=moment(nullable=False))
    until: int = Field(sa_column=moment(nullable=False))
    due: int = Field(sa_column=moment(nullable=False))
    officer: str
    looked_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    looked_by: str = ""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class InstanceAnswer(SQLModel, table=True):
    """What one instance has answered."""

    __tablename__ = "answer"  # pyright: ignore[reportAssignmentType]

    answers: str = Field(primary_key=True)
    instance: str = Field(primary_key=True)
    at: int = Field(sa_column=moment(nullable=False))
    dropped: str
    kept: str
    ground: str
    salt: str = Field(default_factory=new_salt, sa_column=salt())
