"""Carries the pieces of documents of one instance: sends those that were attached here, and fetches those that it may read.

A statement on the log says which documents there are, so nothing goes out before it does, and nobody fetches what is not theirs to read.
Pieces are sent in order, and fetched from the one partition in which a document lies, from about the time on when it was stated. Both go on
after a crash where they stopped: what was sent is noted, and what has come is there.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared.casework.case_reader import CaseReader
from shared.casework.documents import KnownDocument, known_documents, waiting_documents
from shared.config.kafka import Bus
from shared.crypto.document_pieces import LENGTH, TOPIC, opened_piece, piece_name, sealed_piece
from shared.crypto.primitives import NotForUs
from shared.decisions import case_wall
from shared.decisions.unit_of_work import UnitOfWork
from shared.messaging.letting_go import let_go
from shared.processing.faults import Fault
from shared.processing.instance import Instance
from shared.protocol.documents import AGED, DocumentRef
from shared.store.document_folder import DocumentFolder

logger: Any = structlog.get_logger("nrm.documents")
PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between looks, and after trouble at most."""
SELDOM = 60.0
"""Seconds between looks for pieces that have not come for long."""
ANEW = 60.0
"""Seconds after which all that is stated of documents is read anew: what was erased is let go of then."""
UNCLAIMED = 3_600.0
"""Seconds after which pieces go that no statement names."""
ANSWERED = 60.0
"""Seconds within which pieces are acknowledged, or go again."""
SLOW = 5.0
"""Seconds of trouble with one document after which the others go in the next round: nothing would come meanwhile."""
TROUBLED = 60.0
"""Seconds of trouble after which it is reported."""
AT_ONCE = 4
"""Pieces that are on their way at a time, or come in one poll: a megabyte."""
EARLIER = 3_600_000
"""ms before a document was stated from which on its pieces are looked for: clocks differ."""


