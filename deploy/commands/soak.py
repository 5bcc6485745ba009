"""The command `./nrm soak`; what it does is imported when it is asked for."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.options import console


class Parts(StrEnum):
    """What a soak runs on."""

    SMALL = "small"
    REAL = "real"
    CONTAINERS = "containers"


DRAWN = ("faults", "minutes", "pause", "queued", "acts", "jaeger")
"""Options of the runs that draw their faults; what happens to containers, how long it takes and who watches is written down."""


def soak(
    context: typer.Context,
    faults: Annotated[str, typer.Option(help="all, or some by name: kill,stall,bounce,…")] = "kill",
    seed: Annotated[int, typer.Option(help="Seed of cases and faults.")] = 1,
    minutes: Annotated[float, typer.Option(help="For how long faults come.")] = 5,
    parts: Annotated[
        Parts,
        typer.Option(
            help="small: one Kafka, SQLite. real: three brokers with mutual TLS and ACLs, PostgreSQL. containers: the compose files, with "
            "Docker and Compose 2; their faults are always the same."
        ),
    ] = Parts.SMALL,
    pause: Annotated[float, typer.Option(help="Seconds between two faults, on average.")] = 4,
    queued: Annotated[int, typer.Option(help="Decisions that are made while Kafka is down.")] = 5000,
    cases: Annotated[
        int | None, typer.Option(min=1, help="Cases that are played at the same time.", show_default="24; with containers 3")
    ] = None,
    acts: Annotated[int, typer.Option(help="How often an agency acts for the person after each round, on average.")] = 3,
    jaeger: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Jaeger's program (all-in-one): it is told all spans, and asked for them in the end."
        ),
    ] = None,
    keep: Annotated[Path | None, typer.Option(help="Where to leave everything; a run that went well leaves nothing without it.")] = None,
) -> None:
    """Play cases under faults; fails when a decision is lost, doubled or stuck, or members differ, or it is not at rest a minute later."""
    if parts is Parts.CONTAINERS:
        from deploy.proving.soak.containers.run import CASES
        from deploy.proving.soak.containers.run import run as run_containers

        _must_be_left_out(context, DRAWN)
        raise typer.Exit(run_containers(seed, cases or CASES, keep, console))
    from deploy.proving.soak.command import SoakOptions, named, run

    wish = SoakOptions(named(faults), seed, minutes, parts.value, pause, queued, cases or 24, acts, jaeger=jaeger)
    raise typer.Exit(run(wish, keep, console))


def _must_be_left_out(context: typer.Context, names: Iterable[str]) -> None:
    given = [name for name in names if (source := context.get_parameter_source(name)) and source.name != "DEFAULT"]
    if given:
        raise typer.BadParameter(f"with --parts containers there is no --{', no --'.join(given)}: their faults are always the same")
