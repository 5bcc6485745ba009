"""The service directory of a country: which organisation helps with what, where, whom, in which languages and when.

Fields are named as in Open Referral HSDS 3 (organization, service, service_area, schedule, phone, language, minimum_age, assured_date), so
that a directory of that shape can be taken in and given out. Places are the municipalities that the country's file lists, by their codes.
docs/adr/0048 says why.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from shared.config.codes import GivenLanguage
from shared.config.i18n import N_, Clause
from shared.config.mandates import SERVES
from shared.protocol.vocabulary import AgeBand, AgencyKind, Need

CodeName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""As iCalendar names them; Monday is 0."""
MIDNIGHT = "24:00"
GROWN_UP = 18
"""Years from which a person is an adult everywhere here (CETS 197, article 4)."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Municipality(_Table):
    """A place of the country's list, by its code."""

    code: CodeName
    name: str
    names: dict[str, str] = {}
    """Its name in other languages, by their tags."""


class Organization(_Table):
    """An organisation that is no member of the mechanism: it is called, and nothing can be handed to it here."""

    id: CodeName
    name: str
    names: dict[str, str] = {}
    kind: AgencyKind
    phone: Annotated[str, Field(pattern=r"^(\+[0-9][0-9 ]{2,28})?$")] = ""


class Schedule(_Table):
    """Hours of each week in which somebody answers, in the country's time."""

    byday: str
    """Days as iCalendar names them, with commas between: MO,TU,WE."""
    opens_at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    closes_at: Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]

    @field_validator("byday")
    @classmethod
    def _are_days(cls, given: str) -> str:
        if wrong := [day for day in given.split(",") if day not in DAYS]:
            raise ValueError(Clause(N_("%(day)s is no day; name days as in MO,TU,WE,TH,FR,SA,SU"), day=repr(wrong[0])))
        return given

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens_at >= self.closes_at:
            words = N_("opens at %(opens)s, which is not before it closes at %(closes)s; give a night as two lines")
            raise ValueError(Clause(words, opens=self.opens_at, closes=self.closes_at))
        return self

    def covers(self, there: datetime) -> bool:
        """Whether somebody answers at this local time."""
        return DAYS[there.weekday()] in self.byday.split(",") and self.opens_at <= f"{there:%H:%M}" < self.closes_at


class ListedService(_Table):
    """What one organisation does for whom and where. An agency of the mechanism, or an organisation that is no member."""

    organization_id: CodeName
    needs: Annotated[tuple[Need, ...], Field(min_length=1)]
    service_areas: tuple[CodeName, ...] = ()
    """Codes of municipalities; the whole country where none is named."""
    minimum_age: Annotated[int, Field(ge=0, le=120)] = 0
    maximum_age: Annotated[int, Field(ge=0, le=120)] | None = None
    languages: tuple[GivenLanguage, ...] = ()
    """In which it speaks with people; not known where none is named."""
    schedules: tuple[Schedule, ...] = ()
    """Not known where none is given."""
    phone: Annotated[str, Field(pattern=r"^(\+[0-9][0-9 ]{2,28})?$")] = ""
    """Of this service; that of the organisation's desk where none is given."""
    assured_date: date | None = None
    """When somebody last verified this with the organisation. None: it is a proposal, and pages say so."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.maximum_age is not None and self.minimum_age > self.maximum_age:
            words = N_("the minimum age (%(least)s) is above the maximum age (%(most)s)")
            raise ValueError(Clause(words, least=self.minimum_age, most=self.maximum_age))
        return self

    def takes(self, age: AgeBand) -> bool:
        """Whether it is there for people of this age; one who may be a child counts as one (CETS 197, article 10(3))."""
        match age:
            case AgeBand.ADULT:
                return self.maximum_age is None or self.maximum_age >= GROWN_UP
            case AgeBand.CHILD | AgeBand.UNSURE:
                return self.minimum_age < GROWN_UP
            case AgeBand.UNKNOWN:
                return True

    def open_at(self, there: datetime) -> bool | None:
        """Whether somebody answers at this local time; None where that is not known."""
        return any(one.covers(there) for one in self.schedules) if self.schedules else None


class MemberListed(NamedTuple):
    """What the directory needs to know of a member to say whether its services fit it."""

    kind: AgencyKind
    apart: bool = False
    named_for: frozenset[Need] = frozenset()
    """What the country's invitations name it for beside its mandate."""


class ServiceDirectory(_Table):
    """The places of a country, the organisations that are no members, and what each organisation does."""

    municipalities: tuple[Municipality, ...] = ()
    organizations: tuple[Organization, ...] = ()
    services: tuple[ListedService, ...] = ()
    capacity_hours: Annotated[float, Field(gt=0, le=720)] = 24
    """How long what an agency says it can take is gone by; then pages say that it is out of date."""

    def organization(self, id: str) -> Organization | None:
        """The organisation of this id that is no member; None where there is none."""
        return next((one for one in self.organizations if one.id == id), None)

    def municipality(self, code: str) -> Municipality | None:
        """The place of this code."""
        return next((one for one in self.municipalities if one.code == code), None)

    def of(self, id: str) -> tuple[ListedService, ...]:
        """What an organisation does, as far as the directory says."""
        return tuple(one for one in self.services if one.organization_id == id)

    def mistakes(self, members: Mapping[str, MemberListed]) -> Iterator[Clause]:
        """What does not fit together: a clause for each."""
        codes = [one.code for one in self.municipalities]
        yield from _repeated(N_("municipality %(id)s is listed %(n)s times"), codes)
        yield from _repeated(N_("organization %(id)s is listed %(n)s times"), [one.id for one in self.organizations])
        for one in self.organizations:
            if one.id in members:
                yield Clause(N_("organization %(id)s is an agency of the mechanism already"), id=one.id)
            if one.kind is AgencyKind.SHELTER:
                yield Clause(N_("organization %(id)s is a shelter: the directory lists none, so that nobody finds its house"), id=one.id)
        for number, service in enumerate(self.services, 1):
            place = f"directory.services.{number}"
            yield from (Clause("%(where)s: %(what)s", where=place, what=wrong) for wrong in self._wrong(service, members, codes))

    def _wrong(self, service: ListedService, members: Mapping[str, MemberListed], codes: list[str]) -> Iterator[Clause]:
        id, outside = service.organization_id, self.organization(service.organization_id)
        member = members.get(id) or (MemberListed(outside.kind) if outside else None)
        yield from (Clause(N_("%(code)s is no municipality of the list"), code=one) for one in service.service_areas if one not in codes)
        if member is None:
            yield Clause(N_("%(id)s is neither an agency nor an organization of the directory"), id=id)
            return
        if member.apart and (service.service_areas or service.schedules or service.phone):
            yield Clause(N_("%(id)s is confidential: its place, hours and telephone stand nowhere"), id=id)
        own = {Need.IDENTIFICATION} if member.kind is AgencyKind.IDENTIFIER else set[Need]()
        if without := [need.value for need in service.needs if need not in SERVES[member.kind] | member.named_for | own]:
            words = N_("%(id)s is of kind %(kind)s, whose mandate does not cover %(needs)s")
            yield Clause(words, id=id, kind=member.kind.value, needs=", ".join(without))


def _repeated(words: str, ids: Iterable[str]) -> Iterator[Clause]:
    yield from (Clause(words, id=id, n=n) for id, n in Counter(ids).items() if n > 1)
