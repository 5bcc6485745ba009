"""The agencies as processes, one each, started as `./nrm serve` starts one; they end with us, however we end."""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

from deploy.brokers import guard
from deploy.brokers.ports import free
from deploy.brokers.properties import HOST
from deploy.demo.folder import Folder
from deploy.trouble import Trouble
from shared.runtime.bus import Bus
from shared.runtime.country import Agency, Country

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 120
UNSEALED: Mapping[str, str] = {"NRM_SEALED": "false"}
STOP_SECONDS = guard.GRACE_SECONDS + 5


@dataclass
class Process:
    """One agency's process behind its guard."""

    agency: Agency
    port: int
    root: Path = ROOT
    """The checkout whose code it runs."""
    guard: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its pages."""
        return f"http://{HOST}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self.guard is not None and self.guard.poll() is None

    @property
    def pids(self) -> list[int]:
        """The agency's own process, behind its guard; none where it has ended."""
        return guard.children(self.guard.pid) if self.guard is not None else []

    def kill(self) -> None:
        """What a power cut would do: SIGKILL, no word before. The guard notices and leaves."""
        if self.guard is None:
            return
        for pid in self.pids or [self.guard.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.guard.wait()
        if self.guard.stdin is not None:
            self.guard.stdin.close()


class Fleet:
    """All agencies of a country on one bus."""

    def __init__(
        self, country: Country, file: Path, folder: Folder, bus: Bus, first_port: int, say: Callable[[str], None],
        sealing: Mapping[str, str] = UNSEALED,
    ) -> None:  # fmt: skip
        """`sealing` are the settings by which the processes seal what they say."""
        self.country, self.file, self.folder, self.bus, self.say, self.sealing = country, file, folder, bus, say, sealing
        self.client = httpx2.Client(timeout=5)
        self.processes = {agency.id: Process(agency, port) for agency, port in zip(country.agencies, self._ports(first_port), strict=False)}

    def _ports(self, first: int) -> Iterator[int]:
        port = first
        for _ in self.country.agencies:
            while not free(port):
                self.say(f"port {port} is taken, taking the next")
                port += 1
            yield port
            port += 1

    @property
    def operators(self) -> str:
        """The address of the operators' process, where finished spans go; empty where the country has none."""
        found = (p.url for p in self.processes.values() if p.agency.kind == "coordinator" and "reporting" in p.agency.services)
        return next(found, "")

    def start(self, ready: Callable[[Process], None] = lambda _: None) -> None:
        """Start all, a few at a time because importing is what costs, and wait until each has caught up. Raises Trouble."""
        waiting = sorted(self.processes.values(), key=lambda p: p.agency.id != self.country.lead)
        starting: list[Process] = []
        until = time.monotonic() + READY_SECONDS
        while waiting or starting:
            while waiting and len(starting) < max(2, os.cpu_count() or 2):
                starting.append(waiting.pop(0))
                self.launch(starting[-1])
            for process in [p for p in starting if self.is_ready(p)]:
                starting.remove(process)
                ready(process)
                until = time.monotonic() + READY_SECONDS
            self._must_go_on(starting, until)
            time.sleep(0.2)

    def launch(self, process: Process) -> None:
        """Start one, without waiting."""
        command = [sys.executable, "-I", guard.__file__, sys.executable, "-P", "-m", "deploy.cli", *self._serve(process)]
        environment = {**os.environ, "PYTHONPATH": str(process.root)} | self.settings_of(process.agency.id)
        if process.guard is not None and process.guard.stdin is not None:
            process.guard.stdin.close()  # of the one that ended
        with (self.folder.logs / f"{process.agency.id}.log").open("ab") as output:
            process.guard = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment, start_new_session=True
            )  # A session of its own: Ctrl-C in the terminal is for us, and we then stop everything in order.

    def settings_of(self, agency: str) -> dict[str, str]:
        """The NRM_* variables of one agency's process: here the same bus for all."""
        return self.bus.environment | dict(self.sealing)

    def clock_of(self, agency: str) -> str:
        """The clock of one agency's process: here one that all share."""
        return f"file:{self.folder.clock.path}"

    def _serve(self, process: Process) -> list[str]:
        return [
            "serve", "--agency", process.agency.id, "--bus", self.settings_of(process.agency.id)["NRM_BUS"], "--country", str(self.file),
            "--data", str(self.folder.agencies),
            "--port", str(process.port), "--clock", self.clock_of(process.agency.id), "--operators", self.operators,
        ]  # fmt: skip

    def by_hand(self, process: Process) -> str:
        """The command that starts one agency again."""
        told = {"--root": self.sealing.get("NRM_ROOT", ""), "--keys": self.sealing.get("NRM_KEYS", "")}
        return shlex.join(["./nrm", *self._serve(process), *(word for pair in told.items() if pair[1] for word in pair)])

    def is_ready(self, process: Process) -> bool:
        """Whether it answers, has read the log to its end, reaches the bus and can write."""
        try:
            return self.client.get(f"{process.url}/health").status_code == 200
        except httpx2.HTTPError:
            return False

    def _must_go_on(self, starting: Sequence[Process], until: float) -> None:
        for process in starting:
            log = self.folder.logs / f"{process.agency.id}.log"
            if not process.running:
                raise Trouble(f"The process of {process.agency.id} ended while starting: {_last_line(log)} (all of it: {log})")
            if time.monotonic() > until:
                raise Trouble(f"{process.agency.id} was not ready within {READY_SECONDS} s; see {log}, or begin anew with --reset.")

    def stop(self) -> None:
        """End all in order; it is safe to call twice."""
        guards = [p.guard for p in self.processes.values() if p.guard is not None]
        for one in guards:
            if one.stdin is not None:
                one.stdin.close()  # The guard's sign that we want no more.
        for one in guards:
            try:
                one.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
        for process in self.processes.values():
            process.guard = None
        self.client.close()


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "it said nothing"
