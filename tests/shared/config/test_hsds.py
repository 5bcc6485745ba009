"""The service directory as others read it: the shape of HSDS 3.0, with nothing in it that finds a confidential agency."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from deploy.process.country_file import country_of
from shared.config.country import Agency, Country
from shared.config.country_tables import Operators
from shared.config.hsds import services_page
from shared.config.mandates import SERVES
from shared.config.service_directory import ListedService
from shared.protocol.vocabulary import AgencyKind, Need

TEXT, NUMBER, UUID = {"type": "string", "minLength": 1}, {"type": "number"}, {"type": "string", "format": "uuid"}
TIME = {"type": "string", "format": "time", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}


def row(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"id": UUID, **properties},
        "required": ["id", *required.split()],
        "additionalProperties": False,
    }


def rows(one: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": one, "minItems": 1}


SERVICE = row(
    "name status", name=TEXT, status={"enum": ["active", "inactive", "defunct", "temporarily closed"]}, minimum_age=NUMBER,
    maximum_age=NUMBER, assured_date={"type": "string", "format": "date"}, alert=TEXT, application_process=TEXT,
    organization=row("name description", name=TEXT, description=TEXT, alternate_name=TEXT),
    phones=rows(row("number", number=TEXT, type={"enum": ["voice"]})),
    schedules=rows(row("", freq={"enum": ["WEEKLY", "MONTHLY"]}, byday=TEXT, opens_at=TIME, closes_at=TIME, notes=TEXT)),
    service_areas=rows(row("", name=TEXT, extent=TEXT, extent_type={"enum": ["geojson", "topojson", "kml", "text"]})),
    languages=rows(row("", name=TEXT, code={"type": "string", "pattern": "^[a-z]{2,3}$"})),
    attributes=rows(row("", link_entity={"const": "service"},
                        taxonomy_term=row("name description", code=TEXT, name=TEXT, description=TEXT, taxonomy=TEXT))),
)  # fmt: skip
"""What release 3.0 says of what is given here (github.com/openreferral/specification, `schema/`): names, types, and what must be there."""
PAGE = {
    "type": "object", "additionalProperties": False,
    "required": ["total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"],
    "properties": {
        **dict.fromkeys(("total_items", "total_pages", "page_number", "size"), {"type": "integer"}),
        **dict.fromkeys(("first_page", "last_page", "empty"), {"type": "boolean"}), "contents": {"type": "array", "items": SERVICE},
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ["serbia", "finland", "uk"])
def test_it_has_the_shape_of_hsds(name: str) -> None:
    page = services_page(country_of(Path(name)))
    Draft202012Validator(PAGE, format_checker=FormatChecker(["uuid", "date"])).validate(page)
    ids = [found for one in page["contents"] for found in [one["id"], *(each["id"] for each in one.get("phones", []))]]
    assert len(ids) == len(set(ids))
    assert page["total_items"] == len(page["contents"])
    assert page == services_page(country_of(Path(name))), "the same file gives the same ids"


def test_a_line_says_what_the_file_says_and_that_nobody_has_verified_it() -> None:
    page = services_page(country_of(Path("serbia")))
    police = next(one for one in page["contents"] if one["organization"]["name"] == "Police Directorate Belgrade")
    assert [one["name"] for one in police["service_areas"]] == ["Belgrade"]
    assert police["schedules"][0]["closes_at"] == "23:59"
    assert police["languages"][0]["name"] == "Serbian"
    assert "nobody has verified" in police["alert"]
    outside = next(one for one in page["contents"] if one["organization"]["name"] == "Police Directorate Novi Sad")
    assert outside["phones"][0]["number"] == "+999 1 000 101", "who is no member is called"


def with_houses(number: int, kind: AgencyKind = AgencyKind.SHELTER) -> Country:
    """Serbia with so many confidential agencies of a kind more, each with a line in the directory."""
    land = country_of(Path("serbia"))
    houses = tuple(
        Agency(id=f"rs-h-{n}", name=f"Canary House {n}", kind=kind, confidential=True, phone="+999 1 000 777") for n in range(number)
    )
    lines = tuple(ListedService(organization_id=one.id, needs=(Need.HOUSING,), languages=("fr",), minimum_age=18) for one in houses)
    directory = land.directory.model_copy(update={"services": (*land.directory.services, *lines)})
    return land.model_copy(update={"agencies": (*land.agencies, *houses), "directory": directory})


def confidential(country: Country) -> dict[str, list[str]]:
    """Name and needs of each service that is given without a place."""
    found = [one for one in services_page(country)["contents"] if one["organization"]["name"].startswith("Confidential")]
    assert all(set(one) - {"attributes"} == {"id", "name", "status", "organization", "application_process"} for one in found)
    return {one["organization"]["name"]: [each["taxonomy_term"]["code"] for each in one.get("attributes", [])] for one in found}


def test_confidential_agencies_are_one_of_their_kind_without_place_hours_and_telephone() -> None:
    more = with_houses(3)
    told = str(services_page(more))
    for secret in ("Canary", "rs-h-", "+999 1 000 777", "French"):
        assert secret not in told
    by_kind = {"Confidential: shelter": sorted(need.value for need in SERVES[AgencyKind.SHELTER])}
    assert confidential(more) == by_kind, "what one of the kind does by its mandate, and not what these say of themselves"
    lines = more.directory.services
    one_less = more.model_copy(update={"directory": more.directory.model_copy(update={"services": lines[:-1]})})
    assert confidential(one_less) == by_kind, "nobody sees how many there are"
    assert len(services_page(one_less)["contents"]) == len(services_page(more)["contents"])


@pytest.mark.parametrize("kind", [AgencyKind.SHELTER, AgencyKind.LEGAL_AID])
def test_a_kind_of_which_there_are_few_is_not_named(kind: AgencyKind) -> None:
    few = with_houses(1, kind)
    assert confidential(few) == {"Confidential": []}, "a kind of one is that one"
    named = few.model_copy(update={"operators": Operators(smallest_kind=1)})
    assert f"Confidential: {kind.value.replace('_', ' ')}" in confidential(named)