class DocumentCourier:
    """The pieces of one instance."""

    def __init__(self, instance: Instance, bus: Bus, partitions: int, *, answered: float = ANSWERED, slow: float = SLOW) -> None:
        """`partitions` is what the topics of records have. `answered`: seconds within which pieces are acknowledged; `slow`: of trouble
        with one document, after which the others go in the next round."""
        assert instance.documents is not None
        self.instance, self.bus, self.partitions, self.folder = instance, bus, partitions, instance.documents.folder
        self.known: dict[str, KnownDocument] = {}
        """Those that can be opened here, by id."""
        self.lacking: dict[str, int | None] = {}
        """Those of which pieces are lacking → from where on they are looked for; None where that was not asked yet."""
        self._seen, self._read_to, self._anew = dict[int, Any](), 0, 0.0
        self._fetch_at, self._patience = 0.0, PAUSE
        self._none_waited: int | None = None
        """How often something had been marked to be sent when nothing was on its way: until the next time, and until the log says
        something, the folder is not looked at."""
        self._answered, self._slow = answered, slow
        self._failed: dict[str, float] = {}
        """Documents that could not be sent → when that was last (monotonic seconds): the others go before them."""
        self.trouble: float | None = None
        """Since when it cannot carry what there is (monotonic seconds)."""

    @property
    def fault(self) -> Fault | None:
        """Whether documents have not been carried for long."""
        return Fault.DOCUMENTS_NOT_CARRIED if self.trouble is not None and monotonic() - self.trouble > TROUBLED else None

    async def run(self) -> None:
        """For ever. Any trouble is tried again, from where it was."""
        pause = PAUSE
        while True:
            try:
                await self.once()
                pause, self.trouble = PAUSE, None
            except Exception as error:  # noqa: BLE001  bus, disk or database: later
                self.trouble = self.trouble or monotonic()
                logger.warning("documents cannot be carried at present", instance=self.instance.me, error=type(error).__name__)
                pause = min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def once(self) -> None:
        """Whatever can be done now."""
        await self._look()
        going = await self._going()
        self._failed = {id: at for id, at in self._failed.items() if id in going}
        failed: Exception | None = None
        try:
            if going:
                await self._send([self.known[id].ref for id in sorted(going, key=lambda id: self._failed.get(id, 0.0))])
        except Exception as error:  # noqa: BLE001  what cannot be sent keeps nothing from coming
            failed, self.trouble = error, self.trouble or monotonic()
        if self.lacking and monotonic() >= self._fetch_at:
            came = await self._fetch()
            self._patience = PAUSE if came else min(self._patience * 2, SELDOM)
            self._fetch_at = monotonic() + self._patience
        if failed:
            raise failed

    # --- which there are ----------------------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        """Which documents there are: those that came since, from time to time all of them."""
        at, anew = {p: one.next for p, one in dict(self.instance.positions.stored).items()}, monotonic() >= self._anew
        if at == self._seen and not anew:
            return
        self._none_waited = None
        after = 0 if anew else self._read_to
        found = await self.instance.ask(lambda reader: _known(reader, after), case_wall.EVERYTHING)
        if anew:
            await self._sweep({one.ref.id for _, one in found if one})
            self.known, self._anew = {}, monotonic() + ANEW
        self._read_to, self._seen = max((seq for seq, _ in found), default=self._read_to), at
        for _, one in found:
            if one:
                self.known[one.ref.id] = one
        await asyncio.to_thread(self._lacks, [one.ref for _, one in found if one])

    async def _sweep(self, known: set[str]) -> None:
        """Let go of what cannot be opened any more, and of what nobody has stated."""
        for id in self.known.keys() - known:
            await asyncio.to_thread(self.folder.drop, id)
            self.lacking.pop(id, None)
        if not self.instance.caught_up or self.instance.parked or self.instance.fence:
            return  # what names them may be still to come
        waiting = await self.instance.ask(lambda reader: set(waiting_documents(_work(reader))), case_wall.EVERYTHING)
        await asyncio.to_thread(self._drop_unclaimed, known | waiting)

    def _drop_unclaimed(self, claimed: set[str]) -> None:
        for id in list(self.folder.all()):
            if id not in claimed and self.folder.age(id) > UNCLAIMED:
                self.folder.drop(id)

    def _lacks(self, refs: list[DocumentRef]) -> None:
        for ref in refs:
            if ref.id not in self.lacking and _lacking(self.folder, ref):
                self.lacking[ref.id] = None
                self._fetch_at, self._patience = 0.0, PAUSE

    # --- sending ------------------------------------------------------------------------------------------------------------------

    async def _going(self) -> list[str]:
        """The documents that were attached here and have not gone yet, as far as the log says that they are there."""
        marked = self.folder.marked
        if marked == self._none_waited:
            return []
        going = [id for id in await asyncio.to_thread(self.folder.on_their_way) if id in self.known]
        self._none_waited = None if going else marked
        return going

    async def _send(self, refs: list[DocumentRef]) -> None:
        producer, failed = self.producer(), list[Exception]()
        try:
            await producer.start()
            for ref in refs:
                began = monotonic()
                try:
                    await self._send_one(producer, ref, partition_of(ref, self.partitions))
                except Exception as error:  # noqa: BLE001  it may be that one's alone: the others go
                    failed.append(error)
                    self._failed[ref.id] = monotonic()
                    self.trouble = self.trouble or monotonic()
                    if monotonic() - began > self._slow:
                        break
            if failed:
                raise failed[0]
        finally:
            await let_go(producer, producer.stop)

    def producer(self) -> Any:
        """A connection to send by, not begun yet."""
        return AIOKafkaProducer(**self.bus.aiokafka(), acks="all", max_request_size=2 * LENGTH, enable_idempotence=False)

    async def _send_one(self, producer: Any, ref: DocumentRef, partition: int) -> None:
        n = await asyncio.to_thread(self.folder.to_send, ref.id)
        while n is not None and n < ref.sent:
            pieces = [(m, await asyncio.to_thread(self._piece, ref, m)) for m in range(n, min(n + AT_ONCE, ref.sent))]
            if any(sealed is None for _, sealed in pieces):
                logger.error("a document cannot be sent, since pieces of it are not here", instance=self.instance.me)
                break
            going = [await producer.send(TOPIC, sealed, key=piece_name(ref, m).encode(), partition=partition) for m, sealed in pieces]
            async with asyncio.timeout(self._answered):
                await asyncio.gather(*going)
            n += len(pieces)
            await asyncio.to_thread(self.folder.send_from, ref.id, n)
        await asyncio.to_thread(self.folder.sent, ref.id)

    def _piece(self, ref: DocumentRef, n: int) -> bytes | None:
        """A piece that is here. Those that say nothing no reader keeps: they are made anew."""
        sealed = self.folder.piece(ref.id, n)
        return sealed if sealed or n < ref.pieces else sealed_piece(bytes.fromhex(ref.key), ref.id, n, b"")

    # --- fetching -----------------------------------------------------------------------------------------------------------------

    async def _fetch(self) -> int:
        """Look for the pieces that are lacking; how many came. Raises, in the end, what kept a partition from being read."""
        consumer, came, failed = self.consumer(), 0, list[Exception]()
        try:
            await consumer.start()
            await asyncio.sleep(0)  # its own tasks begin: one that is ended before it began would not let go of the rest
            where: dict[int, list[DocumentRef]] = {}
            for id in list(self.lacking):
                ref = self.known[id].ref
                where.setdefault(partition_of(ref, self.partitions), []).append(ref)
            for partition, refs in where.items():
                try:
                    came += await self._fetch_in(consumer, TopicPartition(TOPIC, partition), refs)
                except Exception as error:  # noqa: BLE001  it may be that one's alone: what lies in the others comes
                    failed.append(error)
                    self.trouble = self.trouble or monotonic()
            if failed:
                raise failed[0]
            return came
        finally:
            await let_go(consumer, consumer.stop)

    def consumer(self) -> Any:
        """A connection to fetch by, not begun yet."""
        return AIOKafkaConsumer(
            **self.bus.aiokafka(), enable_auto_commit=False, auto_offset_reset="earliest", max_partition_fetch_bytes=AT_ONCE * LENGTH,
            fetch_max_bytes=AT_ONCE * LENGTH,
        )  # fmt: skip

    async def _fetch_in(self, consumer: Any, tp: TopicPartition, refs: list[DocumentRef]) -> int:
        """Read one partition once from where these documents may begin to its present end, or until they are whole; how many came."""
        consumer.assign([tp])
        end: int = (await consumer.end_offsets([tp]))[tp]
        begins: int = (await consumer.beginning_offsets([tp]))[tp]
        starts = [await self._start(consumer, tp, ref, end) for ref in refs]
        at = max(begins, min(starts))
        wanted = {piece_name(ref, n).encode(): (ref, n) for ref in refs for n in _lacking(self.folder, ref)}
        lacked = len(wanted)
        consumer.seek(tp, at)
        while wanted and at < end:
            found: Mapping[Any, list[Any]] = await consumer.getmany(tp, timeout_ms=5_000, max_records=AT_ONCE)
            records = found.get(tp, [])
            if not records:
                break
            await asyncio.to_thread(self._keep, records, wanted)
            at = records[-1].offset + 1
        for ref in refs:
            if _lacking(self.folder, ref):
                self.lacking[ref.id] = max(at, self.lacking[ref.id] or 0)
            else:
                self.lacking.pop(ref.id, None)
        return lacked - len(wanted)

    async def _start(self, consumer: Any, tp: TopicPartition, ref: DocumentRef, end: int) -> int:
        known = self.lacking[ref.id]
        if known is not None and known <= end:  # else the topic was made anew meanwhile
            return known
        if self.instance.clock.now()[1]:  # the log knows the real time alone
            return 0
        now, said = self.instance.clock.now()[0], self.known[ref.id].said_at
        since = (await consumer.offsets_for_times({tp: (said if now - said < AGED else now) - EARLIER}))[tp]
        if since is not None:
            return since.offset
        knows_times = (await consumer.offsets_for_times({tp: 0}))[tp] is not None  # the mock does not
        return end if knows_times else 0

    def _keep(self, records: list[Any], wanted: dict[bytes, tuple[DocumentRef, int]]) -> None:
        """What opens is kept, and nothing else: anybody may write anything on a topic."""
        for record in records:
            found = wanted.get(record.key)
            if found is None or record.value is None:
                continue
            ref, n = found
            with suppress(NotForUs):
                opened_piece(ref, n, record.value)
                self.folder.put(ref.id, n, record.value)
                del wanted[record.key]


def _known(reader: CaseReader, after: int) -> list[tuple[int, KnownDocument | None]]:
    return list(known_documents(_work(reader), after))


def _work(reader: CaseReader) -> UnitOfWork:
    return UnitOfWork(reader.instance, reader.session)


def _lacking(folder: DocumentFolder, ref: DocumentRef) -> list[int]:
    """Which pieces with something in them are not here."""
    here = folder.here(ref.id)
    return [n for n in range(ref.pieces) if n not in here]


def partition_of(ref: DocumentRef, partitions: int) -> int:
    """Where a document lies: all its pieces in one partition."""
    return int(ref.id[:8], 16) % partitions
