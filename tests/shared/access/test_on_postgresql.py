"""The same rights on PostgreSQL: one day at an office, from a report to the look at the audit."""

from pathlib import Path
from uuid import uuid4

from deploy.databases import Postgres
from deploy.oracle import judge
from deploy.verify.ledger import read_postgres
from shared.access.roles import Role
from shared.config.calendar import HOUR
from tests.browser.desks import words
from tests.databases import migrated
from tests.shared.access.offices import opened
from tests.shared.access.restricted import restrict, tells_of


def test_a_day_at_an_office(tmp_path: Path, postgres: Postgres) -> None:
    tag = uuid4().hex

    def url(service: str, agency: str) -> str:
        return migrated(postgres, service, f"{service}.{agency}.{tag}")

    with opened(tmp_path / "data", databases=url) as place:
        ana, boris = place.person("a1f0", Role.OFFICER), place.person("b2e1", Role.OFFICER)
        ceca, dana = place.person("c3d2", Role.SUPERVISOR), place.person("d4c3", Role.ADMINISTRATOR)
        case = place.report(ana)
        place.carry()
        reference = f"{case[:4]}-{case[4:8]}".upper()
        for path, shown in {"/reports": False, "/work": True, "/cases": True, "/tasks": False, "/assignments": True}.items():
            assert (reference in boris.get(path)) is shown, "another's at intake, nobody's at assistance"
        boris.get(f"/reports/{case}", 404)
        assert boris.post("/break-glass", service="intake", case=reference, reason="Danger").status_code == 303
        boris.get(f"/reports/{case}")
        assert ceca.post("/break-glass/reviews/intake/1", in_order="true").status_code == 303
        assert ceca.post(f"/assignments/intake/{case}/give", other="b2e1").status_code == 303
        assert ceca.post(f"/assignments/intake/{case}/remove", officer="a1f0").status_code == 303
        ana.get(f"/reports/{case}", 404)
        assert dana.post("/roles", officer="a1f0", role="auditor").status_code == 303
        assert "assigned to them" in words(ana.get(f"/access/intake/{case}"))
        assert case in ana.get("/access")
        assert restrict(boris, "intake", case, ("b2e1", "e6a7")).status_code == 303
        for path in ("/reports", "/work", "/cases", "/assignments", "/access"):
            assert not tells_of(ceca.get(path), case), path
        ceca.get(f"/access/intake/{case}", 404)
        assert tells_of(boris.get("/reports"), case)
        assert "restricted it" in words(boris.get(f"/restricted/intake/{case}/access"))
        place.clock.at += 30 * 24 * HOUR
        assert "None waits" in words(place.person("h4e0", Role.HEAD).get("/restricted-waiting")), "the reporter must do nothing here"
        address = url("intake", "rs-ir").replace("+psycopg", "")
        rows = read_postgres(address, "intake.rs-ir")
        assert len(rows.audit) > 5
        assert judge({rows.name: rows}).audit == []
