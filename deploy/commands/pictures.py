"""The command `./nrm pictures`."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.options import KEPT, console


def pictures(
    to: Annotated[Path, typer.Option(help="Folder that the pictures go to.", show_default="docs/pictures")] = KEPT.parent / "docs/pictures",
    country: Annotated[Path, typer.Option(help="Country file, or the name of one in the project.")] = Path("serbia"),
    seed: Annotated[int, typer.Option(help="Seed of the cases that are drawn.")] = 2024,
) -> None:
    """Play the demo from its seed and have Chromium take twelve pictures of its pages."""
    from deploy.demo.pictures import take

    raise typer.Exit(take(to, country, seed, console))
