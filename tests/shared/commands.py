"""Commands of the project, forked: started anew each of them spends two seconds on its imports.

How they are started anew is proven with --long where somebody follows docs/operations.md (`tests/journeys/installation`).
"""

import os
import tempfile
from pathlib import Path

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
