"""Assistance's own table: the address of a confidential agency's shelter. No event carries it, and no other instance has it."""

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
