"""The tables of every instance: what is decided, read and shown. Moments are milliseconds since 1970, UTC; bodies are JSON text."""

from sqlalchemy import Column, Index, LargeBinary, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from shared.store.account_tables import ACCOUNTS
from shared.store.capacity_table import CAPACITY
from shared.store.columns import moment, new_salt, salt
from shared.store.erasure_tables import ERASURE
from shared.store.instance_tables import INSTANCE
from shared.store.job_tables import JOBS
from shared.store.message_tables import MESSAGES
from shared.store.notice_tables import NOTICES
from shared.store.own_tables import OWN_TABLES
from shared.store.person_tables import PERSON
from shared.store.restricted_tables import RESTRICTED
from shared.store.rights_tables import RIGHTS_TABLES

ASIDE = "verdict = 'set aside'"
"""Journal rows of records that an officer set aside. They are rare: they have an index of their own."""


UNCOUNTED = "verdict IN ('superseded', 'refused') OR state = 'removed'"
"""Outbox rows of what was decided here and never counts. They are rare, too."""


class Journal(SQLModel, table=True):
    """Every record of the log that was ours to read, once, with the fold's verdict."""

    __table_args__ = (
        Index("journal_case", "case", "seq"),
        Index("journal_key", "key"),
        Index("journal_aside", "seq", sqlite_where=text(ASIDE), postgresql_where=text(ASIDE)),
    )
    seq: int | None = Field(default=None, primary_key=True)
    event: str = Field(unique=True)
    key: str
    case: str
    partition: int
    place: int = Field(sa_column=moment(nullable=False))
    type: str
    author: str
    cause: str
    roster: int
    at: int = Field(sa_column=moment(nullable=False))
    logged_at: int = Field(sa_column=moment(nullable=False))
    applied_at: int = Field(sa_column=moment(nullable=False))
    verdict: str
    simulated: bool = False
    differs: bool = False
    """The head that the author saw is unknown here: pictures differ."""
    body: str = Field(sa_column=Column(Text, nullable=False))
    """{"D0": facts, "D1": …}: the core's facts and the sections that we may keep; the reason where it is unreadable."""


class Outbox(SQLModel, table=True):
    """What was decided here: facts and decision key. The relay completes and sends it until its own echo is in the journal."""

    __table_args__ = (
        Index("outbox_waiting", "state", "seq"),
        Index("outbox_case", "case"),
        Index("outbox_uncounted", "seq", sqlite_where=text(UNCOUNTED), postgresql_where=text(UNCOUNTED)),
    )
    seq: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    case: str
    type: str
    cause: str
    ordinal: int
    at: int = Field(sa_column=moment(nullable=False))
    decided_at: int = Field(sa_column=moment(nullable=False))
    """By the wall clock, for lags; `at` may be simulated."""
    simulated: bool = False
    officer: str = ""
    turn: int
    """Which goes first of what waits in a case (`codec.Turn`); of one turn the lower `seq`. The queue in memory has the same order."""
    parts: str = Field(sa_column=Column(Text, nullable=False))
    """{"D0": facts, "D1": …}; only D0 is kept once the row is done."""
    state: str = "waiting"
    """waiting, done, removed (we were taken off the roster)."""
    verdict: str | None = None


