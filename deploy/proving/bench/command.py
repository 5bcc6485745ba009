"""Runs the benches one after the other on one Kafka, prints the hardware and the table."""

import asyncio
import gc
import shutil
import tempfile
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from rich.console import Console

from deploy.brokers import open_broker
from deploy.brokers.topics import ensure_topics
from deploy.proving.bench.lab import Lab
from deploy.proving.bench.rows import BenchRow, machine, table
from deploy.trouble import Trouble

NAMES = (
    "desks", "today", "busy", "documents", "process", "hop", "pipeline", "catchup", "foreign", "sealing", "figures", "operators", "tables",
    "instrumented",
)  # fmt: skip
"""In this order: the first needs a log on which no case lies yet."""


def run(only: Sequence[str], quick: bool, million: bool, console: Console, kept: Path | None = None) -> int:
    """Measure on a fresh Kafka and fresh databases, but for what is `kept`; print the figures. The exit status is always 0: this judges
    nothing. Raises Trouble."""
    if unknown := set(only) - set(NAMES):
        raise Trouble(f"There is no bench {sorted(unknown)[0]}; there are {', '.join(NAMES)}.")
    home = Path(tempfile.mkdtemp(prefix="nrm-bench-"))
    said = machine(home)
    try:
        with open_broker(home / "kafka", None, console.print) as broker:
            lab = Lab(broker.bus, home, quick, million, kept and kept.resolve())
            rows = asyncio.run(_all(lab, [name for name in NAMES if not only or name in only], console))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    console.print(said)
    console.print(table(rows))
    return 0


async def _all(lab: Lab, names: Sequence[str], console: Console) -> list[BenchRow]:
    await ensure_topics(lab.bus)
    rows: list[BenchRow] = []
    for name in names:
        started = time.perf_counter()
        rows += await import_module(f"deploy.proving.bench.{name}").measure(lab)
        console.print(f"{name}: {time.perf_counter() - started:.0f} s")
        gc.collect()
    return rows
