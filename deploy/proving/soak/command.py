"""`./nrm soak`: one run from a seed, and what it came to, with everything that is needed to run it again."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.demo.folder import Folder
from deploy.demo.run import terminable
from deploy.demo.screen import Screen
from deploy.observability.jaeger import Jaeger
from deploy.process.work_folder import held
from deploy.proving.soak.account import Account, account
from deploy.proving.soak.chaos import Chaos, named
from deploy.proving.soak.draining import drain
from deploy.proving.soak.load import CasePlayer, Noting
from deploy.proving.soak.outages import KafkaDown
from deploy.proving.soak.read_back import ReadBack, read_back, wait_until_sent, watching
from deploy.proving.soak.stage import COUNTRY, SoakStage

AT_REST_WITHIN = 60
"""So soon after the last fault everything must be on the log and read by everybody."""
WAITED_AT_MOST = 240
"""So long it is waited for all the same, so that one knows."""
SHOWN = 10


@dataclass(frozen=True)
class SoakOptions:
    """What the command line asks for. `pause`: seconds between two faults, on average; `cases` and `acts`: how much is played meanwhile."""

    faults: Sequence[str]
    seed: int = 1
    minutes: float = 5
    parts: str = "small"
    pause: float = 4
    queued: int = KafkaDown.queued
    cases: int = 24
    acts: int = 3
    country: Path = COUNTRY
    jaeger: Path | None = None
    """Jaeger's program, where what agencies tell is to be read back."""

    @property
    def again(self) -> str:
        """The command that does the same once more."""
        return (
            f"./nrm soak --faults {','.join(self.faults)} --seed {self.seed} --minutes {self.minutes:g} --parts {self.parts} "
            f"--pause {self.pause:g} --queued {self.queued} --cases {self.cases} --acts {self.acts}"
            f"{f' --jaeger {self.jaeger}' if self.jaeger else ''}"
        )


