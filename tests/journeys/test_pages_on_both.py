"""One story at the agencies' pages, on SQLite and on PostgreSQL: every page that can be opened says the same on both."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi.routing import APIRoute

from deploy.databases import Postgres
from services.referral.pages.confirm import PAGES
from shared.web.text.file_words import OFFERED
from tests.browser.desks import REPORT, Databases, Visitor, town, words
from tests.databases import migrated
from tests.services.assistance.conftest import Scene

CODES = re.compile(r"\"applied_at\":\d+|\b[0-9A-F]{4}-[0-9A-F]{4}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{16,64}\b")
Said = dict[tuple[str, str, str], Counter[str]]
"""(moment of the story, agency, page) → its words, how often each; without what is drawn at random."""
UNEQUAL = {"/metrics"}
"""Pages that tell of the process, not of the cases."""


def patterns(routes: Iterable[Any]) -> Iterator[str]:
    """The paths that can be got."""
    for route in routes:
        if (router := getattr(route, "original_router", None)) is not None:
            yield from patterns(router.routes)
        elif isinstance(route, APIRoute) and "GET" in route.methods:
            yield route.path


def addresses(visitor: Visitor, scene: Scene) -> Iterator[tuple[str, str]]:
    """(pattern, address) of every page and interface that this agency can GET for the case, and for each thing in it."""
    case, picture = scene.case, scene.lead.client.get(f"/api/referral/cases/{scene.case}").json()["case"]
    things = {"case": [case], "handoff": list(picture["handoffs"]), "task": list(picture["tasks"]), "place": []}  # nothing is parked
    things |= {"decision": sorted(PAGES), "group": sorted(OFFERED), "name": []}  # nobody has searched
    for path in sorted(set(patterns(visitor.client.app.routes)) - UNEQUAL):
        wanted = re.findall(r"{(\w+)}", path)
        for thing in things[wanted[-1]] if wanted else [""]:
            yield path, path.replace(f"{{{wanted[-1]}}}" if wanted else "", thing).replace("{case}", case)


def look(scene: Scene, moment: str, said: Said) -> None:
    """Open everything at every agency."""
    for visitor in scene.town.at.values():
        for pattern, address in addresses(visitor, scene):
            answer = visitor.client.get(address, headers={"accept": "text/html"})
            assert answer.status_code in (200, 303, 404, 503), (address, answer.status_code)
            text = CODES.sub("#", words(answer.text))
            said.setdefault((moment, visitor.agency, pattern), Counter()).update([str(answer.status_code), *text.split()])


def told(folder: Path, databases: Databases | None) -> Said:
    """The story: reported, invited, opened, declined, late, acted together, decided, closed."""
    said: Said = {}
    folder.mkdir()
    with town(
        folder, databases=databases, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora", rs_ngo_pomoc="nada", rs_pu_bg="petra"
    ) as made:
        answer = made.at["rs-ir"].post("/reports/new", form_id="report", note="Only\0 here", **REPORT)
        made.carry()
        scene = Scene(made, answer.headers["location"].rpartition("/")[2])
        made.later(30)
        look(scene, "late", said)
        scene.act_together()
        look(scene, "acting", said)
        path = f"/lead/{scene.case}"
        consent = {"agency": "rs-pu-bg", "need": "investigation", "classes": ["D1", "D2"], "language": "sr", "months": "6"}
        for form, given in (("record-consent", consent), ("add-agency", {"agency": "rs-pu-bg", "need": "investigation"}),
                            ("decide-status", {"stage": "reasonable_grounds", "positive": "true", "ground": "signs"})):  # fmt: skip
            assert scene.lead.post(f"{path}/{form}", form_id=form, **given).status_code == 303
            made.carry()
        assert scene.close().status_code == 303
        made.carry()
        look(scene, "closed", said)
    return said


def test_every_page_says_the_same_on_both(tmp_path: Path, postgres: Postgres) -> None:
    tag = uuid4().hex[:8]
    on_files = told(tmp_path / "files", None)
    on_postgres = told(tmp_path / "none", lambda service, agency: migrated(postgres, service, f"{service}.{agency}.{tag}"))
    assert {page for _, _, page in on_files} > {
        "/work",
        "/cases/{case}",
        "/cases/{case}/handoffs/{handoff}",
        "/cases/{case}/tasks/{task}",
        "/lead",
        "/reports/{case}",
    }
    assert on_postgres.keys() == on_files.keys()
    assert {key: on_files[key] - words for key, words in on_postgres.items() if words != on_files[key]} == {}


def test_an_address_that_no_database_can_look_up_is_a_page_that_is_not_there(tmp_path: Path, postgres: Postgres) -> None:
    tag = uuid4().hex[:8]
    (tmp_path / "none").mkdir()
    with town(
        tmp_path / "none", databases=lambda service, agency: migrated(postgres, service, f"{service}.{agency}.{tag}"), rs_ir="ines"
    ) as made:
        for address in ("/cases/a%00b", "/reports/a%00b", "/api/intake/cases/%00", "/api/intake/cases?after=%00"):
            assert made.at["rs-ir"].client.get(address).status_code == 404
