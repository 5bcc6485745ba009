"""Which agencies a page offers for a need: the competent ones of the case's place first and why, who is no member apart, then the others.

The place is what was stated of the person, as far as this agency is told it; it stands in no address, span or log.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from shared.casework.case_reader import knows_person
from shared.casework.person_file import OnFile
from shared.casework.search_terms import words as alike
from shared.config.competence import Competent, Wanted, competent, next_competent
from shared.config.country import Agency, Country
from shared.protocol.case import Handoff
from shared.protocol.case_file import Group
from shared.protocol.vocabulary import AgeBand, DataClass, Need
from shared.web.case.case_file import CaseFile
from shared.web.http.desk import Desk
from shared.web.http.form_ids import new_id
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.speaking import speaker
from shared.web.text.competence_words import CHOOSE, OTHERS, reasons
from shared.web.text.phrases import Words

ASKABLE = tuple(need.value for need in Need if need is not Need.IDENTIFICATION)
"""What another agency can be asked for: identification is the lead's own."""
OTHER = "-"
"""The value of the line between the competent ones and the others in a list to choose from; nobody can choose it."""


@dataclass(frozen=True)
class CallOffered:
    """One that is competent and no member: it is phoned, and who did says so in two taps."""

    id: str
    phone: str
    why: str
    form: str


@dataclass(frozen=True)
class AgenciesOffered:
    """What a page offers to choose from, as GOV.UK's items."""

    place: str
    """The name of the person's municipality; empty where it is not known here."""
    first: list[dict[str, Any]]
    others: list[dict[str, Any]]
    calls: list[CallOffered] = field(default_factory=list[CallOffered])
    unverified: bool = False
    """Whether anything that is said of them is a proposal."""

    @property
    def items(self) -> list[dict[str, Any]]:
        """All in one list, the competent ones first."""
        first = [{name: item[name] for name in ("value", "text")} for item in self.first]
        apart = [{"value": OTHER, "text": self.between, "disabled": True}] if first and self.others else []
        return [*first, *apart, *self.others]

    between: str = ""
    """What stands between the competent ones and the others."""


@dataclass(frozen=True)
class NextProposed:
    """Who is proposed next where an agency could not help: a person confirms it."""

    agency: str
    why: str
    form: str


def place_of(person: Iterable[OnFile], country: Country) -> str:
    """The code of the municipality that was stated last; empty where none was, or the country's list has none of that name."""
    stated = next((one.present[0].value for one in person if one.group is Group.MUNICIPALITY and one.present), "")
    said = alike(stated)
    known = ((place.code, {place.name, *place.names.values()}) for place in country.directory.municipalities)
    return next((code for code, names in known if said and any(alike(name) == said for name in names)), "")


def wanted(desk: Desk, file: CaseFile, need: Need | None) -> Wanted:
    """What is asked for in a case, as far as this agency may know it."""
    now = desk.instance.clock.now()[0]
    if not knows_person(file.case, desk.agency):
        return Wanted(need, now)
    known = file.profile.get(DataClass.D1, {})
    age = AgeBand(known.get("age") or AgeBand.UNKNOWN)
    return Wanted(need, now, place_of(file.person, desk.country), age, known.get("language") or "")


def ranked(desk: Desk, file: CaseFile, need: Need | None, members: Iterable[Agency], named: str = "") -> tuple[Competent, ...]:
    """Who is competent among these members and those outside, in the order in which they are proposed."""
    return competent(desk.country, wanted(desk, file, need), [one.id for one in members], named, desk.capacity())


def offered(desk: Desk, request: Request, file: CaseFile, need: Need | None, members: Sequence[Agency]) -> AgenciesOffered:
    """What a page offers for a need; for any where none is named."""
    to, names = speaker(desk, request), desk.names(request)
    asked = wanted(desk, file, need)
    found = competent(desk.country, asked, [one.id for one in members], said=desk.capacity())
    first = [one for one in found if one.member]
    outside = [one for one in found if not one.member and need is not None and asked.municipality]
    place = desk.country.directory.municipality(asked.municipality)
    competent_ids = {one.id for one in first}
    return AgenciesOffered(
        place=to.language.name_in(place.names, place.name) if place else "",
        first=[{"value": one.id, "text": names(one.id), "hint": {"text": reasons(one, asked, to)}} for one in first],
        others=names.choices(one for one in members if one.id not in competent_ids),
        calls=[CallOffered(one.id, one.phone, reasons(one, asked, to), new_id(request)) for one in outside if one.phone],
        unverified=any(one.proposal and one.service for one in (*first, *outside)),
        between=to.say.translate(OTHERS),
    )  # fmt: skip


def proposed_next(desk: Desk, request: Request, file: CaseFile, handoff: Handoff, members: Iterable[Agency]) -> NextProposed | None:
    """Who is competent next for a need that came back: nobody who was asked for it in this case already."""
    asked, to = wanted(desk, file, handoff.need), speaker(desk, request)
    been = {one.to for one in file.case.handoffs.values() if one.need is handoff.need}
    found = next_competent(ranked(desk, file, handoff.need, members, handoff.competent or ""), been)
    return NextProposed(found.id, reasons(found, asked, to), new_id(request)) if found else None


def need_of(request: Request, values: Mapping[str, object]) -> Need | None:
    """The need that a page is about: of the form that was sent, else of its address."""
    said = str(values.get("need") or request.query_params.get("need", ""))
    return Need(said) if said in ASKABLE else None


def unchosen(request: Request, need: Need | None, say: Words) -> FormErrors:
    """What is wrong where somebody went on without saying what is needed; nothing where they did, or have just come."""
    went_on = "chosen" in request.query_params and need is None
    return FormErrors.at("need", say.translate(CHOOSE)) if went_on else NO_ERRORS
