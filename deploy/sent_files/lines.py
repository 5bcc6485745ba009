"""Lines of a file: as they stand, and those that cannot be taken."""

from dataclasses import dataclass


class UnfitLine(ValueError):
    """This line cannot be imported; the message says why, as a FileSaying."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line and its cells; lines are counted from 1, as editors and spreadsheets count them."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MalformedLine:
    """A line that cannot be imported, and why, in words."""

    line: int
    reason: str
