"""What `/api` answers. Moments are milliseconds since 1970, UTC."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.protocol.case import Case
from shared.protocol.case_file import Group
from shared.protocol.messages import MessageKind, MessageWords
from shared.protocol.vocabulary import Need


class Answer(BaseModel):
    """What a decision gave: the case, the decision keys, and whether the same form had been sent before."""

    case: str
    keys: list[str]
    repeated: bool


class CaseAnswer(BaseModel):
    """The shared picture with own decisions that wait for the bus, and what this agency may know of the person, by data class.

    `incomplete` where a record that the others have was set aside here.
    """

    case: Case
    waiting_for_the_bus: int
    member: bool
    parked: bool
    incomplete: bool
    profile: dict[str, dict[str, Any]]


class StatementAnswer(BaseModel):
    """One statement of a case file: what was said of whom, by which agency, when and how they know."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    field: str
    about: str
    """The person, or one of several, as `dependant:1`."""
    group: str
    data_class: str
    value: str = Field(validation_alias="shown")
    """As the field's kind is written, of a document its name; empty where something is taken back."""
    source: str
    said_at: int
    by: str
    supersedes: str | None
    superseded_by: str | None
    withdrawn: bool
    waiting: bool
    """Our own, and not on the log yet."""


class PersonAnswer(BaseModel):
    """What is on file of the person, as far as this agency may know it, and which agencies read what is stated in a group now."""

    present: list[StatementAnswer]
    before: list[StatementAnswer]
    readers: dict[str, list[str]]


class MessageAnswer(BaseModel):
    """One message between agencies: on which hand-off, what it says, for whom it was, who has read it, and who must answer."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    handoff: str
    kind: MessageKind
    purpose: Need
    about: tuple[Group, ...]
    """The groups of a case file that its words speak of."""
    said: MessageWords
    said_at: int
    by: str
    to: tuple[str, ...]
    answers: str | None
    awaits: str
    """Of a question the agency that must answer."""
    answered_by: str | None
    read: tuple[tuple[str, int], ...]
    waiting: bool
    """Our own, and not on the log yet."""


class RecordAnswer(BaseModel):
    """A record of the log as this instance journalled it: place, author, verdict; without what it says."""

    model_config = ConfigDict(from_attributes=True)
    seq: int
    event: str
    key: str
    case: str
    partition: int
    place: int
    type: str
    author: str
    cause: str
    roster: int
    at: int
    logged_at: int
    applied_at: int
    verdict: str
    simulated: bool
    differs: bool


class DutyAnswer(BaseModel):
    """Who must do what by when: an open hand-off or task."""

    model_config = ConfigDict(from_attributes=True)
    case: str
    id: str
    kind: str
    giver: str
    holder: str
    need: str
    state: str
    open: bool
    waiting: bool
    overdue: bool
    urgency: str
    simulated: bool
    asked_at: int
    due: int
    applied_at: int


class KeptNote(BaseModel):
    """A note of this agency's own; ids of the note that it corrects, and of the one that corrects it, empty where there is none."""

    id: str
    officer: str
    at: int
    note: str
    corrects: str
    corrected_by: str


class KeptAnswer(BaseModel):
    """What this agency keeps of a case for itself; the newest note first."""

    reference: str
    label: str
    notes: list[KeptNote]


Kind = Literal["read", "refused", "rights", "decided"]
RIGHTS = frozenset({
    "taken", "assigned", "unassigned", "released", "break-glass", "reviewed", "restricted", "restriction-lifted", "named", "named-by-head",
    "named-confirmed", "named-refused", "named-no-more",
})  # fmt: skip
"""What was done about who may see a case."""


class AccessAnswer(BaseModel):
    """One line of the audit about a case: who did what, when, on what ground or why not. Never what was read."""

    at: int
    officer: str
    """As the issuer has them; empty for somebody who had not signed in."""
    kind: Kind
    what: str
    """The route that was asked, or the decision."""
    why: str
    """The ground, or the reason of a refusal; of what is about an officer, whom."""

    @classmethod
    def told(cls, at: int, officer: str, act: str, key: str) -> "AccessAnswer":
        """From a row of the audit."""
        head, _, rest = act.partition(":")
        kind: Kind = "read" if head == "read" else "refused" if head == "refused" else "rights" if head in RIGHTS else "decided"
        what = rest if kind in ("read", "refused") else head
        return cls(at=at, officer=officer, kind=kind, what=what, why="" if kind == "decided" else key)
