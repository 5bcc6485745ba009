"""A file on its way in: looked through by the scanner, cleaned, sealed in pieces. At no moment it lies on a disk in the clear.

As it comes it is sealed in pieces under a key that this process alone has; from them it is scanned and cleaned, and the cleaned one is
sealed under the document's own key. Memory holds a piece or two at a time.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import NamedTuple

from shared.crypto import primitives
from shared.crypto.document_pieces import Proof, opened_piece, sealed_piece
from shared.privacy.cleaning.outcome import NotTaken
from shared.privacy.cleaning.process import clean
from shared.privacy.document_names import document_name
from shared.privacy.virus_scanner import ScannerAway, found_by
from shared.protocol.documents import MOST_BYTES, PIECE, DocumentRef, Media
from shared.store.document_folder import DocumentFolder


class Sealed(NamedTuple):
    """What was sealed."""

    id: str
    key: bytes
    size: int
    proof: str


class PieceWriter:
    """Seals what comes, piece by piece, under a key of its own."""

    def __init__(self, folder: DocumentFolder, *, for_a_moment: bool = False) -> None:
        self.put = folder.hold if for_a_moment else folder.put
        self.folder, self.id, self.key = folder, secrets.token_hex(16), primitives.random_key()
        self.proof, self.size, self.pieces = Proof(self.key), 0, 0
        self._waits = bytearray()

    async def add(self, content: bytes) -> None:
        """The next of the content. Raises NotTaken beyond the limit."""
        self._waits += content
        self.size += len(content)
        self.proof.add(content)
        if self.size > MOST_BYTES:
            raise NotTaken("document-too-large")
        while len(self._waits) >= PIECE:
            await self._put(bytes(self._waits[:PIECE]))
            del self._waits[:PIECE]

    async def end(self, pieces: int = 0) -> Sealed:
        """There is no more; filled up to so many pieces."""
        if self._waits:
            await self._put(bytes(self._waits))
        while self.pieces < pieces:
            await self._put(b"")
        return Sealed(self.id, self.key, self.size, self.proof.written())

    async def _put(self, plain: bytes) -> None:
        n, self.pieces = self.pieces, self.pieces + 1
        await asyncio.to_thread(lambda: self.put(self.id, n, sealed_piece(self.key, self.id, n, plain)))


async def taken_in(folder: DocumentFolder, content: AsyncIterator[bytes], called: str, scanner: str) -> DocumentRef:
    """Take a file in. The document lies in the folder, and is nobody's until it is stated. Raises NotTaken."""
    came, kept = PieceWriter(folder, for_a_moment=True), PieceWriter(folder)
    try:
        async for piece in content:
            await came.add(piece)
        raw = _ref(await came.end(), Media.PDF, "-")
        if not raw.size:
            raise NotTaken("document-empty")
        if scanner and await _infected(folder, raw, scanner):
            raise NotTaken("document-infected")
        media = await clean(read(folder, raw), kept.add)
        ref = _ref(Sealed(kept.id, kept.key, kept.size, kept.proof.written()), media, document_name(called, media))
        await kept.end(ref.sent)
        await asyncio.to_thread(folder.settle, kept.id)
    except BaseException:
        await asyncio.to_thread(folder.drop, kept.id)
        raise
    finally:
        await asyncio.to_thread(folder.drop, came.id)
    return ref


async def _infected(folder: DocumentFolder, raw: DocumentRef, scanner: str) -> bool:
    try:
        return await found_by(scanner, read(folder, raw))
    except ScannerAway:
        raise NotTaken("document-scanner-away") from None


def _ref(sealed: Sealed, media: Media, name: str) -> DocumentRef:
    return DocumentRef(sealed.id, sealed.key.hex(), sealed.proof, sealed.size, media, name)


class PieceMissing(Exception):
    """A piece of the document is not here, or does not open."""


async def read(folder: DocumentFolder, ref: DocumentRef) -> AsyncIterator[bytes]:
    """The content, piece by piece. Raises PieceMissing."""
    for n in range(ref.pieces):
        yield await asyncio.to_thread(piece_of, folder, ref, n)


def piece_of(folder: DocumentFolder, ref: DocumentRef, n: int) -> bytes:
    """What a piece holds. Raises PieceMissing."""
    sealed = folder.piece(ref.id, n)
    if sealed is None:
        raise PieceMissing
    try:
        return opened_piece(ref, n, sealed)
    except primitives.NotForUs:
        raise PieceMissing from None
