"""Commands of the project, forked, or in this process: started anew each of them spends two seconds on its imports.

How they are started anew is proven with --long where somebody follows docs/operations.md (`tests/journeys/installation`).
"""

import io
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from deploy import cli
from deploy.brokers import guard
from deploy.commands.options import console
from deploy.process.forked import Program, start


def nrm(*words: object, **environment: str) -> tuple[int, str]:
    """Exit code and words of a command."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "said"
        with log.open("wb") as output:
            process = start(Program("deploy.cli", tuple(map(str, words))), {**os.environ, "COLUMNS": "200", **environment}, output)
        assert process.stdin is not None
        with process.stdin:
            code = process.wait(600)
        return code, log.read_text()


class Staying:
    """A forked command that stays, whose output is read as it comes."""

    def __init__(self, *words: object) -> None:
        read, write = os.pipe()
        self.stdout = os.fdopen(read, encoding="utf-8")
        with os.fdopen(write, "wb") as output:
            self.process = start(Program("deploy.cli", tuple(map(str, words))), {**os.environ, "COLUMNS": "80"}, output)

    def said(self, until: str) -> str:
        """What it says up to the line with these words."""
        lines = list[str]()
        for line in self.stdout:
            lines.append(line)
            if until in line:
                return "".join(lines)
        raise AssertionError(f"it never said '{until}': {''.join(lines)}")

    def ended(self) -> int:
        """Its exit code after SIGTERM, which comes to itself and not to its guard."""
        (program,) = guard.children(self.process.pid)
        os.kill(program, signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def staying(*words: object) -> Iterator[Staying]:
    """Such a command. It ends with this at the latest."""
    command = Staying(*words)
    try:
        yield command
    finally:
        assert command.process.stdin is not None
        command.process.stdin.close()  # the guard's sign
        command.process.wait(60)
        command.stdout.close()


def here(*words: object) -> tuple[int, str]:
    """The same of a command that starts agencies, in this process: they are forked from what has imported everything for all tests of it,
    and elsewhere the command would have another import it once more, for four seconds of processor time."""
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        patch.setattr(sys, "argv", ["nrm", *map(str, words)])
        patch.setattr(console, "_width", 200)
        with pytest.raises(SystemExit) as end:
            cli.main()
    said.seek(0)
    return int(end.value.code or 0), said.read()
