"""A real Jaeger reads what agencies told: one trace for each case, nothing without a parent or a length, and its graph of services is the
pairs of agencies that asked and were asked. `NRM_JAEGER` names its program, or it is on the path (`jaeger-all-in-one`)."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from rich.console import Console

from deploy.brokers.ports import any_port
from deploy.databases import databases
from deploy.operations.traces import run_replay
from shared.config.attempts import poll_until
from tests.services.reporting.life import WATCHED, Life, live
from tests.shared.land import rows

JAEGER = os.environ.get("NRM_JAEGER") or shutil.which("jaeger-all-in-one")
pytestmark = [pytest.mark.long, pytest.mark.skipif(not JAEGER, reason="no Jaeger: NRM_JAEGER names none, and none is on the path")]
EVERYTHING_THERE = {"lookback": "custom", "start": "0", "end": "4102444800000000", "limit": "5000"}


@pytest.fixture
def jaeger(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Where it takes spans, and where it is asked."""
    takes, asked, grpc, admin, query = (any_port() for _ in range(5))
    options = {
        "collector.otlp.http.host-port": takes, "collector.otlp.grpc.host-port": grpc, "admin.http.host-port": admin,
        "query.http-server.host-port": asked, "query.grpc-server.host-port": query,
    }  # fmt: skip
    said = [f"--{name}=127.0.0.1:{port}" for name, port in options.items()]
    with (tmp_path / "jaeger.log").open("wb") as log:
        process = subprocess.Popen([str(JAEGER), *said, "--query.max-clock-skew-adjustment=0s"], stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{asked}"
        poll_until(lambda: _answers(address), 60, 0.1, lambda: AssertionError((tmp_path / "jaeger.log").read_text()[-2000:]))
        yield f"http://127.0.0.1:{takes}", address
    finally:
        process.terminate()
        process.wait(30)


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/api/services", timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False


def _asked(address: str, path: str, **query: str) -> Any:
    return httpx2.get(f"{address}/api/{path}", params=query, timeout=30).json()["data"]


def test_jaeger_shows_cases_and_pairs_as_they_were(tmp_path: Path, templates: Path, jaeger: tuple[str, str]) -> None:
    (tmp_path / "agencies").mkdir()
    life = Life(tmp_path / "agencies", templates)
    cases = live(life, 5)
    takes, address = jaeger
    assert run_replay(databases(tmp_path), WATCHED, takes, Console(quiet=True)) == 0
    found = {
        trace["traceID"]: trace
        for service in _asked(address, "services")
        for trace in _asked(address, "traces", service=service, **EVERYTHING_THERE)
    }
    assert len(found) == len(cases)
    edges: set[tuple[str, str]] = set()
    for trace in found.values():
        spans = {span["spanID"]: span for span in trace["spans"]}
        name = {id: trace["processes"][span["processID"]]["serviceName"] for id, span in spans.items()}
        parents = {id: [one["spanID"] for one in span["references"] if one["refType"] == "CHILD_OF"] for id, span in spans.items()}
        assert sum(not above for above in parents.values()) == 1, "one root"
        assert all(above in spans for some in parents.values() for above in some), "nobody is without parent"
        assert all(span["duration"] > 0 for span in spans.values())
        edges |= {(name[above], name[id]) for id, some in parents.items() for above in some if name[above] != name[id]}
    everybody = {span for one in life.instances.values() for (span,) in rows(one, "select span from span")}
    assert {span["spanID"] for trace in found.values() for span in trace["spans"]} == everybody
    shown = _asked(address, "dependencies", endTs="4102444800000", lookback="4102444800000")
    assert {(one["parent"], one["child"]) for one in shown if one["parent"] != one["child"]} == edges
    assert {("rs-insp", "rs-lead"), ("rs-lead", "rs-pol")} <= edges
    life.close()
