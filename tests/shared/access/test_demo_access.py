"""The demo's way in: people say who they are, and nobody is somebody whom the agency does not have."""

from pathlib import Path

import pytest
from fastapi import Request

from deploy.process.country_file import country_of
from shared.access.actor import INTERFACE, DemoAccess

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


@pytest.mark.parametrize("name", ["root", "interface", "admin", "INES"])
@pytest.mark.parametrize("path", ["/api/intake/cases", "/work"])
def test_a_name_that_nobody_there_has_is_nobody(name: str, path: str) -> None:
    assert DemoAccess(INSPECTORATE).present(asking(path, nrm_officer=name)) is None
    assert DemoAccess(INSPECTORATE).present(asking(path, cookie=f"nrm_officer_rs-ir={name}")) is None
