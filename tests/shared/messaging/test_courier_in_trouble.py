"""What one document cannot do keeps no other from going or coming, and is seen."""

import asyncio
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from shared.casework.documents import KnownDocument
from shared.config.kafka import Bus
from shared.crypto.document_pieces import piece_name
from shared.messaging.document_courier import TROUBLED, DocumentCourier
from shared.processing.faults import Fault, keeps_from_work
from shared.protocol.documents import DocumentRef, Media
from shared.store.document_folder import DocumentFolder, DocumentShelf
from tests.shared.houses import House
from tests.shared.land import LEAD_ME

FIRST, SECOND = (DocumentRef(n * 32, "0" * 64, "0" * 64, 10, next(iter(Media)), "a file") for n in "ab")


def names(ref: DocumentRef) -> set[bytes]:
    return {piece_name(ref, n).encode() for n in range(ref.sent)}


class Producer:
    """aiokafka's, at a bus that takes nothing of one document."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    async def send(self, _topic: str, _sealed: bytes, *, key: bytes, partition: int) -> Any:
        if key in names(FIRST):
            raise KafkaConnectionError
        self.sent.append(key)

        async def done() -> None: ...

        return done()


class Courier(DocumentCourier):
    """One that knows two documents, and lacks a third."""

    def __init__(self, house: House, folder: Path, **times: float) -> None:
        lead = house[LEAD_ME]
        lead.keeps_documents(DocumentShelf(DocumentFolder(folder)))
        super().__init__(lead, Bus("127.0.0.1:1"), 1, **times)
        self.known = {ref.id: KnownDocument(ref, 0, LEAD_ME) for ref in (FIRST, SECOND)}
        self.lacking = {"c" * 32: None}
        self.producing, self.fetched = Producer(), 0

    def producer(self) -> Any:
        return self.producing

    async def _look(self) -> None: ...

    async def _fetch(self) -> int:
        self.fetched += 1
        return 0


async def test_a_document_that_cannot_be_sent_keeps_no_other_from_going_or_coming(house: House, tmp_path: Path) -> None:
    courier = Courier(house, tmp_path / "documents")
    for ref in (FIRST, SECOND):
        courier.folder.put(ref.id, 0, b"sealed")
        courier.folder.send_from(ref.id, 0)
    with pytest.raises(KafkaConnectionError):
        await courier.once()
    assert set(courier.producing.sent) == names(SECOND)
    assert courier.folder.on_their_way() == [FIRST.id]
    assert courier.fetched == 1


async def test_trouble_that_lasts_is_told_and_keeps_nobody_from_work(house: House, tmp_path: Path) -> None:
    courier = Courier(house, tmp_path / "documents")
    assert courier.fault is None
    courier.trouble = 0.0 - TROUBLED
    assert courier.fault is Fault.DOCUMENTS_NOT_CARRIED
    assert not keeps_from_work([courier.fault])


class Mute(Producer):
    """aiokafka's, at a bus that answers nothing of one document."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def send(self, topic: str, sealed: bytes, *, key: bytes, partition: int) -> Any:
        if key not in names(FIRST):
            return await super().send(topic, sealed, key=key, partition=partition)
        self.asked.set()
        return asyncio.get_running_loop().create_future()


def mute(house: House, folder: Path, **times: float) -> tuple[Courier, Mute]:
    """A courier with both documents on their way over such a bus."""
    courier, bus = Courier(house, folder, **times), Mute()
    courier.producing = bus
    for ref in (FIRST, SECOND):
        courier.folder.put(ref.id, 0, b"sealed")
        courier.folder.send_from(ref.id, 0)
    return courier, bus


async def test_where_nobody_answers_trouble_is_told_at_once_and_the_others_go_first_the_next_time(house: House, tmp_path: Path) -> None:
    """A minute for each of twenty documents would be twenty minutes without a fault and without what comes."""
    courier, bus = mute(house, tmp_path / "documents", answered=0.05, slow=0.04)
    with pytest.raises(TimeoutError):
        await courier.once()
    assert (bus.sent, courier.fetched) == ([], 1)
    assert courier.trouble is not None
    with pytest.raises(TimeoutError):
        await courier.once()
    assert set(bus.sent) == names(SECOND)


async def test_whoever_ends_it_while_it_sends_has_it_fetch_nothing_any_more(house: House, tmp_path: Path) -> None:
    courier, bus = mute(house, tmp_path / "documents")
    going = asyncio.create_task(courier.once())
    async with asyncio.timeout(10):
        await bus.asked.wait()
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
    assert courier.fetched == 0


class Idle:
    """aiokafka's, of which nothing is asked."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


class OnePartitionAway(DocumentCourier):
    """One that can read all partitions but the first that it looks at."""

    looked: ClassVar[list[int]] = []

    def consumer(self) -> Any:
        return Idle()

    async def _fetch_in(self, consumer: Any, tp: TopicPartition, refs: list[DocumentRef]) -> int:
        self.looked.append(tp.partition)
        if len(self.looked) == 1:
            raise KafkaConnectionError
        return 1


async def test_a_partition_that_cannot_be_read_keeps_no_other_from_coming(house: House, tmp_path: Path) -> None:
    lead = house[LEAD_ME]
    lead.keeps_documents(DocumentShelf(DocumentFolder(tmp_path / "documents")))
    courier = OnePartitionAway(lead, Bus("127.0.0.1:1"), 4)
    refs = [DocumentRef(f"{n:08x}" + "a" * 24, "0" * 64, "0" * 64, 10, next(iter(Media)), "a file") for n in range(3)]
    courier.known = {ref.id: KnownDocument(ref, 0, LEAD_ME) for ref in refs}
    courier.lacking = dict.fromkeys(courier.known)
    with pytest.raises(KafkaConnectionError):
        await courier._fetch()
    assert courier.looked == [0, 1, 2]
    assert courier.trouble is not None


def test_a_document_of_which_nobody_can_read_how_far_it_was_sent_goes_from_its_beginning(tmp_path: Path) -> None:
    folder = DocumentFolder(tmp_path / "documents")
    folder.send_from(FIRST.id, 3)
    (found,) = [one for one in (tmp_path / "documents").rglob(FIRST.id) if one.is_file()]
    found.write_bytes(b"")
    assert folder.to_send(FIRST.id) == 0
    assert folder.to_send(SECOND.id) is None


class Consumer:
    """aiokafka's, at a topic that was made anew."""

    async def offsets_for_times(self, times: dict[TopicPartition, int]) -> dict[TopicPartition, None]:
        return dict.fromkeys(times)


async def test_what_is_lacking_is_looked_for_anew_where_the_topic_was_made_anew(house: House, tmp_path: Path) -> None:
    """Else nothing would be read before the new one has grown as long as the former."""
    courier = Courier(house, tmp_path / "documents")
    courier.lacking = {FIRST.id: 5000}
    assert await courier._start(Consumer(), TopicPartition("documents", 0), FIRST, 6000) == 5000
    assert await courier._start(Consumer(), TopicPartition("documents", 0), FIRST, 7) <= 7
