"""The command `./nrm bench`."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.options import console


def bench(
    only: Annotated[
        list[str] | None, typer.Option(help="desks, process, hop, pipeline, catchup, foreign or figures; may be repeated.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small numbers: a look, not a measurement.")] = False,
    million: Annotated[bool, typer.Option("--million", help="Catch up on a million events, not on fewer scaled up.")] = False,
    kept: Annotated[
        Path | None, typer.Option(help="Keep what `tables` fills in this folder, a gigabyte, and use it again in the next run.")
    ] = None,
) -> None:
    """Measure, side by side in one run, the runtime against plain Kafka and a plain ORM; prints ratios, targets and the hardware."""
    from deploy.proving.bench.command import run

    raise typer.Exit(run(tuple(only or ()), quick, million, console, kept))
