"""One agency's process, as `./nrm serve` starts it, and what it says of itself."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2

from deploy.brokers import guard
from deploy.brokers.ports import any_port
from deploy.process.forked import GuardedProgram, Program, start
from shared.config.kafka import Bus
from shared.processing.faults import Fault, keeps_from_work
from tests.deploy.contracts.world import REPORT
from tests.shared import network

AGENCY = "rs-ir"
SERVICES = ("intake", "assistance")
PATIENCE = 180.0


@dataclass
class Served:
    """One agency's process, as `./nrm serve` starts it."""

    process: GuardedProgram
    url: str
    data: Path
    log: Path

    @property
    def pid(self) -> int:
        """The agency's own process, behind its guard."""
        return guard.children(self.process.pid)[0]

    def health(self) -> tuple[int, dict[str, Any]]:
        answer = network.get(f"{self.url}/health", timeout=10)
        return answer.status_code, answer.json()

    def faults(self) -> dict[str, set[str]]:
        """Service → what is wrong with its instance; ready is what has nothing wrong."""
        status, said = self.health()
        found = {one["instance"].partition(".")[0]: set(one["faults"]) for one in said["instances"]}
        assert said["ready"] is (status == 200) is (not keeps_from_work(map(Fault, set().union(*found.values()))))
        assert {one["ready"] for one in said["instances"]} <= {not keeps_from_work(map(Fault, faults)) for faults in found.values()}
        return found

    def metric(self, name: str) -> dict[str, float]:
        text = network.get(f"{self.url}/metrics", timeout=10).text
        return {service: float(value) for service, value in re.findall(rf'^{name}{{service="(\w+)"}} (\S+)$', text, re.M)}

    def report(self) -> httpx2.Response:
        return network.post(f"{self.url}/api/intake/reports", json=REPORT, headers={"nrm-officer": "ines"}, timeout=30)

    def page(self, path: str) -> str:
        answer = network.get(f"{self.url}{path}", headers={"accept": "text/html", "nrm-officer": "ines"}, timeout=30)
        assert answer.status_code == 200, (answer.status_code, answer.headers.get("location"))
        return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())

    def lives(self) -> bool:
        return network.get(f"{self.url}/health/live", timeout=10).status_code == 200

    def await_ready(self) -> None:
        until(lambda: answers(self.url), lambda: f"it answers; its log ends {self.log.read_text()[-1000:]}")
        self.becomes(lambda faults: not any(faults.values()), "it is ready")

    def becomes(self, fits: Callable[[dict[str, set[str]]], bool], what: str) -> None:
        until(lambda: fits(self.faults()), lambda: f"{what}: {self.faults()}")


def until(condition: Callable[[], bool], what: Callable[[], str]) -> None:
    """Wait for a condition for as long as a machine with much else to do may need."""
    end = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < end, what()
        sleep(0.2)


def answers(url: str) -> bool:
    try:
        return bool(network.get(f"{url}/health/live", timeout=5))
    except httpx2.TransportError:
        return False


@contextmanager
def served(bus: Bus, data: Path, **settings: str) -> Iterator[Served]:
    port = any_port()
    program = Program("deploy.cli", ("serve", "--agency", AGENCY, "--data", str(data), "--port", str(port)))
    log = data.with_suffix(".log")
    with log.open("wb") as output:
        process = start(program, {**os.environ, "NRM_SEALED": "false", **bus.environment, **settings}, output)
    try:
        agency = Served(process, f"http://127.0.0.1:{port}", data, log)
        agency.await_ready()
        yield agency
    finally:
        assert process.stdin is not None
        process.stdin.close()  # the guard's sign
        process.wait(60)
