"""The command `./nrm adversary`."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.options import console
from shared.protocol.versions import FIRST, NEWEST


def adversary(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of a demo, whose log is read from its disk; a month is played where none is given.")
    ] = None,
    country: Annotated[Path, typer.Option(help="A country: one that comes with the project, or a file.")] = Path("serbia"),
    seed: Annotated[int, typer.Option(help="Seed of the month.")] = 7,
    cases: Annotated[
        int, typer.Option(min=0, help="How many cases the month has; beside a folder it is what there is to learn from.")
    ] = 100,
    protocol: Annotated[int, typer.Option(min=FIRST, max=NEWEST, help="The protocol under which the month's cases are opened.")] = NEWEST,
) -> None:
    """Play who has stolen the broker's disks and has no key: what he guesses better than by place and time alone."""
    from deploy.proving.adversary.command import run

    raise typer.Exit(run(folder, country, seed, cases, console, protocol))
