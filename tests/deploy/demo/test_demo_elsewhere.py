"""The demo in other countries than its first, by their files alone: the agencies as threads of this process, so that many start at once."""

import asyncio
import json
import subprocess
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from rich.console import Console

from deploy.brokers import Mock
from deploy.brokers.topics import ensure_topics
from deploy.demo.run import DemoOptions, DemoRun
from tests.browser.agencies import Agency
from tests.deploy.countries.test_countries import TESTLAND
from tests.deploy.demo.conftest import PORT, environment, nrm

T = TypeVar("T")


class Street:
    """All agencies of a demo's country in one process, where its fleet would start one process for each."""

    def __init__(self, demo: DemoRun, bus: str) -> None:
        at, clock = demo.folder.agencies, f"file:{demo.folder.clock.path}"
        self.processes = {a.id: Agency(a.id, bus, at, demo.wish.country, clock) for a in demo.country.agencies}

    def __enter__(self) -> "Street":
        for agency in self.processes.values():
            agency.start()
        for agency in self.processes.values():
            agency.await_ready()
        return self

    def __exit__(self, *_: object) -> None:
        for agency in self.processes.values():
            agency.stop()

    async def all_along(self, work: Coroutine[Any, Any, T]) -> T:
        """Do this; nobody ends by itself here: all are threads of this process."""
        return await work


@contextmanager
def played(folder: Path, country: Path, cases: int | None = None) -> Iterator[dict[str, Any]]:
    """The summary of a country's play."""
    demo = DemoRun(DemoOptions(folder, country, cases=cases), Console())
    demo.folder.make()
    with Mock() as broker:
        asyncio.run(ensure_topics(broker.bus))
        with Street(demo, broker.bootstrap) as street:
            demo.play(street, broker)
            yield demo.summary(street, broker)


def unsound(summary: dict[str, Any]) -> dict[str, Any]:
    """What a sound play has none of, where this one has some."""
    return {what: summary[what] for what in ("wrong", "lost", "counted_twice", "differing", "parked") if summary[what]}


def test_the_stories_are_told_in_finland_with_finlands_agencies(tmp_path: Path) -> None:
    with played(tmp_path, Path("finland"), cases=3) as summary:
        assert unsound(summary) == {}
        assert (summary["country"], summary["cases"], summary["stories_left_out"]) == ("fi", 3, {})
        assert len(summary["agencies"]) == 14
        assert any(len(joint["agencies"]) >= 5 and joint["state"] == "completed" for joint in summary["joint_actions"])
        assert [case["answered_by_joint_call"] for case in summary["pingpong_cases"]] == [True]


@pytest.mark.kafka
def test_the_command_takes_a_file_of_ones_own(tmp_path: Path) -> None:
    """With a process for each agency, on Kafka itself."""
    command = nrm("demo", "--once", "--country", str(TESTLAND), "--cases", "4", "--json", "told.json", "--port", str(PORT + 300))
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the case joint is left out: in Testland nobody of kind labour_inspectorate reports" in done.stdout
    summary = json.loads((tmp_path / "told.json").read_text())
    assert unsound(summary) == {}
    assert (summary["country"], summary["cases"], summary["processes"]) == ("tl", 4, 6)
    assert {h["state"] for h in summary["handoffs"]} >= {"completed", "declined", "expired"}
    assert [case["answered_by_joint_call"] for case in summary["pingpong_cases"]].count(True) == 1
    assert all(agency.startswith("tl-") for agency in summary["agencies"])
