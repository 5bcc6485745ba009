"""What an import says of a file: what was left out and why, what to mend, and how many people are in the figures."""

from collections.abc import Iterable

from rich.console import Console

from deploy.importers.ledger import Vanished
from deploy.language_choice import translate
from deploy.saying import said
from deploy.sent_files.uk_nrm import FileReading
from shared.config.i18n import N_

SIMULATED = N_("Hand-off times are simulated: the source publishes none.")
SHOWN = 20
"""Lines of one kind that are listed one by one."""


def beforehand(console: Console, found: FileReading, vanished: Iterable[Vanished]) -> None:
    """What is known once the file is read."""
    _listed(console, [said(one, translate) for one in found.notices])
    _listed(
        console,
        [translate("line %(line)s is left out: it %(why)s", line=one.line, why=said(one.reason, translate)) for one in found.left_out],
    )
    if found.suppressed:
        first = found.suppressed[0].line
        many = translate("%(suppressed)s lines are suppressed at source", suppressed=len(found.suppressed))
        console.print(
            translate(
                "%(many)s: their people are in no figure, which is not to say that there are none (the first is line %(first)s)",
                many=many,
                first=first,
            ),
            style="yellow",
        )
    for gone in vanished:
        console.print(
            translate(
                "%(quarter)s: %(lines)s lines of a former file are not in this one; their %(people)s people stay in the figures, "
                "since a report cannot be taken back",
                quarter=gone.quarter,
                lines=gone.lines,
                people=gone.people,
            ),
            style="yellow",
        )


def malformed(console: Console, found: FileReading) -> None:
    """The lines that could not be imported, and why."""
    _listed(console, [translate("line %(line)s: %(why)s", line=one.line, why=said(one.reason, translate)) for one in found.malformed])


def result(console: Console, found: FileReading, facts: int, seconds: float) -> None:
    """How it ended."""
    malformed(console, found)
    console.print(
        translate(
            "%(facts)s people are in the figures, after %(seconds)s s. %(simulated)s",
            facts=facts,
            seconds=f"{seconds:.1f}",
            simulated=translate(SIMULATED),
        )
    )
    if found.malformed:
        console.print(
            translate("%(malformed)s lines could not be imported; the rest was.", malformed=len(found.malformed)),
            style="bold red",
        )


def _listed(console: Console, lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        console.print(line, style="yellow", markup=False)
    if len(lines) > SHOWN:
        console.print(translate("… and %(more)s more", more=len(lines) - SHOWN), style="yellow")
