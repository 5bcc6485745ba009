"""The command `./nrm kafka`: one broker in the clear, or a cluster as production has it."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.options import KEPT, console
from deploy.trouble import Trouble


def kafka(
    data: Annotated[
        Path | None, typer.Option(help="Folder that keeps the log; made where it is missing.", show_default="var/kafka in the project")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port on loopback; the next free one where it is taken.")] = None,
    brokers: Annotated[int, typer.Option(min=1, help="How many brokers; several speak TLS only.")] = 1,
    tls: Annotated[bool, typer.Option("--tls", help="Mutual TLS, and access rules for the agencies of the country.")] = False,
    bus_only: Annotated[
        bool,
        typer.Option("--bus-only", help="For an operator: let nobody in and make nobody's keys; `agency admit` and the coordinator do."),
    ] = False,
    country: Annotated[Path, typer.Option(help="Country file, or name of one in the project.")] = Path("serbia"),
) -> None:
    """Run Kafka alone, with its topics, until Ctrl-C."""
    from deploy.commands.kafka_foreground import run, run_cluster
    from deploy.process.country_file import country_of

    if tls and port is not None:
        raise Trouble("With --tls the ports are chosen when the cluster is made, and kept: leave --port out.")
    if brokers > 1 and not tls:
        raise Trouble("Several brokers always speak TLS: add --tls.")
    if bus_only and not tls:
        raise Trouble("Who operates a bus for others lets each of them in by its certificate: add --tls.")
    if bus_only:
        from deploy.commands.kafka_foreground import run_bus

        run_bus(data or KEPT / "cluster", brokers, partial(console.print, soft_wrap=True))
    elif tls:
        whole = partial(console.print, soft_wrap=True)  # a command to copy stays on one line
        run_cluster(data or KEPT / "cluster", brokers, country_of(country), country, whole)
    else:
        run(data or KEPT / "kafka", port, country_of(country), country, partial(console.print, soft_wrap=True))
