"""The command `./nrm kafka`: one broker in the clear, or a cluster as production has it."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.options import KEPT
from deploy.trouble import Trouble

console = Console(highlight=False)


def kafka(
    data: Annotated[
        Path | None, typer.Option(help="Folder that keeps the log; made where it is missing.", show_default="var/kafka in the project")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port on loopback; the next free one where it is taken.")] = None,
    brokers: Annotated[int, typer.Option(min=1, help="How many brokers; several speak TLS only.")] = 1,
    tls: Annotated[bool, typer.Option("--tls", help="Mutual TLS, and access rules for the agencies of the country.")] = False,
    country: Annotated[Path, typer.Option(help="Country file, or name of one in the project.")] = Path("serbia"),
) -> None:
    """Run Kafka alone, with its topics, until Ctrl-C."""
    from deploy.brokers.foreground import run, run_cluster
    from deploy.serve import country_of

    if tls and port is not None:
        raise Trouble("With --tls the ports are chosen when the cluster is made, and kept: leave --port out.")
    if brokers > 1 and not tls:
        raise Trouble("Several brokers always speak TLS: add --tls.")
    if tls:
        whole = partial(console.print, soft_wrap=True)  # a command to copy stays on one line
        run_cluster(data or KEPT / "cluster", brokers, country_of(country), country, whole)
    else:
        run(data or KEPT / "kafka", port, country_of(country), country, partial(console.print, soft_wrap=True))
