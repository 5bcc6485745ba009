"""The demo as a visitor has it: it keeps running, keeps what was done, and leaves nothing running behind."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from tests.deploy.demo.conftest import PORT, ROOT, Played, nrm

pytestmark = pytest.mark.kafka

READY = "Ctrl-C stops everything"
HELP = "NGO Legal and Psychological Help"
LEAD = "Centre for Human Trafficking Victims' Protection"


class Running:
    """A demo that says where everything is."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            nrm("demo", "--data", str(folder), "--port", str(PORT + 100)), cwd=folder.parent, env={**os.environ, "PYTHONPATH": str(ROOT)},
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
            pytest.fail(self.said)

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
        return re.findall(re.escape(agency) + r" +(http://[\d.:]+)", self.said)[0]

    def all_gone(self) -> bool:
        return not any(_answers(url) for url in set(re.findall(r"http://[\d.]+:\d+", self.said)))


def _answers(url: str) -> bool:
    try:
        return bool(httpx2.get(f"{url}/health", timeout=5))
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


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_what_a_visitor_did_is_there_again_and_who_dies_is_named_with_a_command_that_starts_it(played: Played, tmp_path: Path) -> None:
    """One walk, because a demo that starts again is what costs: twelve processes each time."""
    shutil.copytree(played.folder, tmp_path / "kept")
    with running(tmp_path / "kept") as first:
        assert "nothing is played again" in first.said
        case = accept_the_late_one(first)
        os.kill(first.process.pid, signal.SIGKILL)  # The worst end: nobody is left to tell the others.
        until(first.all_gone)
    with running(tmp_path / "kept") as second:
        assert "beginning anew" not in second.said
        assert helps(second, case)
        two_die_and_are_started_by_hand(second, tmp_path / "kept", case)
        second.process.send_signal(signal.SIGINT)
        rest, _ = second.process.communicate(timeout=90)
        assert (second.process.returncode, "stopped" in rest) == (0, True)
        assert second.all_gone()


def two_die_and_are_started_by_hand(demo: Running, kept: Path, case: str) -> None:
    """An agency, then the broker."""
    kill(demo, "--agency", "rs-ngo-pomoc")
    agency = demo.hear("To start it again:")
    assert "The process of rs-ngo-pomoc ended by SIGKILL" in agency
    assert f"Its last words ({kept / 'logs' / 'rs-ngo-pomoc.log'})" in agency
    assert not _answers(demo.url(HELP))
    kill(demo, "kafka.Kafka")
    told = demo.hear("To start it again:")
    assert f"The broker on {kept / 'kafka'} ended by SIGKILL" in told
    with by_hand(agency, ROOT), by_hand(told, ROOT) as kafka:
        until(lambda: _answers(demo.url(HELP)))
        assert kafka.stdout is not None
        lines = iter(kafka.stdout.readline, "")
        assert any("Nothing was published" in line for line in lines)
        assert f"broker on 127.0.0.1:{told.split()[-1]} (Ctrl-C stops it)\n" in lines, "all know it by this address"
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


def accept_the_late_one(demo: Running) -> str:
    duties = httpx2.get(f"{demo.url(HELP)}/api/assistance/duties", timeout=20).json()
    late = next(duty for duty in duties if duty["waiting"] and duty["overdue"])
    assert not helps(demo, late["case"])
    accept = {"case": late["case"], "handoff": late["id"]}
    taken = httpx2.post(
        f"{demo.url(HELP)}/assignments/assistance/{late['case']}/take", headers={"cookie": "nrm_officer_rs-ngo-pomoc=nada"}, timeout=20
    )
    assert taken.status_code == 303, "nobody has answered, and nobody has the case"
    answer = httpx2.post(f"{demo.url(HELP)}/api/assistance/accept", json=accept, headers={"nrm-officer": "nada"}, timeout=20)
    assert answer.status_code == 201, answer.text
    until(lambda: helps(demo, late["case"]))
    return late["case"]


def begin_the_task(demo: Running, case: str) -> None:
    task = task_of_help(demo, case)
    begin = {"case": case, "task": task["id"]}
    answer = httpx2.post(f"{demo.url(HELP)}/api/assistance/begin-task", json=begin, headers={"nrm-officer": "nada"}, timeout=20)
    assert answer.status_code == 201, answer.text
    until(lambda: task_of_help(demo, case)["state"] == "begun")


def helps(demo: Running, case: str) -> bool:
    """Whether the agency that was late has a task in the joint action."""
    return bool(task_of_help(demo, case))


def task_of_help(demo: Running, case: str) -> dict[str, Any]:
    """What that agency has to do, as the lead sees it; nothing where it has nothing."""
    shown = httpx2.get(f"{demo.url(LEAD)}/api/referral/cases/{case}", timeout=20).json()["case"]
    assert shown["joint"]["state"] == "acting"
    return next((task for task in shown["tasks"].values() if task["owner"] == "rs-ngo-pomoc"), {})
