"""What events are made of: frozen values that compare by what they say."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Ending, Need


class Names(StrEnum):
    """What an id names. Each field of an event that holds a text is marked with one of these, or as `Written`."""

    AGENCY = "agency"
    CASE = "case"
    TRACE = "trace"
    HANDOFF = "hand-off"
    TASK = "task"
    DECISION = "decision"
    STATEMENT = "statement"
    MESSAGE = "message"
    CHECK = "check"
    """No id: a digest by which an agency is known again that must not be named."""


class Written(StrEnum):
    """What a text is that is no id. Under protocol 2 it is one line without control characters, and a language's a tag."""

    LANGUAGE = "language"
    """A language tag (BCP 47)."""
    NATIONALITY = "nationality"
    """A country's code (ISO 3166), `stateless` or `unknown`; of an import, as it is printed."""
    PRINTED = "printed"
    """A word of a published list, kept byte for byte: in an import alone."""
    FIELD = "field"
    """A field or a group of a case file, or whom it speaks of. Which there are, newer members may know better."""
    STATED = "stated"
    """The value of such a field, written as the field says; or words between agencies."""


Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
"""An opaque id; what it names, the next ones say."""
AgencyId = Annotated[Id, Names.AGENCY]
CaseId = Annotated[Id, Names.CASE]
TraceId = Annotated[Id, Names.TRACE]
HandoffId = Annotated[Id, Names.HANDOFF]
TaskId = Annotated[Id, Names.TASK]
DecisionKey = Annotated[Id, Names.DECISION]
StatementId = Annotated[Id, Names.STATEMENT]
MessageId = Annotated[Id, Names.MESSAGE]
Check = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$"), Names.CHECK]
Moment = Annotated[int, Field(ge=0, lt=2**53)]
"""Milliseconds since 1970, UTC."""
Printed = Annotated[str, StringConstraints(max_length=120), Written.PRINTED]
"""A word of a published list, kept byte for byte."""
Nationality = Annotated[str, StringConstraints(max_length=120), Written.NATIONALITY]
GroupName = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9_]*$"), Written.FIELD]
"""A group of fields of the case file (`case_file.Group`), or of a newer one."""
LanguageTag = Annotated[str, StringConstraints(max_length=12), Written.LANGUAGE]


HIDDEN = "confidential:"


def hidden(agency: str) -> bool:
    """Whether this stands for a confidential agency, named by its kind alone: `confidential:shelter`. The lead acts for it."""
    return agency.startswith(HIDDEN)


class Facts(BaseModel):
    """A frozen value that compares by what it says."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Event(Facts):
    """A fact of a case."""

    TYPE: ClassVar[str] = ""


class Besides(Facts):
    """What a roster entry lets an agency see for one more purpose, on which ground, until when."""

    classes: tuple[DataClass, ...]
    purpose: Need
    basis: Basis
    until: Moment | None = None


def _none(said: tuple[object, ...]) -> bool:
    return not said


class Member(Facts):
    """An agency in a case: which data classes it may see, for what, on which ground, until when; and the same for each further purpose."""

    agency: AgencyId
    kind: AgencyKind
    classes: tuple[DataClass, ...] = ()
    purpose: Need = Need.IDENTIFICATION
    basis: Basis = Basis.CONSENT
    until: Moment | None = None
    besides: Annotated[tuple[Besides, ...], Field(exclude_if=_none)] = ()
    """Came with protocol 2: not written where there is none, so that older readers still take the entry."""
    without: Annotated[tuple[GroupName, ...], Field(exclude_if=_none)] = ()
    """Groups of the case file that the country does not let agencies of this kind read. Came with protocol 2, too."""


class PlannedTask(Facts):
    """A task of the joint plan: one owner; it waits for another only where `after` says so."""

    task: TaskId
    owner: AgencyId
    need: Need
    due: Moment
    handoff: HandoffId | None = None
    after: tuple[TaskId, ...] = ()


class EndedHandoff(Facts):
    """The lead's answer to a hand-off that is open when it closes the case."""

    handoff: HandoffId
    ending: Ending


class EndedTask(Facts):
    """The lead's answer to a task that is open then, and that no answered hand-off carries."""

    task: TaskId
    ending: Ending
