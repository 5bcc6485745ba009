"""`./nrm adversary`: what a thief of the broker's disks learns, question by question, from a played month or from a demo's folder."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.process.country_file import country_of
from deploy.proving.adversary import disks, truth
from deploy.proving.adversary.evidence import Evidence, GameRules
from deploy.proving.adversary.month import play
from deploy.proving.adversary.questions import ask
from deploy.proving.adversary.scoring import GuessFinding
from deploy.proving.simulation.command import quietly
from deploy.proving.simulation.land import MEMORY
from shared.config.country import Country
from shared.protocol.versions import NEWEST


def played(country: Country, seed: int, cases: int, protocol: int = NEWEST) -> Evidence:
    """A month of so many cases: what lies on the broker afterwards, and what was so."""
    with tempfile.TemporaryDirectory(prefix="nrm-month-", dir=MEMORY if MEMORY.is_dir() else None) as folder, quietly():
        return Evidence(play(country, seed, cases, Path(folder), protocol), truth.read(Path(folder)))


def run(folder: Path | None, country: Path, seed: int, cases: int, console: Console, protocol: int = NEWEST) -> int:
    """Print what he finds; always 0, since what may be found is the tests' to say. Raises Trouble."""
    on_disk = Evidence(disks.read(folder), truth.read(folder)) if folder else None
    month = played(country_of(country), seed, cases, protocol) if cases else None
    evidence, lessons = (on_disk, month) if on_disk else (month, None)
    if evidence is None:
        return 0
    _say(evidence, lessons, folder, console)
    console.print(table(ask(evidence, GameRules(lessons=lessons, why=True)).values()))
    return 0


def _say(evidence: Evidence, lessons: Evidence | None, folder: Path | None, console: Console) -> None:
    where = str(folder) if folder else "a simulated month"
    events = sum(map(len, evidence.times.values()))
    said = f"{where}: {len(evidence.times)} cases, {events} events, {len(evidence.view.statistics)} statistical records"
    more = f"; a month of {len(lessons.times)} cases besides to learn from" if lessons else ""
    console.print(f"{said}. Half of the cases to learn from, the other half to guess, and the other way round{more}.", soft_wrap=True)


def table(findings: Iterable[GuessFinding]) -> Table:
    """One line for each question."""
    shown = Table("question", "guessed", "right by baseline", "right by all", "gain, 95 %", "", "by")
    for one in findings:
        interval = f"{one.low:+.1%} to {one.high:+.1%}" if one.enough else "too few cases"
        verdict = "[red]gains[/]" if one.gains else "" if one.enough else "?"
        shown.add_row(
            one.question, f"{one.guessed} {one.what}", f"{one.baseline:.1%}", f"{one.features:.1%}", interval, verdict, ", ".join(one.by)
        )
    return shown
