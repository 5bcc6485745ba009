"""What a person told of the exploitation, word for word, as its owner keeps it: versions, to whom one was released, and what holds them.

None of it is on the bus; a release is a decision of its own, which says what it says in statements for one agency.
"""

from sqlalchemy import Column, Index, Text, false
from sqlmodel import Field, SQLModel

from shared.store.columns import moment, new_salt, salt


class AccountEntry(SQLModel, table=True):
    """One thing that was written. Nothing is overwritten; what is erased loses its key and what it said, and stays as an empty row."""

    __tablename__ = "account"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("account_case", "case", "seq"),)
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    case: str
    kind: str
    """version, release, hold, or end."""
    number: int
    """Of a version, and of what is about one, its number; nought where it is about all."""
    officer: str
    at: int = Field(sa_column=moment(nullable=False))
    told: str = Field(sa_column=Column(Text, nullable=False))
    """Closed under a key of its own, below that of the class of criminal justice (D7)."""
    erased_at: int | None = Field(default=None, sa_column=moment())
    gone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether its key is destroyed, too."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


ACCOUNTS = (AccountEntry,)
