"""The demo's way in: people say who they are, and nobody is somebody whom the agency does not have."""

from pathlib import Path

import pytest
from fastapi import Request

from deploy.process.country_file import country_of
from shared.access.actor import INTERFACE, DemoAccess
from shared.access.roles import Role
from shared.config.country import Officer

INSPECTORATE = country_of(Path("serbia")).agency("rs-ir")


def asking(path: str, **headers: str) -> Request:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "path": path, "headers": sent, "query_string": b""})


def test_a_program_that_names_nobody_is_the_interface() -> None:
    assert DemoAccess(INSPECTORATE).present(asking("/api/intake/cases")) is INTERFACE
    assert DemoAccess(INSPECTORATE).present(asking("/work")) is None


def test_an_officer_of_the_agency_is_that_officer_on_both_ways() -> None:
    officer = INSPECTORATE.officers[0]
    for asked in (asking("/api/intake/cases", nrm_officer=officer.id), asking("/work", cookie=f"nrm_officer_rs-ir={officer.id}")):
        assert (present := DemoAccess(INSPECTORATE).present(asked)) is not None
        assert present.id == officer.id


def test_officers_are_what_the_country_file_says_one_is_the_head_and_one_deals_with_data_protection() -> None:
    roles = {officer.id: DemoAccess(INSPECTORATE).roles(officer) for officer in INSPECTORATE.officers}
    others = frozenset(Role) - {Role.HEAD, Role.DATA_PROTECTION}
    assert roles == {"ines": others, "igor": {Role.OFFICER, Role.SUPERVISOR, Role.HEAD}, "danica": {Role.DATA_PROTECTION}}
    (alone,) = (agency := country_of(Path("serbia")).agency("rs-zdr-bg")).officers
    assert DemoAccess(agency).roles(alone) == frozenset(Role), "who is alone is everything"


def test_the_file_knows_the_roles_that_there_are() -> None:
    for role in Role:
        assert Officer.model_validate({"id": "x", "name": "X Invented", "roles": [role.value]}).roles == (role.value,)


@pytest.mark.parametrize("name", ["root", "interface", "admin", "INES"])
@pytest.mark.parametrize("path", ["/api/intake/cases", "/work"])
def test_a_name_that_nobody_there_has_is_nobody(name: str, path: str) -> None:
    assert DemoAccess(INSPECTORATE).present(asking(path, nrm_officer=name)) is None
    assert DemoAccess(INSPECTORATE).present(asking(path, cookie=f"nrm_officer_rs-ir={name}")) is None
