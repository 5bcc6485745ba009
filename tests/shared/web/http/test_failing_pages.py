"""Whatever fails, at every kind of agency: the answer is a page of ours in the reader's language, with what to do next, no English on it,
and whom to call meanwhile where it may be urgent."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi import APIRouter
from httpx2 import Response
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from shared.access.roles import Act, Role, needs
from shared.web.http.gate import gated
from shared.web.http.middleware import BODY_LIMIT, CANNOT_WAIT
from shared.web.http.unsent import resumes
from tests.browser.desks import words
from tests.shared.access.offices import HTML, Office, Person, opened

AGENCIES = "rs-ir", "rs-czztlj", "rs-kuca", "rs-zg"
"""Who reports, who leads, a shelter, the rapporteur: among them every service."""
CANARY = "Canary7c1d"
failing = APIRouter()


@failing.get("/fails/{how}")
@needs(Act.OWN_SESSIONS)
async def fails(how: str) -> str:
    """A fault of ours, a database that is locked, and one that lacks a table."""
    if how == "missing":
        with create_engine("sqlite://").connect() as connection:
            connection.execute(text(f"select * from {CANARY}"))
    raise OperationalError(CANARY, {}, Exception("database is locked")) if how == "locked" else RuntimeError(CANARY)


@failing.post("/fails/{how}")
@needs(Act.OWN_SESSIONS)
@resumes
async def fails_with_a_form(how: str) -> str:
    """The same to who has sent a form."""
    return await fails(how)


MOST = 90
"""So often within a minute nobody may ask, whoever they are."""


def again(ask: Callable[[], Response], until: int) -> Response:
    """The first answer of this status, or the last of so many."""
    answer = ask()
    for _ in range(MOST):
        if answer.status_code == until:
            break
        answer = ask()
    return answer


Ask = Callable[[Person, dict[str, str]], Response]
FAILURES: dict[str, tuple[int, Ask]] = {
    "no such page": (404, lambda who, heads: who.client.get(f"/nowhere/{CANARY}", headers=heads)),
    "no such case": (404, lambda who, heads: who.client.get(f"/access/{next(iter(who.office.desks))}/{CANARY}", headers=heads)),
    "no such method": (405, lambda who, heads: who.client.put("/language", headers=heads)),
    "not one's role": (403, lambda who, heads: who.client.get("/roles", headers=heads)),
    "a form of another site": (
        403,
        lambda who, heads: who.client.post("/language", headers=heads | {"origin": "https://elsewhere.example"}),
    ),
    "another name": (421, lambda who, heads: who.client.get("/", headers=heads | {"host": "elsewhere.example"})),
    "too much": (413, lambda who, heads: who.client.post("/v1/none", content=b"x" * (BODY_LIMIT + 1), headers=heads)),
    "an answer that none is": (422, lambda who, heads: who.client.post("/roles", data={"role": CANARY, "officer": "a1f0"}, headers=heads)),
    "a fault of ours": (500, lambda who, heads: who.client.get("/fails/us", headers=heads)),
    "a locked database": (503, lambda who, heads: who.client.get("/fails/locked", headers=heads)),
    "a database that lacks a table": (500, lambda who, heads: who.client.get("/fails/missing", headers=heads)),
    "the issuer is away": (503, lambda who, heads: who.client.get("/signin/go", headers=heads)),
    "too often": (429, lambda who, heads: again(lambda: who.client.get("/signin/go", headers=heads), until=429)),
}
"""What fails, what status that is, and how it comes about."""
OURS = "a fault of ours", "a locked database", "a database that lacks a table"
ROLES = {"an answer that none is": (Role.ADMINISTRATOR,)} | dict.fromkeys(OURS, (Role.OFFICER,))


@pytest.fixture(scope="module", params=AGENCIES)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with opened(tmp_path_factory.mktemp("failing") / "data", agency=request.param) as made:
        made.app.router.routes.extend(gated(failing))
        yield made


def sentences(page: str) -> set[str]:
    """What a page says in its main part, in at least three words."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    said = (unescape(one).strip() for one in re.split(r"<[^>]+>", main[0] if main else page))
    return {one for one in said if len(re.findall(r"[^\W\d_]{2,}", one)) >= 3}


def test_each_failure_is_a_page_in_the_language_of_the_reader(office: Office) -> None:
    for what, (status, ask) in FAILURES.items():
        who = office.person("a1f0", *ROLES.get(what, (Role.AUDITOR,)))
        said = {tag: ask(who, HTML | {"cookie": f"lang={tag}; {cookie(office, who)}"}) for tag in ("en", "sr-Latn")}
        for tag, answer in said.items():
            assert answer.status_code == status, (what, answer.status_code)
            assert f'<html lang="{tag}"' in answer.text, what
            assert CANARY not in answer.text, what
            assert f'href="{"/" if tag else ""}"' in answer.text, "the way on"
        english, serbian = (sentences(said[tag].text) for tag in ("en", "sr-Latn"))
        assert len(english) >= 1, what
        assert not english & serbian, (what, english & serbian)
        if status >= CANNOT_WAIT:
            assert office.instances[0].country.emergency.number in said["sr-Latn"].text, what


@pytest.mark.parametrize("how", ["locked", "missing", "us"])
def test_of_a_form_at_which_something_failed_nobody_says_that_it_is_not_recorded(tmp_path: Path, how: str) -> None:
    with opened(tmp_path / "data") as made:
        made.app.router.routes.extend(gated(failing))
        ana = made.person("a1f0", Role.OFFICER)
        way = ana.client.get("/reports/new").headers["location"]
        answer = ana.post(f"/fails/{how}", form_id=way.partition("form=")[2])
        said = words(answer.text)
        assert ("in your lists in a minute" in said) is (how == "locked")
        assert ("Nobody knows whether all that you sent is recorded" in said) is (how != "locked")
        for promise in ("Nothing of your form was recorded", "Nothing is lost", "half done"):
            assert promise not in said
        assert "What you filled in is kept for half an hour" in said
        assert answer.headers.get("retry-after") == ("60" if how == "locked" else None)


def cookie(office: Office, who: Person) -> str:
    return f"{office.guard.cookie}={who.client.cookies[office.guard.cookie]}"


def test_where_the_frame_cannot_be_drawn_the_page_stands_without_it(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as made:
        pages = next(iter(made.desks.values())).pages
        pages.frame = broken
        answer = made.stranger().client.get("/nowhere", headers=HTML | {"cookie": "lang=fi"})
        assert (answer.status_code, '<html lang="fi"' in answer.text) == (404, True)


def broken(_request: object) -> None:
    raise LookupError(CANARY)
