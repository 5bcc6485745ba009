"""Documents of a simulated country: attached anywhere, their pieces lost, doubled and out of order, a holder away; and what must be true.

At rest everybody who was told of a document has the whole of it, or a page says how many of its pieces are there; once a holder has sent
it again all have it. Nobody else keeps a piece, or was told the key.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, TypeVar

from deploy.oracle.law import CaseLaw
from deploy.proving.simulation.pieces import PieceFate, PieceTopic, SimulatedCourier
from shared.casework.documents import KINDS, known_documents
from shared.crypto.document_pieces import LENGTH
from shared.privacy.document_intake import PieceMissing, PieceWriter, read
from shared.processing.instance import Instance
from shared.protocol.case import agency_of
from shared.protocol.case_file import CLASS_OF
from shared.protocol.documents import PIECE, DocumentRef, Media
from shared.store.document_folder import DocumentFolder, DocumentShelf

T = TypeVar("T")
FATES = ((0.6, PieceFate.LANDS), (0.2, PieceFate.LOST), (0.1, PieceFate.DOUBTED), (0.1, PieceFate.DOUBLED))
SIZES = (40, PIECE, PIECE + 1, 3 * PIECE - 7, 5 * PIECE)
"""Bytes of a document: of one piece, of exactly one, of a little more, of several."""
ROUNDS = 12
"""In which couriers that meet no trouble have carried all there is."""


@dataclass(frozen=True)
class PaperAttached:
    """A file that an instance took in, whether its statement came to lie on the log or not."""

    me: str
    case: str
    kind: str
    ref: DocumentRef
    digest: bytes


class PaperHolder(NamedTuple):
    """An instance that was told of a document, and how much of it is there."""

    me: str
    ref: DocumentRef
    whole: bool


class SimulatedPapers:
    """The documents of one world, on a topic of their own."""

    def __init__(self, seed: int, folder: Path, courier: type[SimulatedCourier] = SimulatedCourier) -> None:
        self.random = Random(f"documents {seed}")  # noqa: S311  a story, not a secret
        self.folder, self.topic, self.courier = folder / "documents", PieceTopic(), courier
        self.attached = dict[str, PaperAttached]()
        self.couriers = dict[str, SimulatedCourier]()
        self.healed, self.seen = False, Counter[str]()
        self._apart = ThreadPoolExecutor(1)
        """A courier's round has an event loop of its own, and nothing else happens meanwhile."""

    def begin(self, instance: Instance) -> None:
        """An instance starts on the folder that it had."""
        instance.keeps_documents(DocumentShelf(DocumentFolder(self.folder / instance.me)))
        self.couriers[instance.me] = self.courier(instance, self.topic, self._fate, self.random)

    def close(self) -> None:
        """Let go."""
        self._apart.shutdown()

    def take_in(self, instance: Instance, case: str, kind: str) -> DocumentRef:
        """A file of some length is sealed; it is to be sent once it is stated."""
        assert instance.documents
        content, folder = self.random.randbytes(self.random.choice(SIZES)), instance.documents.folder
        ref = self._run(_sealed(folder, content, f"{self.random.getrandbits(128):032x}"))
        folder.send_from(ref.id, 0)
        self.attached[ref.id] = PaperAttached(instance.me, case, kind, ref, sha256(content).digest())
        return ref

    def carry(self, me: str) -> None:
        """A round of an instance's courier; what goes wrong in it is tried again in a later one."""
        try:
            self._run(self.couriers[me].at_once())
        except Exception as error:  # noqa: BLE001  as the courier's own loop takes it
            self.seen[f"courier stopped: {type(error).__name__}"] += 1

    def forget(self) -> None:
        """The broker forgets a piece that it had acknowledged."""
        self.seen["piece forgotten"] += self.topic.lose(self.random)

    def forge(self) -> None:
        """Somebody has put nonsense in the place of a piece."""
        self.seen["piece forged"] += self.topic.lose(self.random, bytes(LENGTH))

    def lose_folder(self, me: str) -> None:
        """A disk goes, or a holder comes back without what it kept."""
        folder = self.couriers[me].folder
        for id in [one for one in self.attached if folder.here(one)][:1]:
            folder.drop(id)
            self.seen["folder lost"] += 1

    def _fate(self) -> PieceFate:
        fate = PieceFate.LANDS if self.healed else self.random.choices([f for _, f in FATES], [weight for weight, _ in FATES])[0]
        self.seen[f"piece {fate.value}"] += 1
        return fate

    def _run(self, doing: "Coroutine[Any, Any, T]") -> T:
        return self._apart.submit(asyncio.run, doing).result()

    # --- at rest ------------------------------------------------------------------------------------------------------------------

    def rest(self, laws: Mapping[str, CaseLaw]) -> list[str]:
        """All that can be carried is; then whoever has the whole of what another lacks sends it again. What is wrong in the end."""
        self.healed = True
        self._carry_all()
        holders = list(self._holders())
        self.seen["gap stated"] += sum(not one.whole for one in holders)
        self.seen["document whole"] += sum(one.whole for one in holders)
        lacked = {one.ref.id for one in holders if not one.whole}
        for id in sorted(lacked & {one.ref.id for one in holders if one.whole}):
            sender = next(one for one in holders if one.whole and one.ref.id == id)
            self.couriers[sender.me].folder.send_from(id, 0)
        self._carry_all()
        for courier in self.couriers.values():
            courier.hours_later()
        self._carry_all()
        self.healed = False
        return [*self._lacking(), *self._others(laws)]

    def _carry_all(self) -> None:
        for _ in range(ROUNDS):
            before = self._state()
            for me in sorted(self.couriers):
                self._run(self.couriers[me].at_once())
            if self._state() == before:
                return

    def _state(self) -> list[Any]:
        return [(me, one.folder.pieces(), one.folder.on_their_way()) for me, one in sorted(self.couriers.items())]

    def _holders(self) -> Iterator[PaperHolder]:
        for me, courier in sorted(self.couriers.items()):
            told = courier.instance.transact(lambda work: [one.ref for _, one in known_documents(work) if one])
            yield from (PaperHolder(me, ref, courier.folder.here(ref.id) >= set(range(ref.pieces))) for ref in told)

    def _lacking(self) -> Iterator[str]:
        """Who lacks of a document what another has, and whose is another one than was attached."""
        holders = list(self._holders())
        there = {one.ref.id for one in holders if one.whole}
        for one in holders:
            if not one.whole and one.ref.id in there:
                yield f"{one.me} lacks pieces of a document, though it was sent again by one that has it"
            if one.whole and self._digest(one) != self.attached[one.ref.id].digest:
                yield f"{one.me} shows another document than was attached, or none"

    def _digest(self, one: PaperHolder) -> bytes:
        try:
            return sha256(self._run(_content(self.couriers[one.me].folder, one.ref))).digest()
        except PieceMissing:
            return b""

    def _others(self, laws: Mapping[str, CaseLaw]) -> Iterator[str]:
        """Who keeps a piece, or was told a key, and never was entitled to it."""
        told = {(one.me, one.ref.id) for one in self._holders()}
        for me, courier in sorted(self.couriers.items()):
            own = {id for id, one in self.attached.items() if one.me == me}
            for id in courier.folder.all():
                if (me, id) not in told and id not in own:
                    yield f"{me} keeps pieces of a document of which it was not told"
        for me, id in sorted(told):
            paper = self.attached[id]
            if agency_of(me) != agency_of(paper.me) and not _ever(laws.get(paper.case), agency_of(me), paper.kind):
                yield f"{me} was told the key of a document that its agency never could read"


def _ever(law: CaseLaw | None, agency: str, kind: str) -> bool:
    """Whether an agency was in the case at any time with the class of this kind, for one of its purposes."""
    entries = [v.members[agency] for v in law.versions if agency in v.members] if law else []
    granted = {code for entry in entries for one in (entry, *entry.get("besides", ())) for code in one["classes"]}
    return CLASS_OF[KINDS[kind]].value in granted


async def _sealed(folder: DocumentFolder, content: bytes, id: str) -> DocumentRef:
    """Under an id of the seed: what is sent first follows from it."""
    writer = PieceWriter(folder)
    writer.id = id
    await writer.add(content)
    _, key, size, proof = await writer.end()
    return DocumentRef(id, key.hex(), proof, size, Media.PNG, "Invented.png")


async def _content(folder: DocumentFolder, ref: DocumentRef) -> bytes:
    return b"".join([piece async for piece in read(folder, ref)])
