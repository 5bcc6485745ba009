"""The faults of brokers, databases and their disks."""

import asyncio
import signal

from deploy.databases import Postgres
from deploy.proving.soak import brokers as bus
from deploy.proving.soak.databases import Servers
from deploy.proving.soak.fault import InjectedFault, in_time, signal_all

FAILED = "because the log directory has failed"
"""What Kafka writes when it has lost a log folder."""


class OfBroker(InjectedFault):
    """Something happens to one broker."""

    def _choose(self) -> str:
        return self.a_broker()

    def kill(self, n: int) -> None:
        """End a broker as a power cut would."""
        self.stage.brokers.nodes[n].kill()

    async def launch(self, *numbers: int) -> None:
        """Start brokers again, and wait until each answers: only then is the fault over."""
        for n in numbers:
            await in_time(lambda n=n: bus.launch(self.stage.brokers, n))
        for n in numbers:
            await in_time(lambda n=n: bus.answers(self.stage.brokers, n), seconds=120)


class Bounce(OfBroker):
    """A broker is killed (SIGKILL) and started again."""

    name, seconds = "bounce", (0.5, 8)

    async def _inject(self) -> None:
        await asyncio.to_thread(self.kill, int(self.about))

    async def _heal(self) -> None:
        await self.launch(int(self.about))


class BrokerStall(OfBroker):
    """A broker stands still (SIGSTOP)."""

    name, seconds = "broker-stall", (1, 15)

    async def _inject(self) -> None:
        signal_all(self.stage.brokers.nodes[int(self.about)].pids, signal.SIGSTOP)

    async def _heal(self) -> None:
        signal_all(self.stage.brokers.nodes[int(self.about)].pids, signal.SIGCONT)


class Leaderless(OfBroker):
    """Of three brokers two are killed, so that no partition has a leader that may take anything; then they come back."""

    name, seconds = "leaderless", (5, 15)
    needs = "three brokers"

    def _choose(self) -> str:
        self.left = self.draw.randrange(len(self.stage.brokers.nodes))
        return "brokers"

    @property
    def _others(self) -> list[int]:
        return [n for n in range(len(self.stage.brokers.nodes)) if n != self.left]

    async def _inject(self) -> None:
        for n in self._others:
            await asyncio.to_thread(self.kill, n)

    async def _heal(self) -> None:
        await self.launch(*self._others)


class KafkaDown(OfBroker):
    """All brokers are away until so many decisions wait in the outboxes; meanwhile people go on working."""

    name = "kafka-down"
    queued = 5000
    """Decisions that the agencies make meanwhile."""

    def _choose(self) -> str:
        return "brokers"

    async def _inject(self) -> None:
        for n in range(len(self.stage.brokers.nodes)):
            await asyncio.to_thread(self.kill, n)

    async def _hold(self) -> None:
        """Until the decisions are made."""
        await self.load.pile_up(self.queued)

    async def _heal(self) -> None:
        await self.launch(*range(len(self.stage.brokers.nodes)))


class KafkaDisk(OfBroker):
    """The disk under one broker's log is full; then there is room again, and the broker is started if it has ended."""

    name, seconds = "disk-kafka", (3, 12)
    needs = "small disks"

    def _choose(self) -> str:
        return "broker:0"

    async def _inject(self) -> None:
        self.failed = (self.stage.brokers.nodes[0].data / "broker.log").read_text(errors="replace").count(FAILED)
        await asyncio.to_thread(self.stage.disks["kafka"].fill)

    async def _heal(self) -> None:
        self.stage.disks["kafka"].free()
        node = self.stage.brokers.nodes[0]
        if not node.ended and (node.data / "broker.log").read_text(errors="replace").count(FAILED) > self.failed:
            await asyncio.to_thread(self.kill, 0)  # Kafka lives on without the log folder that failed it, until it is started again.
        await self.launch(0)


class DatabaseDisk(InjectedFault):
    """The disk under one agency's databases is full; then there is room again."""

    name, seconds = "disk-database", (3, 20)
    needs = "small disks"

    def _choose(self) -> str:
        return f"agency:{self.stage.small}"

    def _claims(self) -> set[str]:
        return {self.target, "server:1"}

    async def _inject(self) -> None:
        await asyncio.to_thread(self.stage.disks["database"].fill)

    async def _heal(self) -> None:
        self.stage.disks["database"].free()
        if isinstance(self.stage.store, Servers):
            await in_time(self.stage.store.own[self.stage.small].start)
        if not self.stage.process(self.stage.small).running:
            await asyncio.to_thread(self.stage.fleet.launch, self.stage.process(self.stage.small))


class PostgresKilled(InjectedFault):
    """A PostgreSQL server and all its workers are killed (SIGKILL) and started again."""

    name, seconds = "postgres", (0.5, 8)
    needs = "PostgreSQL"

    def _choose(self) -> str:
        return f"server:{self.draw.randrange(len(self._servers()))}" if self._servers() else "server:0"

    def _servers(self) -> list[Postgres]:
        store = self.stage.store
        return store.all if isinstance(store, Servers) else []

    async def _inject(self) -> None:
        await asyncio.to_thread(self._servers()[int(self.about)].kill)

    async def _heal(self) -> None:
        await in_time(self._servers()[int(self.about)].start)
