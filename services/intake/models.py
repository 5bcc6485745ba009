"""Intake's own tables: what the officer noted and nobody else gets, and reports that somebody has begun and not sent."""

from sqlalchemy import Column, Text, false
from sqlmodel import Field, SQLModel

from shared.store.columns import moment, new_salt, salt


class Report(SQLModel, table=True):
    """A report filed here. The note stays in this database; no event carries it."""

    case: str = Field(primary_key=True)
    filed_at: int = Field(sa_column=moment(nullable=False, index=True))
    officer: str
    note: str = Field(sa_column=Column(Text, nullable=False))
    called_at: int | None = Field(default=None, sa_column=moment())
    """When the officer called the emergency number."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class ReportDraft(SQLModel, table=True):
    """A report that an officer has begun. Its answers are closed under a key of its own, which goes when it is sent, thrown away or old."""

    id: str = Field(primary_key=True)
    """That of the form that sends it: once there is a receipt, it is sent."""
    officer: str = Field(index=True)
    begun_at: int = Field(sa_column=moment(nullable=False))
    saved_at: int = Field(sa_column=moment(nullable=False))
    ended: bool = Field(default=False, index=True)
    """Whether nothing is left of it but its key, which goes next."""
    raid: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether it is of several people who were found together."""
    answers: str = Field(sa_column=Column(Text, nullable=False))


class RaidCase(SQLModel, table=True):
    """A case whose person was found together with others. Only this agency knows so, and forgets it with the case."""

    case: str = Field(primary_key=True)
    raid: str = Field(index=True)
    """The id of the form by which they were reported."""
    row: int
    parent: int | None = None
    """The row of whoever this person depends on."""
    said: str = Field(sa_column=Column(Text, nullable=False))
    """When they were found, and who else was there; closed under the case's key."""


class PartnerReport(SQLModel, table=True):
    """What a partner who is no member reported, until an officer has looked: closed under a key of its own, as a draft is."""

    id: str = Field(primary_key=True)
    at: int = Field(sa_column=moment(nullable=False))
    danger: bool
    ended: bool = Field(default=False, index=True)
    """Whether somebody took it up or set it aside; its key goes next."""
    words: str = Field(sa_column=Column(Text, nullable=False))
