"""One instance or several in a process, with their relays and the log they read."""

from collections.abc import Sequence

from shared.config.garbage import look_seldom
from shared.config.kafka import Bus
from shared.config.tasks import end, kept
from shared.crypto.directory_state import Listing
from shared.messaging.capacity_topic import CapacityTopic
from shared.messaging.consumer import Consumer
from shared.messaging.directory_topic import DirectoryTopic
from shared.messaging.document_courier import DocumentCourier
from shared.messaging.figures_relay import FiguresRelay
from shared.messaging.relay import Relay
from shared.messaging.rounds import Producer, Rounds
from shared.processing.instance import Instance


class Running:
    """The instances of a process on a bus. Instances of one service may share one poll."""

    def __init__(
        self, instances: Sequence[Instance], bus: Bus, partitions: int, *, share_poll: bool = False, clocks: bool = True,
        listing: Listing | None = None,
    ) -> None:  # fmt: skip
        """`listing` is the directory of the process; that of the instances where none is named."""
        self.instances, self.bus, self.partitions = list(instances), bus, partitions
        groups = [self.instances] if share_poll else [[instance] for instance in self.instances]
        known = listing or next((instance.seal.listing for instance in instances if instance.seal), None)
        self.directory = DirectoryTopic(known, bus) if known else None
        self.logs = [Consumer(group, bus, partitions, group[0].service.topic, clocks=clocks) for group in groups]
        self.producer, self.figures = Producer(bus), Producer(bus)
        chooses = [instance for instance in self.instances if instance.service.name != "reporting"]
        self.capacity = CapacityTopic(chooses, known, bus, self.producer) if known and chooses else None
        """What agencies say they can take; nothing where nobody could prove who says it."""
        self.relays: list[Rounds] = []
        self.couriers: list[DocumentCourier] = []

    async def start(self) -> None:
        """Read and send. Returns at once: a bus that is away is waited for in the background."""
        look_seldom()
        self.relays = [Relay(instance, self.producer) for instance in self.instances]
        self.relays += [FiguresRelay(instance, self.figures) for instance in self.instances if instance.service.counts]
        self.tasks = [kept(f"{type(relay).__name__} of {relay.instance.me}", relay.run) for relay in self.relays]
        self.couriers = [DocumentCourier(instance, self.bus, self.partitions) for instance in self.instances if instance.documents]
        self.tasks += [kept(f"documents of {courier.instance.me}", courier.run) for courier in self.couriers]
        for topic in (self.directory, self.capacity):
            if topic:
                topic.start()
        for log in self.logs:
            await log.start()

    async def stop(self) -> None:
        """Stop reading and sending; what is committed stays."""
        await end(*self.tasks)
        for topic in (self.directory, self.capacity):
            if topic:
                await topic.stop()
        for log in self.logs:
            await log.stop()
        for producer in (self.producer, self.figures):
            await producer.close()
        for instance in self.instances:
            instance.close()
