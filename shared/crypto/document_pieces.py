"""The pieces of a document: each sealed by itself under the document's key, all of one length, under names that say nothing.

The same bytes lie on the topic, at the sender's and at each reader's. Whoever has the key alone can name a piece or open it.
"""

import hmac
from hashlib import sha256

from shared.crypto import primitives
from shared.crypto.primitives import NONCE, TAG, NotForUs
from shared.protocol.documents import PIECE, DocumentRef

TOPIC = "nrm.documents"
LENGTH = NONCE + PIECE + TAG
"""Bytes of a sealed piece."""


def piece_name(ref: DocumentRef, n: int) -> str:
    """What the n-th piece is called where others see it."""
    return hmac.digest(bytes.fromhex(ref.key), f"nrm piece 1\n{ref.id}\n{n}".encode(), "sha256")[:16].hex()


def sealed_piece(key: bytes, id: str, n: int, plain: bytes) -> bytes:
    """A piece, filled up to its length."""
    return primitives.encrypted(key, plain.ljust(PIECE, b"\0"), _bound(id, n))


def opened_piece(ref: DocumentRef, n: int, sealed: bytes) -> bytes:
    """What the n-th piece holds of a document. Raises NotForUs."""
    if len(sealed) != LENGTH:
        raise NotForUs
    plain = primitives.decrypted(bytes.fromhex(ref.key), sealed, _bound(ref.id, n))
    return plain[: max(0, min(PIECE, ref.size - n * PIECE))]


class Proof:
    """By which a content is known again, to whoever has the document's key: it is no hash that others could try files against."""

    def __init__(self, key: bytes) -> None:
        self._made = hmac.new(key, b"nrm document 1\n", sha256)

    def add(self, content: bytes) -> None:
        """The next of the content."""
        self._made.update(content)

    def written(self) -> str:
        """64 hex digits."""
        return self._made.hexdigest()


def _bound(id: str, n: int) -> bytes:
    return f"nrm document 1\n{id}\n{n}".encode()
