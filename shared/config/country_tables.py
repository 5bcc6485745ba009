"""Tables of a country file that need none of the others: of what is kept by law, of danger, of figures, of a second officer."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.config.calendar import HOUR
from shared.protocol.support import PayerCode
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, KeepGround, Need


class CountryTable(BaseModel):
    """A table of a country file: it cannot be changed, and has nothing that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Keep(CountryTable):
    """What agencies of a kind must keep by law, though consent is withdrawn or erasure asked; of cases on these grounds alone, if named."""

    kind: AgencyKind
    classes: frozenset[DataClass]
    ground: KeepGround
    basis: frozenset[Basis] = frozenset()


class Emergency(CountryTable):
    """What happens at once when somebody is in danger now (docs/domain.md, section 1.5, S1)."""

    needs: tuple[Need, ...] = (Need.SAFETY,)
    """What is asked for, though nobody ticked it; the invitations say of whom."""
    number: Annotated[str, Field(pattern=r"^[0-9]{0,6}$")] = ""
    """Whom officers call first, on a telephone: pages show it. None known where empty."""
    hours: Annotated[float, Field(gt=0, le=24)] = 24
    """For how long the one agency that goes there is told name, phone and place without consent; a country may have less."""


class Region(CountryTable):
    """A statistical region of the country: figures by place name nothing smaller (docs/domain.md, section 5.7)."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9A-Z]{1,2}$")]
    """Of level 1 or 2 (NUTS, or what a country has like it)."""
    name: str
    names: dict[str, str] = {}


class Simulation(CountryTable):
    """How a lead without officers answers in a replay of published figures. Such times are labelled simulated."""

    answers_itself: bool = False
    median_hours: float = 120


class Batches(CountryTable):
    """When statistical records go out: at fixed times, together, so that the time of one says nothing of a case."""

    every: Annotated[float, Field(gt=0)] = 24
    """Hours between the fixed times, which are counted from 1970 UTC."""
    cases: Annotated[int, Field(ge=1)] = 10
    """Of how many cases a batch is at least; what waits of fewer waits for the next time."""


class Publication(CountryTable):
    """What figures must keep to before anybody but cleared staff sees them."""

    minimum: Annotated[int, Field(ge=3, le=100)] = 5
    """Of how many people a figure is at least; what is of fewer is suppressed, or added up with others."""
    zeros: Literal["shown", "hidden"] = "shown"
    """Whether a table says that there was nobody, or hides that as it hides few."""
    dominance: Annotated[float, Field(gt=0, le=1)] | None = None
    """The share of a figure that one first responder may have at most, in tables of first responders; none where any share is shown."""


class Operators(CountryTable):
    """What those who watch hand-offs may see apart."""

    smallest_kind: Annotated[int, Field(ge=1, le=100)] = 3
    """Of how many confidential agencies a kind is at least that is shown by its name; what is of fewer is shown together."""


class Raids(CountryTable):
    """What is told of people who were found together (docs/adr/0059)."""

    tells_number: bool = False
    """Whether the lead is told how many they are: once every agency runs a release that reads it, since a former one keeps nothing of the
    person of an opening that says it."""


class Accounts(CountryTable):
    """Who may keep, word for word, what the person told of the exploitation. Whoever may not cannot even write it down here."""

    held_by: frozenset[AgencyKind] = frozenset()


class SecondOfficer(CountryTable):
    """For which acts that cannot be undone a second officer of the same agency is asked."""

    acts: frozenset[Literal["ask-erasure", "decide-status"]] = frozenset()
    """`ask-erasure`: another officer confirms it. `decide-status`: another officer decides the second stage, or the same one says why."""
    alone_after_hours: Annotated[float, Field(gt=0)] = 24
    """How long whoever asked waits for the other; then they may confirm it alone, and the audit says so. An agency may have one officer."""

    def alone_from(self, asked_at: int) -> int:
        """From when on whoever asked for an act then may confirm it alone (ms UTC)."""
        return asked_at + int(self.alone_after_hours * HOUR)

    def may_confirm(self, asked_by: str, officer: str, asked_at: int, at: int) -> bool:
        """Whether this officer may confirm what an officer asked for (times in ms): another one at once, the same one once others had
        their time, so that an agency with one officer is not stuck."""
        return officer != asked_by or at >= self.alone_from(asked_at)


class Payer(CountryTable):
    """Who may pay for a ride, a bed or an interpreter, beside the agencies that ask and are asked."""

    code: PayerCode
    name: str
    names: dict[str, str] = {}
    """Its name in other languages, by their tags."""


class SubjectAccess(CountryTable):
    """How a person's request for a copy of what is held is answered."""

    days: Annotated[float, Field(gt=0)] = 30
    """How long an agency has to answer what a person asks of their data (GDPR art. 12(3): one month)."""
    others_days: Annotated[float, Field(gt=0)] = 14
    """How long another agency has that was told the same and is asked by it, which must itself answer in time: a proposal."""
    silent: frozenset[AgencyKind] = frozenset()
    """Kinds of agencies that may neither confirm nor deny that they hold anything, by their own law (LED art. 15)."""
    own_law: frozenset[AgencyKind] = frozenset()
    """Kinds of agencies whose material on offences is answered by a law of its own (LED art. 14): no copy of it is given here."""
