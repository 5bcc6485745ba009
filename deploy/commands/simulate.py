"""The command `./nrm simulate`."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.options import console


def simulate(
    seed: Annotated[int, typer.Option(help="Seed of the first history; each further one has the next.")] = 1,
    steps: Annotated[
        int, typer.Option(min=1, help="How many things happen, all histories together; with --seeds in each (4,000 at most).")
    ] = 20_000,
    seeds: Annotated[str, typer.Option(help="FROM-TO: a history of each of these seeds; --seed does not count.")] = "",
    losses: Annotated[bool, typer.Option("--losses", help="The broker also forgets records that it had acknowledged.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="How many processes play side by side.")] = 1,
    keep: Annotated[
        Path | None, typer.Option(help="A file with what each seed gave: what it has of this code is not played again, and is counted.")
    ] = None,
) -> None:
    """Play a whole country in one process, all chance drawn from a seed; fails when the oracle finds anything wrong at a quiet point."""
    from deploy.proving.simulation.command import chosen, run

    raise typer.Exit(run(chosen(seed, steps, seeds), console, losses=losses, jobs=jobs, keep=keep))
