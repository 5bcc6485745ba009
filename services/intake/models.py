"""Intake's own table: what the officer noted and nobody else gets."""

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from shared.store.columns import moment, new_salt, salt


class Report(SQLModel, table=True):
    """A report filed here. The note stays in this database; no event carries it."""

    case: str = Field(primary_key=True)
    filed_at: int = Field(sa_column=moment(nullable=False, index=True))
    officer: str
    note: str = Field(sa_column=Column(Text, nullable=False))
    salt: str = Field(default_factory=new_salt, sa_column=salt())
