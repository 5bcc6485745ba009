"""`./nrm traces replay`: a collector that is new learns all that agencies have told, and nothing of a shelter."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from deploy.databases import databases
from deploy.operations.traces import run_replay
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
