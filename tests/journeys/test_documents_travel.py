"""A document on real parts: whole at exactly those who may read it, and its content in the clear nowhere."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest_asyncio
from aiokafka import AIOKafkaConsumer, TopicPartition
from PIL import Image

from deploy.brokers.topics import DOCUMENTS, PARTITIONS
from shared.casework.documents import AttachDocument, attach_document, documents_of, would_read
from shared.config.tasks import end
from shared.decisions.unit_of_work import UnitOfWork
from shared.messaging.document_courier import DocumentCourier
from shared.privacy.document_intake import read, taken_in
from shared.protocol.documents import DocumentRef
from shared.protocol.vocabulary import AgeBand, Need
from shared.store.document_folder import DocumentFolder, DocumentShelf
from tests.journeys.land import Land, until
from tests.journeys.test_leaks import held, on_the_topic
from tests.leaks import found

NAME = "canary passport"
READS = {"intake.inspectorate", "assistance.inspectorate", "referral.centre", "assistance.centre", "assistance.social"}
"""Who may read an identity paper of a child: who attached it, who identifies, who guards children."""


def folder_of(land: Land, instance: str) -> DocumentFolder:
    shelf = land.instances[instance].documents
    assert shelf is not None
    return shelf.folder


async def ref_at(land: Land, instance: str, case: str) -> DocumentRef | None:
    known = await land.ask(instance, lambda reader: documents_of(UnitOfWork(reader.instance, reader.session), case))
    return known[0].ref if known else None


async def pieces_on_the_topic(land: Land) -> list[tuple[bytes, bytes]]:
    consumer: Any = AIOKafkaConsumer(**land.parts.admin.aiokafka(), auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    parts = [TopicPartition(DOCUMENTS, p) for p in range(PARTITIONS)]
    consumer.assign(parts)
    ends, lying = await consumer.end_offsets(parts), list[tuple[bytes, bytes]]()
    await consumer.seek_to_beginning(*parts)
    while any([await consumer.position(p) < ends[p] for p in parts]):
        for records in (await consumer.getmany(timeout_ms=500)).values():
            assert all(record.headers == () for record in records)
            lying += [(record.key, record.value) for record in records]
    await consumer.stop()
    return lying


def photo() -> bytes:
    made = BytesIO()
    Image.frombytes("RGB", (900, 900), Random(3).randbytes(900 * 900 * 3)).save(made, "PNG")
    return made.getvalue()


@pytest_asyncio.fixture(loop_scope="package")
async def carrying(land: Land, tmp_path: Path) -> AsyncIterator[list[asyncio.Task[None]]]:
    """All who are told of cases keep documents and carry them, for one journey."""
    tasks, keeping = list[asyncio.Task[None]](), [one for name, one in land.instances.items() if not name.startswith("reporting")]
    for instance in keeping:
        instance.keeps_documents(DocumentShelf(DocumentFolder(tmp_path / "documents" / instance.me)))
        tasks.append(asyncio.create_task(DocumentCourier(instance, land.parts.bus_of(instance.agency), PARTITIONS).run()))
    yield tasks
    await end(*tasks)
    for instance in keeping:
        instance.documents = None


async def test_a_document_is_whole_at_exactly_its_readers(land: Land, carrying: list[asyncio.Task[None]]) -> None:
    case = await land.report(age=AgeBand.CHILD, consent=False, needs=(Need.INVESTIGATION, Need.LEGAL))
    await land.asked("social", Need.GUARDIANSHIP, case)
    intake = land.instances["intake.inspectorate"]
    picture = await land.everywhere(case, lambda c: c.member(land.id("social")) is not None)

    async def content() -> AsyncIterator[bytes]:
        yield photo()

    ref = await taken_in(folder_of(land, "intake.inspectorate"), content(), f"{NAME}.png", "")
    folder_of(land, "intake.inspectorate").send_from(ref.id, 0)
    shown = tuple(would_read(picture, "identity_paper", intake.agency, intake.clock.now()[0]))
    assert set(shown) == {land.id("centre"), land.id("social")}
    command = AttachDocument(case=case, kind="identity_paper", value=ref.written(), shown=shown)
    await land.decide("intake.inspectorate", attach_document, command)

    async def whole() -> bool | None:
        there = [name for name in READS if folder_of(land, name).here(ref.id) >= set(range(ref.pieces))]
        return len(there) == len(READS) or None

    await until(whole, "the document at all its readers")
    await end(*carrying)
    kept = b"".join([piece async for piece in read(folder_of(land, "intake.inspectorate"), ref)])
    for name in land.instances:
        may = name in READS
        if not name.startswith("reporting"):
            assert (await ref_at(land, name, case) == ref) is may, name
            assert bool(list(folder_of(land, name).all())) is may, name
        if may:
            assert b"".join([piece async for piece in read(folder_of(land, name), ref)]) == kept, name
        assert bool(found((NAME, ref.key), b"\n".join(held(land, name).values()))) is may, name
    assert not found((NAME, ref.key), await on_the_topic(land))
    lying = [(key, value) for key, value in await pieces_on_the_topic(land) if value == folder_of(land, "referral.centre").piece(ref.id, 0)]
    assert len(lying) == 1
    everything = await pieces_on_the_topic(land)
    assert len({len(value) for _, value in everything}) == 1
    assert not any(ref.id.encode() in key + value or case.encode() in key + value for key, value in everything)
