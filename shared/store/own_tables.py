"""What an agency keeps of a case for itself: its own reference and label, and its notes. None of it is ever on the bus."""

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from shared.store.columns import moment, new_salt, salt


class OwnRecord(SQLModel, table=True):
    """One thing that an officer wrote. Nothing is overwritten: of reference and label the last row counts, a note may correct another."""

    __table_args__ = (Index("ownrecord_case", "case", "kind", "seq"),)
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    case: str
    kind: str
    """reference, label or note."""
    officer: str
    at: int = Field(sa_column=moment(nullable=False))
    words: str = Field(sa_column=Column(Text, nullable=False))
    """Closed under the case's key."""
    corrects: str
    """The id of the note that this one corrects; empty where it corrects none."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


OWN_TABLES = (OwnRecord,)
