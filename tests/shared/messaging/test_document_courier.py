"""Pieces of documents go from who attached them to who may read them, each once, and go on after an interruption."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from aiokafka import AIOKafkaProducer
from PIL import Image

from deploy.brokers import Mock
from shared.casework.case_reader import CaseReader
from shared.casework.documents import documents_of
from shared.config.clock import wall
from shared.config.kafka import Bus
from shared.crypto.document_pieces import LENGTH, TOPIC, piece_name
from shared.decisions import case_wall
from shared.decisions.unit_of_work import UnitOfWork
from shared.messaging.document_courier import UNCLAIMED, DocumentCourier, partition_of
from shared.processing.instance import Instance
from shared.protocol.documents import DocumentRef
from tests.browser.desks import REPORT, Town, town
from tests.browser.documents import attach

CHILD = REPORT | {"age": "child", "consent": "", "needs": ["health"]}


@pytest.fixture
def bus() -> Iterator[Bus]:
    with Mock() as mock:
        yield mock.bus


def noise(size: int) -> bytes:
    """A picture that takes about so many bytes."""
    made = BytesIO()
    side = int((size / 3) ** 0.5)
    Image.frombytes("RGB", (side, side), Random(7).randbytes(side * side * 3)).save(made, "PNG")
    return made.getvalue()


def instance(made: Town, me: str) -> Instance:
    return next(one for one in made.instances if one.me == me)


async def ref_at(one: Instance, case: str) -> DocumentRef:
    def read(reader: CaseReader) -> DocumentRef:
        (found,) = documents_of(UnitOfWork(reader.instance, reader.session), case)
        return found.ref

    return await one.ask(read, case_wall.EVERYTHING)


def whole(one: Instance, ref: DocumentRef) -> bool:
    assert one.documents
    return one.documents.folder.here(ref.id) >= set(range(ref.pieces))


async def test_pieces_reach_who_may_read_them_and_go_on_where_they_stopped(bus: Bus, tmp_path: Path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora") as made:
        ines = made.at["rs-ir"]
        case = ines.post("/reports/new", form_id="report", **CHILD).headers["location"].rpartition("/")[2]
        made.carry()
        sent = attach(ines, f"/reports/{case}", "injury_picture", "a.png", noise(1_300_000))
        assert sent.status_code == 303
        here, lead, clinic = (instance(made, me) for me in ("intake.rs-ir", "referral.rs-czztlj", "assistance.rs-zdr-bg"))
        sender, reader, other = (DocumentCourier(one, bus, 4) for one in (here, lead, clinic))
        assert here.documents
        assert lead.documents
        assert clinic.documents
        await sender.once()
        ref = await ref_at(here, case)
        assert (ref.pieces, ref.sent) == (5, 8)
        assert here.documents.folder.to_send(ref.id) == 0, "nothing goes before it is stated on the log"
        made.carry()

        here.documents.folder.send_from(ref.id, 3)  # as after a crash behind the third
        await sender.once()
        assert here.documents.folder.on_their_way() == []
        for courier in (reader, other):
            await courier.once()
        assert lead.documents.folder.here(ref.id) == {3, 4}, "pieces that say nothing are not kept"
        assert "2 of 5 pieces are here." in made.at["rs-czztlj"].get(f"/lead/{case}/documents")
        assert list(clinic.documents.folder.all()) == [], "who may not read it fetches nothing"

        producer = AIOKafkaProducer(**bus.aiokafka())
        await producer.start()  # somebody writes nonsense under the name of a piece
        await producer.send_and_wait(TOPIC, bytes(LENGTH), key=piece_name(ref, 0).encode(), partition=partition_of(ref, 4))
        await producer.stop()
        reader._fetch_at = 0.0
        await reader.once()
        assert lead.documents.folder.here(ref.id) == {3, 4}

        own = f"/reports/{case}/documents"
        one = ines.get(own).partition(f'href="{own}/')[2]
        page = f"{own}/{next(part for part in one.split(chr(34)) if len(part) == 16)}"
        assert ines.post(f"{page}/anew", form_id="again").status_code == 303
        await sender.once()
        reader._fetch_at = 0.0
        await reader.once()
        assert whole(lead, ref)
        assert reader.lacking == {}

        folder = lead.documents.folder
        here.documents.folder.drop(ref.id)  # a disk is lost, and a reader has it still
        folder.send_from(ref.id, 0)
        await reader.once()
        assert folder.on_their_way() == []
        sender._anew = 0.0
        await sender.once()
        assert whole(here, ref)

        folder.put("0" * 32, 0, bytes(LENGTH))
        reader._anew = 0.0
        lead.catches_up()
        await reader.once()
        assert folder.here("0" * 32) == {0}, "it may be just coming in"
        old = wall() / 1000 - UNCLAIMED - 60
        for id in ("0" * 32, ref.id):
            os.utime(folder.folder / id, (old, old))
        reader._anew = 0.0
        await reader.once()
        assert list(folder.all()) == [ref.id], "what nobody has stated goes, what somebody has stays"

        attach(ines, f"/reports/{case}", "injury_picture", "b.png", noise(1_000))
        await sender.once()
        (second,) = here.documents.folder.on_their_way()
        assert here.documents.folder.to_send(second) == 0
        made.carry()
        await sender.once()
        assert here.documents.folder.on_their_way() == [], "as soon as the log says that it is there, though nothing was marked since"
