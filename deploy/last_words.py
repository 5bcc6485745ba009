"""How a process that we started has ended, with its last lines: for whoever must find out why."""

import signal
from pathlib import Path
from typing import BinaryIO

from deploy.language_choice import translate
from shared.crypto.secret_file import PRIVATE

LINES, LONGEST_LINE = 5, 300
"""How many lines are shown, and how many characters of each."""


def how(code: int) -> str:
    """The end of a process by its exit code, as Popen gives it: a signal has its name."""
    if code >= 0:
        return translate("with exit code %(code)s", code=code)
    name = signal.Signals(-code).name if -code in {*signal.Signals} else f"signal {-code}"
    if -code == signal.SIGKILL:
        return translate("by %(name)s: somebody killed it, or the system did because memory ran out", name=name)
    return translate("by %(name)s", name=name)


def appending(log: Path) -> BinaryIO:
    """A log to be written on behind what is there, for its owner alone."""
    log.touch(mode=PRIVATE)
    log.chmod(PRIVATE)
    return log.open("ab")


def length(log: Path) -> int:
    """Where a log ends now: later lines come after it."""
    return log.stat().st_size if log.exists() else 0


def last_words(log: Path, since: int = 0) -> str:
    """The last lines of a log, none from before `since`, and where all of it is."""
    said = b""
    if log.exists():
        with log.open("rb") as file:
            file.seek(max(since, length(log) - 2 * LINES * LONGEST_LINE))
            said = file.read()
    lines = [line.strip()[:LONGEST_LINE] for line in said.decode(errors="replace").splitlines() if line.strip()]
    shown = "".join(f"\n    {''.join(c if c.isprintable() else ' ' for c in line)}" for line in lines[-LINES:])
    return (
        translate("Its last words (%(log)s):%(shown)s", log=log, shown=shown) if shown else translate("It said nothing (%(log)s).", log=log)
    )
