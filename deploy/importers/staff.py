"""The processes that an import starts: `nrm serve` for each further agency. They end with their owner, however that ends."""

import os
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from deploy.brokers import guard
from deploy.brokers.ports import Ports, listens
from deploy.demo.fleet import Mortal
from deploy.language_choice import translate
from deploy.last_words import appending, how, last_words, length
from deploy.process.forked import GuardedProgram, Program, start
from deploy.trouble import Trouble
from shared.config.attempts import poll_until
from shared.config.i18n import N_
from shared.config.kafka import Bus

READY_SECONDS = 60
AGAIN = N_("The import is stopped; nothing is lost. Mend that and import again: it goes on where it was.")


@dataclass
class Staff:
    """Agencies as processes of their own, on one bus, with their databases in `data`."""

    country: Path
    data: Path
    clock: Path
    bus: Bus
    hold: int
    """A descriptor that each process keeps open: as long as one of them lives, the folder's lock is taken."""
    settings: Mapping[str, str]
    """Further settings of the processes."""
    broker: Mortal | None = None
    """The broker, where it is ours: it is watched with them."""
    processes: dict[str, GuardedProgram] = field(default_factory=dict[str, GuardedProgram])
    ports: dict[str, int] = field(default_factory=dict[str, int])
    since: dict[str, int] = field(default_factory=dict[str, int])
    """Where the log of each process ended when it was started."""
    kept: Ports = field(default_factory=Ports)

    def start(self, agency: str) -> None:
        """Start this agency's process. Returns at once."""
        port = self.ports[agency] = self.kept.any()
        words = (
            "serve", "--agency", agency, "--country", str(self.country), "--data", str(self.data), "--port", str(port),
            "--clock", f"file:{self.clock}",
        )  # fmt: skip
        self.since[agency] = length(self._log(agency))
        environment = {**os.environ, **self.bus.environment, **self.settings}
        with appending(self._log(agency)) as output:
            self.processes[agency] = start(Program("deploy.cli", words), environment, output, hold=[self.hold])

    def wait_until_there(self) -> None:
        """Wait until each process answers. Raises Trouble for one that ends, or does not answer in time."""
        deadline = time.monotonic() + READY_SECONDS
        for agency, port in self.ports.items():
            late = f"{agency} did not answer within {READY_SECONDS} s; see {self._log(agency)}."
            poll_until(partial(self._is_there, agency, port), deadline - time.monotonic(), 0.05, partial(Trouble, late))

    def _is_there(self, agency: str, port: int) -> bool:
        self.look()
        return listens(guard.children(self.processes[agency].pid), port) and _answers(port)

    def look(self) -> None:
        """Raises Trouble where a process, or the broker, has ended."""
        if self.broker is not None and self.broker.died:
            raise Trouble("%(died)s\n%(again)s", died=self.broker.died, again=translate(AGAIN))
        for agency, process in self.processes.items():
            if (code := process.poll()) is not None:
                said = last_words(self._log(agency), self.since[agency])
                raise Trouble(
                    "The process of %(agency)s has ended %(code)s. %(said)s\n%(again)s",
                    agency=agency,
                    code=how(code),
                    said=said,
                    again=translate(AGAIN),
                )

    def _log(self, agency: str) -> Path:
        return self.data / f"{agency}.log"

    def stop(self) -> None:
        """End all of them in order, together."""
        for process in self.processes.values():
            if process.stdin is not None:
                process.stdin.close()  # The guard's sign that we want no more.
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(guard.GRACE_SECONDS + 10)
        self.processes.clear()
        self.kept.release()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
            return True
    except HTTPError:
        return True  # It is there and says that it is not ready yet, which is what the import itself waits for.
    except (URLError, OSError):
        return False
