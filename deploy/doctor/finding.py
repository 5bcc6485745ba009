"""What a check says, and what it looks at."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Green: as it should be. Yellow: somebody should know. Red: it will not work, or work is being lost or held."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list."""

    what: str
    state: Severity
    said: str
    do: str = ""
    """What to do about it; empty where nothing is to be done."""


def green(what: str, said: str) -> Finding:
    """As it should be."""
    return Finding(what, Severity.GREEN, said)


def yellow(what: str, said: str, do: str) -> Finding:
    """It works; somebody should know."""
    return Finding(what, Severity.YELLOW, said, do)


def red(what: str, said: str, do: str) -> Finding:
    """It does not work."""
    return Finding(what, Severity.RED, said, do)
