"""The command `./nrm explore`."""

from typing import Annotated

import typer

from deploy.commands.options import console
from deploy.proving.explorer.rules import Checkpoints


def explore(
    decisions: Annotated[int, typer.Option(min=1, help="How many decisions, of anybody, a story holds.")] = 3,
    troubles: Annotated[int, typer.Option(min=0, help="How many restarts, lost or unanswered records a story holds.")] = 1,
    without: Annotated[list[str] | None, typer.Option(help="A rule to take out, to see what it is for; may be repeated.")] = None,
    checkpoints: Annotated[
        Checkpoints, typer.Option(help="What a checkpoint does to pictures: protocol 1 settles it.")
    ] = Checkpoints.SETTLED,
) -> None:
    """Play a small case in every order of a few decisions, by a model of the rules; fails with the shortest story that goes wrong."""
    from deploy.proving.explorer.command import bounds_of, run

    raise typer.Exit(run(bounds_of(decisions, troubles, without or [], checkpoints), console))
