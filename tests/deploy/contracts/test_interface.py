"""`/api` against what it says of itself: requests drawn from its own document, as each role; no 5xx, nothing undocumented."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.responses import JSONResponse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from deploy.brokers import Mock
from services.reporting.api import Dimension
from services.reporting.rules.shown.built_tables import THINGS
from services.reporting.rules.tables.figures import DIMENSIONS
from shared.web.http.openapi import PROBLEM, described, problems
from tests.deploy.contracts.world import LEAD, OPERATORS, POLICE, RAPPORTEUR, REPORTER, World
from tests.shared import network
from tests.turns import by_turns, today

ROLES = [(REPORTER, "ines"), (LEAD, "jelena"), (RAPPORTEUR, "vera"), (OPERATORS, "olga")]
OTHERS = [(REPORTER, None), (POLICE, "petra"), (LEAD, None), (RAPPORTEUR, None), (OPERATORS, None)]
"""The police offer what the reporter offers, and nobody what an officer does: one of these on a day."""
CHECKS = [
    schemathesis.checks.not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection, unsupported_method,
]  # fmt: skip
FEW = settings(
    derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


PATIENCE = 60
"""Seconds for an answer, of a machine with much else to do: the first document of an agency takes one of its own."""
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
"""The agencies' own threads use it meanwhile; no strategy does."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Agencies on the mock: what `/api` offers does not go by what the bus is."""
    with Mock() as mock:
        world = World(mock.bootstrap, tmp_path_factory.mktemp("world"))
        try:
            world.start(REPORTER, LEAD, POLICE, RAPPORTEUR, OPERATORS)
            world.tell()
            yield world
        finally:
            world.stop()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[World]:
    """An agency whose bus is away: it has reported a case, and nobody has heard of it."""
    world = World("127.0.0.1:1", tmp_path)
    try:
        world.start(REPORTER, ready=False)
        world.known["case"] = world.post(REPORTER, "intake/reports", {"danger": True, "ground": "life"})["case"]
        yield world
    finally:
        world.stop()


def tried(
    world: World, agency: str, officer: str | None, modes: dict[GenerationMode, int], but: Collection[str] = ()
) -> dict[str, set[int]]:
    """Ask an agency everything that its document offers `but` some, so often in each mode; operation → the statuses that it gave."""
    schema: Any = schemathesis.openapi.from_url(f"{world.agencies[agency].url}/api/openapi.json", timeout=PATIENCE)
    headers = {"nrm-officer": officer} if officer else {}
    given_: dict[str, set[int]] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.label in but:
            continue
        statuses = given_.setdefault(operation.label, set())
        takes = operation.body or list(operation.iter_parameters())  # else there is nothing to get wrong
        for mode in modes if takes else (GenerationMode.POSITIVE,):
            try_out(operation, mode, headers, world.known, statuses, modes[mode])
    return given_


def try_out(operation: Any, mode: GenerationMode, headers: dict[str, str], known: dict[str, Any], statuses: set[int], few: int) -> None:
    """A few requests of one operation; in half of those that fit, ids are of the case that is there."""

    @settings(FEW, max_examples=few)
    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    def ask(case: Any, real: bool) -> None:
        if real and mode is GenerationMode.POSITIVE:
            for place in (case.path_parameters, case.body):
                if isinstance(place, dict):
                    place |= {name: known[name] for name in known if name in place}
        response = case.call(headers=headers, timeout=PATIENCE)
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    ask()


def keep_the_document(statuses: dict[str, set[int]]) -> None:
    """Each operation was asked, nothing fails, and in each service something was taken."""
    assert statuses
    assert all(statuses.values()), "every operation was asked"
    assert max(max(each) for each in statuses.values()) < 500
    taken = {service(label) for label, each in statuses.items() if each & {200, 201}}
    assert taken == {service(label) for label in statuses}, "some requests were taken in each service"


def service(label: str) -> str:
    """Whose operation it is: of `GET /api/intake/cases` intake's."""
    return label.split("/")[2]


def test_every_operation_keeps_its_document(world: World, pytestconfig: pytest.Config) -> None:
    """Of operations that several agencies have by turns at the first, the second, the third or the fourth of them; with --long at each."""
    long, first = pytestconfig.getoption("--long"), today() % len(ROLES)
    times, met = 4 if long else 1, dict[str, set[int]]()
    for agency, officer in (*ROLES[first:], *ROLES[:first]):
        modes = {GenerationMode.POSITIVE: 2 * times, GenerationMode.NEGATIVE: times}
        statuses = tried(world, agency, officer, modes, but=() if long else met)
        if statuses:  # where nothing was left for the reporter: `tell` has seen it take what it was asked
            keep_the_document(statuses)
        met |= statuses
    assert {service(label) for label in met} >= {"intake", "referral", "assistance", "reporting"}


def test_so_it_does_for_nobody_and_for_who_offers_the_same(world: World, request: pytest.FixtureRequest) -> None:
    long = bool(request.config.getoption("--long"))
    for agency, officer in by_turns(OTHERS, today(), long):
        keep_the_document(tried(world, agency, officer, {GenerationMode.POSITIVE: 5 if long else 2}))


def test_while_the_bus_is_away_it_is_kept_as_well(alone: World, pytestconfig: pytest.Config) -> None:
    statuses = tried(alone, REPORTER, None, {GenerationMode.POSITIVE: 5 if pytestconfig.getoption("--long") else 2})
    assert max(max(each) for each in statuses.values()) < 500
    assert 201 in statuses["POST /api/intake/reports"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("assistance/plan-task", {"case": "c", "need": "housing", "days": 10**12}, "days"),
        ("assistance/plan-task", {"case": "c", "need": "housing", "days": 0}, "days"),
        ("intake/reports", {"danger": True, "note": "a\x00b"}, "note"),
        ("intake/reports", {"danger": True, "note": "x" * 4001}, "note"),
        ("assistance/accept", {"case": "c\x00", "handoff": "h"}, "case"),
        ("intake/reports", {"danger": True, "note": "a\x1b[0mb"}, "note"),
        ("intake/reports", {"danger": True, "language": "Serbian"}, "language"),
        ("intake/reports", {"danger": True, "nationality": "Nepal"}, "nationality"),
        ("intake/reports", {"danger": True, "age_printed": "30-38"}, ""),
        ("assistance/request", {"case": "c", "to": "rs ir", "need": "housing"}, "to"),
    ],
)
def test_answers_that_no_database_or_date_can_hold_are_named(world: World, path: str, body: dict[str, Any], field: str) -> None:
    answer = network.post(f"{world.agencies[REPORTER].url}/api/{path}", json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_what_is_not_documented_is_seen() -> None:
    app = described()

    @app.get("/api/odd", responses=problems(404))
    async def odd() -> JSONResponse:
        return JSONResponse({}, 418)

    schema: Any = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    operation = next(iter(schema.get_all_operations())).ok()
    case = operation.Case()
    with pytest.raises(schemathesis.errors.FailureGroup) as seen:
        case.validate_response(case.call(), checks=CHECKS)
    assert any("418" in str(failure) for failure in seen.value.exceptions)
    assert set(app.openapi()["paths"]["/api/odd"]["get"]["responses"]["404"]["content"]) == {PROBLEM}


def test_figures_are_offered_by_what_they_are_counted_by() -> None:
    assert tuple(Dimension) == (*DIMENSIONS, *(name for name in THINGS if name not in DIMENSIONS))
