"""What agencies say they can take: read from `nrm.capacity` by every process, and said there by the one whose officers said it.

What is believed was signed by an instance of the agency that it is about, by the keys of the directory, and never of a confidential agency.
What was said here is sent until its own echo stands among what was read; so nothing is lost with the bus, and a topic made anew is filled.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import RLock
from typing import Any, NamedTuple

import structlog

from shared.config.capacity import CapacityNow, Key, may_say
from shared.config.clock import wall
from shared.config.country import Country
from shared.config.kafka import Bus
from shared.config.tasks import end, kept
from shared.crypto.directory import Directory
from shared.crypto.directory_state import Listing
from shared.decisions import case_wall
from shared.messaging.followed_topic import FollowedTopic
from shared.messaging.rounds import ROUND, TOLD, Producer
from shared.processing.instance import Instance
from shared.records.capacity import SIGNATURE, TOPIC, CapacitySaid, proven, signed
from shared.store.capacity_table import said_here

logger: Any = structlog.get_logger("nrm.capacity")
LOOK, AGAIN = 2.0, 30.0
"""Seconds between looks at what was said here, and until what has no echo is sent again."""
AGAIN_MS = 30_000
"""After so many ms what waits is judged again under the same directory, too."""
AHEAD = 300_000
"""So many ms may the clock of who says it be ahead of ours; more would stand against all that is said until then."""
MOST_WAITING = 2_000
"""Agencies and needs of which something may wait; a country has fewer."""
LONGEST_SIGNATURE = 200
"""Bytes of a signature's header; what is longer is none."""


class Unproven(NamedTuple):
    """What is kept of a record that is not believed yet: as much of it as it takes to judge it again."""

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


class CapacityBoard:
    """What is believed of all agencies, the newest of each.

    The topic is read while the directory comes: what it does not prove yet waits, and is judged again. It never stands for what is proven.
    """

    def __init__(self, listing: Listing, country: Callable[[], Country], clock: Callable[[], int] = wall) -> None:
        """`country` as it is now: who is a member, and who is confidential, changes with the directory. `clock`: ms UTC, as at desks."""
        self.listing, self.country, self.clock = listing, country, clock
        self.said: dict[Key, CapacitySaid] = {}
        self.waiting: dict[Key, Unproven] = {}
        self.judged: tuple[Directory | None, int] = (None, 0)
        """By which directory, and when, what waits was judged last."""
        self.lock = RLock()

    def now(self) -> Mapping[Key, CapacityNow]:
        """What the pages go by."""
        return {key: one.capacity for key, one in self.newest().items()}

    def newest(self) -> Mapping[Key, CapacitySaid]:
        """The same, with who says it."""
        with self.lock:
            self._judge_again()
            return dict(self.said)

    def take(self, records: Sequence[Any]) -> None:
        """Records of the topic; what is not believed counts for nothing, and none keeps those after it from being read."""
        for record in records:
            try:
                with self.lock:
                    self._take(record)
            except Exception as error:  # noqa: BLE001  whoever wrote it: the others are read
                logger.warning("a record of what agencies can take cannot be judged", error=type(error).__name__)

    def _take(self, record: Any) -> None:
        said, signature = CapacitySaid.read(record.key, record.value), dict(record.headers).get(SIGNATURE) or b""
        if said is None or not 0 < len(signature) <= LONGEST_SIGNATURE:
            return
        key = (said.agency, said.need)
        known = self.said.get(key)
        if known is not None and known.at > said.at:
            return
        if self._believed(said, record.value, signature):
            self.said[key] = said
            return
        self.waiting.pop(key, None)
        self.waiting[key] = Unproven(record.key, record.value, ((SIGNATURE, signature),))
        if len(self.waiting) > MOST_WAITING:
            del self.waiting[next(iter(self.waiting))]

    def _believed(self, said: CapacitySaid, value: bytes, signature: bytes) -> bool:
        allowed = said.at <= self.clock() + AHEAD and may_say(self.country(), said.agency, said.need)
        return allowed and proven(self.listing.signers(said.instance, 0, wall()), signature, value)

    def _judge_again(self) -> None:
        """At once with a new directory, and now and then: the country that goes with it, and the hour, come by themselves."""
        known, at = self.listing.now, self.clock()
        by, when = self.judged
        if self.waiting and not (by is known and 0 <= at - when < AGAIN_MS):
            self.judged = known, at
            waiting, self.waiting = self.waiting, {}
            self.take(list(waiting.values()))


class CapacityTopic(FollowedTopic):
    """One process's reader, and the voice of its agency."""

    def __init__(self, instances: Sequence[Instance], listing: Listing, bus: Bus, producer: Producer) -> None:
        self.board = CapacityBoard(listing, lambda: instances[0].country, lambda: instances[0].clock.now()[0])
        super().__init__(TOPIC, bus, self.board.take)
        self.producer = producer
        self.own = next((one for one in instances if one.service.name == "assistance" and one.seal), None)
        self.sent: dict[bytes, float] = {}
        self.echoes_are_gone = False
        """Whether what was said here is to be said once more, though its echo was read."""
        self.settled = -1
        """How many transactions of ours had ended when all that was said here had its echo: until the next there is nothing to look at."""

    def start(self) -> None:
        """Read and tell in the background."""
        super().start()
        self.telling = kept("what is said of capacity", self._tell)

    async def stop(self) -> None:
        """End in order."""
        await end(self.telling)
        await super().stop()

    async def _tell(self) -> None:
        while self.own is not None:
            ended = self.own.writes.ended
            try:
                if ended != self.settled and await self.tell(self.own):
                    self.settled = ended
            except Exception as error:  # noqa: BLE001  bus or database: later
                logger.warning("what was said cannot be told at present", error=type(error).__name__)
            await asyncio.sleep(LOOK)

    def made_anew(self) -> None:
        """What was said here is said once more: who starts now reads the new topic alone."""
        self.echoes_are_gone, self.settled = True, -1

    async def tell(self, own: Instance) -> bool:
        """Send what was said here and has no echo yet. Whether all of it has one."""
        rows = await own.ask(lambda reader: said_here(reader.session), case_wall.EVERYTHING)
        again = self.echoes_are_gone
        now, known, settled = asyncio.get_running_loop().time(), self.board.newest(), True
        for row in rows:
            said = CapacitySaid(instance=own.me, need=row.need, state=row.state, places=row.places, at=row.at)
            value, there = said.written(), known.get((said.agency, said.need))
            if there and (there.at > said.at or (there == said and not again)):  # a database that was put back does not say the old anew
                continue
            settled = False
            lately = not again and now - self.sent.get(value, -AGAIN) < AGAIN
            if lately or not may_say(own.country, said.agency, said.need):
                continue
            await self._send(own, said, value)
            self.sent[value] = now
        self.echoes_are_gone = self.echoes_are_gone and not again
        return settled

    async def _send(self, own: Instance, said: CapacitySaid, value: bytes) -> None:
        assert own.seal is not None
        producer: Any = await self.producer.get()
        headers = [(SIGNATURE, signed(own.seal.signing_key(0), value))]  # the newest key may not be listed yet: nobody would believe it
        try:
            async with asyncio.timeout(ROUND):
                await producer.send_and_wait(TOPIC, value, key=said.key, partition=0, headers=headers, timestamp_ms=wall() // TOLD * TOLD)
        except Exception:
            with suppress(Exception):
                await self.producer.renew(producer)
            raise
