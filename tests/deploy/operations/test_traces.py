"""`./nrm traces replay`: a collector that is new learns all that agencies have told, and nothing of a shelter."""

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson
import pytest
from rich.console import Console
from starlette.testclient import TestClient

from deploy.databases import databases
from deploy.operations.traces import run_replay
from deploy.process.composition import pages_of
from deploy.trouble import Trouble
from services.reporting.service import PAGES
from shared.config.country import Country
from shared.processing.instance import Instance
from shared.web.admin.application import office
from tests.services.reporting.life import WATCHED, Life, live, reporting_instance, settings
from tests.services.reporting.operators import serving
from tests.shared.land import rows

QUIET = Console(quiet=True)


@pytest.fixture
def life(tmp_path: Path, templates: Path) -> Iterator[Life]:
    (tmp_path / "agencies").mkdir()
    made = Life(tmp_path / "agencies", templates)
    live(made, 2)
    yield made
    made.close()


def hidden(country: Country) -> Country:
    """The same country, in which the police are a confidential agency."""
    kept = [one.model_copy(update={"confidential": one.id == "rs-pol"}) for one in country.agencies]
    return country.model_copy(update={"agencies": tuple(kept)})


def told(instances: Iterable[Instance]) -> set[str]:
    return {span for one in instances for (span,) in rows(one, "select span from span")}


def test_everything_that_was_told_is_told_again(life: Life, tmp_path: Path) -> None:
    operators = reporting_instance(tmp_path, "rs-koord", life.clock)
    app = office(settings(tmp_path, "rs-koord"), [PAGES], [operators])
    everybody = life.instances.values()
    bodies, others = told(everybody), told([one for one in everybody if one.agency != "rs-pol"])
    with serving(app) as address:
        assert run_replay(databases(tmp_path), hidden(WATCHED), address, QUIET) == 0
        assert {span for (span,) in rows(operators, "select span_id from finished_span")} == others
        assert run_replay(databases(tmp_path), WATCHED, address, QUIET) == 0
        assert run_replay(databases(tmp_path), WATCHED, address, QUIET) == 0, "again, and nothing is there twice"
    assert {span for (span,) in rows(operators, "select span_id from finished_span")} == bodies
    assert bodies - others
    operators.close()


def test_who_does_not_take_them_is_named(life: Life, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="does not take spans. 0 were taken"):
        run_replay(databases(tmp_path), WATCHED, "http://127.0.0.1:9", QUIET)


def test_a_request_is_told_again_with_what_it_led_to(life: Life, tmp_path: Path) -> None:
    intake = life.instances["intake.rs-insp"]
    app = office(settings(tmp_path / "agencies", "rs-insp", "http://127.0.0.1:1"), [pages_of("intake")], [intake])
    told = {"danger": True, "consent": False, "age": "adult", "ground": "life", "needs": ["legal"], "ground_words": "Invented"}
    assert TestClient(app).post("/api/intake/reports", json=told, headers={"idempotency-key": "one"}).status_code == 201
    asyncio.run(app.state.telemetry.requests.keep())
    app.state.telemetry.shippers[0].close()
    life.settle()
    operators = reporting_instance(tmp_path, "rs-koord", life.clock)
    with serving(office(settings(tmp_path, "rs-koord"), [PAGES], [operators])) as address:
        assert run_replay(databases(tmp_path), WATCHED, address, QUIET) == 0
    ((name, said),) = rows(operators, "select name, attributes from finished_span where instance = 'pages.rs-insp'")
    (link,) = orjson.loads(said)["links"]
    reports = rows(operators, "select trace_id, span_id from finished_span where name = 'case.reported.v1'")
    assert name == "POST /api/intake/reports"
    assert tuple(link.split(":")) in reports
    operators.close()
