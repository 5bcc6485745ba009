"""Restricted cases: who alone may see them inside the agency. It is the agency's own matter and never on the bus."""

from sqlalchemy import Column, Index, Text, false, text
from sqlmodel import Field, SQLModel

from shared.store.columns import moment, new_salt, salt


class RestrictedCase(SQLModel, table=True):
    """A case that somebody has restricted. One restriction may take several cases along: a main case and its side cases."""

    __table_args__ = (Index("restrictedcase_case", "case"),)
    id: str = Field(primary_key=True)
    """Of the restriction; drawn by chance, so that who learns of it learns of no case."""
    case: str = Field(primary_key=True)
    by: str
    at: int = Field(sa_column=moment(nullable=False))
    reason: str
    """A code."""
    words: str = Field(sa_column=Column(Text, nullable=False))
    """Closed under the case's key; empty where nothing was said, and where the case is not the one of which it was said."""
    ended_at: int | None = Field(default=None, sa_column=moment())
    ended_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class RestrictedOfficer(SQLModel, table=True):
    """An officer who may see a restricted case."""

    __table_args__ = (Index("restrictedofficer_case", "case"),)
    id: str = Field(primary_key=True)
    """Of the restriction."""
    case: str = Field(primary_key=True)
    officer: str = Field(primary_key=True)
    by: str
    at: int = Field(sa_column=moment(nullable=False))
    waits: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether the agency's head names them, and nobody has confirmed it yet."""
    second: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """Who has confirmed what the head said."""
    ended_at: int | None = Field(default=None, sa_column=moment())
    """When their name was taken off, or they left."""
    ended_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    salt: str = Field(default_factory=new_salt, sa_column=salt())


RESTRICTED = (RestrictedCase, RestrictedOfficer)
