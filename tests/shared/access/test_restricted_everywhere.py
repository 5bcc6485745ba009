"""A restricted case is nowhere: asked of every route and every command of an agency with all services, in every role.

The routes are those of the application itself, so a new one is asked by itself.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from fastapi.routing import APIRoute

from shared.access.roles import Role
from shared.web.http.desk import Desk
from tests.house.test_decisions import table
from tests.shared.access.offices import HTML, Office, Person
from tests.shared.access.restricted import ANA, BORIS, CECA, Answer, reported, restrict, tells_of, without
from tests.shared.access.test_roles import UNKNOWN, routes
from tests.shared.land import rows
from tests.turns import by_turns, today

SERVICES = ("intake", "referral", "assistance")
EVERY = tuple(Role)
ALWAYS: tuple[bool, tuple[Role, ...]] = (True, EVERY)
"""Whether cases are assigned, and who asks: somebody with every role asks every route every day, which proves the whole."""
ASKING: list[tuple[bool, tuple[Role, ...]]] = [(False, EVERY), (True, (Role.SUPERVISOR,)), (True, (Role.AUDITOR,))]
"""Whoever may do everything where cases are not assigned; alone whoever sees all cases, and whoever sees who has seen them.
One of these on a day, the next one tomorrow."""
SELDOM: list[tuple[bool, tuple[Role, ...]]] = [
    *((True, (role,)) for role in (Role.OFFICER, Role.ADMINISTRATOR, Role.HEAD)), (False, (Role.OFFICER,)),
]  # fmt: skip
"""Each alone: what they may open is among what everybody with every role is asked for, and with --long among what they are."""
LEAVES = {"/signin/go", "/signin/back", "/signout", "/leave", "/signin/ended", "/v1/traces"}
"""Routes of signing in and of the operators, which know no case."""


@pytest.fixture(scope="module", params=[True, False], ids=["assigned", "everybodys"])
def secret(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, str, str]]:
    """The office, the restricted case, and one that is not restricted; where cases are assigned, and where they are not."""
    with reported(tmp_path_factory.mktemp("secret") / "data") as (place, ana, case, plain):
        for desk in place.desks.values():
            desk.assignment = request.param
        assert ana.post(f"/reports/{case}/own/name-case", form_id="n", label="red jacket", reference="R-7").status_code == 303
        park(place, case)
        assert restrict(ana, "intake", case).status_code == 303
        yield place, case, plain


def park(place: Office, case: str) -> None:
    """A record of the case that no instance can apply: it is parked at each."""
    broken = place.topic.logs[0][-1]
    for one in place.instances:
        one.transact(lambda work, one=one: work.parked.append({
            "case": case, "partition": 0, "place": 10**6, "logged_at": 1, "value": broken if isinstance(broken, bytes) else b"x",
            "code": "could-not-apply", "reason": "KeyError", "type": "", "author": "", "parked_at": 1,
        }))  # fmt: skip


def one_of_those_alike(found: Sequence[APIRoute], day: int) -> list[APIRoute]:
    """Of the routes by which several services show the same, one: that of the next service tomorrow."""
    alike = defaultdict[Any, list[APIRoute]](list)
    for route in found:
        alike[route.endpoint].append(route)
    return [by_turns(several, day, long=False)[0] for several in alike.values()]


def asked(route: APIRoute, case: str, services: Sequence[str] = SERVICES) -> Iterator[tuple[str, str]]:
    """(method, address) of a route about a case, at each of these services that its address can name."""
    values = {"case": case, "partition": "0", "place": str(10**6), "seq": "1", "report": "1", "trace": "a" * 32}
    for named in services if "{service}" in route.path else ("",):
        path = route.path.replace("{service}", named)
        for name in route.param_convertors:
            path = path.replace(f"{{{name}}}", values.get(name, "x"))
        for method in sorted(route.methods or ()):
            yield method, path


def answer(who: Person, method: str, path: str, case: str, body: Mapping[str, Any] | None = None) -> Answer:
    sent = {"json": {"case": case, **(body or {})}} if path.startswith("/api/") and method == "POST" else {}
    form = {"data": {"case": case, "officer": ANA, "reason": "seen", "service": "intake"}} if method == "POST" and not sent else {}
    return without(who.client.request(method, path, headers=HTML, **sent, **form), case)


def told(assigned: bool, roles: tuple[Role, ...]) -> str:
    """What a test is called."""
    return f"{'assigned' if assigned else 'everybodys'}-{'every role' if roles == EVERY else '-'.join(roles)}"


def tried(day: int) -> Iterator[Any]:
    """Whoever asks on a day; with --long everybody."""
    usual = (ALWAYS, *by_turns(ASKING, day, long=False))
    for asking in (ALWAYS, *ASKING, *SELDOM):
        yield pytest.param(*asking, id=told(*asking), marks=[] if asking in usual else pytest.mark.long)


@pytest.mark.parametrize(("secret", "roles"), [*tried(today())], indirect=["secret"])
def test_no_route_answers_otherwise_than_of_a_case_that_never_was(
    secret: tuple[Office, str, str], roles: tuple[Role, ...], pytestconfig: pytest.Config
) -> None:
    """By turns with the others, whoever asks besides asks what several services show at one of them."""
    place, case, _ = secret
    assert rows(place.desks["intake"].instance, "select 1 from audit where seq = 1"), "a line of the audit can be asked for"
    before = state(place, case)
    who, number = place.person(CECA, *roles), 0
    found = [route for route, _gates in routes(place.app.routes) if isinstance(route, APIRoute) and route.path not in LEAVES]
    whole = pytestconfig.getoption("--long") or (place.desks["intake"].assignment, roles) == ALWAYS
    day = today() // len(ASKING)
    services = by_turns(SERVICES, day, whole)
    for route in found if whole else one_of_those_alike(found, day):
        for (method, path), (_, other) in zip(asked(route, case, services), asked(route, UNKNOWN, services), strict=True):
            said = answer(who, method, path, case)
            assert not tells_of(said.text + "".join(said.headers), case), (method, path)
            if "{case}" in route.path or method == "POST":
                number += 1
                assert said == answer(who, method, other, UNKNOWN), (method, path)
    assert number > (300 if whole else 150), number
    assert state(place, case) == before, "nothing of it has changed"


def test_whoever_asks_at_one_service_a_day_asks_at_each_in_as_many_days(secret: tuple[Office, str, str]) -> None:
    found = [route for route, _gates in routes(secret[0].app.routes) if isinstance(route, APIRoute)]
    days = [one_of_those_alike(found, day) for day in range(today(), today() + len(SERVICES))]
    assert {id(route) for day in days for route in day} == {id(route) for route in found}
    assert all({route.endpoint for route in day} == {route.endpoint for route in found} for day in days)


@pytest.mark.parametrize("name", SERVICES)
def test_no_command_answers_otherwise_than_of_a_case_that_never_was(secret: tuple[Office, str, str], name: str) -> None:
    place, case, _ = secret
    ceca, ana = place.person(CECA, *Role), place.person(ANA, *Role)
    unfit: list[str] = []
    for decision, (_, command, _on_page) in table(name).items():
        if "case" not in command.model_fields:
            continue
        body = valid(command.model_json_schema()) | MORE.get(decision, {})
        found, never = (answer(ceca, "POST", f"/api/{name}/{decision}", one, body | {"case": one}) for one in (case, UNKNOWN))
        assert found == never, decision
        unfit += [decision] if found.status != 404 else []
    assert unfit == [], "no valid command, so nothing was asked"
    noted = ana.client.post(f"/api/{name}/write-note", json={"case": case, "note": "They know."}, headers=HTML)
    assert noted.status_code == 201, "for who is named it is there"


MORE: dict[str, dict[str, Any]] = {"record-consent": {"language": "sr", "classes": ["D1"]}, "offer-card": {"language": "sr"}}
"""What the smallest command lacks."""


def valid(schema: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> Any:
    """The smallest value that fits a schema."""
    known = known or schema.get("$defs", {})
    if "$ref" in schema:
        return valid(known[schema["$ref"].rpartition("/")[2]], known)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if "anyOf" in schema:
        return valid(schema["anyOf"][0], known)
    match schema.get("type"):
        case "object":
            return {name: valid(schema["properties"][name], known) for name in schema.get("required", ())}
        case "array":
            return [valid(schema["items"], known)] * max(1, schema.get("minItems", 0))
        case "string":
            return "2025-01-31" if schema.get("format") == "date" else "x" * max(1, schema.get("minLength", 1))
        case "integer" | "number":
            return schema.get("minimum", 1)
        case _:
            return True


def state(place: Office, case: str) -> dict[str, Any]:
    """What the databases have of a case, but for the audit, which has who was refused."""
    tables = ("assignment", "breakglass", "duty", "job", "picture", "outbox", "parked", "ownrecord", "restrictedcase", "restrictedofficer")
    all_but_retry = {"parked": 'seq, "case", place, aside, asked_by'}  # an administrator tries all again, without seeing what
    asked = {table: f"{all_but_retry.get(table, '*')} from {table}" for table in tables}
    return {
        f"{name} {table}": rows(desk.instance, f"select {asked[table]} where \"case\" = '{case}' order by 1, 2")
        for name, desk in place.desks.items() for table in tables
    }  # fmt: skip


def test_lists_counts_and_numbers_are_as_if_it_were_not_there(secret: tuple[Office, str, str]) -> None:
    place, case, plain = secret
    ceca, ana = place.person(CECA, Role.SUPERVISOR), place.person(ANA, Role.SUPERVISOR)
    for page, number in (("/reports", 1), ("/cases", 1), ("/lead", 1), ("/today?whose=agency", 1)):
        seen, theirs = ceca.get(page), ana.get(page)
        assert tells_of(theirs, case), page
        assert tells_of(seen, plain), page
        assert len(set(re.findall(r"(?<![\w-])[0-9A-F]{4}-[0-9A-F]{4}(?![\w-])", seen))) == number, page
    assert ceca.client.get("/api/intake/cases").json() == [plain]
    assert set(ana.client.get("/api/intake/cases").json()) == {plain, case}
    assert "Parked records" not in ceca.get("/reports")
    assert "Parked records" in ana.get("/reports")
    assert not tells_of(ceca.get("/operations/parked"), case)
    assert tells_of(ana.get("/operations/parked"), case)


def test_a_search_finds_it_for_who_is_named_and_for_nobody_else(secret: tuple[Office, str, str]) -> None:
    place, case, _ = secret
    for who, there in ((place.person(CECA, *Role), False), (place.person(BORIS, *Role), True)):
        made = who.post("/search", words="red jacket", beyond="true", reason="told by telephone")
        assert made.status_code == 303
        assert tells_of(who.get(made.headers["location"]), case) is there


def test_glass_cannot_be_broken_before_it(secret: tuple[Office, str, str]) -> None:
    place, case, _ = secret
    ceca = place.person(CECA, *Role)
    for said in (case, f"{case[:4]}-{case[4:8]}"):
        refused = ceca.post("/break-glass", service="intake", case=said, reason="somebody waits")
        never = ceca.post("/break-glass", service="intake", case=UNKNOWN, reason="somebody waits")
        assert refused.status_code == never.status_code == 422
        assert without(refused, said) == without(never, UNKNOWN)


def test_the_desks_of_a_request_are_not_those_of_the_process(secret: tuple[Office, str, str]) -> None:
    place, _, _ = secret
    assert {desk.viewer for desk in place.desks.values()} == {""}
    scoped = place.desks["intake"].seen_by(ANA)
    assert isinstance(scoped, Desk)
    assert {one.viewer for one in scoped.peers.values()} == {ANA}
    assert scoped is scoped.peers["intake"]
    assert {desk.viewer for desk in place.desks.values()} == {""}
