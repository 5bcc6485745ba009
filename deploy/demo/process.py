"""One agency's process behind its guard: whether it runs, whether it is who answers at its port, and how it ended."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.brokers import guard
from deploy.brokers.ports import listens
from deploy.brokers.properties import HOST
from deploy.last_words import appending, how, last_words, length
from deploy.process.forked import ROOT, GuardedProgram, Program, start
from shared.config.country import Agency

__all__ = ["ROOT", "STOP_SECONDS", "Process"]
STOP_SECONDS = guard.GRACE_SECONDS + 5


@dataclass
class Process:
    """One agency's process behind its guard."""

    agency: Agency
    port: int
    log: Path
    """What it writes."""
    root: Path = ROOT
    """The checkout whose code it runs."""
    guard: GuardedProgram | None = None
    since: int = 0
    """Where its log ended when it was launched."""
    wanted: bool = False
    """Whether it is to run: it was launched, and neither stopped nor killed by us."""

    @property
    def url(self) -> str:
        """The address of its pages."""
        return f"http://{HOST}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self.guard is not None and self.guard.poll() is None

    @property
    def died(self) -> str:
        """How it ended by itself, with its last lines; empty while it runs, and where it is not to run."""
        code = self.guard.poll() if self.guard is not None and self.wanted else None
        return "" if code is None else f"The process of {self.agency.id} ended {how(code)}. {last_words(self.log, self.since)}"

    @property
    def pids(self) -> list[int]:
        """The agency's own process, behind its guard; none where it has ended."""
        return guard.children(self.guard.pid) if self.guard is not None else []

    @property
    def listening(self) -> bool:
        """Whether it is who listens at its port: no answer from there is anybody else's."""
        return listens(self.pids, self.port)

    def launch(self, program: Program, environment: Mapping[str, str]) -> None:
        """Start it, without waiting. Raises Trouble."""
        self.leave()
        self.since = length(self.log)
        with appending(self.log) as output:
            self.guard = start(program, {**os.environ, **environment}, output, root=self.root)
        self.wanted = True  # not before: until then `guard` is the former one's, which has ended

    def leave(self) -> None:
        """Ask it to end, without waiting."""
        self.wanted = False
        if self.guard is not None and self.guard.stdin is not None:
            self.guard.stdin.close()  # The guard's sign that we want no more.

    def stop(self) -> None:
        """End it in order; it is safe to call twice."""
        self.leave()
        if self.guard is None:
            return
        try:
            self.guard.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.guard.kill()
            self.guard.wait()

    def kill(self) -> None:
        """What a power cut would do: SIGKILL, no word before. The guard notices and leaves."""
        self.wanted = False
        if self.guard is None:
            return
        for pid in self.pids or [self.guard.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.guard.wait()
        self.leave()
