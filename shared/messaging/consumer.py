"""The consumer: whole polls of all partitions, assigned by hand; every instance moves its own position. FastStream holds the connection."""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from time import monotonic
from typing import Any

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError
from faststream.kafka import KafkaBroker
from faststream.security import BaseSecurity
from tenacity import AsyncRetrying, retry_if_result, stop_after_attempt, wait_fixed

from shared.config.attempts import endlessly, last_answer
from shared.config.kafka import Bus
from shared.config.tasks import end, kept
from shared.decisions.send_queue import LogEnds
from shared.messaging.letting_go import let_go
from shared.messaging.log_watch import SILENT, LogWatch
from shared.messaging.prefetch import Prefetch
from shared.messaging.subscription import SilentClient, subscription
from shared.processing.faults import Fault, Faulty
from shared.processing.housekeeping import caught_up, in_turn, miss
from shared.processing.instance import Instance
from shared.processing.rest import Rest
from shared.records.codec import TOPIC
from shared.records.reader import RawRecord, read
from shared.store.database import is_away, is_refused
from shared.store.positions import AnotherLog, Bounds

logger: Any = structlog.get_logger("nrm.log")
LOOKS_AT_THE_END = 6
"""How often the end of a log is asked for that seems to lie before our position, half a second between."""
TICK = 0.5
"""Seconds between looks at clocks, parked cases and positions."""
TELLS = 5.0
"""Seconds between two positions that Kafka's group is told: as its own clients do unless they are told otherwise."""
STOPS = 5.0
"""Seconds that a client may take to let go of the bus."""
UNTENDED = 30.0
"""Seconds for which something of what comes round could not be done; after that it is reported."""
LONG = 4.0
"""Seconds that a directory may take to come; after that the wait goes on, and is reported."""


