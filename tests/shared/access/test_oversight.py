"""Breaking the glass and its review, who has seen a case, roles that are given, and who operates."""

import re

from shared.access.assignments import LET_IN
from shared.access.roles import Role
from tests.browser.desks import words
from tests.shared.access.offices import Office, Person
from tests.shared.access.test_roles import UNKNOWN


def test_breaking_the_glass_lets_in_for_a_reason_and_for_a_time_and_is_reviewed(
    place: Office, ana: Person, boris: Person, ceca: Person
) -> None:
    case = place.report(ana)
    place.carry()
    reference = f"{case[:4]}-{case[4:8]}".upper()
    ways = [boris.post("/break-glass", service="intake", case=one, reason="Ana is ill") for one in (UNKNOWN, "AAAA-BBBB", "%", "")]
    assert {a.status_code for a in ways} == {422}
    assert all("There is no such case here" in words(a.text) for a in ways)
    for nothing in (" ", "Danger\0", "\x1b[2J"):
        assert boris.post("/break-glass", service="intake", case=reference, reason=nothing).status_code == 422
    assert boris.post("/break-glass", service="intake", case="a\0", reason="Danger").status_code == 422
    answer = boris.post("/break-glass", service="intake", case=reference, reason="Danger,\n and Ana is ill")
    assert answer.headers["location"] == f"/reports/{case}"
    assert "Who must move next" in boris.get(f"/reports/{case}")
    assert ("b2e1", "read:GET /reports/{case}", case, "break-glass") in place.audit()
    assert "Ana is ill" not in str(place.audit())
    assert "Danger, and Ana is ill" in words(ceca.get("/break-glass/reviews"))
    boris.get("/break-glass/reviews", 403)
    own = place.person("b2e1", Role.SUPERVISOR)
    assert own.post("/break-glass/reviews/intake/1", in_order="true").status_code == 403
    assert ceca.post("/break-glass/reviews/intake/1", in_order="false").status_code == 303
    assert ceca.post("/break-glass/reviews/intake/1", in_order="true").status_code == 404
    assert "Nothing is to be reviewed" in ceca.get("/break-glass/reviews")
    assert ("c3d2", "reviewed:not-in-order", case, "b2e1") in place.audit()
    place.clock.at += LET_IN
    boris.get(f"/reports/{case}", 404)


def test_who_has_seen_a_case_is_told_to_supervisors_and_auditors(place: Office, ana: Person, boris: Person, ceca: Person) -> None:
    case = place.report(ana)
    ana.get(f"/reports/{case}")
    boris.get(f"/reports/{case}", 404)
    ana.get(f"/access/intake/{case}", 403)
    emil = place.person("e5b4", Role.AUDITOR)
    emil.get(f"/reports/{case}", 403)
    for reader in (ceca, emil):
        page = words(reader.get(f"/access/intake/{case}"))
        assert "looked at it the report assigned to them" in page
        assert "decided reported the person" in page
        assert "was refused the report not assigned to them" in page
        assert not any(word in page for word in ("GET ", "{case}", "file_report"))
    told = emil.client.get(f"/api/intake/cases/{case}/access").json()
    assert {line["officer"]: line["why"] for line in told if line["kind"] == "refused"}["b2e1"] == "no-such-case"
    assert ("e5b4", "read:GET /access/{service}/{case}", case, "read-access") in place.audit()
    emil.get(f"/access/intake/{UNKNOWN}", 404)
    assert case in emil.get("/access")
    assert f'href="/access/intake/{case}"' not in ana.get(f"/reports/{case}")


def test_roles_are_given_by_administrators_to_others_at_once(place: Office, ana: Person) -> None:
    dana = place.person("d4c3", Role.ADMINISTRATOR)
    ana.get("/break-glass/reviews", 403)
    assert dana.post("/roles", officer="d4c3", role="supervisor").status_code == 403, "not to oneself"
    wrong = dana.post("/roles", officer="a b", role="supervisor")
    assert wrong.status_code == 422
    assert re.search(r'name="officer"[^>]* value="a b"', wrong.text), "what was typed can be mended"
    assert '<option value="supervisor" selected>' in wrong.text
    assert dana.post("/roles", officer="a1f0", role="king").status_code == 422
    assert dana.post("/roles", officer="a1f0", role="supervisor").status_code == 303
    ana.get("/break-glass/reviews")
    assert "supervisor" in dana.get("/roles")
    assert dana.post("/roles/withdraw", officer="a1f0", role="supervisor").status_code == 303
    ana.get("/break-glass/reviews", 403)
    service = next(iter(place.desks))
    assert [line[1] for line in place.audit(service) if line[0] == "d4c3" and line[3] == "a1f0"] == [
        "granted:supervisor",
        "withdrawn:supervisor",
    ]


def test_only_administrators_operate(place: Office, ana: Person) -> None:
    dana = place.person("d4c3", Role.ADMINISTRATOR)
    for address in ("/operations/parked/intake/0/0/set-aside", "/operations/log/intake/recovery/1", "/operations/parked/retry"):
        assert ana.post(address, reason="x").status_code == 403
        assert dana.post(address, reason="x").status_code in (303, 404)


def test_everybody_starts_where_their_roles_lead_and_is_offered_nothing_else(place: Office) -> None:
    starts = {Role.OFFICER: "/today", Role.SUPERVISOR: "/today", Role.ADMINISTRATOR: "/roles", Role.AUDITOR: "/access"}
    for role, start in starts.items():
        who = place.person("x", role)
        assert who.client.get("/").headers["location"] == start
        page = who.get(start)
        offered = re.findall(r'class="govuk-service-navigation__link" href="([^"]+)"', page)
        assert start in offered
        for href in offered:
            who.get(href)
    assert place.stranger().client.get("/").headers["location"] == "/signin?next=/"
    assert place.person("x").client.get("/").headers["location"] == "/operations/log"
