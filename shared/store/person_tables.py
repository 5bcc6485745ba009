"""What was stated of the person of a case: a row for each statement, whoever made it. Moments are milliseconds since 1970, UTC.

It follows from the journal (`decisions.statements`). A row is never changed, but for what took its place, and that its value was erased.
"""

from sqlalchemy import Column, Index, Text, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from shared.store.columns import moment, new_salt, salt


class StatementRow(SQLModel, table=True):
    """One statement."""

    __tablename__ = "statement"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("case", "id"), Index("statement_field", "case", "about", "field"))
    seq: int | None = Field(default=None, primary_key=True)
    id: str
    case: str
    data_class: str
    group: str
    """The release group, as it was when the record came."""
    field: str
    about: str
    value: str = Field(sa_column=Column(Text, nullable=False))
    """Closed under the statement's own key; empty where something is taken back."""
    source: str
    said_at: int = Field(sa_column=moment(nullable=False))
    by: str
    """The agency that stated it."""
    author: str
    """The instance whose record said so here: another's where it was passed on."""
    key: str
    """The decision key of that record."""
    supersedes: str | None = None
    superseded_by: str | None = None
    withdrawn: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """It takes back what it supersedes."""
    erased_at: int | None = Field(default=None, sa_column=moment())
    """When its key was destroyed, alone among its class."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


PERSON = (StatementRow,)
