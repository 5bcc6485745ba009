"""What `/api` answers. Moments are milliseconds since 1970, UTC."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.protocol.case import Case


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
