"""What the demo prints: progress while it sets up and plays, then where everything is and what to try."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.demo.fleet import Fleet, Process
from deploy.terminal_language import spoken, translate


@dataclass
class Screen:
    """Lines on a console; a bar only where somebody watches."""

    console: Console

    def say(self, line: str) -> None:
        """One line."""
        self.console.print(f"  {line}", markup=False, soft_wrap=True)

    def done(self, what: str, detail: str = "") -> None:
        """Something has been set up."""
        self.console.print(f"  [green]✔[/] {what:<30} [dim]{detail}[/]", soft_wrap=True)

    @contextmanager
    def steps(self, what: str, total: int) -> Generator["Steps"]:
        """A bar over what is counted; plain lines, one for each quarter, where the output is a file or a pipe."""
        if not self.console.is_terminal:
            yield Steps(
                total,
                lambda done: (
                    self.say(translate("%(what)s: %(done)s of %(total)s steps", what=what, done=done, total=total))
                    if done % max(1, total // 4) == 0
                    else None
                ),
            )
            return
        columns = (
            TextColumn("  {task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(translate("steps")),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task(what, total=total)
            yield Steps(total, lambda done: progress.update(task, completed=done))

    def ready(self, process: Process) -> None:
        """An agency is there."""
        self.done(spoken().name_in(process.agency.names, process.agency.name), process.url)

    def addresses(self, fleet: Fleet, to_try: Sequence[str], *, keeps: bool, anew: str) -> None:
        """Where everything is, who you may be there, what to try, and by which command to begin anew."""
        table = Table(
            translate("agency"), translate("address"), translate("who you may be there"), box=None, pad_edge=False, padding=(0, 2)
        )
        for process in fleet.processes.values():
            table.add_row(
                spoken().name_in(process.agency.names, process.agency.name), process.url, ", ".join(o.name for o in process.agency.officers)
            )
        self.console.print()
        self.console.print(table)
        labelled = translate(
            "All people and cases are invented, and so is every time of a hand-off that lies in the past: the pages label those."
        )
        self.console.print(f"\n{labelled}\n", markup=False)
        for n, text in enumerate(to_try, 1):
            self.console.print(f"{n}. {text}", markup=False, soft_wrap=True)
        again = translate("Ctrl-C stops everything. Start again: what you did is still here. Anew: %(command)s", command=anew)
        gone = translate("Ctrl-C stops everything. Nothing is kept: the next start begins anew.")
        self.console.print(f"\n{again if keeps else gone}", markup=False, soft_wrap=True)


@dataclass
class Steps:
    """Counts what has been done."""

    total: int
    show: Callable[[int], None]
    n: int = 0

    def one(self) -> None:
        """One more."""
        self.n += 1
        self.show(self.n)
