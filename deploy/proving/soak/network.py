"""Commands to the lines between agencies and brokers."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from deploy.demo.fleet import ROOT
from deploy.proving.soak import lines
from deploy.trouble import Trouble


class LineProcess:
    """The process that passes the bytes, and what is wrong with whose lines."""

    def __init__(self, table: Sequence[tuple[str, int, int]], *, clear: bool) -> None:
        """`table`: (agency, port that its clients see, port of a broker). `clear`: what passes is not encrypted."""
        self.table, self.clear = list(table), clear
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Open all lines. Raises Trouble."""
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", lines.__name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            start_new_session=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        self._say(json.dumps({"table": self.table, "clear": self.clear}))

    def stop(self) -> None:
        """Close all lines; it is safe to call twice."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()

    def do(self, word: str, agency: str, seconds: float = 0) -> None:
        """cut, silent, deaf, slow, lie or mend (see lines.py)."""
        self._say(f"{word} {agency} {seconds}")

    def _say(self, line: str) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        if not self.process.stdout.readline():
            raise Trouble("The lines between agencies and brokers have ended; the reason is above.")
