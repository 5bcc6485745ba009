"""The service directory in the shape of Open Referral HSDS 3.0: a page of services with organisation, areas, hours, languages, phones.

Whoever reads such directories reads this one. A confidential agency is given as its kind alone, or as no kind where there are few of it
(`operators.smallest_kind`), without place, hours and telephone, however many there are; so nothing here says that one of
them is there, or where. https://docs.openreferral.org, release 3.0
"""

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from babel import Locale

from shared.config.country import OF_ANY_KIND, Country
from shared.config.mandates import SERVES
from shared.config.service_directory import MIDNIGHT, ListedService, Schedule
from shared.protocol.facts import HIDDEN, hidden
from shared.protocol.vocabulary import AgencyKind

PROPOSAL = "A proposal: nobody has verified this with the organisation."
TAXONOMY = "NRM Joint Action: needs"
END_OF_DAY = "23:59"
"""HSDS has times of a day, and no 24:00."""
LANGUAGES: Any = Locale("en").languages
Row = dict[str, Any]


def services_page(country: Country) -> Row:
    """All services of a country's directory, as one page of HSDS's list of services. The same file gives the same ids."""
    found = list(_services(country))
    size = len(found)
    return {
        "total_items": size, "total_pages": 1, "page_number": 1, "size": size, "first_page": True, "last_page": True, "empty": not found,
        "contents": found,
    }  # fmt: skip


def _services(country: Country) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for line in country.directory.services:
        told = country.watched_as(line.organization_id)
        seen[told] = seen.get(told, 0) + 1
        if hidden(told):
            continue
        yield _service(country, line, f"{told}/{seen[told]}")
    for told in sorted(filter(hidden, seen)):
        yield _confidential(country, told)


def _service(country: Country, line: ListedService, key: str) -> Row:
    about = {
        "organization": _organization(country, line.organization_id),
        "minimum_age": line.minimum_age, "maximum_age": line.maximum_age,
        "assured_date": line.assured_date.isoformat() if line.assured_date else None,
        "alert": None if line.assured_date else PROPOSAL,
        "phones": _phones(country, line, key),
        "schedules": [_schedule(country, one, f"{key}/{n}") for n, one in enumerate(line.schedules)],
        "service_areas": [_area(country, code, key) for code in line.service_areas],
        "languages": [_language(country, tag, key) for tag in line.languages],
    }  # fmt: skip
    leaving = country.knows(line.organization_id) and country.agency(line.organization_id).leaving
    named = _named(country, key, [need.value for need in line.needs]) | ({"status": "inactive"} if leaving else {})
    return named | {name: said for name, said in about.items() if said not in (None, [])}


def _confidential(country: Country, told: str) -> Row:
    """All that are confidential of one kind, as one: what they help with is what their kind does by its mandate, and no more is said. Of
    kinds of which there are few, not even the kind."""
    few = told == OF_ANY_KIND
    kind = told.removeprefix(HIDDEN)
    needs = [] if few else sorted(need.value for need in SERVES[AgencyKind(kind)])
    name = "Confidential" if few else f"Confidential: {_words(kind)}"
    organization = {"id": _id(country, "organization", told), "name": name, "description": "Reached through the lead agency alone."}
    said = {"organization": organization, "application_process": "The lead agency asks."}
    return _named(country, told, needs) | said | ({"name": "Help that is not told"} if few else {})


def _named(country: Country, key: str, needs: list[str]) -> Row:
    return {
        "id": _id(country, "service", key), "name": ", ".join(map(_words, needs)).capitalize(), "status": "active",
    } | ({"attributes": [_attribute(country, need, key) for need in needs]} if needs else {})  # fmt: skip


def _organization(country: Country, id: str) -> Row:
    outside = country.directory.organization(id)
    kind: AgencyKind = outside.kind if outside else country.agency(id).kind
    names = sorted(set(country.names_of(id).values()) - {country.name_of(id)})
    member = "no member of the mechanism" if outside else "an agency of the mechanism"
    said = {"id": _id(country, "organization", id), "name": country.name_of(id), "description": f"{_words(kind).capitalize()}, {member}."}
    return said | ({"alternate_name": "; ".join(names)} if names else {})


def _phones(country: Country, line: ListedService, key: str) -> list[Row]:
    outside = country.directory.organization(line.organization_id)
    number = line.phone or (outside.phone if outside else country.phone_of(line.organization_id))
    return [{"id": _id(country, "phone", key), "number": number, "type": "voice"}] if number else []


def _schedule(country: Country, one: Schedule, key: str) -> Row:
    closes = END_OF_DAY if one.closes_at == MIDNIGHT else one.closes_at
    return {
        "id": _id(country, "schedule", key), "freq": "WEEKLY", "byday": one.byday, "opens_at": one.opens_at, "closes_at": closes,
        "notes": f"Local time, {country.zone}",
    }  # fmt: skip


def _area(country: Country, code: str, key: str) -> Row:
    place = country.directory.municipality(code)
    return {"id": _id(country, "area", f"{key}/{code}"), "name": place.name if place else code, "extent": code, "extent_type": "text"}


def _language(country: Country, tag: str, key: str) -> Row:
    code = tag.partition("-")[0]
    return {"id": _id(country, "language", f"{key}/{tag}"), "name": LANGUAGES.get(code, tag), "code": code}


def _attribute(country: Country, need: str, key: str) -> Row:
    term = {
        "id": _id(country, "term", need), "code": need, "name": _words(need), "description": f"What a person needs: {_words(need)}.",
        "taxonomy": TAXONOMY,
    }  # fmt: skip
    return {"id": _id(country, "attribute", f"{key}/{need}"), "link_entity": "service", "taxonomy_term": term}


def _words(code: str) -> str:
    return code.replace("_", " ")


def _id(country: Country, what: str, key: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"nrm-joint-action:{country.id}:{what}:{key}"))
