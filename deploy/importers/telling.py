"""What an import says of a file: what was left out and why, what to mend, and how many people are in the figures."""

from collections.abc import Iterable

from rich.console import Console

from deploy.importers.ledger import Vanished
from deploy.sent_files.uk_nrm import FileReading

SIMULATED = "Hand-off times are simulated: the source publishes none."
SHOWN = 20
"""Lines of one kind that are listed one by one."""


def beforehand(console: Console, found: FileReading, vanished: Iterable[Vanished]) -> None:
    """What is known once the file is read."""
    _listed(console, found.notices)
    _listed(console, [f"line {one.line} is left out: it {one.reason}" for one in found.left_out])
    if found.suppressed:
        first = found.suppressed[0].line
        many = f"{len(found.suppressed)} lines are suppressed at source"
        console.print(
            f"{many}: their people are in no figure, which is not to say that there are none (the first is line {first})", style="yellow"
        )
    for gone in vanished:
        console.print(
            f"{gone.quarter}: {gone.lines} lines of a former file are not in this one; their {gone.people} people stay in the figures, "
            "since a report cannot be taken back",
            style="yellow",
        )


def malformed(console: Console, found: FileReading) -> None:
    """The lines that could not be imported, and why."""
    _listed(console, [f"line {one.line}: {one.reason}" for one in found.malformed])


def result(console: Console, found: FileReading, facts: int, seconds: float) -> None:
    """How it ended."""
    malformed(console, found)
    console.print(f"{facts} people are in the figures, after {seconds:.1f} s. {SIMULATED}")
    if found.malformed:
        console.print(f"{len(found.malformed)} lines could not be imported; the rest was.", style="bold red")


def _listed(console: Console, lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        console.print(line, style="yellow", markup=False)
    if len(lines) > SHOWN:
        console.print(f"… and {len(lines) - SHOWN} more", style="yellow")
