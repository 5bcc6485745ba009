"""Assistance's own tables: the address of a confidential agency's shelter, which no event carries and no other instance has, and where a
shelter meets people instead."""

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from shared.store.columns import moment, new_salt, salt


class House(SQLModel, table=True):
    """The one shelter of this agency; an agency with two is listed as two. Empty at agencies that are not confidential."""

    name: str = Field(primary_key=True)
    told: str = Field(sa_column=Column(Text, nullable=False))
    """Address and directions, closed under a key of the agency's own."""
    by: str
    at: int = Field(sa_column=moment(nullable=False))
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class MeetingPoint(SQLModel, table=True):
    """A place at which this shelter meets people: somewhere else than where they live. Struck out, it stays, and nobody can choose it."""

    id: str = Field(primary_key=True)
    told: str = Field(sa_column=Column(Text, nullable=False))
    """The place in words, closed under a key of the agency's own."""
    by: str
    at: int = Field(sa_column=moment(nullable=False))
    ended_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    ended_by: str = ""
    salt: str = Field(default_factory=new_salt, sa_column=salt())
