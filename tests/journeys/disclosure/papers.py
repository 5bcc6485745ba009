"""Documents as whoever looks sees them: what lies on their topic, what each instance keeps in its folder, and who may have any of it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from deploy.proving.simulation.pieces import PieceTopic, SimulatedCourier
from shared.privacy.document_intake import PieceWriter, piece_of, read
from shared.processing.instance import Instance
from shared.protocol.documents import DocumentRef, Media
from shared.store.document_folder import DocumentFolder


@dataclass(frozen=True)
class PlantedPaper:
    """A document that somebody attached."""

    case: str
    by: str
    """The instance."""
    field: str
    ref: DocumentRef
    content: bytes


def sealed(folder: DocumentFolder, name: str, content: bytes) -> DocumentRef:
    """A file, sealed in pieces as one that was taken in; it is to be sent."""

    async def put() -> DocumentRef:
        writer = PieceWriter(folder)
        await writer.add(content)
        id, key, size, proof = await writer.end()
        return DocumentRef(id, key.hex(), proof, size, Media.PNG, name)

    ref = asyncio.run(put())
    folder.send_from(ref.id, 0)
    return ref


def content_of(instance: Instance, ref: DocumentRef) -> bytes:
    """The document, as its pages read it."""
    assert instance.documents

    async def pieces() -> bytes:
        return b"".join([piece async for piece in read(instance.documents.folder, ref)])  # pyright: ignore[reportOptionalMemberAccess]

    return asyncio.run(pieces())


def kept_by(instance: Instance) -> set[str]:
    """The ids of the documents of which an instance keeps a piece."""
    assert instance.documents
    return set(instance.documents.folder.all())


def nothing_is_shown(topic: PieceTopic, papers: Iterable[PlantedPaper]) -> None:
    """No record on the topic holds a key, an id, a name or a content, nor says in which case it is."""
    lying = b"\n".join((record.key or b"") + b"\n" + (record.value or b"") for record in topic.all())
    for paper in papers:
        for what, word in (
            ("key", paper.ref.key.encode()), ("key", bytes.fromhex(paper.ref.key)), ("id", paper.ref.id.encode()),
            ("name", paper.ref.name.encode()), ("content", paper.content), ("case", paper.case.encode()),
        ):  # fmt: skip
            assert word not in lying, f"the topic of documents shows the {what} of one"


class Bare(SimulatedCourier):
    """Without the seal: pieces travel as they are."""

    def _piece(self, ref: DocumentRef, n: int) -> bytes | None:
        found = super()._piece(ref, n)
        return piece_of(self.folder, ref, n) if found and n < ref.pieces else found
