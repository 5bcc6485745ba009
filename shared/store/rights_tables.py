"""What a person asks of what is kept of them, or an officer asks about it, and what came of it. Of it
other agencies are told what they are asked, and what they answered (`protocol.rights`).

Moments are milliseconds since 1970, UTC.
"""

from sqlalchemy import Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from shared.store.columns import moment, new_salt, salt


class PersonRequest(SQLModel, table=True):
    """One request. What was asked and answered in words, and of which fields, is closed under the case's key; that somebody asked, and what
    came of it when, stays, since the agency must be able to show it."""

    __table_args__ = (Index("personrequest_case", "case", "seq"), Index("personrequest_open", "state", "due"))
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    case: str
    kind: str
    """access, correction, restriction, objection or erasure."""
    officer: str
    """Who wrote it down."""
    at: int = Field(sa_column=moment(nullable=False))
    due: int = Field(sa_column=moment(nullable=False))
    told: str = Field(sa_column=Column(Text, nullable=False))
    """What was asked, closed."""
    state: str
    second: str = ""
    """Who decided it."""
    decided_at: int | None = Field(default=None, sa_column=moment())
    answer: str = ""
    """What was decided, a code."""
    reply: str = Field(default="", sa_column=Column(Text, nullable=False))
    """What was said to it, closed."""
    taken: str = ""
    """Of a copy for the person: the formats that were taken, with blanks between them."""
    unaudited: str = Field(default="", sa_column=Column(Text, nullable=False))
    """What a command did, a JSON list, until the running instance has written its lines of the audit."""
    asker: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """The agency at which the person asked, where that was another, or another service of this one."""
    ended_at: int | None = Field(default=None, sa_column=moment())
    """When that agency said that it has ended there."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class AskedAgency(SQLModel, table=True):
    """Another agency that was asked what the person asked here, and what it answered."""

    __table_args__ = (UniqueConstraint("request", "agency"), Index("askedagency_open", "answered_at", "due"))
    seq: int | None = Field(default=None, primary_key=True)
    request: str
    case: str
    agency: str
    at: int = Field(sa_column=moment(nullable=False))
    due: int = Field(sa_column=moment(nullable=False))
    told: str = Field(sa_column=Column(Text, nullable=False))
    """Of which groups, closed."""
    answered_at: int | None = Field(default=None, sa_column=moment())
    answer: str = ""
    """done, or refused."""
    noted_by: str = ""
    """The officer who wrote the answer down, where it came by another way than the case."""
    reply: str = Field(default="", sa_column=Column(Text, nullable=False))
    """The reason and the law, closed."""
    ended_at: int | None = Field(default=None, sa_column=moment())
    """When it ended here, so that nobody waits for the answer."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


RIGHTS_TABLES = (PersonRequest, AskedAgency)
