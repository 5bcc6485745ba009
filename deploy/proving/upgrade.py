"""`./nrm upgrade`: agencies of two releases on one bus, cases meanwhile, one agency after the other upgraded while the others stay."""

import asyncio
import io
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deploy.brokers import open_broker
from deploy.brokers.topics import ensure_topics
from deploy.demo.fleet import READY_SECONDS, ROOT, UNSEALED, Fleet, Process
from deploy.demo.folder import Folder
from deploy.demo.generated import Maker
from deploy.demo.offices import Offices
from deploy.demo.play import StoryProgress, Teller
from deploy.demo.screen import Screen
from deploy.oracle import Judgement
from deploy.process.country_file import country_of
from deploy.process.work_folder import held
from deploy.trouble import Trouble
from deploy.verify.command import verify
from shared.config.attempts import poll_until
from shared.config.country import Country
from shared.protocol.versions import FIRST

COUNTRY = Path("serbia")
AT_ONCE = 6
"""Cases that are played at the same time."""
FIRST_PORT = 25100
PAUSE = 0.3
OLDER = {**UNSEALED, "NRM_PROTOCOL": str(FIRST)}
"""No directory says here what each agency reads."""


@dataclass(frozen=True)
class Upgraded:
    """How it went."""

    older: int
    """Agencies that began on the older release."""
    cases: int
    left_out: int
    seconds: float
    found: Judgement


def export(revision: str, to: Path) -> None:
    """The project as it was at a revision. Raises Trouble where git does not know it."""
    try:
        done = subprocess.run(["git", "-C", ROOT, "archive", "--format=tar", "--end-of-options", revision], capture_output=True)
    except FileNotFoundError:
        raise Trouble("git is not installed, so no older release can be had from the project's history.") from None
    if done.returncode:
        raise Trouble(f"git has no revision {revision} here ({done.stderr.decode().strip()}); in a shallow clone: git fetch --unshallow.")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        tar.extractall(to, filter="data")


class Upgrader:
    """Takes one agency after the other to this release, spread over the play."""

    def __init__(self, fleet: Fleet, older: list[Process]) -> None:
        self.fleet, self.left = fleet, list(older)
        self.all = len(older)

    async def work(self, share: Callable[[], float]) -> None:
        """Upgrade the next one when the play has come as far. `share` says how far, from 0 to 1."""
        while self.left:
            await asyncio.sleep(PAUSE)
            if share() * (self.all + 1) >= self.all - len(self.left) + 0.5 or share() >= 1:
                await asyncio.to_thread(self.one, self.left.pop(0))

    def one(self, process: Process) -> None:
        """Stop it in order, start it on this release, wait until it has caught up; the others go on meanwhile. Raises Trouble."""
        process.stop()
        process.root = ROOT
        self.fleet.launch(process)

        def late() -> Trouble:
            return Trouble(f"{process.agency.id} did not come up on this release. {process.died or f'See {process.log}.'}")

        def ready() -> bool:
            if process.died:
                raise late()
            return self.fleet.is_ready(process)

        poll_until(ready, READY_SECONDS, PAUSE, late)


async def _play(fleet: Fleet, country: Country, cases: int, older: list[Process], screen: Screen) -> int:
    maker, room, over = Maker(country, 1), asyncio.Semaphore(AT_ONCE), [0]
    stories = [maker.crossing(n) for n in range(cases)]
    with screen.steps(f"playing {cases} cases, upgrading {len(older)} agencies", sum(1 + len(s.steps) for s in stories)) as steps:
        async with Offices(lambda agency: fleet.processes[agency].url) as offices:
            teller = Teller(offices, country, 1, strict=False, step_done=steps.one)

            async def tell(told: StoryProgress) -> None:
                async with room:
                    await teller.report(told)
                    for hour, some in told.story.rounds():
                        await teller.round(told, hour, some)
                over[0] += 1

            async with asyncio.TaskGroup() as group:
                group.create_task(Upgrader(fleet, older).work(lambda: over[0] / cases))
                for story in stories:
                    group.create_task(tell(StoryProgress(story)))
            await offices.quiet(list(fleet.processes), fleet.bus)
    return teller.left_out


def upgrade(revision: str, folder: Folder, cases: int, screen: Screen) -> Upgraded:
    """Half of the agencies on the older release; in the end all on this one, and every decision accounted for. Raises Trouble."""
    start, country = time.monotonic(), country_of(COUNTRY)
    with tempfile.TemporaryDirectory(prefix="nrm-older-") as scratch:
        export(revision, Path(scratch))
        folder.empty()
        folder.make()
        with open_broker(folder.kafka, None, screen.say) as broker:
            asyncio.run(ensure_topics(broker.bus))
            fleet = Fleet(country, COUNTRY, folder, broker.bus, FIRST_PORT, screen.say, OLDER, broker=broker)
            older = [p for p in fleet.processes.values() if p.agency.id == country.lead or p.port % 2]
            for process in older:
                process.root = Path(scratch)
            try:
                fleet.start()
                screen.done(f"{len(older)} agencies on {revision}, {len(fleet.processes) - len(older)} on this release", "")
                left_out = asyncio.run(fleet.all_along(_play(fleet, country, cases, older, screen)))
            finally:
                fleet.stop()
    return Upgraded(len(older), cases, left_out, time.monotonic() - start, verify(folder.root))


def run(revision: str, cases: int, keep: Path | None, console: Console) -> int:
    """Play it and say how it went; 0 when nothing was lost, nothing counted twice and nothing differs."""
    screen = Screen(console)
    with tempfile.TemporaryDirectory(prefix="nrm-upgrade-") as scratch:
        folder = Folder((keep or Path(scratch)).resolve())
        with held(folder.root, "upgrade"):
            went = upgrade(revision, folder, cases, screen)
    screen.done(f"{went.older} agencies upgraded, {went.cases} cases", f"{went.seconds:.0f} s, {went.left_out} steps came too late")
    for kind, said in went.found.wrong.items():
        screen.say(f"{kind}: {len(said)}")
        for sentence in said[:10]:
            screen.say(f"  {sentence}")
    return 0 if went.found.ok else 1
