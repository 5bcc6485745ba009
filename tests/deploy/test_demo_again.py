"""The demo as a visitor has it: it keeps running, keeps what was done, and leaves nothing running behind."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.deploy.conftest import PORT, ROOT, Played, nrm

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


def test_what_a_visitor_did_is_there_again_and_nothing_outlives_the_demo(played: Played, tmp_path: Path) -> None:
    shutil.copytree(played.folder, tmp_path / "kept")
    with running(tmp_path / "kept") as first:
        assert "nothing is played again" in first.said
        case = accept_the_late_one(first)
        os.kill(first.process.pid, signal.SIGKILL)  # The worst end: nobody is left to tell the others.
        until(first.all_gone)
    with running(tmp_path / "kept") as second:
        assert "beginning anew" not in second.said
        assert helps(second, case)
        second.process.send_signal(signal.SIGINT)
        rest, _ = second.process.communicate(timeout=90)
        assert (second.process.returncode, "stopped" in rest) == (0, True)
        assert second.all_gone()


def accept_the_late_one(demo: Running) -> str:
    duties = httpx2.get(f"{demo.url(HELP)}/api/assistance/duties", timeout=20).json()
    late = next(duty for duty in duties if duty["waiting"] and duty["overdue"])
    assert not helps(demo, late["case"])
    accept = {"case": late["case"], "handoff": late["id"]}
    answer = httpx2.post(f"{demo.url(HELP)}/api/assistance/accept", json=accept, headers={"nrm-officer": "nada"}, timeout=20)
    assert answer.status_code == 201, answer.text
    until(lambda: helps(demo, late["case"]))
    return late["case"]


def helps(demo: Running, case: str) -> bool:
    """Whether the agency that was late has a task in the joint action."""
    shown = httpx2.get(f"{demo.url(LEAD)}/api/referral/cases/{case}", timeout=20).json()["case"]
    return shown["joint"]["state"] == "acting" and any(task["owner"] == "rs-ngo-pomoc" for task in shown["tasks"].values())
