"""Where cases are assigned nobody waits unseen: what nobody has stands in everybody's list, and so does what the one who had it lost."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from shared.access.roles import Role
from shared.config.calendar import HOUR
from shared.config.settings import Settings
from tests.browser.desks import REPORT, words
from tests.shared.access.offices import AGENCY, HTML, Office, Person, opened
from tests.shared.bus import SimulatedRecord


@pytest.fixture
def lead(tmp_path: Path) -> Iterator[tuple[Office, str]]:
    """The lead's office with a case that came in, which nobody has; on a copy of what was played once for this process."""
    files, log, case = came_in()
    shutil.copytree(files, tmp_path / "data")
    with opened(tmp_path / "data", agency=AGENCY, log=log) as place:
        yield place, case


@cache
def came_in() -> tuple[Path, Sequence[SimulatedRecord], str]:
    folder = Path(tempfile.mkdtemp(prefix="nrm-came-in-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with opened(folder / "data", agency=AGENCY) as place, opened(folder / "ir") as reporter:
        case = reporter.report(reporter.person("r1", Role.OFFICER))
        place.topic = reporter.topic
        for _ in range(6):
            reporter.carry()
            place.carry()
    return folder / "data", place.topic.all(), case


def number(case: str) -> str:
    return f"{case[:4]}-{case[4:8]}".upper()


def test_cases_are_assigned_unless_somebody_says_otherwise() -> None:
    assert Settings(agency="rs-ir", country=Path("serbia")).assigned_only
    assert not Settings(agency="rs-ir", country=Path("serbia"), assignment=False).assigned_only


def test_a_case_that_nobody_has_shows_need_and_time_to_everybody_and_no_more(lead: tuple[Office, str]) -> None:
    place, case = lead
    for who in (place.person("a1f0", Role.OFFICER), place.person("c3d2", Role.SUPERVISOR)):
        for path in ("/work", "/cases", "/lead"):
            page = words(who.get(path))
            assert number(case) in page, path
            assert "Nobody has it yet" in page, path
            assert "Identification" in page, path
            assert "16 Jun 2025" in page, "its deadline"
            assert "Labour Inspectorate" not in page, f"{path}: who asked is for whoever has the case"
        assert number(case) in words(who.get("/assignments"))


def test_the_fold_of_cases_that_nobody_has_says_how_many_of_them_are_late(tmp_path: Path) -> None:
    with opened(tmp_path / "data", agency=AGENCY) as place, opened(tmp_path / "ir") as reporter:
        inspector, place.topic = reporter.person("r1", Role.OFFICER), reporter.topic
        for n in range(6):
            assert inspector.post("/reports/new", form_id=f"r{n}", **REPORT).status_code == 303
            reporter.clock.at += 3 * HOUR
        place.clock.at = reporter.clock.at
        for _ in range(6):
            reporter.carry()
            place.carry()
        ana = place.person("a1f0", Role.OFFICER)
        assert "Show 2 more" in words(ana.get("/assignments"))
        assert "are late" not in words(ana.get("/assignments"))
        place.clock.at += 30 * 24 * HOUR
        assert "2 are late" in words(ana.get("/assignments"))


def test_whoever_takes_it_sees_the_rest_and_others_see_nothing(lead: tuple[Office, str]) -> None:
    place, case = lead
    ana, boris = place.person("a1f0", Role.OFFICER), place.person("b2e1", Role.OFFICER)
    ana.post(f"/assignments/assistance/{case}/take")
    assert "Labour Inspectorate" in words(ana.get("/work"))
    assert number(case) not in words(boris.get("/work"))
    assert number(case) in words(boris.get("/lead")), "each service has its own assignments"


def taken(place: Office, who: Person, case: str) -> None:
    for service in ("assistance", "referral"):
        assert who.post(f"/assignments/{service}/{case}/take").status_code == 303


def test_who_has_lost_the_role_has_no_case_any_more(lead: tuple[Office, str]) -> None:
    place, case = lead
    ana, boris = place.person("a1f0", Role.OFFICER), place.person("b2e1", Role.OFFICER)
    taken(place, ana, case)
    assert number(case) not in words(boris.get("/work"))
    place.person("a1f0", Role.AUDITOR).get("/work", 403)  # the issuer says so at the next sign-in
    assert "Nobody has it yet" in words(boris.get("/work"))
    assert number(case) in words(boris.get("/lead"))
    assert ("", "released", case, "a1f0") in place.audit("assistance")
    assert ana.client.get(f"/cases/{case}", headers=HTML).status_code == 303, "it is to be taken again"


def test_a_program_with_fewer_rights_takes_nothing_away(lead: tuple[Office, str]) -> None:
    place, case = lead
    ana = place.person("a1f0", Role.OFFICER)
    taken(place, ana, case)
    answer = ana.client.get("/api/assistance/cases", headers={"authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert number(case) in words(ana.get("/work"))


def test_an_administrator_who_takes_the_role_away_frees_the_cases(lead: tuple[Office, str]) -> None:
    place, case = lead
    dana = place.person("d4c3", Role.ADMINISTRATOR)
    assert dana.post("/roles", officer="a1f0", role="officer").status_code == 303
    assert dana.post("/roles", officer="a1f0", role="supervisor").status_code == 303
    taken(place, place.person("a1f0"), case)
    boris = place.person("b2e1", Role.OFFICER)
    assert dana.post("/roles/withdraw", officer="a1f0", role="supervisor").status_code == 303
    assert number(case) not in words(boris.get("/work")), "an officer still"
    assert dana.post("/roles/withdraw", officer="a1f0", role="officer").status_code == 303
    assert "Nobody has it yet" in words(boris.get("/work"))


def test_a_case_can_be_given_to_an_officer_who_is_not_there_and_has_a_role_more_from_the_agency(lead: tuple[Office, str]) -> None:
    """Of whoever is not there the roles from the issuer are not known: what the agency gave is not all that they are."""
    place, case = lead
    dana, ceca = place.person("d4c3", Role.ADMINISTRATOR), place.person("c3d2", Role.SUPERVISOR)
    assert dana.post("/roles", officer="a1f0", role="data-protection").status_code == 303
    way = f"/assignments/assistance/{case}"
    assert ceca.post(f"{way}/give", officer="a1f0").status_code == 303
    assert dana.post("/roles/withdraw", officer="a1f0", role="data-protection").status_code == 303
    assert number(case) in words(place.person("a1f0", Role.OFFICER).get("/work")), "a role in which no case was read takes none away"
    place.person("u9", Role.AUDITOR)
    assert ceca.post(f"{way}/give", officer="u9").status_code == 422, "who is there and reads no cases"


def test_supervisors_see_who_has_how_much_and_free_the_cases_of_whoever_left(lead: tuple[Office, str]) -> None:
    place, case = lead
    ana, ceca = place.person("a1f0", Role.OFFICER), place.person("c3d2", Role.SUPERVISOR)
    taken(place, ana, case)
    place.clock.at += 3 * 86_400_000
    page = words(ceca.get("/assignments"))
    assert "A1F0 1 1" in page, "one open case, one late"
    assert "Who has how many cases" not in words(ana.get("/assignments"))
    boris, way = place.person("b2e1", Role.OFFICER), "/assignments/assistance/hand-over"
    assert number(case) in words(ana.get("/today?whose=mine"))
    assert ana.post(way, officer="a1f0", to="b2e1").status_code == 403
    assert [ceca.post(way, officer="a1f0", to=to).status_code for to in ("a1f0", "nobody-known")] == [422, 422]
    assert ceca.post(way, officer="a1f0", to="b2e1").status_code == 303, "who is away leaves no case behind"
    assert number(case) in words(boris.get("/today?whose=mine"))
    lead_way = "/assignments/referral/hand-over"  # as lead the case has a clock of the country
    assert ceca.post(lead_way, officer="a1f0", to="b2e1").status_code == 303
    assert number(case) not in words(ana.get("/today?whose=agency"))
    assert {("c3d2", "assigned", case, "b2e1"), ("c3d2", "unassigned", case, "a1f0")} <= set(place.audit("assistance"))
    assert ceca.post(way, officer="b2e1", to="a1f0").status_code == 303
    assert ana.post("/assignments/assistance/release", officer="a1f0").status_code == 403
    assert ceca.post("/assignments/assistance/release", officer="a1f0").status_code == 303
    assert "Nobody has it yet" in words(place.person("b2e1", Role.OFFICER).get("/work"))
    assert ("c3d2", "released", case, "a1f0") in place.audit("assistance")
