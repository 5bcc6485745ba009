"""Who is competent for a need, in this place, at this hour, for this person: one pure function over the country's file.

It proposes and never decides: whoever asks an agency chooses it. The order, each step between those that are alike in the steps before:
place (serves this municipality, then the whole country, then places of which nobody here knows whether they are the person's), whether it
said lately that it takes nobody now, whether somebody answers now, whether it speaks the person's language, whether it is a member, and the
order of the file. Who does not help with the need, not people of this age, or not in this place is not proposed at all.
Sources: docs/adr/0048 and 0049; docs/domain.md, sections 1.5 and 3.4.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from shared.config.calendar import local
from shared.config.capacity import CapacityNow, CapacityState, Key
from shared.config.country import Country
from shared.config.service_directory import ListedService
from shared.protocol.vocabulary import AgeBand, Need


class FitReason(StrEnum):
    """Why an organisation stands where it does."""

    NAMED = "named"
    """Whoever said that it cannot help named this one."""
    HERE = "here"
    WHOLE_COUNTRY = "whole_country"
    PLACE_UNKNOWN = "place_unknown"
    """It serves certain places, and the person's is not known here."""
    OPEN = "open"
    CLOSED = "closed"
    SPEAKS = "speaks"
    PLACES = "places"
    """It said lately that it takes somebody."""
    ASKS_FIRST = "asks_first"
    WAITING_LIST = "waiting_list"
    FULL = "full"
    STALE = "stale"
    """What it said is too old to go by."""
    MANDATE = "mandate"
    """The directory says nothing of it; its mandate covers the need."""


class Wanted(NamedTuple):
    """What is asked for, as far as it is known here."""

    need: Need | None
    """None: any."""
    at: int
    """ms UTC"""
    municipality: str = ""
    """The code of the place; empty where whoever asks is not told it."""
    age: AgeBand = AgeBand.UNKNOWN
    language: str = ""


class Competent(NamedTuple):
    """One that is competent."""

    id: str
    member: bool
    """Whether it is in the mechanism: a need can be handed to it here. Who is no member is called."""
    reasons: tuple[FitReason, ...]
    phone: str
    service: ListedService | None
    """What the directory says; None where it says nothing."""
    capacity: CapacityNow | None = None
    """What it last said it can take for the need."""

    @property
    def proposal(self) -> bool:
        """Whether nobody has verified what is said of it."""
        return self.service is None or self.service.assured_date is None


SAID = {
    CapacityState.TAKES: FitReason.PLACES, CapacityState.ASKS_FIRST: FitReason.ASKS_FIRST,
    CapacityState.WAITING_LIST: FitReason.WAITING_LIST, CapacityState.FULL: FitReason.FULL,
}  # fmt: skip
TAKES_LATER = {FitReason.WAITING_LIST: 1, FitReason.FULL: 2}
"""Who cannot take somebody now stands behind who may, of the same place; what is stale moves nobody."""
PLACE = {FitReason.NAMED: 0, FitReason.HERE: 1, FitReason.WHOLE_COUNTRY: 2, FitReason.PLACE_UNKNOWN: 2, FitReason.MANDATE: 3}


def competent(
    country: Country, wanted: Wanted, members: Iterable[str], named: str = "", said: Mapping[Key, CapacityNow] | None = None
) -> tuple[Competent, ...]:
    """The competent ones in the order in which they are proposed: of these members, and of who is no member.

    `named` is whom an agency that cannot help has named instead: it comes first, whatever the directory says. `said` is what members say
    they can take.
    """
    there, asked = local(wanted.at, country.time_zone), dict.fromkeys(members)
    found = [_of_member(country, wanted, there, id, named) for id in asked]
    found += [_of(country, wanted, there, one.id, member=False) for one in country.directory.organizations]
    found = [_with_capacity(country, wanted, one, said or {}) for one in found if one]
    return tuple(sorted(found, key=lambda one: _rank(one, wanted)))


def next_competent(ranked: Iterable[Competent], asked: Iterable[str]) -> Competent | None:
    """The first member that has not been asked yet: a person confirms it."""
    been = frozenset(asked)
    return next((one for one in ranked if one.member and one.id not in been), None)


def _of_member(country: Country, wanted: Wanted, there: datetime, id: str, named: str) -> Competent | None:
    found = _of(country, wanted, there, id, member=True)
    if id == named:
        service = found.service if found else None
        kept = tuple(why for why in (found.reasons if found else ()) if why is not FitReason.MANDATE)
        return Competent(id, True, (FitReason.NAMED, *kept), country.phone_of(id), service)
    return found


def _of(country: Country, wanted: Wanted, there: datetime, id: str, *, member: bool) -> Competent | None:
    listed = country.directory.of(id)
    fitting = [_said(country, wanted, there, one, member=member) for one in listed if _fits(one, wanted)]
    if fitting:
        return min(fitting, key=lambda one: _rank(one, wanted))
    if listed or not member or (wanted.need and not country.serves(id, wanted.need)):
        return None
    return Competent(id, True, (FitReason.MANDATE,), country.phone_of(id), None)


def _with_capacity(country: Country, wanted: Wanted, one: Competent, said: Mapping[Key, CapacityNow]) -> Competent:
    found = said.get((one.id, wanted.need)) if wanted.need and one.member else None
    if found is None:
        return one
    why = SAID[found.state] if found.counts(wanted.at, country.directory.capacity_hours) else FitReason.STALE
    return one._replace(capacity=found, reasons=(*one.reasons, why))


def _fits(service: ListedService, wanted: Wanted) -> bool:
    there = not service.service_areas or not wanted.municipality or wanted.municipality in service.service_areas
    return there and service.takes(wanted.age) and (wanted.need is None or wanted.need in service.needs)


def _said(country: Country, wanted: Wanted, there: datetime, service: ListedService, *, member: bool) -> Competent:
    id, outside = service.organization_id, country.directory.organization(service.organization_id)
    phone = service.phone or (country.phone_of(id) if member else outside.phone if outside else "")
    return Competent(id, member, tuple(_reasons(service, wanted, there)), phone, service)


def _reasons(service: ListedService, wanted: Wanted, there: datetime) -> Iterator[FitReason]:
    if not service.service_areas:
        yield FitReason.WHOLE_COUNTRY
    else:
        yield FitReason.HERE if wanted.municipality else FitReason.PLACE_UNKNOWN
    answers = service.open_at(there)
    if answers is not None:
        yield FitReason.OPEN if answers else FitReason.CLOSED
    if wanted.language and wanted.language in service.languages:
        yield FitReason.SPEAKS


def _rank(one: Competent, wanted: Wanted) -> tuple[int, int, int, bool, bool]:
    hours = 0 if FitReason.OPEN in one.reasons else 2 if FitReason.CLOSED in one.reasons else 1
    silent = bool(wanted.language) and FitReason.SPEAKS not in one.reasons
    later = max((TAKES_LATER.get(why, 0) for why in one.reasons), default=0)
    return (min(PLACE[why] for why in one.reasons if why in PLACE), later, hours, silent, not one.member)
