"""What events are made of: frozen values that compare by what they say."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Need

Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
"""An opaque id: of an agency, a hand-off, a task."""
Moment = Annotated[int, Field(ge=0, lt=2**53)]
"""Milliseconds since 1970, UTC."""
Printed = Annotated[str, StringConstraints(max_length=120)]
"""A word of a published list, kept byte for byte."""


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


class Member(Facts):
    """An agency in a case: which data classes it may see, for what, on which ground, until when."""

    agency: Id
    kind: AgencyKind
    classes: tuple[DataClass, ...] = ()
    purpose: Need = Need.IDENTIFICATION
    basis: Basis = Basis.CONSENT
    until: Moment | None = None


class PlannedTask(Facts):
    """A task of the joint plan: one owner; it waits for another only where `after` says so."""

    task: Id
    owner: Id
    need: Need
    due: Moment
    handoff: Id | None = None
    after: tuple[Id, ...] = ()
