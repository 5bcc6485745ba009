"""What is asked of the person's data of a case, and what was done: erasures that wait, legal holds, erased classes.

Reasons name no person. Lists of data classes are JSON text.
"""

from sqlalchemy import Column, Index, Text, false
from sqlmodel import Field, SQLModel

from shared.store.columns import moment, new_salt, salt


class PendingErasure(SQLModel, table=True):
    """A case whose data is to be erased here, until its keys are destroyed. A case that is held, or has parked records, waits longer."""

    case: str = Field(primary_key=True)
    by: str
    """The officer; empty where it is not a person's decision."""
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=moment(nullable=False))
    classes: str
    """What is to be erased, a JSON list."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class ErasureProposal(SQLModel, table=True):
    """An erasure that an officer asked for by command, and that a second one confirms or refuses, until the audit has what was said."""

    seq: int | None = Field(default=None, primary_key=True)
    case: str = Field(index=True)
    by: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=moment(nullable=False))
    classes: str
    """What is to be erased, a JSON list."""
    second: str = ""
    """Who confirmed or refused it; empty while it waits."""
    outcome: str
    audited: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether the audit says who asked: a command writes the row, the running instance its line."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class PendingReceipt(SQLModel, table=True):
    """A receipt that goes to an agency once a pending erasure is carried out, or refused because of a hold."""

    seq: int | None = Field(default=None, primary_key=True)
    case: str = Field(index=True)
    to: str
    answers: str
    """The decision key that it answers."""
    dropped: str
    """The classes that go, a JSON list."""
    kept: str
    """The classes that are kept by law, a JSON list."""
    ground: str | None = None
    """By which law."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class ReceiptKept(SQLModel, table=True):
    """What a receipt has said is kept of a case: whoever has it hears once that has gone."""

    answers: str = Field(primary_key=True)
    """The decision key that it answered."""
    case: str = Field(index=True)
    to: str
    kept: str
    """The classes that are still kept, a JSON list."""
    ground: str | None = None
    """By which law."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class LegalHold(SQLModel, table=True):
    """A case that must not be erased here. It counts from the moment it is written."""

    case: str = Field(primary_key=True)
    by: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=moment(nullable=False))
    audited: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether the audit names it: a command writes the hold, the running instance its line."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class HoldRelease(SQLModel, table=True):
    """A request to end a legal hold, until the instance has ended it."""

    case: str = Field(primary_key=True)
    by: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=moment(nullable=False))
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class ErasedClass(SQLModel, table=True):
    """A data class of a case whose key is destroyed. A keystore from an older copy is told again."""

    case: str = Field(primary_key=True)
    data_class: str = Field(primary_key=True)
    at: int = Field(sa_column=moment(nullable=False))
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class RenewedKey(SQLModel, table=True):
    """A data class of a case that has another key than its first, because it is told again after an erasure."""

    case: str = Field(primary_key=True)
    data_class: str = Field(primary_key=True)
    proof: str
    """The digest of the key in use: a keystore from an older copy has another one."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class KeptForProceedings(SQLModel, table=True):
    """What the agency keeps by law for proceedings though its ground has gone: an officer names them by a day, and says when they are over.

    Which they are is never on the bus.
    """

    __table_args__ = (Index("keptforproceedings_case", "case"), Index("keptforproceedings_open", "ended_at", "named_at", "due"))
    answers: str = Field(primary_key=True)
    """The decision that took the ground away, or asked for erasure."""
    case: str
    to: str
    """The agency that has the receipt, and hears once nothing is kept any more."""
    classes: str
    """What is kept, a JSON list."""
    at: int = Field(sa_column=moment(nullable=False))
    due: int = Field(sa_column=moment(nullable=False))
    """By when they must be named, or once they are, by when somebody looks whether they still run."""
    told: str = Field(sa_column=Column(Text, nullable=False))
    """Number and authority, closed under the key of what is kept; empty until they are named."""
    officer: str
    """Who named them."""
    named_at: int | None = Field(default=None, sa_column=moment())
    ended_at: int | None = Field(default=None, sa_column=moment())
    ended_by: str
    """Who said that they are over, or that there are none; empty where it is not a person's decision."""
    gone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether nothing is kept any more: it was erased, or there is a ground for it again."""
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class RetentionProgress(SQLModel, table=True):
    """Up to which closed case a data class was looked at for its age."""

    data_class: str = Field(primary_key=True)
    changed_at: int = Field(sa_column=moment(nullable=False))
    case: str
    salt: str = Field(default_factory=new_salt, sa_column=salt())


ERASURE = (
    PendingErasure, ErasureProposal, PendingReceipt, ReceiptKept, LegalHold, HoldRelease, ErasedClass, RenewedKey, KeptForProceedings,
    RetentionProgress,
)  # fmt: skip
