"""The one table of rights, and that every route of every agency stands behind it."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from shared.access.roles import IN_A_CASE, RIGHTS, Act, Role, may, needed, needs, roles_in
from shared.web.http.desk import CurrentDesk
from shared.web.http.gate import Gate, gated
from tests.shared.access.offices import HTML, Office, Person, opened
from tests.turns import by_turns, today

O, S, A, U, H, P = Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.HEAD, Role.DATA_PROTECTION  # noqa: E741
TABLE = """
               O S A U H P
own-sessions   x x x x x x
list           x x . . . .
read-case      x x . . . .
decide         x x . . . .
take           x x . . . .
break-glass    x x . . . .
assign         . x . . . .
review         . x . . . .
read-access    . x . x . x
read-figures   x x x x x x
read-unprotected . x . . . .
release-figures . x . . . .
read-operations x x x x . .
operate        . . x . . .
grant          . . x . . .
open-address   x x . . . .
keep-address   . x . . . .
export         . x . . . .
hand-over      . x . . . x
list-rights    . x . . . x
handle-rights  x x . . . x
hear-withdrawal x x . . . .
see-request     x x . . . .
decide-request  x x . . . .
name-officer   . . . . x .
confirm-officer . . . x x .
"""
"""What each role may do, written down a second time by hand."""
UNGATED = {"/static", "/api/openapi.json"}
"""What is served to everybody without a gate: style, and the description of the interface."""
HEALTH = {"/health", "/health/live", "/metrics"}
SIGNING_IN = {"/signin", "/signin/go", "/signin/back", "/signin/ended", "/signout", "/signed-out"}
OPEN = HEALTH | SIGNING_IN | {
    "/", "/language", "/leave", "/left", "/accessibility", "/terms", "/v1/traces", "/v1/open-handoffs", "/partner",
}  # fmt: skip
"""What anybody may ask where people sign in: no case, no person."""


def test_the_table_says_what_it_is_meant_to_say() -> None:
    for line in TABLE.strip().splitlines()[1:]:
        act, *marks = line.split()
        allowed = {role for role, mark in zip((O, S, A, U, H, P), marks, strict=True) if mark == "x"}
        for n in range(len(Role) + 1):
            for roles in combinations(Role, n):
                assert may(roles, Act(act)) is bool(allowed & set(roles)), (act, roles)
    assert set(RIGHTS) == set(Act) - {Act.ANYBODY}
    assert len(TABLE.strip().splitlines()) - 1 == len(RIGHTS)
    assert set(RIGHTS) >= IN_A_CASE


def test_the_documents_say_the_same() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)`: [^|]*\|([ x|]*)\|$", text, re.MULTILINE)
    told = {act: {role for role, mark in zip((O, S, A, U, H, P), marks.split("|"), strict=True) if mark.strip()} for act, marks in rows}
    assert told == {act.value: set(roles) for act, roles in RIGHTS.items()}


def test_what_the_table_does_not_know_is_denied() -> None:
    assert not may(Role, None)
    assert not may((), Act.LIST)
    assert may((), Act.ANYBODY)


@pytest.mark.parametrize(
    ("said", "roles"),
    [
        (["officer", "chef", 7], {O}), ("officer auditor", {O, U}), (None, set()), ({"officer": True}, set()), ("Officer", set()),
        ("officers", set()), ([["officer"]], set()),
    ],
)  # fmt: skip
def test_only_our_words_are_roles(said: Any, roles: set[Role]) -> None:
    assert roles_in(said) == roles


# --- every route ------------------------------------------------------------------------------------------------------------------------


def routes(found: Any, gates: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Every route of an application with the dependencies that stand before it, through routers that are included in routers."""
    for route in found:
        inner, context = getattr(route, "original_router", None), getattr(route, "include_context", None)
        if inner is not None:
            yield from routes(inner.routes, (*gates, *[d.dependency for d in getattr(context, "dependencies", ())]))
        else:
            yield route, (*gates, *[d.dependency for d in getattr(route, "dependencies", ())])


AGENCIES = "rs-ir", "rs-czztlj", "rs-koord", "rs-zg"
"""The reporter, the lead, the operators, the rapporteur."""