class Consumer:
    """One shared poll for the instances of a process (one, or many in an import)."""

    def __init__(
        self, instances: Sequence[Instance], bus: Bus, partitions: int, topic: str = TOPIC, *, clocks: bool = True,
        silent: float = SILENT, stops: float = STOPS,
    ) -> None:  # fmt: skip
        """`silent`: seconds for which the client may give nothing though something lies there; `stops`: that it may take to let go."""
        self.instances, self.bus, self.topic, self.clocks = list(instances), bus, topic, clocks
        self.crews = [[d for d in instances if d.worker is worker] for worker in dict.fromkeys(d.worker for d in instances)]
        """The instances by writer thread."""
        self.rests = {instance.me: Rest(instance) for instance in instances}
        self.partitions, self.agencies = partitions, frozenset(d.agency for d in instances)
        for instance in instances:
            instance.reads(partitions)
        self.listing = instances[0].seal.listing if instances[0].seal else None
        self.joined = asyncio.Event()
        self.awaits: float | None = None
        """Since when a directory is waited for (monotonic seconds)."""
        self.held_up: Fault | None = None
        """What keeps what was read from being taken in: the database, or our own program."""
        self.astray = False
        """Whether the client may be elsewhere than the instances."""
        self.moving = asyncio.Lock()
        """Held by who moves positions. Who asks for the log's end while another reads on hears of one before what was read."""
        self.joins = 0
        """How often the log was joined: what was taken before is not what comes next."""
        self.tended: dict[str, float] = {}
        """When all that comes round between polls was last done, or nothing was to be done, at each instance (monotonic seconds)."""
        self.begun = self._begun()
        """How often each instance had begun to read when its log was joined last."""
        self.ends: dict[int, int] = {}
        self.told: dict[Any, int] = {}
        self.tells_at = 0.0
        """From when on the group is told the next position (monotonic seconds)."""
        self.prefetch = Prefetch()
        self.watch, self.stops = LogWatch(silent), stops
        self.broker = self._broker()

    def _broker(self) -> KafkaBroker:
        client = f"nrm-{self.instances[0].service.name}"
        context = self.bus.context()
        broker = KafkaBroker(
            self.bus.seeds, logger=None, client_id=client, request_timeout_ms=10_000, consumer_only=True,
            security=BaseSecurity(ssl_context=context, use_ssl=True) if context else None,
        )  # fmt: skip
        group = self.instances[0].me if len(self.instances) == 1 else None
        self.subscriber = subscription(broker, self.topic, self.partitions, self.instances[0].me, group)
        return broker

    async def start(self) -> None:
        """Connect; where the broker is away, keep trying in the background: people work on meanwhile."""
        self.tended = dict.fromkeys(self.rests, monotonic())
        self.reading = kept(f"log of {self.instances[0].me}", self._read)
        self.ticking = kept(f"clocks of {self.instances[0].me}", self._tick)

    async def _read(self) -> None:
        """Give what comes to the instances, for ever. What fails is tried again: no position has moved."""
        if not self.joined.is_set():
            await endlessly(0.2, 5, lambda error: logger.warning("the log is not to be had yet", error=error))(self._connect)
        reading = endlessly(TICK, 5, lambda error: logger.warning("the log cannot be read at present", error=error))
        while True:
            await reading(self._next_poll)

    async def _connect(self) -> None:
        try:
            await self.broker.start()
            await self.join()
        except Exception:
            await self._make_anew()
            raise
        self.joined.set()

    async def _make_anew(self) -> None:
        """Another client in the place of one that is no good."""
        self.joined.clear()
        await let_go(self.subscriber.consumer, self.broker.stop, self.stops)
        self.broker = self._broker()
        self.watch.begins()

    async def _next_poll(self) -> None:
        """The next records, as soon as there are some. A position that the log does not have is looked into, never reset in silence."""
        if not self.joined.is_set():
            await self._connect()
        if self.astray:
            await self.join()
            self.astray = False
        try:
            records = await self.prefetch.next(self.subscriber.consumer)
        except (OffsetOutOfRangeError, NoOffsetForPartitionError):
            self.astray = True
            raise
        except SilentClient:
            await self._make_anew()
            raise
        self.astray = True  # until the instances have them
        await self.poll(records, self.joins)
        self.astray = False

    async def reach(self) -> float | None:
        """Ask for the ends of all partitions: nothing else here would notice that a broker is away, or that the client has fallen silent.
        Where the client has just heard of all and nobody waits for an end, nothing is asked, and that moment is returned (monotonic
        seconds). Raises KafkaError, Faulty."""
        await self.joined.wait()
        if self._awaits_nothing and (heard := await self.watch.hears(self.subscriber.consumer, self.prefetch)):
            return heard
        expects = not all(instance.fence for instance in self.instances)
        try:
            now = await self.watch.look(self.subscriber.consumer, self.prefetch, expects=expects)
        except SilentClient as silent:
            self.prefetch.give_up(silent)
            raise Faulty(Fault.NOT_READ) from None
        self.ends = self.watch.shortened(self.ends, now)
        return None

    @property
    def _awaits_nothing(self) -> bool:
        """Whether nobody waits for an echo, or for what lay on the log at the start."""
        return all(instance.caught_up and not instance.outgoing.flights for instance in self.instances)

    @property
    def fault(self) -> Fault | None:
        """What keeps records from being read and applied at present, while the bus answers."""
        if self.prefetch.ailing:
            return Fault.NOT_READ
        if self.awaits is not None and monotonic() - self.awaits > LONG:
            return Fault.DIRECTORY_AWAITED
        return self.held_up

    async def join(self) -> None:
        """Read on from the last record that every instance knows: after a start, a gap, another log."""
        async with self.moving:
            await self._join()

    async def _join(self) -> None:
        consumer: Any = self.subscriber.consumer
        parts = consumer.assignment()
        there = consumer.partitions_for_topic(self.topic) or ()
        if there and len(there) != self.partitions:
            await self._fence(f"the log has {len(there)} partitions now, and this instance is set to {self.partitions}")
            return
        bounds = await self._bounds(consumer, parts)
        if not self.ends:
            self.ends = {p: b.end for p, b in bounds.items()}
        seeks = await asyncio.get_running_loop().run_in_executor(self.instances[0].worker, self._seeks, bounds)
        for partition, offset in seeks.items():
            consumer.seek(TopicPartition(self.topic, partition), offset)
        self.prefetch.drop()
        self.joins += 1
        await self._catch_up()

    async def _bounds(self, consumer: Any, parts: Any) -> dict[int, Bounds]:
        """Where each partition begins and ends. A new leader may report an end that it corrects soon: it is asked a few times."""

        async def asked() -> dict[int, Bounds]:
            begins, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
            return {tp.partition: Bounds(begins[tp], ends[tp]) for tp in parts}

        def short(bounds: dict[int, Bounds]) -> bool:
            return any(instance.positions.beyond(bounds) for instance in self.instances if not instance.fence)

        found: dict[int, Bounds] = await AsyncRetrying(
            retry=retry_if_result(short), stop=stop_after_attempt(LOOKS_AT_THE_END), wait=wait_fixed(TICK),
            retry_error_callback=last_answer,
        )(asked)  # fmt: skip
        return found

    async def _fence(self, reason: str) -> None:
        for instance in self.instances:
            await asyncio.get_running_loop().run_in_executor(instance.worker, instance.fence_off, reason)

    def _seeks(self, bounds: dict[int, Bounds]) -> dict[int, int]:
        lowest: dict[int, int] = {}
        for instance in self.instances:
            try:
                seeks = instance.positions.seeks(bounds)
            except AnotherLog:
                instance.fence_off("the log is not the one this instance knows: it ends before, or begins after, what was read here")
                continue
            for partition, offset in seeks.items():
                lowest[partition] = min(offset, lowest.get(partition, offset))
        return lowest

    async def poll(self, records: Sequence[Any], joins: int | None = None) -> None:
        """One poll, taken after so many joins; one of before another join is passed over. What the database cannot take now it can take
        later. Raises KafkaError where the way back is not found just now."""
        with self._holding_up(self.instances[0]):
            taken = read(records, self.partitions, self.agencies, self.listing) if self.topic == TOPIC else [RawRecord(r) for r in records]
        await self._listed(max((t.directory for t in taken), default=0))
        joined = True
        async with self.moving:
            for instances in self.crews if joins in (None, self.joins) else ():
                joined = await self._give(instances, taken) and joined
        if not joined:
            await self.join()
        await self._catch_up()

    async def _listed(self, version: int) -> None:
        """Wait for the directory that a marker puts in force: nothing behind the marker can be judged without it."""
        self.awaits = monotonic()
        while self.listing and (self.listing.version < version or not all(d.seal.ready for d in self.instances if d.seal)):  # noqa: ASYNC110  it comes by another topic, and has no event
            await asyncio.sleep(TICK / 5)
        self.awaits = None

    async def _give(self, instances: Sequence[Instance], taken: Any) -> bool:
        """To all that share a writer thread, in one go. Given again after a failure, those that have it pass it over."""

        async def give() -> bool:
            with self._holding_up(instances[0]):
                joined = await asyncio.get_running_loop().run_in_executor(instances[0].worker, _take, instances, taken)
            self.held_up = None
            return joined

        return await endlessly(0.05, 30, lambda _: None)(give)

    @contextmanager
    def _holding_up(self, instance: Instance) -> Generator[None]:
        """What fails here holds up the log: a database that does not take it, which is nobody's fault, or else our own program."""
        try:
            yield
        except Exception as error:
            self.held_up = Fault.NOT_WRITABLE if is_away(error) or is_refused(error) else Fault.HELD_UP
            logger.error("a poll cannot be taken in", instance=instance.me, error=type(error).__name__, fault=self.held_up)
            raise

    async def _catch_up(self) -> None:
        """Policies' sending and clocks wait until what lay on the log at the start has been read."""
        loop = asyncio.get_running_loop()
        for instance in self.instances:
            if not instance.caught_up and self._has_read(instance):
                try:
                    await loop.run_in_executor(instance.worker, caught_up, instance, instance.transact, self.begun[instance.me])
                except Exception as error:  # noqa: BLE001  the database is away or full: the next tick tries again
                    logger.error("what was forgotten cannot be accounted for yet", instance=instance.me, error=type(error).__name__)
                else:
                    instance.woken()

    def _has_read(self, instance: Instance) -> bool:
        """Whether an instance has read all that lay on the log when it was joined for it last. Where it was let read on since, where it had
        got to before proves nothing."""
        there = bool(self.ends) and instance.begun == self.begun[instance.me]
        return there and all(instance.positions.next(p) >= end for p, end in self.ends.items())

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            await self.tell_group()
            await self._catch_up()
            for instances in self.crews:
                resting = {instance.me: self.rests[instance.me].goes_on for instance in instances}
                self.tended |= {me: monotonic() for me, rests in resting.items() if rests}
                if awake := [self.rests[me] for me, rests in resting.items() if not rests]:
                    await self.look(awake)

    async def look(self, awake: Sequence[Rest]) -> None:
        """What these instances of one writer thread have to do between polls."""
        instances = [rest.begins_look() for rest in awake]
        work = partial(_idle, [(rest.instance, rest.unwritten) for rest in awake], self.clocks, self.watch.ends)
        steps = partial(asyncio.get_running_loop().run_in_executor, instances[0].worker, work), self._join_anew
        if all([await _goes_well(step, instances[0].me) for step in steps]):
            for rest in awake:
                rest.looked()
                if not rest.instance.undone:
                    self.tended[rest.instance.me] = monotonic()

    def untended(self, instance: Instance) -> bool:
        """Whether something of what comes round between polls could not be done for long."""
        return monotonic() - self.tended.get(instance.me, monotonic()) > UNTENDED

    def _begun(self) -> dict[str, int]:
        return {instance.me: instance.begun for instance in self.instances}

    async def _join_anew(self) -> None:
        """Where an instance was let read on, until that has been done: what was read past while it was fenced is read now."""
        begun = self._begun()
        if begun != self.begun and self.joined.is_set():
            self.ends = {}
            await self.join()
            self.begun = begun
            await self._catch_up()

    async def tell_group(self) -> None:
        """The position goes to Kafka's group as well, now and then, for tools to see lag; nothing here reads it."""
        if len(self.instances) == 1 and self.joined.is_set() and monotonic() >= self.tells_at:
            consumer: Any = self.subscriber.consumer
            at = {TopicPartition(self.topic, p): at.next for p, at in dict(self.instances[0].positions.stored).items()}
            if at and at != self.told:
                self.tells_at = monotonic() + TELLS
                with suppress(Exception):
                    async with asyncio.timeout(5):
                        await consumer.commit(at)
                    self.told = at

    async def stop(self) -> None:
        """Stop reading."""
        await end(self.reading, self.ticking)
        await self.prefetch.stop()
        await let_go(self.subscriber.consumer, self.broker.stop, self.stops)


def _take(instances: Sequence[Instance], taken: Any) -> bool:
    joined = [instance.take(taken) for instance in instances if not instance.fence]
    return all(joined)


async def _goes_well(step: Callable[[], Awaitable[object]], me: str) -> bool:
    """Whether one step of a look comes to its end. Where it does not, the next tick tries again."""
    try:
        await step()
    except Exception as error:  # noqa: BLE001  whatever it is, what comes behind it is done all the same
        logger.error("a tick failed", instance=me, error=type(error).__name__)
        return False
    return True


def _idle(instances: Sequence[tuple[Instance, bool]], clocks: bool, ends: LogEnds | None) -> None:
    """`instances`: each with whether nothing was written there since a look that found nothing."""

    def one(instance: Instance, unwritten: bool) -> None:
        miss(instance, ends)
        instance.idle(clocks=clocks, unwritten=unwritten)

    in_turn(partial(one, *each) for each in instances)
