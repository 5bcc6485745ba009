"""The clock that settings name. Under a simulated one every core says so, and every page and figure with it."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from shared.config.i18n import N_, WordedError


class Clock(Protocol):
    """Now in ms UTC, and whether that is simulated."""

    def now(self) -> tuple[int, bool]:
        """(milliseconds since 1970, simulated)."""
        ...


def wall() -> int:
    """The real time, ms UTC."""
    return time.time_ns() // 1_000_000


class WallClock:
    """The real time."""

    def now(self) -> tuple[int, bool]:
        """The real time, not simulated."""
        return wall(), False


@dataclass
class FileClock:
    """A simulated time kept in a file that several processes share; the real time once the file is gone."""

    path: Path

    def now(self) -> tuple[int, bool]:
        """What the file says."""
        try:
            return int(self.path.read_text()), True
        except (FileNotFoundError, ValueError):
            return wall(), False

    def set(self, at: int) -> None:
        """Set the time for all who read this file."""
        new = self.path.with_suffix(".new")
        new.write_text(str(at))
        new.replace(self.path)

    def release(self) -> None:
        """Back to the real time."""
        self.path.unlink(missing_ok=True)


class UnknownClock(WordedError, ValueError):
    """Settings name a clock that there is not."""


def clock_for(name: str) -> Clock:
    """`wall`, or `file:PATH`. Raises UnknownClock for anything else."""
    kind, _, path = name.partition(":")
    if name == "wall":
        return WallClock()
    if kind == "file" and path:
        return FileClock(Path(path))
    raise UnknownClock(N_("There is no clock %(name)s; say wall or file:PATH."), name=name)
