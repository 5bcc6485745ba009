"""A country as configuration: its agencies, what they run, whom the lead invites, and how long they have. Never code."""

from typing import Annotated, Literal, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from shared.config import calendar
from shared.config.calendar import HOUR
from shared.config.country_tables import (
    Accounts,
    Batches,
    CountryTable,
    Emergency,
    Keep,
    Operators,
    Payer,
    Publication,
    Raids,
    Region,
    SecondOfficer,
    Simulation,
    SubjectAccess,
)
from shared.config.escalation import Ladder, Step, ladder_of
from shared.config.i18n import N_, Clause
from shared.config.legal_clocks import ClockRule, ClockStanding, clock_moves, clocks_of
from shared.config.mandates import SERVES
from shared.config.promises import LatencyPromise
from shared.config.service_directory import ServiceDirectory
from shared.config.working_days import OfficeDays
from shared.protocol.case import Case
from shared.protocol.case_file import Group
from shared.protocol.facts import HIDDEN, Member, hidden
from shared.protocol.file_readers import classes_needed, ever_needed
from shared.protocol.next_moves import Move, moves
from shared.protocol.roster import may_see
from shared.protocol.support import OwnPayer
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Form, KeepGround, Need, Urgency

DEFAULT = "default"
OF_ANY_KIND = f"{HIDDEN}any"
"""A confidential agency whose kind is not told."""
LINES = frozenset({DEFAULT, Urgency.DANGER.value, *(need.value for need in Need)})
"""What a deadline may be given for."""

AgencyName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
ServiceName = Literal["intake", "referral", "assistance", "reporting"]


class NotListed(KeyError):
    """The directory has no agency of this id."""


class Officer(CountryTable):
    """An invented person of the demo: nobody's name."""

    id: str
    name: str
    roles: tuple[Literal["officer", "supervisor", "administrator", "auditor", "head", "data-protection"], ...] = ()
    """What they are at their agency; none where they are whatever there is to be, but its head where it has one."""


class Agency(CountryTable):
    """An agency of the directory and the services it runs."""

    id: AgencyName
    name: str
    names: dict[str, str] = {}
    """Its name in other languages, by their tags (sr-Latn, fi): pages show it to who reads them; where one is missing `name` stands."""
    kind: AgencyKind
    type: str = ""
    """As a published list names its type; the kind's own word where empty."""
    phone: Annotated[str, Field(pattern=r"^(\+[0-9][0-9 ]{2,28})?$")] = ""
    """Of its desk, as one dials it from abroad; empty where none is known, and of one that is confidential."""
    services: tuple[ServiceName, ...] = ("intake", "assistance")
    classes: tuple[DataClass, ...] = tuple(DataClass)
    """What the directory lets it have at most."""
    confidential: bool = False

    @property
    def apart(self) -> bool:
        """Whether it acts with the lead alone: a shelter always does."""
        return self.confidential or self.kind is AgencyKind.SHELTER

    leaving: bool = False
    """Whether it is about to leave the mechanism, or has left: nothing more is asked of it."""
    officers: tuple[Officer, ...] = ()


class Invitation(CountryTable):
    """One line of the lead's policy: this need goes to this agency when all that is named here holds."""

    need: Need
    agency: str
    forms: frozenset[Form] = frozenset()
    basis: frozenset[Basis] = frozenset()
    urgency: frozenset[Urgency] = frozenset()


class Deadline(CountryTable):
    """How long an agency has to answer, and when an unanswered hand-off lapses, in hours."""

    answer: Annotated[float, Field(gt=0)] = 24
    lapse: Annotated[float, Field(gt=0)] = 168

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.answer >= self.lapse:
            raise ValueError(
                Clause(
                    N_("the time to answer (%(answer)s h) must end before the request lapses (%(lapse)s h)"),
                    answer=f"{self.answer:g}", lapse=f"{self.lapse:g}",
                )
            )  # fmt: skip
        return self


class Due(NamedTuple):
    """When a request must be answered, and when it lapses (ms UTC)."""

    answer_by: int
    lapse_at: int


