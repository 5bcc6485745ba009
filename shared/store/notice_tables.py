"""Notices: who is to be told that something needs them, where they want to be told, and what is on its way. None of it names a person
whom a case is about; what an officer gives as address is closed under the agency's own key."""

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from shared.store.columns import moment


class Notice(SQLModel, table=True):
    """Somebody is to be told of a case that needs them: written with the job itself, gone with the message that tells them."""

    officer: str = Field(primary_key=True)
    """Empty for the desk."""
    case: str = Field(primary_key=True)
    rank: int
    """0 where somebody is in danger, as in the table of jobs."""
    at: int = Field(sa_column=moment(nullable=False))
    """By the instance's clock."""


class NoticeMessage(SQLModel, table=True):
    """A message on its way. It says of no case that it is about it, and keeps its id however often it is tried."""

    __table_args__ = (Index("noticemessage_waiting", "sent_at", "next_at"), Index("noticemessage_officer", "officer", "kind", "made_at"))
    id: str = Field(primary_key=True)
    officer: str
    """Empty for the desk."""
    channel: str
    kind: str
    """notice, or code: what proves that an address is theirs."""
    made_at: int = Field(sa_column=moment(nullable=False))
    """These three by the machine's clock."""
    next_at: int = Field(sa_column=moment(nullable=False))
    sent_at: int | None = Field(default=None, sa_column=moment())
    """When the other side took it, or said that it never will."""
    tries: int = 0
    refused: bool = False


class NoticeAddress(SQLModel, table=True):
    """Where an officer wants to be told. It counts once they have written down the code that was sent there."""

    officer: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    address: str = Field(sa_column=Column(Text, nullable=False))
    """Closed under the agency's own key."""
    code: str
    """The message with the code that is awaited; empty where none is."""
    wrong: int = 0
    """How often another code was written."""
    until: int = Field(sa_column=moment(nullable=False))
    """When the code counts no more."""
    verified_at: int | None = Field(default=None, sa_column=moment())
    refused_at: int | None = Field(default=None, sa_column=moment())
    """When the other side said that nobody can be told there."""


class NoticeChoice(SQLModel, table=True):
    """How an officer wants to be told, in place of what the agency has for all."""

    officer: str = Field(primary_key=True)
    pace: str
    quiet: str
    """`20:00-07:00`"""
    language: str
    at: int = Field(sa_column=moment(nullable=False))


NOTICES = (Notice, NoticeMessage, NoticeAddress, NoticeChoice)
