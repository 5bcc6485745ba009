"""`./nrm soak`: agencies' processes are killed at random while many cases are played; then every decision is accounted for."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from rich.console import Console

from deploy.brokers import open_broker
from deploy.brokers.topics import ensure_topics
from deploy.demo.fleet import Fleet
from deploy.demo.folder import Folder
from deploy.demo.generated import Maker
from deploy.demo.offices import Offices
from deploy.demo.play import Teller, Told
from deploy.demo.screen import Screen
from deploy.demo.summary import records
from deploy.oracle import Judgement
from deploy.serve import country_of
from deploy.verify import verify
from shared.runtime.country import Country

COUNTRY = Path("serbia")
AT_ONCE = 12
"""Cases that are played at the same time."""
FIRST_PORT = 25000
SHORTEST, LONGEST = 0.2, 1.0
"""Seconds between two looks of the killer, drawn anew each time: some kills hit a process that is still starting."""


@dataclass(frozen=True)
class Soaked:
    """How a soak went."""

    kills: int
    cases: int
    left_out: int
    events: int
    seconds: float
    found: Judgement


class Killer:
    """Kills one process at a time and starts it again, until it has done so often enough."""

    def __init__(self, fleet: Fleet, kills: int, seed: int) -> None:
        self.fleet, self.kills, self.done = fleet, kills, 0
        self.draw = Random(seed)  # noqa: S311  a figure, not a secret

    async def work(self, share: Callable[[], float]) -> None:
        """Kill when the play has come as far as the kills have: they are spread over it. `share` says how far, from 0 to 1."""
        while self.done < self.kills:
            await asyncio.sleep(self.draw.uniform(SHORTEST, LONGEST))
            if share() * (self.kills + 1) < self.done + 0.5 and share() < 1:
                continue
            process = self.draw.choice(list(self.fleet.processes.values()))
            await asyncio.to_thread(process.kill)
            self.done += 1
            await asyncio.sleep(self.draw.uniform(0, 0.5))
            self.fleet.launch(process)


async def _play(fleet: Fleet, country: Country, cases: int, kills: int, seed: int, screen: Screen) -> tuple[int, int]:
    maker = Maker(country, seed)
    stories = [maker.crossing(n) for n in range(cases)]
    room, killer, over = asyncio.Semaphore(AT_ONCE), Killer(fleet, kills, seed), [0]
    with screen.steps(f"playing {cases} cases, killing {kills} times", sum(1 + len(s.steps) for s in stories)) as steps:
        async with Offices(lambda agency: fleet.processes[agency].url) as offices:
            teller = Teller(offices, country, seed, strict=False, step_done=steps.one)

            async def tell(told: Told) -> None:
                async with room:
                    await teller.report(told)
                    for hour, some in told.story.rounds():
                        await teller.round(told, hour, some)
                over[0] += 1

            killing = asyncio.create_task(killer.work(lambda: over[0] / cases))
            try:
                await asyncio.gather(*(tell(Told(story)) for story in stories))
                await killing  # Those that are left fall on processes that may have nothing to do: so it is at night.
            finally:
                killing.cancel()
                with suppress(asyncio.CancelledError):
                    await killing
            await offices.quiet(list(fleet.processes))
    return killer.done, teller.left_out


def soak(folder: Folder, cases: int, kills: int, seed: int, screen: Screen) -> Soaked:
    """Play, kill, wait until all is quiet, stop, and account for every decision."""
    start, country = time.monotonic(), country_of(COUNTRY)
    folder.empty()
    folder.make()
    with open_broker(folder.kafka, None, screen.say) as broker:
        asyncio.run(ensure_topics(broker.bus))
        fleet = Fleet(country, COUNTRY, folder, broker.bus, FIRST_PORT, screen.say)
        try:
            fleet.start()
            screen.done(f"{len(fleet.processes)} agencies ready", f"{time.monotonic() - start:.0f} s")
            killed, left_out = asyncio.run(_play(fleet, country, cases, kills, seed, screen))
            events = records(broker.bus)["events"]
        finally:
            fleet.stop()
    return Soaked(killed, cases, left_out, events, time.monotonic() - start, verify(folder.root))


def run(cases: int, kills: int, seed: int, keep: Path | None, console: Console) -> int:
    """Soak and say how it went; 0 when nothing was lost, nothing counted twice and nothing differs."""
    screen = Screen(console)
    with tempfile.TemporaryDirectory(prefix="nrm-soak-") as scratch:
        went = soak(Folder((keep or Path(scratch)).resolve()), cases, kills, seed, screen)
    found = went.found
    screen.done(
        f"{went.kills} kills, {went.cases} cases",
        f"{went.events} events, {went.seconds:.0f} s, {went.left_out} steps came too late for their case",
    )
    screen.say(", ".join(f"{n} {verdict}" for verdict, n in found.verdicts.items()))
    screen.say(f"lost {len(found.lost)}, counted twice {len(found.twice)}, differing {len(found.differing)}, parked {len(found.parked)}")
    for kind, said in found.wrong.items():
        for sentence in said[:10]:
            screen.say(f"{kind}: {sentence}")
    return 0 if found.ok else 1
