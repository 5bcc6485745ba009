"""The table of faults that befall processes, lines and clocks."""

import asyncio
import signal
from typing import ClassVar

from deploy.demo.fleet import Process
from deploy.proving.soak.fault import InjectedFault, in_time, signal_all

TWO_HOURS = 7200


class Kill(InjectedFault):
    """An agency's process is killed (SIGKILL) and started again a little later."""

    name, seconds = "kill", (0, 5)

    def _choose(self) -> str:
        return self.an_agency()

    async def _inject(self) -> None:
        await asyncio.to_thread(self.stage.process(self.about).kill)

    async def _heal(self) -> None:
        await asyncio.to_thread(self.stage.fleet.launch, self.stage.process(self.about))


class Stall(InjectedFault):
    """An agency's process stands still (SIGSTOP) and goes on as if nothing had been."""

    name, seconds = "stall", (1, 20)

    def _choose(self) -> str:
        return self.an_agency()

    async def _inject(self) -> None:
        signal_all(self.stage.process(self.about).pids, signal.SIGSTOP)

    async def _heal(self) -> None:
        signal_all(self.stage.process(self.about).pids, signal.SIGCONT)


class TwoProcesses(InjectedFault):
    """A second process runs an agency on the same databases; then one of them alone again."""

    name, seconds = "two-processes", (8, 20)

    def _choose(self) -> str:
        return self.an_agency()

    async def _inject(self) -> None:
        first = self.stage.process(self.about)
        self.second = Process(first.agency, self.stage.ports.take(first.port + 20), first.log)
        await asyncio.to_thread(self.stage.fleet.launch, self.second)

    async def _heal(self) -> None:
        first = self.stage.process(self.about)
        for process in (self.second, first):
            await asyncio.to_thread(process.kill)
        await asyncio.to_thread(self.stage.fleet.launch, first)


class ClockJump(InjectedFault):
    """An agency's clock jumps by two hours, forwards or back, and later jumps again to the right time."""

    name, seconds = "clock", (5, 30)

    def _choose(self) -> str:
        self.wrong = self.draw.choice((-TWO_HOURS, TWO_HOURS))
        return self.an_agency()

    def _claims(self) -> set[str]:
        return {f"clock:{self.about}"}

    async def _inject(self) -> None:
        self.stage.clock_file(self.about).write_text(str(self.wrong))

    async def _heal(self) -> None:
        self.stage.clock_file(self.about).unlink()


class Restore(InjectedFault):
    """An agency's databases are backed up, and some time later put back as they were: it has forgotten what it did since."""

    name, seconds = "restore", (5, 15)

    def _choose(self) -> str:
        return self.an_agency()

    def _claims(self) -> set[str]:
        """Its server too: one that is killed while it copies a database leaves one that nobody can open."""
        return {self.target, *self.stage.store.servers(self.about)}

    async def _inject(self) -> None:
        process = self.stage.process(self.about)
        await asyncio.to_thread(process.kill)
        self.since = asyncio.get_running_loop().time()
        await in_time(lambda: self.stage.store.save(self.about))
        await asyncio.to_thread(self.stage.fleet.launch, process)
        await self.load.ready(self.about)

    async def _heal(self) -> None:
        process = self.stage.process(self.about)
        await asyncio.to_thread(process.kill)
        await in_time(lambda: self.stage.store.restore(self.about))
        self.load.forgot(self.about, self.since, asyncio.get_running_loop().time())
        await asyncio.to_thread(self.stage.fleet.launch, process)


class OfLine(InjectedFault):
    """Something is wrong with one agency's line to all brokers."""

    order: ClassVar[str]
    name, seconds = "", (2, 25)

    def _choose(self) -> str:
        self.delay = self.draw.uniform(0.05, 0.4)
        return self.an_agency()

    def _claims(self) -> set[str]:
        return {f"line:{self.about}"}

    async def _inject(self) -> None:
        await asyncio.to_thread(self.stage.network.do, self.order, self.about, self.delay)

    async def _heal(self) -> None:
        await asyncio.to_thread(self.stage.network.do, "mend", self.about)


class Cut(OfLine):
    """Its connections end and new ones are refused."""

    name = order = "cut"


class SilentLine(OfLine):
    """Nothing passes, and no connection ends."""

    name = order = "silent"


class Deaf(OfLine):
    """What it sends arrives; no answer comes back, and then its connections end: stored, but not acknowledged."""

    name = order = "deaf"


class Slow(OfLine):
    """Everything comes later, both ways."""

    name = order = "slow"


class LyingBroker(OfLine):
    """The broker acknowledges records that it has thrown away."""

    name, seconds = "lying", (2, 12)
    order = "lie"
    needs = "lines in the clear"
