"""The outcome of a run of the containers."""

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from deploy.oracle import Judgement

SHOWN = 10


@dataclass
class Went:
    """How a run went."""

    cases: int
    promised: int
    seconds: dict[str, float]
    """What was done → how long it took."""
    not_run: dict[str, str]
    found: Judgement
    left: list[str] = field(default_factory=list[str])
    """What is not well beside the account: unseen cases, restarts, a second place that is behind."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.found.ok and not self.left


def show(went: Went, console: Console) -> None:
    """Print the figures, and a sentence for each thing that is wrong."""
    table = Table("what", "", title="soak, containers", title_justify="left")
    for what, seconds in went.seconds.items():
        table.add_row(what, f"{seconds:.0f} s")
    for name, why in went.not_run.items():
        table.add_row(name, f"[yellow]NOT RUN: {why}[/]")
    table.add_row("cases, seen by instances", f"{went.cases}, {went.found.instances}")
    table.add_row("decisions made by us, by all", f"{went.promised}, {went.found.decisions}")
    table.add_row("records on the log", str(went.found.records))
    for verdict, n in went.found.verdicts.items():
        table.add_row(f"records {verdict}", str(n))
    for kind, said in went.found.wrong.items():
        table.add_row(kind, f"[red]{len(said)}[/]" if said else "0")
    console.print(table)
    for kind, said in {**went.found.wrong, "not well": went.left}.items():
        for sentence in said[:SHOWN]:
            console.print(f"  {kind}: {sentence}", markup=False, soft_wrap=True)
