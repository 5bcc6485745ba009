"""A shell as somebody uses it who follows a page: what one block sets the next one knows, and a command that fails ends it."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from tests.journeys.installation.page import Block

ROOT = Path(__file__).resolve().parents[3]
DONE, NRM = "--- done ---", "./nrm"
PATIENCE = 120.0
"""Seconds that what stays running has until it is ready."""


class Terminal:
    """One bash. `values` stand for what a page leaves to its reader (`NAME=…`), `places` for folders at the root of a machine."""

    def __init__(self, log: Path, path: str, values: dict[str, str], places: Mapping[str, Path], nrm: str = NRM) -> None:
        """`nrm`: what is typed in its place, by whoever does not wait for what stays running."""
        here = {name: value for name, value in os.environ.items() if not name.startswith(("NRM_", "PG"))}
        self.inherited = here | {"PATH": path, "COLUMNS": "200"}
        self.nrm = nrm
        self.log, self.values, self.places, self.running = log, values, dict(places), dict[str, int]()
        self.shell = subprocess.Popen(
            ["bash", "-eEu", "-o", "pipefail"], cwd=ROOT, text=True, env=self.inherited,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.ask("trap 'echo \"failed: $BASH_COMMAND\"' ERR")

    def run(self, block: Block) -> str:
        """What a block says. Fails where a command of it does."""
        return self.ask(self.typed(block.text), f"line {block.line}, {block.heading}")

    def start(self, block: Block, name: str, ready: Callable[[str], bool]) -> None:
        """Leave a block running, and wait until its output, or whatever `ready` looks at, says that it runs."""
        log = self.log.with_name(f"{name}.log")
        log.touch()
        pid = int(self.ask(f"{{ exec {self.here(block.text)}\n}} >>{log} 2>&1 & echo $!", f"line {block.line}, {block.heading}"))
        self.running[name] = pid
        end = time.monotonic() + PATIENCE
        while not ready(log.read_text()):
            assert Path(f"/proc/{pid}").exists(), f"line {block.line}: it has ended\n{log.read_text()}"
            assert time.monotonic() < end, f"line {block.line}: it does not get ready\n{log.read_text()}"
            time.sleep(0.1)

    def typed(self, text: str) -> str:
        """The text as it stands here, with what is typed for `./nrm`."""
        return re.sub(r"(?<![\w/])\./nrm(?= )", lambda _: self.nrm, self.here(text))

    def here(self, text: str) -> str:
        """The text with this reader's values and places."""
        for name, value in self.values.items():
            text = re.sub(rf"^{name}=.*$", lambda _, said=f"{name}='{value}'": said, text, flags=re.MULTILINE)
        for place, real in self.places.items():
            text = re.sub(rf"(?<![\w.]){place}/", f"{real}/", text)
        return text

    def ask(self, text: str, where: str = "") -> str:
        """What these lines say. Questions are answered with y, as somebody does who has compared the fingerprints."""
        assert self.shell.stdin
        assert self.shell.stdout
        self.shell.stdin.write(f"{{\n{text}\n}} < <(yes 2>/dev/null)\necho '{DONE}'\n")  # who stays must not keep our output open
        self.shell.stdin.flush()
        said = list[str]()
        with self.log.open("a") as log:
            log.write(f"## {where}\n{text}\n")
            for line in self.shell.stdout:
                if line.rstrip("\n") == DONE:
                    return "".join(said)
                log.write(line)
                said.append(line)
        raise AssertionError(f"{where}:\n{text}\n\n{''.join(said)}")

    def lose(self, name: str) -> None:
        """The machine with what was started under this name is gone, from one moment to the next."""
        os.kill(pid := self.running.pop(name), signal.SIGKILL)
        self.ask(f"wait {pid} || true")

    def close(self) -> None:
        """End all, the youngest first, as Ctrl-C does."""
        for pid in reversed(self.running.values()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
                while self.shell.poll() is None and Path(f"/proc/{pid}").exists():
                    time.sleep(0.05)
                    with suppress(AssertionError, BrokenPipeError):
                        self.ask(f"wait {pid} || true")
        with suppress(BrokenPipeError):
            self.shell.communicate("exit\n", timeout=PATIENCE)
