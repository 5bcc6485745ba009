"""What an agency keeps of a case for itself, and how it finds it again. None of it is ever on the bus."""

from sqlalchemy import Column, Index, Text, UniqueConstraint
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


class SearchTerm(SQLModel, table=True):
    """By what a case is found: a digest under the case's own key. Equal words of two cases have unlike digests, and once the key is
    destroyed nobody can say of any word whether it was there."""

    __table_args__ = (Index("searchterm_case", "case", "kind"),)
    digest: str = Field(primary_key=True)
    case: str
    kind: str


class SearchMade(SQLModel, table=True):
    """A search beyond the officer's own cases, or a look for a case of the same person. The words are not kept."""

    __table_args__ = (Index("searchmade_at", "at"),)
    id: str = Field(primary_key=True)
    officer: str
    at: int = Field(sa_column=moment(nullable=False))
    kind: str
    """search, or same-person."""
    words: str
    """A digest of what was searched for, under the instance's secret."""
    reason: str = Field(sa_column=Column(Text, nullable=False))
    """Closed under the agency's own key."""
    found: int
    opened_at: int | None = Field(default=None, sa_column=moment())
    """When the officer first opened something of what was found."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class OfficialLetter(SQLModel, table=True):
    """The register of official letters to those who are no members: each has the next number of its year."""

    __table_args__ = (UniqueConstraint("year", "number"), Index("officialletter_case", "case"))
    id: str = Field(primary_key=True)
    case: str
    year: int
    number: int
    officer: str
    at: int = Field(sa_column=moment(nullable=False))
    told: str = Field(sa_column=Column(Text, nullable=False))
    """To whom it went and what it says of the person, closed under the case's key."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class ConflictCheck(SQLModel, table=True):
    """Whom the country's policy names was not invited by itself, since a suspect may be close to staff of an agency: an officer decides.
    Why they were asked is a note of the agency's own."""

    __table_args__ = (Index("conflictcheck_open", "looked_at", "at"), Index("conflictcheck_case", "case"))
    id: str = Field(primary_key=True)
    case: str
    at: int = Field(sa_column=moment(nullable=False))
    looked_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    looked_by: str = ""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


OWN_TABLES = (OwnRecord, SearchTerm, SearchMade, OfficialLetter, ConflictCheck)
