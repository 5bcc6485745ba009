"""The command `./nrm demo`."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.options import KEPT, console


def demo(
    once: Annotated[bool, typer.Option("--once", help="Play, write the summary, stop.")] = False,
    summary: Annotated[Path | None, typer.Option("--json", help="Where --once writes its summary.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Where --once leaves databases and Kafka's data; nothing is left without it.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget what the last start kept.")] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder that keeps the demo.", show_default="var/demo in the project; var/demo-NAME of another country"),
    ] = None,
    country: Annotated[Path, typer.Option(help="Country file, or the name of one in the project.")] = Path("serbia"),
    seed: Annotated[int, typer.Option(help="Seed of the cases that are drawn.")] = 2024,
    cases: Annotated[int | None, typer.Option(min=1, help="Play only so many of the cases; all where it is not given.")] = None,
    port: Annotated[int, typer.Option(help="Port of the first agency's pages; the others follow.")] = 8000,
) -> None:
    """Start Kafka and all agencies of a country, play invented cases, and keep running until Ctrl-C."""
    from deploy.demo import run

    wish = run.DemoOptions(data or KEPT / run.folder_name(country), country, seed, port, reset, cases)
    raise typer.Exit(run.once(wish, console, summary, keep) if once else run.stay(wish, console))
