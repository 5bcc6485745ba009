"""Commands of the project, forked, or in this process: started anew each of them spends two seconds on its imports.

How they are started anew is proven with --long where somebody follows docs/operations.md (`tests/journeys/installation`).
"""

import io
import os
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from deploy import cli
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