@pytest.fixture(scope="module", params=AGENCIES)
def anywhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Each of them."""
    with opened(tmp_path_factory.mktemp("roles") / "data", agency=request.param) as made:
        yield made


def test_no_route_is_without_a_gate_and_an_act(anywhere: Office) -> None:
    seen: set[str] = set()
    for route, gates in routes(anywhere.app.routes):
        if not isinstance(route, APIRoute):
            assert route.path in UNGATED
            continue
        seen.add(route.path)
        act = needed(route.endpoint)
        assert act is not None, f"{route.path} names no act"
        assert (act is Act.ANYBODY) is (route.path in OPEN), route.path
        assert act is Act.ANYBODY or any(isinstance(gate, Gate) for gate in gates), f"{route.path} has no gate"
    assert len(seen) > 15


AWAY = ("/signin/go", "/signin/back", "/health")
"""What answers 503 here: nobody signs people in, and the bus is away."""
ASKING: dict[str, tuple[Role, ...]] = {"without a role": (), "in every role": tuple(Role)}
"""Whom each route that asks for a right refuses, and whom it lets in, on any day."""
BY_TURNS = (O,), (S,), (A,), (U,), (H,), (P,)
"""Each role alone: one of them on a day, the next one tomorrow."""
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def asked(route: APIRoute, who: Person) -> Iterator[tuple[str, Act, Any]]:
    """Each method of a route, asked about a case that nobody knows; what it needs, and the answer."""
    values = {"case": UNKNOWN, "service": "intake", "partition": "0", "place": "0", "seq": "1", "report": "1", "trace": "a" * 32}
    path = route.path
    for name in route.param_convertors:
        path = path.replace(f"{{{name}}}", values.get(name, "x"))
    for method in sorted(route.methods or ()):
        json = {"json": {}} if path.startswith("/api/") and method == "POST" else {}
        yield f"{method} {path}", needed(route.endpoint) or Act.GRANT, who.client.request(method, path, headers=HTML, **json)


@pytest.fixture(scope="module")
def each(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[Office, APIRoute]]]:
    """Each route behind each gate, at the first of the four that has it: the others have the same one
    (`test_the_same_routes_stand_at_each_application`). With --long at all that have it."""
    long, once = request.config.getoption("--long"), set[tuple[Any, ...]]()
    with ExitStack() as stack:
        found: list[tuple[Office, APIRoute]] = []
        for agency in AGENCIES:
            office = stack.enter_context(opened(tmp_path_factory.mktemp("each") / "data", agency=agency))
            there = [
                (route, (route.endpoint, route.path, gates)) for route, gates in routes(office.app.routes) if isinstance(route, APIRoute)
            ]
            found += [(office, route) for route, known in there if long or known not in once]
            once |= {known for _, known in there}
        yield found


@pytest.mark.parametrize("asking", [*ASKING, "in one role"])
def test_every_route_opens_to_the_roles_of_the_table_and_to_no_other(
    each: list[tuple[Office, APIRoute]], asking: str, pytestconfig: pytest.Config
) -> None:
    assert len(each) > 150
    for roles in [ASKING[asking]] if asking in ASKING else by_turns(BY_TURNS, today(), pytestconfig.getoption("--long")):
        opens_as_the_table_says(each, roles)


def opens_as_the_table_says(each: list[tuple[Office, APIRoute]], roles: tuple[Role, ...]) -> None:
    for office, route in each:
        if route.path in ("/signout", "/leave"):
            continue
        who = office.person("somebody", *roles)
        for said, act, answer in asked(route, who):
            assert answer.status_code < 500 or route.path in AWAY, said
            refused = answer.status_code == 403 and "Your role at your agency does not include this" in answer.text
            assert refused is not may(roles, act), (said, act, roles, answer.status_code)


def test_who_has_not_signed_in_comes_nowhere(anywhere: Office) -> None:
    nobody = anywhere.stranger()
    for route, _ in routes(anywhere.app.routes):
        if isinstance(route, APIRoute) and route.path not in OPEN:
            for said, _act, answer in asked(route, nobody):
                if route.path.startswith("/api/"):
                    assert answer.status_code == 401, said
                else:
                    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/signin"), said


def test_a_route_that_names_no_act_is_closed_to_everybody(tmp_path: Path) -> None:
    from fastapi import APIRouter

    with opened(tmp_path / "data") as made:
        router = APIRouter()

        @router.get("/forgotten")
        async def forgotten() -> str:
            return "behind the gate"

        made.app.router.routes.extend(gated(router))
        answer = made.person("x", *Role).client.get("/forgotten", headers=HTML)
        assert (answer.status_code, "behind the gate" in answer.text) == (403, False)


def test_a_route_without_a_gate_reaches_no_instance(tmp_path: Path) -> None:
    from fastapi import APIRouter

    with opened(tmp_path / "data") as made:
        router = APIRouter()

        @router.get("/ungated")
        @needs(Act.ANYBODY)
        async def ungated(desk: CurrentDesk) -> str:
            return desk.agency

        made.app.include_router(router)
        answer = made.person("x", *Role).client.get("/ungated", headers=HTML)
        assert (answer.status_code, "rs-ir" in answer.text) == (500, False)


def test_the_same_routes_stand_at_each_application_of_a_process(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as reporter, opened(tmp_path / "other", agency="rs-czztlj") as lead:
        for _ in range(2):
            said = {place.person("x", *Role).client.get("/health/live").json()["agency"] for place in (reporter, lead)}
            assert said == {"rs-ir", "rs-czztlj"}
        case = reporter.report(reporter.person("x", Role.OFFICER))
        reporter.carry()
        found = [place.person("x", Role.OFFICER).client.get("/api/intake/cases").json() for place in (reporter, lead)]
        assert found == [[case], []]
