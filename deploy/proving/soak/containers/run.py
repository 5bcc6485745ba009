"""`./nrm soak --parts containers`: start the compose files, play cases while containers are killed, and account for every decision."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deploy.brokers.topics import PARTITIONS
from deploy.demo.folder import Folder
from deploy.demo.play import StoryProgress
from deploy.demo.quiescence import unrest
from deploy.demo.run import terminable
from deploy.demo.screen import Screen
from deploy.directory.ceremony import Ceremony
from deploy.directory.coordinator import DIRECTORY
from deploy.oracle import Judgement, judge
from deploy.process.country_file import country_of
from deploy.proving.land_keys import unsealed
from deploy.proving.soak.containers import joining
from deploy.proving.soak.containers.engine import Project, must_be_there
from deploy.proving.soak.containers.joining import Joining
from deploy.proving.soak.containers.land import TOOLS, Land
from deploy.proving.soak.containers.playing import SILENT_AT_MOST, Instances, Play
from deploy.proving.soak.containers.went import Went, show
from deploy.trouble import Trouble
from shared.crypto.directory_state import Listing
from shared.records.sealer import Sealer

CASES = 3
"""Played around each fault, where no other number is asked for."""
BACKUPS = "/data/backups"
"""In the volume that the containers share."""
Acting = Callable[[], object]


class Run:
    """One run from nothing to the account."""

    def __init__(self, folder: Folder, screen: Screen, seed: int, cases: int) -> None:
        self.folder, self.screen, self.cases = folder, screen, cases
        self.land = Land(screen.say)
        self.joining = Joining(folder.root, self.land)
        country = country_of(joining.COUNTRY)
        self.country = country.model_copy(update={"agencies": (*country.agencies, joining.LISTED.as_agency())})
        self.instances = Instances(self.land.addresses | self.joining.addresses)
        self.play = Play(self.instances, self.country, seed)
        self.seconds: dict[str, float] = {}

    def go(self) -> Went:
        """All of it. Raises Trouble."""
        self._timed("built and started, all healthy", self.land.start)
        pin = self.land.together(self.folder.root / "together-at-first") / "root.pin"
        self._timed(f"{joining.ID} joined with its own compose file", lambda: self.joining.join(pin.read_text().strip()))
        left = asyncio.run(self._play())
        self._timed("checked, backed up and restored in containers", self._by_hand)
        left += [f"{name} ended by itself and was started again {n} times" for at in self._projects for name, n in at.restarts().items()]
        self.joining.project.compose("stop")
        self.land.stop_agencies()
        found = self._account()
        return Went(
            len(self.play.cases), len(self.instances.promised), self.seconds, self.land.not_run, found, left + self.joining.second_place()
        )

    @property
    def _projects(self) -> tuple[Project, Project]:
        return self.joining.project, self.land.project

    def _timed(self, what: str, job: Acting) -> None:
        start = time.monotonic()
        job()
        self.seconds[what] = time.monotonic() - start
        self.screen.done(what, f"{self.seconds[what]:.0f} s")

    # --- cases, and what is broken meanwhile ---------------------------------------------------------------------------------------

    async def _play(self) -> list[str]:
        """Around each break; then what was not done in time, or is not seen where it must be."""
        async with self.instances:
            for one in self._breaks():
                start = time.monotonic()
                await self._around(one)
                self.seconds[one.what] = time.monotonic() - start
                self.screen.done(one.what, f"{self.cases} cases, {self.seconds[one.what]:.0f} s")
            return await self._rest() + await self.play.unseen()

    def _breaks(self) -> list["Break"]:
        land, joined = self.land.project, self.joining.project
        return [
            Break("nothing broken"),
            Break("Kafka killed, and started", lambda: land.compose("kill", "kafka"), lambda: land.compose("start", "kafka"), bus=False),
            _killed(land, "help-assistance"),
            _killed(joined, "assistance"),
            Break("all taken down, and put up", self._down, self._up, people=False),
        ]

    async def _around(self, one: "Break") -> None:
        """People report as soon as they can, the lead takes the cases on as soon as it hears of them, and all act in the end."""
        told = list[StoryProgress]()
        if one.people:
            await asyncio.to_thread(one.begin)
        told += [await self.play.report(on_page=n == 0) for n in range(self.cases)]
        if one.bus:
            await self._each(told, self.play.open)
        if not one.people:
            await asyncio.to_thread(one.begin)
        await asyncio.to_thread(one.end)
        if not one.bus:
            await self._each(told, self.play.open)
        await self._each(told, self.play.act)

    async def _each(self, told: Sequence[StoryProgress], do: Callable[[StoryProgress], Awaitable[None]]) -> None:
        await asyncio.gather(*map(do, told))

    def _down(self) -> None:
        for project in self._projects:
            project.down()

    def _up(self) -> None:
        self.land.up()
        self.joining.up()

    # --- what came of it -----------------------------------------------------------------------------------------------------------

    async def _rest(self) -> list[str]:
        """Wait until nobody has anything left to do; what is left after so long."""
        start, left = time.monotonic(), ["not asked"]
        while left and time.monotonic() - start < SILENT_AT_MOST:
            end = await asyncio.to_thread(self.land.ends)
            left = [said for name in self.instances.addresses for said in unrest(name, await self.instances.health_of(name), end)]
        self.seconds["at rest"] = time.monotonic() - start
        self.screen.done("at rest", f"{self.seconds['at rest']:.0f} s")
        return left

    def _by_hand(self) -> None:
        """What people do beside the services: look, back up PostgreSQL and SQLite, see whether it can be restored."""
        said = self.land.project.once(TOOLS, "agency", "backup", "--to", BACKUPS)
        place = next((line for line in said.splitlines() if line.startswith(BACKUPS)), "")
        if not place:
            raise Trouble(f"The backup did not say where it lies: {said.strip()}")
        self.land.project.once(TOOLS, "agency", "rehearse", place)
        self.joining.check()
        self._up()  # and everybody is healthy

    def _account(self) -> Judgement:
        records, rows = self.land.everything()
        seals = self._seals()
        return judge(rows | self.joining.rows(), unsealed(records, seals), partitions=PARTITIONS, promised=self.instances.promised)

    def _seals(self) -> dict[str, Sealer]:
        """With everybody's keys: those that lie together, and those of who joined."""
        together = self.land.together(self.folder.root / "together-at-last")
        ceremony = Ceremony(together, together / "keys", country_of(joining.COUNTRY))
        shared = Listing(self.country.id, bytes.fromhex(ceremony.coordinator.pin), together / DIRECTORY)
        return ceremony.seals() | {ring.instance: Sealer(ring, shared) for ring in self.joining.rings()}

    def end(self, *, keep: bool) -> None:
        """Remove the containers, and the volumes, too; where it is kept, write down the containers' output."""
        for project in self._projects:
            with suppress(Trouble):
                if keep:
                    project.keep_logs(self.folder.logs)
                project.down(forget=True)


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Break:
    """Something that is broken while cases are played, and mended."""

    what: str
    begin: Acting = _nothing
    end: Acting = _nothing
    bus: bool = True
    """Whether the lead hears meanwhile of what is reported."""
    people: bool = True
    """Whether people can report meanwhile."""


def _killed(project: Project, service: str) -> Break:
    what = f"{service} of {project.name} killed, and started"
    return Break(what, lambda: project.compose("kill", service), lambda: project.compose("start", service))


def run(seed: int, cases: int, keep: Path | None, console: Console) -> int:
    """Do it and say how it went; 0 when nothing was lost and every case is seen where it must be. Raises NoEngine, Trouble."""
    must_be_there()
    screen, folder = Screen(console), Folder((keep or Path(tempfile.mkdtemp(prefix="nrm-soak-"))).resolve())
    if any(folder.root.glob("*")):
        raise Trouble(f"{folder.root} is not empty; give another folder (--keep).")
    folder.make()
    one = Run(folder, screen, seed, cases)
    well = False
    try:
        with terminable():
            went = one.go()
        well = went.ok
    finally:
        one.end(keep=not well or keep is not None)
        if not well:
            screen.say(f"Everything is kept in {folder.root}.")
    show(went, console)
    if well and keep is None:
        folder.delete()
    return 0 if well else 1
