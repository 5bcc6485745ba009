"""What agencies said to each other of a case: a row for each message, and one for each agency that has read it. Moments are ms UTC.

It follows from the journal (`decisions.messages`). A row is never changed, but for what answered it, and that its words were erased.
"""

from sqlalchemy import Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from shared.store.columns import moment, new_salt, salt


class MessageRow(SQLModel, table=True):
    """One message."""

    __tablename__ = "message"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("case", "id"), Index("message_awaits", "awaits", "answered_by"))
    seq: int | None = Field(default=None, primary_key=True)
    id: str
    case: str
    handoff: str
    data_class: str
    """The class in whose section it lies, and under which the first of its keys is."""
    classes: str
    """All classes that its words are of, with blanks between: it goes with any of them."""
    kind: str
    purpose: str
    about: str
    """The groups that its words speak of, with blanks between."""
    said: str = Field(sa_column=Column(Text, nullable=False))
    """Its words, closed under the message's own keys."""
    said_at: int = Field(sa_column=moment(nullable=False))
    author: str
    """The instance that said it."""
    to: str
    """The agencies that it was for, with blanks between."""
    key: str
    """The decision key of its record."""
    answers: str | None = None
    awaits: str = ""
    """Of a question the agency that must answer."""
    answered_by: str | None = None
    """The message that answered it."""
    erased_at: int | None = Field(default=None, sa_column=moment())
    """When its keys were destroyed, alone among its class."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class MessageReadRow(SQLModel, table=True):
    """An agency has read a message. It goes with the message."""

    __tablename__ = "messageread"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("case", "message", "agency"),)
    seq: int | None = Field(default=None, primary_key=True)
    case: str
    message: str
    agency: str
    at: int = Field(sa_column=moment(nullable=False))
    salt: str = Field(default_factory=new_salt, sa_column=salt())


MESSAGES = (MessageRow, MessageReadRow)
