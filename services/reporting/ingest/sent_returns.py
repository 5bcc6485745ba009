"""A return of another body, as a page takes it: how it is read stands elsewhere, since files are nothing that a service knows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from services.reporting.queries.other_returns import ReturnedCell
from shared.config.i18n import N_

NOTHING = N_("No line of the file can be taken; nothing was.")
FileWords = Callable[[Callable[[str], str]], str]
"""A sentence about a file, in whatever language its words are translated into."""


class UnreadableReturn(ValueError):
    """The file is no return at all."""

    def __init__(self, why: FileWords) -> None:
        """`why`: for whoever sent it."""
        super().__init__(why(str))
        self.why = why


class LeftOutLine(NamedTuple):
    """A line that is not taken, and why."""

    line: int
    why: FileWords


class NothingTaken(UnreadableReturn):
    """No line of the file can be taken."""

    def __init__(self, left_out: list[LeftOutLine]) -> None:
        """`left_out`: each of its lines."""
        super().__init__(lambda translate: translate(NOTHING))
        self.left_out = left_out


@dataclass(frozen=True)
class SentReturn:
    """What a file counts, what of it is left out, and what its sender should know."""

    cells: list[ReturnedCell]
    left_out: list[LeftOutLine] = field(default_factory=list[LeftOutLine])
    notices: list[FileWords] = field(default_factory=list[FileWords])


ReturnReader = Callable[[bytes, bool, str], SentReturn]
"""Reads what a file holds: its content, whether it is person by person (HTCDS), what a CSV is written in where it is not UTF-8. Raises
UnreadableReturn."""
