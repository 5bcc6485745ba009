"""Whose case it is: lists, taking, assigning, the same 404 for all that is closed, breaking the glass and its review."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from shared.access import audit_trail
from shared.access.assignments import give
from shared.access.roles import Role
from shared.decisions.audit import AuditLine
from shared.decisions.unit_of_work import UnitOfWork
from tests.browser.desks import town, words
from tests.shared.access.offices import HTML, Office, Person, opened
from tests.shared.access.test_roles import UNKNOWN, routes

NOBODYS = "ffffffff-ffff-4fff-8fff-ffffffffffff"


CLOSED = ("/reports/{}", "/api/intake/cases/{}", "/api/intake/cases/{}/records")


def test_whoever_reports_a_case_has_it(place: Office, ana: Person) -> None:
    case = place.report(ana)
    assert "Who must move next" in ana.get(f"/reports/{case}")
    assert ("a1f0", "taken", case, "a1f0") in place.audit()


def test_closed_foreign_and_unknown_cases_are_the_same_page(place: Office, ana: Person, boris: Person) -> None:
    case = place.report(ana)
    place.carry()
    for pattern in CLOSED:
        answers = [boris.client.get(pattern.format(one), headers=HTML) for one in (case, UNKNOWN, NOBODYS)]
        assert [a.status_code for a in answers] == [404, 404, 404]
        assert len({re.sub(r'nonce="[^"]+"', "", a.text) for a in answers}) == 1
        assert len({tuple(sorted(n for n in a.headers if n != "content-security-policy")) for a in answers}) == 1
    for one in (case, UNKNOWN):
        assert boris.client.get(f"/assignments/intake/{one}", headers=HTML).status_code == 404
        assert boris.post(f"/assignments/intake/{one}/take").status_code == 404
    assert "Who must move next" in ana.get(f"/reports/{case}")


def test_refusals_are_written_down_with_their_reason(place: Office, ana: Person, boris: Person) -> None:
    case = place.report(ana)
    boris.get(f"/reports/{case}", 404)
    boris.get("/roles", 403)
    place.stranger().get(f"/reports/{case}", 303)
    lines = place.audit()
    assert ("b2e1", "refused:GET /reports/{case}", case, "no-such-case") in lines
    assert ("b2e1", "refused:GET /roles", "", "not-your-role") in lines
    assert ("", "refused:GET /reports/{case}", case, "not-signed-in") in lines


def test_what_somebody_types_into_an_address_is_not_written_down(place: Office, ana: Person) -> None:
    ana.get("/reports/Jelena-Petrovic", 404)
    assert ("a1f0", "refused:GET /reports/{case}", "", "no-such-case") in place.audit()
    assert "Jelena" not in str(place.audit())


def test_knocking_fills_no_database(place: Office) -> None:
    nobody = place.stranger()
    for _ in range(20):
        nobody.get("/reports", 303)
    assert len(place.audit()) == 1


def test_lists_leave_out_the_cases_of_others(place: Office, ana: Person, boris: Person, ceca: Person) -> None:
    case = place.report(ana)
    place.carry()
    reference = f"{case[:4]}-{case[4:8]}".upper()
    assert reference in ana.get("/reports")
    assert reference not in boris.get("/reports")
    assert reference in ceca.get("/reports"), "a supervisor sees the rows of all"
    ceca.get(f"/reports/{case}", 404)
    assert boris.client.get("/api/intake/cases").json() == []
    assert ana.client.get("/api/intake/cases").json() == [case]


def test_no_list_and_no_other_page_names_a_case_of_others(place: Office, ana: Person, boris: Person) -> None:
    case = place.report(ana)
    place.carry()
    for service in place.desks:
        place.desks[service].instance.transact(lambda work: _give(work, case))
    for route, _ in routes(place.app.routes):
        if isinstance(route, APIRoute) and "GET" in route.methods and "{" not in route.path:
            text = boris.client.get(route.path, headers=HTML).text
            assert case not in text, route.path
            assert f"{case[:4]}-{case[4:8]}".upper() not in text, route.path


def _give(work: UnitOfWork, case: str) -> None:
    give(work, case, "a1f0", "c3d2", 1)


@pytest.fixture
def lead(tmp_path: Path) -> Iterator[tuple[Office, str]]:
    """The lead's office with a case that came in, which is nobody's."""
    with opened(tmp_path / "data", agency="rs-czztlj") as made, town(tmp_path, rs_ir="ines") as reporter:
        answer = reporter.at["rs-ir"].post("/reports/new", form_id="r", danger="false", age="adult", consent="true", needs=["legal"])
        made.topic = reporter.topic
        for _ in range(6):
            made.carry()
            reporter.carry()
        yield made, answer.headers["location"].rpartition("/")[2]


def test_a_case_that_comes_in_is_a_row_for_all_and_a_page_for_whoever_takes_it(lead: tuple[Office, str]) -> None:
    place, case = lead
    ana, boris = place.person("a1f0", Role.OFFICER), place.person("b2e1", Role.OFFICER)
    row = f"/assignments/assistance/{case}"
    for officer in (ana, boris):
        assert case[:4].upper() in officer.get("/cases")
        assert row in officer.get("/assignments")
        answer = officer.client.get(f"/cases/{case}", headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (303, row)
        page = words(officer.get(row))
        assert "Nobody has this case yet" in page
        assert "What your agency may know" not in page
    assert ana.client.get(f"/api/assistance/cases/{case}").status_code == 403
    assert ana.client.post("/api/assistance/accept", json={"case": case, "handoff": "h"}).status_code == 403
    taken = ana.post(f"{row}/take")
    assert taken.headers["location"] == f"/cases/{case}"
    assert "Who must move next" in ana.get(f"/cases/{case}")
    assert row not in boris.get("/assignments")
    boris.get(f"/cases/{case}", 404)
    assert boris.post(f"{row}/take").status_code == 404
    assert ana.post(f"{row}/take").status_code == 303, "twice is once"
    assert boris.client.post("/api/assistance/accept", json={"case": case, "handoff": "h"}).status_code == 404
    assert ("b2e1", "refused:POST /api/assistance/accept", case, "no-such-case") in place.audit("assistance")
    ana.get(f"/lead/{case}", 303)


def test_a_supervisor_assigns_and_takes_away(lead: tuple[Office, str]) -> None:
    place, case = lead
    ceca, boris = place.person("c3d2", Role.SUPERVISOR), place.person("b2e1", Role.OFFICER)
    row = f"/assignments/assistance/{case}"
    assert boris.post(f"{row}/give", officer="b2e1").status_code == 403
    assert "B2E1" in ceca.get(row).upper()
    assert ceca.post(f"{row}/give", officer="").status_code == 422
    wrong = ceca.post(f"{row}/give", officer="b2e1", other="not an id")
    assert (wrong.status_code, 'href="#other"' in wrong.text) == (422, True)
    assert re.search(r'name="other"[^>]* value="not an id"', wrong.text), "what was typed can be mended"
    assert '<option value="b2e1" selected>' in wrong.text
    assert ceca.post(f"{row}/give", officer="b2e1").status_code == 303
    assert "Who must move next" in boris.get(f"/cases/{case}")
    assert ceca.post(f"{row}/give", other="a1f0").status_code == 303
    assert ceca.post(f"{row}/remove", officer="b2e1").status_code == 303
    boris.get(f"/cases/{case}", 404)
    assert ceca.post(f"{row}/remove", officer="a1f0").status_code == 303
    boris.get(f"/cases/{case}", 303)
    said = [line[:2] for line in place.audit("assistance")]
    assert [act for officer, act in said if officer == "c3d2" and act in ("assigned", "unassigned")] == [
        "assigned", "assigned", "unassigned", "unassigned",
    ]  # fmt: skip


def test_in_the_demo_cases_are_assigned_unless_that_is_switched_off(tmp_path: Path) -> None:
    with opened(tmp_path / "free", issuer="", assignment=False) as free:
        ines, milan = free.stranger(), free.stranger()
        names = list(free.guard.seen())
        ines.client.cookies.set(free.guard.cookie, names[0])
        milan.client.cookies.set(free.guard.cookie, names[1])
        case = free.report(ines)
        milan.get(f"/reports/{case}")
        assert (names[1], "read:GET /reports/{case}", case, "everybody") in free.audit()
    with opened(tmp_path / "usual", issuer="") as usual:
        ines = usual.stranger()
        ines.client.cookies.set(usual.guard.cookie, names[0])
        case = usual.report(ines)
        ines.get(f"/reports/{case}")
        api = f"/api/intake/cases/{case}"
        other = usual.stranger().client.get(api, headers={"nrm-officer": names[1]})
        assert other.status_code == 404, "a program acts as the officer whom it names"
        assert usual.stranger().client.get(api).status_code == 200, "and as the demo itself where it names nobody"
        made = usual.stranger().client.post("/api/intake/reports", json={"danger": False, "age": "adult", "consent": True}).json()
        usual.carry()
        assert "Nobody has it yet" in words(ines.get("/reports")), "which has no case: people must see it"
        assert made["case"] in ines.get("/assignments")


def test_when_nothing_can_be_written_down_nothing_is_shown(place: Office, ana: Person) -> None:
    case = place.report(ana)
    line = AuditLine(1, "x", "read:x", "", "")
    place.desks["intake"].trail.lines.extend([line] * audit_trail.ENTRIES_WAITING_AT_MOST)
    ana.get(f"/reports/{case}", 503)
    place.desks["intake"].trail.write()
    ana.get(f"/reports/{case}")
