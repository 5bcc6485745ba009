"""A country as configuration: its agencies, what they run, whom the lead invites, and how long they have. Never code."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.protocol.facts import Member
from shared.protocol.roster import may_see
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Form, Need, Urgency

HOUR = 3_600_000


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NotListed(KeyError):
    """The directory has no agency of this id."""


class Officer(_Table):
    """An invented person of the demo: nobody's name."""

    id: str
    name: str


class Agency(_Table):
    """An agency of the directory and the services it runs."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
    name: str
    kind: AgencyKind
    type: str = ""
    """As a published list names its type; the kind's own word where empty."""
    services: tuple[str, ...] = ("intake", "assistance")
    classes: tuple[DataClass, ...] = tuple(DataClass)
    """What the directory lets it have at most."""
    confidential: bool = False
    officers: tuple[Officer, ...] = ()


class Invitation(_Table):
    """One line of the lead's policy: this need goes to this agency when all that is named here holds."""

    need: Need
    agency: str
    forms: frozenset[Form] = frozenset()
    basis: frozenset[Basis] = frozenset()
    urgency: frozenset[Urgency] = frozenset()


class Deadline(_Table):
    """How long an agency has to answer, and when an unanswered hand-off lapses, in hours."""

    answer: float = 24
    lapse: float = 168


class Simulation(_Table):
    """How a lead without officers answers in a replay of published figures. Such times are labelled simulated."""

    answers_itself: bool = False
    median_hours: float = 120


class Country(_Table):
    """The directory and the policies of one national mechanism."""

    id: str
    name: str
    lead: str
    pingpong: int = 3
    agencies: tuple[Agency, ...]
    invitations: tuple[Invitation, ...] = ()
    deadlines: dict[str, Deadline] = {"default": Deadline()}
    task_hours: float = 336
    simulation: Simulation = Simulation()

    def agency(self, id: str) -> Agency:
        """The agency of this id. Raises NotListed where the directory has none."""
        for agency in self.agencies:
            if agency.id == id:
                return agency
        raise NotListed(id)

    def knows(self, id: str) -> bool:
        """Whether the directory lists this agency."""
        return any(a.id == id for a in self.agencies)

    def name_of(self, id: str) -> str:
        """The agency's name, or its id where the directory does not list it."""
        return self.agency(id).name if self.knows(id) else id

    def told_as(self, id: str) -> str:
        """How an agency is named outside its cases: a confidential one by its kind alone."""
        hidden = self.knows(id) and self.agency(id).confidential
        return f"confidential:{self.agency(id).kind.value}" if hidden else id

    def deadline(self, need: Need, urgency: Urgency, at: int) -> tuple[int, int]:
        """(answer by, lapse at) in ms for a request made at `at`; danger has its own line."""
        line = self.deadlines.get(urgency.value) if urgency is Urgency.DANGER else None
        line = line or self.deadlines.get(need.value) or self.deadlines["default"]
        return at + int(line.answer * HOUR), at + int(line.lapse * HOUR)

    def member(self, id: str, purpose: Need, basis: Basis) -> Member:
        """A roster entry: what policy and directory allow this agency on this ground."""
        agency = self.agency(id)
        allowed = may_see(agency.kind, basis) & frozenset(agency.classes)
        return Member(agency=id, kind=agency.kind, classes=tuple(sorted(allowed)), purpose=purpose, basis=basis)


def load(path: Path) -> Country:
    """Read a country file. Raises ValueError that says what is wrong with it."""
    country = Country.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    unknown = {i.agency for i in country.invitations} | {country.lead}
    if missing := unknown - {a.id for a in country.agencies}:
        raise ValueError(f"{path.name} names agencies that it does not list: {', '.join(sorted(missing))}")
    return country