class Country(CountryTable):
    """The directory and the policies of one national mechanism."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
    name: str
    lead: str
    zone: str = "UTC"
    """Its time zone, by the name that the IANA database has for it: figures and deadlines in days count in it. Pages of an installation may
    show another."""
    language: str = "en"
    """What most people there speak: an ISO 639 code, as reports name languages."""
    code: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    """ISO 3166, two letters: what is at home in figures of places; none known where empty."""
    regions: tuple[Region, ...] = ()
    """Its statistical regions; where none are listed nobody is asked for one."""
    pingpong: Annotated[int, Field(ge=2)] = 3
    agencies: tuple[Agency, ...]
    invitations: tuple[Invitation, ...] = ()
    deadlines: dict[str, Deadline] = {DEFAULT: Deadline()}
    emergency: Emergency = Emergency()
    task_hours: Annotated[float, Field(gt=0)] = 336
    keeps: tuple[Keep, ...] = ()
    receipt_hours: Annotated[float, Field(gt=0)] = 72
    """How long an agency has to give its receipt for what was disclosed to it, once the ground for that is gone."""
    proceedings_days: Annotated[float, Field(gt=0)] = 14
    """Within how many days who keeps something for proceedings, though the ground for it is gone, names them."""
    proceedings_review_days: Annotated[float, Field(gt=0)] = 180
    """After how many days who has named them looks whether they still run (directive 2016/680, art. 5)."""
    erasure_days: Annotated[float, Field(gt=0)] = 30
    """How long agencies have to answer when erasure is asked (GDPR art. 12(3): one month)."""
    retention: dict[DataClass, Annotated[float, Field(gt=0)]] = {}
    """Days after the last record of a closed case for which a class is kept; no line, no end."""
    second_officer: SecondOfficer = SecondOfficer()
    subject_access: SubjectAccess = SubjectAccess()
    accounts: Accounts = Accounts()
    raids: Raids = Raids()
    payers: tuple[Payer, ...] = ()
    """Who may pay for what agencies ask each other for, beside themselves."""
    release: dict[Group, frozenset[AgencyKind]] = {}
    """Group of the case file → the kinds of agencies that read it here; no line: those that the protocol names. Narrower, never wider."""
    statistics: Batches = Batches()
    publication: Publication = Publication()
    operators: Operators = Operators()
    promises: tuple[LatencyPromise, ...] = ()
    """How fast hand-offs are, so many of a hundred."""
    simulation: Simulation = Simulation()
    office_days: OfficeDays = OfficeDays()
    """Whose public holidays count where a rule counts working days."""
    clocks: tuple[ClockRule, ...] = ()
    """How long something may take, must last, or must wait, by the rules of the country."""
    escalation: tuple[Step, ...] = ()
    """Whom what nobody does reaches, at which part of its time."""
    directory: ServiceDirectory = ServiceDirectory()
    """Who helps with what, where and when, organisations that are no members among them."""

    @field_validator("zone")
    @classmethod
    def _on_the_map(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, KeyError):
            raise ValueError(Clause(N_("there is no time zone %(zone)s; name one as in Europe/Vienna"), zone=repr(zone))) from None
        return zone

    @field_validator("escalation")
    @classmethod
    def _goes_up(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return Ladder(steps=steps).steps

    @property
    def time_zone(self) -> ZoneInfo:
        """In which days, months and quarters are counted."""
        return ZoneInfo(self.zone)

    def in_days(self, at: int, days: float) -> int:
        """The end of the same local hour so many days after `at` (ms UTC)."""
        return calendar.in_days(at, days, self.time_zone)

    def clocks_in(self, case: Case, now: int) -> list[ClockStanding]:
        """How the country's clocks stand in a case."""
        return clocks_of(case, self.clocks, now, self.time_zone, self.office_days)

    def moves_in(self, case: Case) -> tuple[Move, ...]:
        """Who must move in a case: what the protocol knows, and what the country's clocks ask for."""
        return (*moves(case), *clock_moves(case, self.clocks, self.time_zone, self.office_days))

    @property
    def payer_codes(self) -> tuple[str, ...]:
        """Who may be said to pay: the agencies themselves, and whom the country names."""
        return (*(one.value for one in OwnPayer), *(one.code for one in self.payers))

    @property
    def ladder(self) -> Ladder:
        """By which steps what nobody does goes up."""
        return ladder_of(self.escalation)

    def agency(self, id: str) -> Agency:
        """The agency of this id. Raises NotListed where the directory has none."""
        for agency in self.agencies:
            if agency.id == id:
                return agency
        raise NotListed(id)

    def knows(self, id: str) -> bool:
        """Whether the directory lists this agency."""
        return any(a.id == id for a in self.agencies)

    def may_ask(self, id: str) -> bool:
        """Whether others may ask this agency for something in a case, and it could answer. A confidential one acts with the lead alone."""
        return self.knows(id) and not (self.agency(id).apart or self.agency(id).leaving) and "assistance" in self.agency(id).services

    def serves(self, id: str, need: Need) -> bool:
        """Whether it makes sense to ask this agency for a need: its mandate covers it, or the policy names it for that."""
        return need in SERVES[self.agency(id).kind] or any(line.agency == id and line.need is need for line in self.invitations)

    def confidential(self) -> list[Agency]:
        """Those that act with the lead alone, in a case of their own."""
        return [a for a in self.agencies if a.apart and not a.leaving and "assistance" in a.services]

    def leading(self) -> list[str]:
        """The agencies whose desk leads cases: the one that every report goes to first, then those that may be asked to lead."""
        others = (a.id for a in self.agencies if "referral" in a.services and a.id != self.lead and not a.leaving and not a.apart)
        return [self.lead, *others]

    def askable(self, but: str) -> list[Agency]:
        """Those that answer when asked, all but one."""
        return [a for a in self.agencies if a.id != but and self.may_ask(a.id)]

    def region(self, code: str) -> Region | None:
        """The statistical region of this code; None where the country lists none."""
        return next((one for one in self.regions if one.code == code), None)

    def name_of(self, id: str) -> str:
        """The name of an agency, or of an organisation that is no member; its id where the directory does not list it."""
        found = self.agency(id) if self.knows(id) else self.directory.organization(id)
        return found.name if found else id

    def names_of(self, id: str) -> dict[str, str]:
        """Its names in other languages, by their tags."""
        found = self.agency(id) if self.knows(id) else self.directory.organization(id)
        return found.names if found else {}

    def phone_of(self, id: str) -> str:
        """The telephone of an agency's desk; empty where none is known."""
        return self.agency(id).phone if self.knows(id) and not self.agency(id).apart else ""

    def told_as(self, id: str) -> str:
        """How an agency is named outside its cases: a confidential one by its kind alone."""
        hidden = self.knows(id) and self.agency(id).apart
        return f"confidential:{self.agency(id).kind.value}" if hidden else id

    def watched_as(self, id: str) -> str:
        """How operators are told of an agency, by its id or by what it is told as: a confidential one by its kind where there are enough
        of that kind, else as a confidential one of any kind, since a kind of one is that one."""
        told = self.told_as(id)
        kind = told.removeprefix(HIDDEN)
        few = sum(one.apart and one.kind.value == kind for one in self.agencies) < self.operators.smallest_kind
        return OF_ANY_KIND if hidden(told) and few else told

    def at_once(self, urgency: Urgency) -> tuple[Need, ...]:
        """What is asked for at this urgency though nobody ticked it: in danger, safety."""
        return self.emergency.needs if urgency is Urgency.DANGER else ()

    def deadline(self, need: Need, urgency: Urgency, at: int) -> Due:
        """Of a request made at `at` (ms); danger has its own line."""
        line = self.deadlines.get(urgency.value) if urgency is Urgency.DANGER else None
        line = line or self.deadlines.get(need.value) or self.deadlines[DEFAULT]
        return Due(at + int(line.answer * HOUR), at + int(line.lapse * HOUR))

    def keeps_by_law(self, id: str, basis: Basis, section: DataClass) -> KeepGround | None:
        """The ground on which an agency keeps what was disclosed to it in this class; None where it must go."""
        kind = self.agency(id).kind if self.knows(id) else None
        fits = (k for k in self.keeps if k.kind is kind and section in k.classes and (not k.basis or basis in k.basis))
        return next((k.ground for k in fits), None)

    def holds_accounts(self, id: str) -> bool:
        """Whether an agency may keep what a person told word for word."""
        return self.knows(id) and self.agency(id).kind in self.accounts.held_by

    def member(self, id: str, purpose: Need, basis: Basis, until: int | None = None) -> Member:
        """A roster entry: what policy and directory allow this agency on this ground, and its task needs anything of."""
        agency = self.agency(id)
        without, ceiling = self.withheld(agency.kind), may_see(agency.kind, basis, ends=until is not None)
        allowed = ceiling & frozenset(agency.classes) & classes_needed(agency.kind, purpose, without)
        less = tuple(sorted(group.value for group in without))
        return Member(
            agency=id, kind=agency.kind, classes=tuple(sorted(allowed)), purpose=purpose, basis=basis, until=until, without=less,
        )  # fmt: skip

    def withheld(self, kind: AgencyKind) -> frozenset[Group]:
        """What agencies of this kind would read by the protocol, and do not here."""
        return frozenset(group for group, kinds in self.release.items() if kind not in kinds and group in ever_needed(kind))
