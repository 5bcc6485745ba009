"""`./nrm simulate`: many histories, one of each seed; what fails is printed with its seed, and in the end how much was looked at."""

import logging
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import structlog
from rich.console import Console

from deploy.proving.simulation.coverage import sentences
from deploy.proving.simulation.history import LONGEST_HISTORY, Tally, play
from deploy.proving.simulation.kept import known, wrote
from deploy.proving.simulation.land import MEMORY, SERVICES
from deploy.proving.simulation.post import template
from deploy.trouble import Trouble

SHOWN = 5
SAID_EVERY = 100_000
"""Steps between two words on how it goes."""
Histories = Sequence[tuple[int, int]]
"""(seed, steps) of each."""


def chosen(seed: int, steps: int, seeds: str) -> Histories:
    """The histories asked for: one of each seed FROM-TO, or from one seed on until so many steps have been played. Of a range, `steps` are
    those of each. Raises Trouble."""
    if not seeds:
        return [(seed + n, min(LONGEST_HISTORY, steps - start)) for n, start in enumerate(range(0, steps, LONGEST_HISTORY))]
    first, _, last = seeds.partition("-")
    if not (first.isdigit() and last.isdigit() and int(first) <= int(last)):
        raise Trouble(f"“{seeds}” is no range of seeds; say FROM-TO, both whole numbers, as in --seeds 1000-1299.")
    return [(one, min(LONGEST_HISTORY, steps)) for one in range(int(first), int(last) + 1)]


def _played(histories: Histories, losses: bool, jobs: int, templates: Path) -> Iterator[Tally]:
    for service in SERVICES.values():
        template(service, templates)
    one, todo = partial(play, losses=losses, templates=templates), list(zip(*histories, strict=True)) or [(), ()]
    if jobs == 1:
        with quietly():
            yield from map(one, *todo)
        return
    with ProcessPoolExecutor(jobs, initializer=quiet) as pool:
        yield from pool.map(one, *todo)


def quiet() -> None:
    """What instances say of their troubles is what the simulation made: nobody needs to read it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@contextmanager
def quietly() -> Generator[None]:
    """The same for a while, in a process that goes on."""
    before = structlog.get_config()
    quiet()
    try:
        yield
    finally:
        structlog.configure(**before)


def run(histories: Histories, console: Console, *, losses: bool, jobs: int, keep: Path | None = None) -> int:
    """Play, and say what was played and what is wrong; 1 where anything is. What `keep` has of this code already is counted, not played."""
    start, whole = time.monotonic(), Tally()
    before = known(keep, losses) if keep else {}
    there = [before[history] for history in histories if history in before]
    todo = [history for history in histories if history not in before]
    for tally in there:
        whole.add(tally)
    with tempfile.TemporaryDirectory(prefix="nrm-templates-", dir=MEMORY if MEMORY.is_dir() else None) as templates:
        for (seed, steps), tally in zip(todo, _played(todo, losses, jobs, Path(templates)), strict=True):
            if keep:
                wrote(keep, seed, steps, losses, tally)
            _progress(whole, tally, len(todo), time.monotonic() - start, console)
    seconds = time.monotonic() - start
    told = f", {len(there)} of them kept from before" if there else ""
    console.print(f"{whole.histories} histories{told}, {whole.steps} steps in {seconds:.0f} s")
    return _say(whole, losses, console)


def _progress(whole: Tally, one: Tally, todo: int, seconds: float, console: Console) -> None:
    before = whole.steps
    whole.add(one)
    if whole.steps // SAID_EVERY > before // SAID_EVERY:
        console.print(
            f"{whole.steps} steps, {whole.histories} histories ({todo} to play), {len(whole.failed)} seeds failed, {seconds:.0f} s"
        )
    _failures(one, console)


def _failures(one: Tally, console: Console) -> None:
    for failed, (after, said) in one.failed.items():
        console.print(f"seed {failed} fails after {after} steps:", style="bold red")
        for sentence in said[:SHOWN]:
            console.print(f"  {sentence}", markup=False, soft_wrap=True)


def _say(tally: Tally, losses: bool, console: Console) -> int:
    console.print(f"{tally.cases} cases, {tally.decisions} decisions told as stored, {tally.records} records on the log")
    console.print(", ".join(f"{n} {verdict}" for verdict, n in sorted(tally.verdicts.items())))
    console.print(", ".join(f"{n} {what}" for what, n in sorted(tally.seen.items())), markup=False)
    for sentence in sentences(tally.met, losses=losses):
        console.print(sentence, markup=False)
    if not tally.failed:
        console.print("the oracle found nothing wrong")
        return 0
    said = f"wrong in {len(tally.failed)} histories: {dict(tally.bad)}; play one again with ./nrm simulate --seed SEED --steps STEPS"
    console.print(f"{said}: {', '.join(map(str, sorted(tally.failed)))}", markup=False)
    return 1
