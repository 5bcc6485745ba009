"""The command `./nrm verify`."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.options import console


def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a demo, or of databases.")],
    told: Annotated[Path | None, typer.Option(help="Log of the processes, kept elsewhere: no audit may differ from what it tells.")] = None,
) -> None:
    """Count what became of every decision, from the databases alone; fails when anything was lost, counted twice or differs."""
    from deploy.verify.command import run

    raise typer.Exit(run(folder, console, told))
