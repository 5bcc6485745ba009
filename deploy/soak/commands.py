"""The command `./nrm soak`; what it does is imported when it is asked for."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


class Parts(StrEnum):
    """What a soak runs on."""

    SMALL = "small"
    REAL = "real"


def soak(
    faults: Annotated[str, typer.Option(help="all, or some by name: kill,stall,bounce,…")] = "kill",
    seed: Annotated[int, typer.Option(help="Seed of cases and faults.")] = 1,
    minutes: Annotated[float, typer.Option(help="For how long faults come.")] = 5,
    parts: Annotated[
        Parts, typer.Option(help="small: one Kafka, SQLite. real: three brokers with mutual TLS and ACLs, PostgreSQL.")
    ] = Parts.SMALL,
    pause: Annotated[float, typer.Option(help="Seconds between two faults, on average.")] = 4,
    queued: Annotated[int, typer.Option(help="Decisions that are made while Kafka is down.")] = 5000,
    cases: Annotated[int, typer.Option(help="Cases that are played at the same time.")] = 24,
    acts: Annotated[int, typer.Option(help="How often an agency acts for the person after each round, on average.")] = 3,
    keep: Annotated[Path | None, typer.Option(help="Where to leave everything; a run that went well leaves nothing without it.")] = None,
) -> None:
    """Play cases under faults; fails when a decision is lost, doubled or stuck, or members differ, or it is not at rest a minute later."""
    from deploy.soak.command import Wish, named, run

    raise typer.Exit(run(Wish(named(faults), seed, minutes, parts.value, pause, queued, cases, acts), keep, Console(highlight=False)))