@dataclass(frozen=True)
class Soaked:
    """How a run went."""

    faults: dict[str, int]
    not_run: dict[str, str]
    restarted: int
    cases: int
    given_up: int
    piled: list[tuple[int, float]]
    """Decisions made while the bus was away, with the 95th percentile of the waits for one, in seconds."""
    drained: float
    """Seconds from the last fault's end until all was at rest."""
    left: list[str]
    """What was not at rest even then, and faults that could not be mended."""
    seconds: float
    found: Account
    traces: ReadBack | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong and all came to rest in time."""
        return self.found.ok and not self.left and self.drained <= AT_REST_WITHIN and not (self.traces and self.traces.wrong)


def soak(wish: SoakOptions, folder: Folder, screen: Screen) -> Soaked:
    """Build the stage, play under faults, wait until all is at rest, and account for everything. Raises Trouble."""
    start = time.monotonic()
    KafkaDown.queued = wish.queued
    stage = SoakStage(folder, wish.parts, screen.say, disks=any(name.startswith("disk-") for name in wish.faults), country=wish.country)
    keep = True
    try:
        with watching(wish.jaeger, folder.root) as jaeger:
            stage.collector = jaeger.takes if jaeger else ""
            stage.start()
            screen.done(f"{len(stage.fleet.processes)} agencies ready", f"{time.monotonic() - start:.0f} s")
            went = asyncio.run(_play(wish, stage, screen, jaeger))
        keep = not went.ok
    finally:
        stage.stop(keep=keep)
    return went


async def _play(wish: SoakOptions, stage: SoakStage, screen: Screen, jaeger: Jaeger | None) -> Soaked:
    start = time.monotonic()
    async with Noting(stage) as offices:
        load = CasePlayer(stage, offices, wish.seed, wish.cases, wish.acts)
        chaos = Chaos(stage, load, wish.faults, wish.seed, wish.pause)
        for name, why in chaos.not_run.items():
            screen.console.print(f"  NOT RUN: {name}: {why}", style="bold yellow", markup=False)
        await _both(load, chaos, wish.minutes * 60)
        left = await drain(stage, offices, WAITED_AT_MOST) + chaos.failed
        drained = time.monotonic() - chaos.healed_at
        screen.done("at rest", f"{drained:.1f} s after the last fault")
    if jaeger:
        await asyncio.to_thread(wait_until_sent, stage, jaeger)
    await asyncio.to_thread(stage.stop_agencies)
    found = await asyncio.to_thread(account, stage, offices.promised, load.forgotten)
    traces = await asyncio.to_thread(read_back, stage, jaeger) if jaeger else None
    return Soaked(
        dict(chaos.done), chaos.not_run, stage.restarted, load.begun, load.given_up, [(p.decisions, p.p95) for p in load.piled],
        drained, left, time.monotonic() - start, found, traces,
    )  # fmt: skip


async def _both(load: CasePlayer, chaos: Chaos, seconds: float) -> None:
    """The load goes on until the last fault has been mended."""
    playing = asyncio.create_task(load.work())
    breaking = asyncio.create_task(chaos.work(seconds))
    try:
        await asyncio.wait({playing, breaking}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (playing, breaking):
            if not task.done():
                task.cancel()
        with suppress(asyncio.CancelledError):
            await playing
        await breaking


def run(wish: SoakOptions, keep: Path | None, console: Console) -> int:
    """Soak and say how it went; 0 when nothing was lost, doubled, differing, stuck or misplaced, and all was at rest in time."""
    screen = Screen(console)
    folder = Folder((keep or Path(tempfile.mkdtemp(prefix="nrm-soak-"))).resolve())
    with terminable(), held(folder.root, "soak"):
        went = soak(wish, folder, screen)
    console.print(_table(went))
    for kind, said in went.found.wrong.items():
        for sentence in said[:SHOWN]:
            screen.say(f"{kind}: {sentence}")
    for sentence in [*went.left[:SHOWN], *(went.traces.wrong[:SHOWN] if went.traces else ())]:
        screen.say(f"not well: {sentence}")
    if went.ok and keep is None:
        folder.delete()
    if not went.ok:
        screen.say(f"Everything is kept in {folder.root}. The same again: {wish.again}")
    return 0 if went.ok else 1


def _table(went: Soaked) -> Table:
    table = Table("what", "", title="soak", title_justify="left")
    for name, n in sorted(went.faults.items()):
        table.add_row(f"fault {name}", str(n))
    for name, why in went.not_run.items():
        table.add_row(f"fault {name}", f"[yellow]not run: {why}[/]")
    found = went.found
    table.add_row("processes that ended by themselves", str(went.restarted))
    table.add_row("cases", f"{went.cases}, of which {went.given_up} were given up")
    table.add_row("events", f"{found.events} in {went.seconds:.0f} s ({found.events / went.seconds:.0f}/s)")
    for protocol, n in sorted(found.protocols.items()):
        table.add_row(f"cases under protocol {protocol}", str(n))
    for verdict, n in found.verdicts.items():
        table.add_row(f"records {verdict}", str(n))
    for decisions, p95 in went.piled:
        table.add_row("decided while Kafka was down", f"{decisions}, 95 of 100 within {1000 * p95:.0f} ms")
    if read := went.traces:
        table.add_row("traces in Jaeger", f"{read.cases} of cases, {read.pairs} pairs of agencies")
        table.add_row("spans in Jaeger", f"{read.spans - read.unsent} of {read.spans} as they were sent, {read.refilled} by a replay")
        table.add_row("requests in Jaeger", f"{read.requests}, of which {read.linked} lead to a decision")
        table.add_row("wrong in Jaeger", f"[red]{len(read.wrong)}[/]" if read.wrong else "0")
    for kind, said in found.wrong.items():
        table.add_row(kind, f"[red]{len(said)}[/]" if said else "0")
    table.add_row(
        "at rest after the last fault",
        f"{went.drained:.1f} s" if went.drained < WAITED_AT_MOST else f"[red]not within {WAITED_AT_MOST} s[/]",
    )
    return table


__all__ = ["Soaked", "SoakOptions", "named", "run", "soak"]
