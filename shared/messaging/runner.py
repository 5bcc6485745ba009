"""One instance or several in a process, with their relays and the log they read."""

import asyncio
import gc
from collections.abc import Sequence

from shared.config.kafka import Bus
from shared.config.tasks import end
from shared.crypto.directory_state import Listing
from shared.messaging.consumer import Consumer
from shared.messaging.directory_topic import DirectoryTopic
from shared.messaging.relay import Producer, Relay
from shared.processing.instance import Instance

YOUNG, MIDDLE, OLD = 20_000, 20, 50
"""How seldom Python looks for cycles. A poll makes a hundred thousand objects and no cycle, and the pictures in memory are many: with
Python's own figures (700, 10, 10) a third to a half of all processor time went into looking at them again and again."""


class Running:
    """The instances of a process on a bus. Instances of one service may share one poll."""

    def __init__(
        self, instances: Sequence[Instance], bus: Bus, partitions: int, *, share_poll: bool = False, clocks: bool = True,
        listing: Listing | None = None,
    ) -> None:  # fmt: skip
        """`listing` is the directory of the process; that of the instances where none is named."""
        self.instances, self.bus = list(instances), bus
        groups = [self.instances] if share_poll else [[instance] for instance in self.instances]
        known = listing or next((instance.seal.listing for instance in instances if instance.seal), None)
        self.board = DirectoryTopic(known, bus) if known else None
        self.logs = [Consumer(group, bus, partitions, group[0].service.topic, clocks=clocks) for group in groups]
        self.producer = Producer(bus)
        self.relays: list[Relay] = []

    async def start(self) -> None:
        """Read and send. Returns at once: a bus that is away is waited for in the background."""
        gc.set_threshold(YOUNG, MIDDLE, OLD)
        self.relays = [Relay(instance, self.producer) for instance in self.instances]
        self.tasks = [asyncio.create_task(relay.run()) for relay in self.relays]
        if self.board:
            self.board.start()
        for log in self.logs:
            await log.start()

    async def stop(self) -> None:
        """Stop reading and sending; what is committed stays."""
        await end(*self.tasks)
        if self.board:
            await self.board.stop()
        for log in self.logs:
            await log.stop()
        await self.producer.close()
        for instance in self.instances:
            instance.close()
