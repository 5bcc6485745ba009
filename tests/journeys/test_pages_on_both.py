"""One story at the agencies' pages, on SQLite and on PostgreSQL: every page that can be opened says the same on both."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute

from deploy.databases import Postgres
from services.intake.rules.short_lists import ShortList
from services.intake.rules.steps import IntakeStep
from services.referral.pages.confirm import PAGES
from shared.casework.documents import KINDS
from shared.casework.rights import RIGHTS
from shared.web.case.words_page import COMMANDS
from shared.web.text.file_words import OFFERED
from tests.browser.desks import REPORT, Databases, Visitor, town, words
from tests.databases import migrated
from tests.services.assistance.conftest import Scene
from tests.turns import by_turns, today

CODES = re.compile(r"\"applied_at\":\d+|\b[0-9A-F]{4}-[0-9A-F]{4}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{16,64}\b")
Said = dict[tuple[str, str, str], Counter[str]]
"""(moment of the story, agency, page) → its words, how often each; without what is drawn at random."""
UNEQUAL = {"/metrics"}
"""Pages that tell of the process, not of the cases."""
STREAMS = {"/today/news"}
"""No pages: what a page listens to, which lasts, and is refused to whoever asks for a page. Its numbers are those of Today."""
MOMENTS = ("late", "acting", "closed")
ALIKE, SHARES = 6, 6
"""So many addresses of one pattern, which look alike as the forms for each group of a case file do, are looked at by shares: at a moment
each agency looks at another of them, the next time at the next."""
HELPING = ("rs-zdr-bg", "rs-ngo-pomoc", "rs-pu-bg")
"""Agencies that have the same services, and so the same pages: at a moment one of them is looked at, the next time the next."""


def patterns(routes: Iterable[Any]) -> Iterator[str]:
    """The paths that can be got."""
    for route in routes:
        if (router := getattr(route, "original_router", None)) is not None:
            yield from patterns(router.routes)
        elif isinstance(route, APIRoute) and "GET" in route.methods:
            yield route.path


def addresses(visitor: Visitor, scene: Scene, share: int | None, left: set[str]) -> Iterator[tuple[str, str]]:
    """(pattern, address) of every page and interface that this agency can GET for the case, and for each thing in it, but for patterns that
    are left to others; of addresses that are alike this share, all where none is named."""
    first, every = (0, 1) if share is None else (share, SHARES)
    case, picture = scene.case, scene.lead.client.get(f"/api/referral/cases/{scene.case}").json()["case"]
    things = {"case": [case], "handoff": list(picture["handoffs"]), "task": list(picture["tasks"]), "place": []}  # nothing is parked
    things |= {"group": sorted(OFFERED), "act": sorted(COMMANDS), "version": ["1"], "kind": sorted(KINDS), "document": []}
    things |= {"partition": [], "name": [], "service": ["referral" if visitor is scene.lead else "assistance"]}  # nobody has searched
    reports = visitor.client.get("/reports", headers={"accept": "text/html"}).text
    begun, raids = (re.findall(rf"/{kind}/(\w+)/go-on", reports) for kind in ("drafts", "raids"))
    things |= {"draft": begun or ["none"], "step": [step.value for step in IntakeStep], "raid": raids or ["none"], "sheet": ["1"]}
    things |= {"which": [one.value for one in ShortList]}
    for path in sorted(set(patterns(visitor.client.app.routes)) - UNEQUAL - STREAMS - left):
        wanted = re.findall(r"{(\w+)}", path)
        things["decision"] = sorted(RIGHTS if "/rights/" in path else PAGES)
        found = list(product(*(things[name] for name in wanted)))
        for chosen in found[first::every] if len(found) >= ALIKE else found:
            yield path, path.format_map(dict(zip(wanted, chosen, strict=True)))


def left_to_others(moment: str, day: int) -> set[str]:
    """Which of the agencies that are alike are left to other moments on this day."""
    return {*HELPING} - {HELPING[(MOMENTS.index(moment) + day // len(MOMENTS)) % len(HELPING)]}


def share_of(place: int, day: int) -> int:
    """Which share of the addresses that are alike an agency looks at, by its place among the three that look: each another one on a day,
    and each time that a moment comes round the next one."""
    return (2 * place + day // len(MOMENTS)) % SHARES


def left_by(place: int, day: int, all_have: set[str]) -> set[str]:
    """What an agency leaves to the two others, of the pages that all three have: each another third on a day."""
    return {*sorted(all_have)[(place + day // len(MOMENTS)) % len(HELPING) :: len(HELPING)]}


def look(scene: Scene, moment: str, said: Said, whole: bool) -> None:
    """Open everything: of the agencies that are alike, at the one whose turn it is; what three agencies have at two of them."""
    elsewhere = set[str]() if whole else left_to_others(moment, today())
    looking = [one for agency, one in scene.town.at.items() if agency not in elsewhere]
    all_have = set.intersection(*({*patterns(one.client.app.routes)} for one in looking))
    for place, visitor in enumerate(looking):
        left = set[str]() if whole else left_by(place, today(), all_have)
        for pattern, address in addresses(visitor, scene, None if whole else share_of(place, today()), left):
            answer = visitor.client.get(address, headers={"accept": "text/html"})
            assert answer.status_code in (200, 303, 404, 503), (address, answer.status_code)
            text = CODES.sub("#", words(answer.text))
            said.setdefault((moment, visitor.agency, pattern), Counter()).update([str(answer.status_code), *text.split()])


def told(folder: Path, databases: Databases | None, whole: bool) -> Said:
    """What the pages say at the moment whose turn it is; what would happen after it does not."""
    said, moments = Said(), by_turns(MOMENTS, today(), whole)
    folder.mkdir()
    with town(
        folder, databases=databases, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora", rs_ngo_pomoc="nada", rs_pu_bg="petra"
    ) as made:
        answer = made.at["rs-ir"].post("/reports/new", form_id="report", note="Only\0 here", **REPORT)
        draft = made.at["rs-ir"].client.get("/drafts/new").headers["location"].rpartition("/")[0]
        for step, said_there in {"danger": {"danger": "true"}, "words": {"note": "Only\0 here"}}.items():
            assert made.at["rs-ir"].post(f"{draft}/{step}", form_id=step, **said_there).status_code == 303
        raid = made.at["rs-ir"].client.get("/raids/new").headers["location"]
        assert made.at["rs-ir"].post(raid, form_id="raid", people="1", note="Only\0 here").status_code == 303
        made.carry()
        scene = Scene(made, answer.headers["location"].rpartition("/")[2])
        for moment in goes_on(scene):
            if moment in moments:
                look(scene, moment, said, whole)
            if moment == moments[-1]:
                break
    return said


def goes_on(scene: Scene) -> Iterator[str]:
    """The story, up to each of its moments: reported, invited, opened, declined, late; acted together; decided, closed."""
    scene.town.later(30)
    yield MOMENTS[0]
    scene.act_together()
    yield MOMENTS[1]
    path = f"/lead/{scene.case}"
    consent = {"agency": "rs-pu-bg", "need": "investigation", "classes": ["D1", "D2"], "language": "sr", "months": "6"}
    for form, given in (("record-consent", consent), ("add-agency", {"agency": "rs-pu-bg", "need": "investigation"}),
                        ("decide-status", {"stage": "reasonable_grounds", "positive": "true", "ground": "signs"})):  # fmt: skip
        assert scene.lead.post(f"{path}/{form}", form_id=form, **given).status_code == 303
        scene.town.carry()
    assert scene.close().status_code == 303
    scene.town.carry()
    yield MOMENTS[2]


def test_every_page_says_the_same_on_both(tmp_path: Path, postgres: Postgres, request: pytest.FixtureRequest) -> None:
    tag, whole = uuid4().hex[:8], bool(request.config.getoption("--long"))
    on_files = told(tmp_path / "files", None, whole)
    on_postgres = told(tmp_path / "none", lambda service, agency: migrated(postgres, service, f"{service}.{agency}.{tag}"), whole)
    pages = {page for _, _, page in on_files}
    assert pages > {"/work", "/cases/{case}", "/cases/{case}/handoffs/{handoff}", "/lead", "/reports/{case}"}
    assert "/cases/{case}/tasks/{task}" in pages or {moment for moment, _, _ in on_files} == {MOMENTS[0]}, "nobody acts yet"
    assert on_postgres.keys() == on_files.keys()
    assert {key: on_files[key] - words for key, words in on_postgres.items() if words != on_files[key]} == {}


def test_an_address_that_no_database_can_look_up_is_a_page_that_is_not_there(tmp_path: Path, postgres: Postgres) -> None:
    tag = uuid4().hex[:8]
    (tmp_path / "none").mkdir()
    with town(
        tmp_path / "none", databases=lambda service, agency: migrated(postgres, service, f"{service}.{agency}.{tag}"), rs_ir="ines"
    ) as made:
        for address in (
            "/cases/a%00b",
            "/reports/a%00b",
            "/drafts/a%00b/danger",
            "/drafts/a%00b/go-on",
            "/api/intake/cases/%00",
            "/api/intake/cases?after=%00",
        ):
            assert made.at["rs-ir"].client.get(address).status_code == 404
