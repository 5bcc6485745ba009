"""Draws faults from a seed and lets them loose, several at once where they do not touch the same thing."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from random import Random

from deploy.proving.soak import faults, outages
from deploy.proving.soak.fault import InjectedFault
from deploy.proving.soak.load import CasePlayer
from deploy.proving.soak.stage import SoakStage
from deploy.trouble import Trouble

KINDS: dict[str, type[InjectedFault]] = {
    kind.name: kind
    for kind in (
        faults.Kill, faults.Stall, faults.TwoProcesses, faults.Restore, faults.ClockJump,
        faults.Cut, faults.SilentLine, faults.Deaf, faults.Slow, faults.LyingBroker,
        outages.Bounce, outages.BrokerStall, outages.Leaderless, outages.KafkaDown,
        outages.KafkaDisk, outages.DatabaseDisk, outages.PostgresKilled,
    )
}  # fmt: skip
"""Name → fault."""


def named(names: str) -> list[str]:
    """The faults that a command line names, `all` for every one. Raises Trouble."""
    chosen = list(KINDS) if names == "all" else [name.strip() for name in names.split(",") if name.strip()]
    if unknown := [name for name in chosen if name not in KINDS]:
        raise Trouble(f"There is no fault {', '.join(unknown)}; there are {', '.join(KINDS)}.")
    return chosen


class Chaos:
    """The faults of one run. Every kind comes before one comes again; the seed decides order, targets, lengths and pauses."""

    def __init__(self, stage: SoakStage, load: CasePlayer, names: Sequence[str], seed: int, pause: float) -> None:
        """`pause`: seconds between two faults, on average."""
        self.stage, self.load, self.pause = stage, load, pause
        self.draw = Random(seed)  # noqa: S311  a figure, not a secret
        self.not_run = {name: why for name in names if (why := stage.lacks(KINDS[name].needs))}
        self.names = [name for name in names if name not in self.not_run]
        self.done: Counter[str] = Counter()
        self.failed: list[str] = []
        """Faults that went wrong themselves: sentences."""
        self.healed_at = time.monotonic()
        self.deck: list[InjectedFault] = []
        self.running: set[asyncio.Task[None]] = set()

    async def work(self, seconds: float) -> None:
        """Break and mend for so long, and at least until each kind came once; then wait until all is mended."""
        until = time.monotonic() + seconds
        try:
            while self.names and (time.monotonic() < until or len(self.done) < len(self.names)):
                await asyncio.sleep(self.draw.expovariate(1 / self.pause))
                self.stage.supervise()
                if fault := self.next():
                    self._let_loose(fault)
            while self.running:
                await asyncio.wait(self.running)
        finally:
            await self._end()

    def next(self) -> InjectedFault | None:
        """The first of the deck that touches nothing that is held."""
        if not self.deck:
            order = self.draw.sample(self.names, len(self.names))
            self.deck = [KINDS[name](self.stage, self.load, Random(self.draw.random())) for name in order]  # noqa: S311
        for fault in self.deck:
            if not fault.claims & self.stage.held:
                self.deck.remove(fault)
                return fault
        return None

    def _let_loose(self, fault: InjectedFault) -> None:
        self.stage.held |= fault.claims
        task = asyncio.create_task(self._run(fault))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def _run(self, fault: InjectedFault) -> None:
        note, start = f"{fault.name} {fault.target}", time.monotonic()
        self.done[fault.name] += 1
        self.stage.note(f"{note}: begins")
        try:
            await fault.run()
        except Exception as error:  # noqa: BLE001  the run goes on, and says so in the end
            self.failed.append(f"{note} could not be done or mended: {type(error).__name__}: {error}")
            self.stage.note(self.failed[-1])
        finally:
            self.stage.held -= fault.claims
            self.healed_at = time.monotonic()
            self.stage.note(f"{note}: mended after {time.monotonic() - start:.1f} s")

    async def _end(self) -> None:
        for task in self.running:
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)
