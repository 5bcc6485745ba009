"""Orders to the lines between agencies and brokers."""

import json
import subprocess
import sys
from collections.abc import Sequence

from deploy.soak import lines
from deploy.trouble import Trouble


class Network:
    """The process that passes the bytes, and what is wrong with whose lines."""

    def __init__(self, table: Sequence[tuple[str, int, int]]) -> None:
        """`table`: (agency, port that its clients see, port of a broker)."""
        self.table = list(table)

    def start(self) -> None:
        """Open all lines. Raises Trouble."""
        self.process = subprocess.Popen(
            [sys.executable, "-I", lines.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            start_new_session=True,
        )  # fmt: skip
        self._say(json.dumps(self.table))

    def stop(self) -> None:
        """Close all lines; it is safe to call twice."""
        if hasattr(self, "process"):
            self.process.kill()
            self.process.communicate()

    def do(self, word: str, agency: str, seconds: float = 0) -> None:
        """cut, silent, deaf, slow or mend (see lines.py)."""
        self._say(f"{word} {agency} {seconds}")

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        if not self.process.stdout.readline():
            raise Trouble("The lines between agencies and brokers have ended; the reason is above.")
