"""What watches the agencies: every alarm and every picture asks for a metric that there is, says what to do, and comes when it should."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from deploy.dev.docs import _anchors
from deploy.process.serve import application
from shared.config.release import PROJECT
from shared.config.settings import Settings

ROOT = PROJECT.parent
OBSERVED = ROOT / "deploy" / "observability"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((OBSERVED / "alerts.yaml").read_text())["groups"] for rule in group["rules"]
]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
RECORDED = {rule["record"] for rule in RULES if "record" in rule}
CASES = [Path(__file__).parent / name for name in ("alerts.test.yaml", "promises.test.yaml")]
BOARDS = sorted((OBSERVED / "grafana" / "dashboards").glob("*.json"))
DRAWN: list[str] = [target["expr"] for board in BOARDS for panel in json.loads(board.read_text())["panels"] for target in panel["targets"]]
NAME = r"\b(?:nrm[_:][\w:]+|up\b)"


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names that the lead's process and the operators' really tell."""
    told = set[str]()
    for agency in ("rs-czztlj", "rs-koord"):
        folder = tmp_path_factory.mktemp(agency)
        settings = Settings(agency=agency, country=Path("serbia"), data=folder, sealed=False, cleared_metrics=True)
        text = TestClient(application(settings)).get("/metrics").text
        told |= set(re.findall(r"^# HELP (\w+)", text, re.M))
    return told


def asked_for(expression: str) -> set[str]:
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"\bnrm_\w+", expression)}


def test_every_metric_that_a_board_or_an_alert_asks_for_is_told(metrics: set[str]) -> None:
    assert len(BOARDS) == 2
    assert len(DRAWN) > 20
    for expression in (*DRAWN, *(rule["expr"] for rule in RULES)):
        assert asked_for(expression) <= metrics, expression
        assert set(re.findall(r"\bnrm:[\w:]+", expression)) <= RECORDED, expression


def test_what_an_alert_is_about_is_drawn_on_a_board() -> None:
    drawn = set(re.findall(NAME, " ".join(DRAWN)))
    assert {name for name, rule in ALERTS.items() if not drawn & set(re.findall(NAME, rule["expr"]))} == set()


def test_no_two_panels_of_a_board_lie_on_each_other_or_have_one_number() -> None:
    for board in BOARDS:
        panels = json.loads(board.read_text())["panels"]
        places = [(x, y) for each in panels for x, y in _covered(**each["gridPos"])]
        assert len(places) == len(set(places)), board
        assert max(x for x, _ in places) < 24, board
        assert len({each["id"] for each in panels}) == len(panels), board


def _covered(x: int, y: int, w: int, h: int) -> list[tuple[int, int]]:
    return [(column, row) for column in range(x, x + w) for row in range(y, y + h)]


def test_every_alert_says_how_urgent_it_is_what_to_do_and_how_to_silence_it() -> None:
    anchors = _anchors((ROOT / "docs" / "operations.md").read_text())
    for name, rule in ALERTS.items():
        assert rule["labels"]["severity"] in ("critical", "warning"), name
        page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        assert (page, anchor) == ("docs/operations.md", f"alert-{name.lower()}")
        assert anchor in anchors, name
        assert rule["annotations"]["silence"], name


def test_every_alert_has_a_case_in_which_it_comes() -> None:
    tried = "".join(file.read_text() for file in CASES)
    assert [name for name in ALERTS if not re.search(rf'exp_samples:[^\n]*"{name}"|labels: \'{{?.*alertname="{name}"', tried)] == []


def test_the_rules_do_what_their_cases_say() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("no promtool (Debian's package `prometheus`): the rules were not tried")
    seldom = {**os.environ, "GOGC": "400", "GOMAXPROCS": "1"}  # it makes and leaves a database for each case: to clear up costs a third
    done = subprocess.run([promtool, "test", "rules", *map(str, CASES)], env=seldom, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
