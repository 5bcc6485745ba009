"""The demo as a visitor has it: it keeps running, keeps what was done, and leaves nothing running behind."""

import asyncio
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from deploy.demo.offices import Offices
from deploy.demo.play import StoryProgress, Teller
from deploy.demo.scene import StoryScene, report
from deploy.process.country_file import country_of
from tests.deploy.demo.conftest import PORT, ROOT, TESTLAND, Played, nrm
from tests.shared import network
from tests.turns import LONG_RUNS, by_turns, today

pytestmark = pytest.mark.kafka

READY = "Ctrl-C stops everything"
COUNTRY = country_of(TESTLAND)
HELP, LEAD = "tl-watch", COUNTRY.lead


class Running:
    """A demo that says where everything is."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            nrm("demo", "--data", str(folder), "--country", str(TESTLAND), "--port", str(PORT + 100)),
            cwd=folder.parent, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it, and hand that on
        )  # fmt: skip
        assert self.process.stdout is not None
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if READY in line:
                break
        else:
            self.process.communicate(timeout=90)  # else another test is blamed for its pipe
            pytest.fail(f"It ended with {self.process.returncode}: {self.said}")

    def hear(self, words: str) -> str:
        """What it says from here on, up to the line with these words."""
        assert self.process.stdout is not None
        heard = ""
        for line in self.process.stdout:
            heard += line
            if words in line:
                return heard
        pytest.fail(heard)

    def url(self, agency: str) -> str:
        return re.findall(re.escape(COUNTRY.agency(agency).name) + r" +(http://[\d.:]+)", self.said)[0]

    def all_gone(self) -> bool:
        return not any(_answers(url) for url in set(re.findall(r"http://[\d.]+:\d+", self.said)))


def _answers(url: str) -> bool:
    try:
        return bool(network.get(f"{url}/health", timeout=5))
    except httpx2.HTTPError:
        return False


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    demo = Running(folder)
    try:
        yield demo
    finally:
        demo.process.kill()
        demo.process.communicate()


Death = Callable[[Running, Path], str]
"""Somebody dies of a demo whose data lie there; what it says of that."""


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.long_run(3)
def test_what_a_visitor_did_is_there_again_and_who_dies_is_named_with_a_command_that_starts_it(
    small: Played, tmp_path: Path, whole: bool
) -> None:
    """One walk, because a demo that starts again is what costs: six processes each time. One day an agency dies in it, the next day the
    broker; with --long both."""
    shutil.copytree(small.folder, tmp_path / "kept")
    with running(tmp_path / "kept") as first:
        assert "nothing is played again" in first.said
        case = asyncio.run(report_and_accept(first))
        assert helps(first, case)
        os.kill(first.process.pid, signal.SIGKILL)  # The worst end: nobody is left to tell the others.
        until(first.all_gone)
    with running(tmp_path / "kept") as second:
        assert "beginning anew" not in second.said
        assert helps(second, case)
        told = {dies: dies(second, tmp_path / "kept") for dies in by_turns((an_agency_dies, the_broker_dies), today() // LONG_RUNS, whole)}
        started_by_hand(second, told, case)
        second.process.send_signal(signal.SIGINT)
        rest, _ = second.process.communicate(timeout=90)
        assert (second.process.returncode, "stopped" in rest) == (0, True)
        assert second.all_gone()


def an_agency_dies(demo: Running, kept: Path) -> str:
    kill(demo, "--agency", "tl-watch")
    told = demo.hear("To start it again:")
    assert "The process of tl-watch ended by SIGKILL" in told
    assert f"Its last words ({kept / 'logs' / 'tl-watch.log'})" in told
    assert not _answers(demo.url(HELP))
    return told


def the_broker_dies(demo: Running, kept: Path) -> str:
    kill(demo, "kafka.Kafka")
    told = demo.hear("To start it again:")
    assert f"The broker on {kept / 'kafka'} ended by SIGKILL" in told
    return told


def started_by_hand(demo: Running, told: dict[Death, str], case: str) -> None:
    """Whoever died, by the command that was told then."""
    with ExitStack() as stack:
        started = {dies: stack.enter_context(by_hand(said, ROOT)) for dies, said in told.items()}
        until(lambda: _answers(demo.url(HELP)))
        if kafka := started.get(the_broker_dies):
            assert kafka.stdout is not None
            lines = iter(kafka.stdout.readline, "")
            assert any("Nothing was published" in line for line in lines)
            port = told[the_broker_dies].split()[-1]
            assert f"broker on 127.0.0.1:{port} (Ctrl-C stops it)\n" in lines, "all know it by this address"
        begin_the_task(demo, case)  # which the lead sees: all agencies go on at the log that they know


def kill(demo: Running, *words: str) -> None:
    """SIGKILL to the one process of a demo whose command has these words, and not to its guard."""
    children = psutil.Process(demo.process.pid).children(recursive=True)
    found = [p for p in children if set(words) <= set(p.cmdline()) and not any("guard.py" in word for word in p.cmdline())]
    assert len(found) == 1, found
    found[0].kill()


@contextmanager
def by_hand(told: str, where: Path) -> Iterator["subprocess.Popen[str]"]:
    """The command that the last line names, called as it stands."""
    command = shlex.split(told.splitlines()[-1].partition("To start it again: ")[2])
    process = subprocess.Popen(command, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


async def report_and_accept(demo: Running) -> str:
    """Somebody is reported, and two agencies take on what the lead asks of them; the case."""
    scene = StoryScene(COUNTRY, "tl-friends", report("a visitor's own case", needs=["investigation", "health"], forms=["LAB"]))
    asked = (scene.identifies(), scene.accepts(6, "investigation"), scene.accepts(6, "health"))
    async with Offices(demo.url) as offices:
        teller, told = Teller(offices, COUNTRY, 1, strict=True), StoryProgress(scene.story("visit", 0, *asked))
        await teller.report(told)
        for hour, steps in told.story.rounds():
            await teller.round(told, hour, steps)
    return told.case


def begin_the_task(demo: Running, case: str) -> None:
    task = task_of_help(demo, case)
    begin = {"case": case, "task": task["id"]}
    answer = network.post(f"{demo.url(HELP)}/api/assistance/begin-task", json=begin, headers={"nrm-officer": "bo"}, timeout=20)
    assert answer.status_code == 201, answer.text
    until(lambda: task_of_help(demo, case)["state"] == "begun")


def helps(demo: Running, case: str) -> bool:
    """Whether the agency that took it on has a task in the joint action."""
    return bool(task_of_help(demo, case))


def task_of_help(demo: Running, case: str) -> dict[str, Any]:
    """What that agency has to do, as the lead sees it; nothing where it has nothing."""
    shown = network.get(f"{demo.url(LEAD)}/api/referral/cases/{case}", timeout=20).json()["case"]
    assert shown["joint"]["state"] == "acting"
    return next((task for task in shown["tasks"].values() if task["owner"] == "tl-watch"), {})
