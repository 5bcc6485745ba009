"""`./nrm simulate`: many histories, each with the next seed, until so many steps have been played; what fails is said with its seed."""

import logging
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import structlog
from rich.console import Console

from deploy.simulation.history import LONGEST, Tally, play
from deploy.simulation.land import MEMORY, SERVICES
from deploy.simulation.post import template

SHOWN = 5
SAID_EVERY = 100_000
"""Steps between two words on how it goes."""


def histories(seed: int, steps: int, losses: bool, jobs: int, templates: Path) -> Iterator[Tally]:
    """One history after another, `jobs` at a time, in the order of their seeds."""
    lengths = [min(LONGEST, steps - start) for start in range(0, steps, LONGEST)]
    for service in SERVICES.values():
        template(service, templates)
    one = partial(play, losses=losses, templates=templates)
    seeds = range(seed, seed + len(lengths))
    if jobs == 1:
        quiet()
        yield from map(one, seeds, lengths)
        return
    with ProcessPoolExecutor(jobs, initializer=quiet) as pool:
        yield from pool.map(one, seeds, lengths)


def quiet() -> None:
    """What instances say of their troubles is what the simulation made: nobody needs to read it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def run(seed: int, steps: int, losses: bool, jobs: int, console: Console) -> int:
    """Play, and say what was played and what is wrong; 1 where anything is."""
    start, tally = time.monotonic(), Tally()
    with tempfile.TemporaryDirectory(prefix="nrm-templates-", dir=MEMORY if MEMORY.is_dir() else None) as templates:
        for one in histories(seed, steps, losses, jobs, Path(templates)):
            before = tally.steps
            tally.add(one)
            if tally.steps // SAID_EVERY > before // SAID_EVERY:
                console.print(
                    f"{tally.steps} steps, {tally.records} records, {len(tally.failed)} seeds failed, {time.monotonic() - start:.0f} s"
                )
            for failed, (after, said) in one.failed.items():
                console.print(f"seed {failed} fails after {after} steps:", style="bold red")
                for sentence in said[:SHOWN]:
                    console.print(f"  {sentence}", markup=False, soft_wrap=True)
    seconds = time.monotonic() - start
    console.print(f"{tally.histories} histories, {tally.steps} steps in {seconds:.0f} s ({tally.steps / seconds:.0f} steps/s)")
    console.print(f"{tally.cases} cases, {tally.decisions} decisions told as stored, {tally.records} records on the log")
    console.print(", ".join(f"{n} {verdict}" for verdict, n in sorted(tally.verdicts.items())))
    console.print(", ".join(f"{n} {what}" for what, n in sorted(tally.seen.items())), markup=False)
    if not tally.failed:
        console.print("the oracle found nothing wrong")
        return 0
    console.print(f"wrong: {dict(tally.bad)}; play one again with ./nrm simulate --seed SEED --steps STEPS", markup=False)
    return 1