class Statistic(SQLModel, table=True):
    """A statistical record (D9) on its way to the rapporteur; done when Kafka has acknowledged its batch."""

    __table_args__ = (Index("statistic_waiting", "done", "seq"), Index("statistic_case", "case"))
    seq: int | None = Field(default=None, primary_key=True)
    record: str = Field(unique=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    done: bool = False
    case: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """Whose case it counts something of; empty in rows of releases that did not note it. It never leaves this database."""
    batch: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """The batch that it was put in, whenever that is sent again; empty while it waits for its batch."""


class Position(SQLModel, table=True):
    """How far this instance has read a partition, and the digest of the last record there."""

    topic: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    generation: int = 1
    next: int = Field(sa_column=moment(nullable=False))
    digest: str
    directory: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The version of the directory that is in force there, as the last marker says."""


class Parked(SQLModel, table=True):
    """A record that this instance failed to apply. Later records of its case wait behind it; other cases go on."""

    __table_args__ = (UniqueConstraint("partition", "place"),)
    seq: int | None = Field(default=None, primary_key=True)
    case: str = Field(index=True)
    partition: int
    place: int = Field(sa_column=moment(nullable=False))
    logged_at: int = Field(sa_column=moment(nullable=False))
    value: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    code: str = Field(default="could-not-apply", sa_column_kwargs={"server_default": "could-not-apply"})
    """Why: a code of `processing.parking_causes`, which has it in words."""
    reason: str
    """Kind and place of the failure where the code leaves that open; never a value."""
    type: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    author: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    parked_at: int = Field(sa_column=moment(nullable=False))
    retry: bool = False
    """Somebody has asked for another try; so have `aside` and what follows it for setting the record aside."""
    aside: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    asked_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    asked_reason: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=text("''")))
    asked_at: int | None = Field(default=None, sa_column=moment())
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class Audit(SQLModel, table=True):
    """Who decided and who read what, and what was refused: each line bound to the one before it. Officers by their id, never by name."""

    __table_args__ = (Index("audit_case", "case", "seq"),)

    seq: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_column=moment(nullable=False))
    officer: str
    act: str
    """A use case; `read:` or `refused:` with the route; what was done with rights."""
    case: str
    key: str
    """Of a decision its key; of a reading its ground; of a refusal its reason; of a line about rows the digest of `rows`."""
    digest: str
    rows: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=text("''")))
    """What a transaction wrote of the tables that are in the chain: ids and digests (`chain`)."""


class FormReceipt(SQLModel, table=True):
    """What was recorded under the id of a form, or an idempotency key: who sends it once more is told of this, and nothing is recorded."""

    __table_args__ = (Index("formreceipt_officer", "officer", "at"),)
    form: str = Field(primary_key=True)
    use_case: str
    case: str
    officer: str
    at: int = Field(sa_column=moment(nullable=False))
    """By the instance's clock; of an import the time that it reports."""
    keys: str = Field(sa_column=Column(Text, nullable=False))
    """The decision keys, a JSON list; empty where nothing of it travels."""
    content: str = Field(sa_column=Column(Text, nullable=False))
    """A digest of what was sent, closed under the key of the case: with the case's key nobody can compare any more."""


class Assignment(SQLModel, table=True):
    """Whose case it is inside the agency; one case may be several officers'."""

    case: str = Field(primary_key=True)
    officer: str = Field(primary_key=True)
    by: str
    at: int = Field(sa_column=moment(nullable=False))
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class SeenVerdict(SQLModel, table=True):
    """An officer says that they have seen that a decision made here did not count."""

    key: str = Field(primary_key=True)
    officer: str = Field(primary_key=True)
    at: int = Field(sa_column=moment(nullable=False))
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class BreakGlass(SQLModel, table=True):
    """A case opened by somebody to whom it is not assigned, why, and a supervisor's review of it."""

    __table_args__ = (Index("breakglass_officer", "case", "officer"),)
    seq: int | None = Field(default=None, primary_key=True)
    case: str
    officer: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=moment(nullable=False))
    until: int = Field(sa_column=moment(nullable=False))
    reviewed_by: str = ""
    reviewed_at: int | None = Field(default=None, sa_column=moment())
    in_order: bool | None = None
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class Mandate(SQLModel, table=True):
    """A role that the agency itself gave to somebody, beside those that the issuer names."""

    officer: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    by: str
    at: int = Field(sa_column=moment(nullable=False))
    salt: str = Field(default_factory=new_salt, sa_column=salt())


class CaseView(SQLModel, table=True):
    """The view of a case that this instance holds: the projection that everything shown follows from."""

    __tablename__ = "picture"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("picture_changed", "closed", "changed_at"),)

    case: str = Field(primary_key=True)
    view: str = Field(sa_column=Column(Text, nullable=False))
    opened_at: int = Field(sa_column=moment(nullable=False, index=True))
    changed_at: int = Field(sa_column=moment(nullable=False))
    clock_at: int | None = Field(default=None, sa_column=moment(index=True))
    """When the next deadline that we watch passes."""
    joint: bool = False
    closed: bool = False
    lead: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """The agency that leads it."""
    awaits: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether we wait for the lead's checkpoint; until then what is shown is what we knew before."""


class Duty(SQLModel, table=True):
    """Who must do what by when: one row for each hand-off and task of our cases. Work lists read this."""

    __table_args__ = (Index("duty_open", "open", "holder", "due"),)
    case: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    """handoff, consultation, transfer (of the lead) or task."""
    giver: str
    holder: str
    """The agency that must move next."""
    need: str
    state: str
    open: bool
    waiting: bool
    """Asked and not answered."""
    overdue: bool
    urgency: str
    simulated: bool
    asked_at: int = Field(sa_column=moment(nullable=False))
    due: int = Field(sa_column=moment(nullable=False))
    applied_at: int = Field(sa_column=moment(nullable=False))
    """When this instance first knew of it."""


class Span(SQLModel, table=True):
    """A finished span: derived from what counted, or of a request. It stays when the operators have it, for collectors that come later."""

    __table_args__ = (Index("span_unsent", "sent", "seq"),)
    seq: int | None = Field(default=None, primary_key=True)
    span: str = Field(unique=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    sent: bool = False


RUNTIME = (
    Journal, Outbox, Statistic, Position, Parked, Audit, FormReceipt, SeenVerdict, Assignment, BreakGlass, Mandate, CaseView, Duty, Span,
    *PERSON, *MESSAGES, *ERASURE, *INSTANCE, *OWN_TABLES, *RIGHTS_TABLES, *ACCOUNTS, *RESTRICTED, *JOBS, *NOTICES, *CAPACITY,
)  # fmt: skip
"""The tables that every instance has, whatever its service."""
