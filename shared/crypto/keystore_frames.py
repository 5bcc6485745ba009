"""The bytes of a keystore's file: a head that names the master key without revealing it, then frames, each encrypted under that key.

Frames are only ever added. One that a crash cut short is the last one, and nothing was committed that needs it: it is passed over. Any
other that does not open was damaged, and then the file as a whole cannot be trusted.
"""

import hashlib
from collections.abc import Iterator, Mapping

import orjson

from shared.crypto import primitives
from shared.crypto.primitives import NotForUs

MAGIC = b"nrm keystore 1\n"
MARK = 16
"""Bytes that stand for a master key."""
HEAD = len(MAGIC) + MARK
LENGTH = 4
"""Bytes that say how long a frame is."""

Entries = dict[str, str]
"""Case → its keys as base64; empty for one whose keys were destroyed."""


class Damaged(ValueError):
    """These bytes are not a keystore, or not any more."""


def mark(kek: bytes) -> bytes:
    """What stands for a master key at the head of a file."""
    return hashlib.sha256(b"nrm master key 1\n" + kek).digest()[:MARK]


def known(data: bytes) -> bool:
    """Whether this begins as a keystore does."""
    return len(data) >= HEAD and data.startswith(MAGIC)


def marked(data: bytes) -> bytes:
    """Which master key a file is under. Raises Damaged."""
    if not known(data):
        raise Damaged
    return data[len(MAGIC) : HEAD]


def whole(kek: bytes, instance: str, entries: Entries) -> bytes:
    """A file with these entries and no others."""
    head = MAGIC + mark(kek)
    return head + frame(kek, instance, len(head), entries)


def frame(kek: bytes, instance: str, place: int, entries: Mapping[str, str]) -> bytes:
    """One frame, for this place of the file (its offset) alone."""
    cipher = primitives.encrypted(kek, orjson.dumps(dict(entries)), _bound(instance, place))
    return len(cipher).to_bytes(LENGTH, "big") + cipher


def read(data: bytes, kek: bytes, instance: str, place: int = HEAD) -> Iterator[tuple[Entries, int]]:
    """The frames from this place on, each with where it ends. Raises Damaged at one that does not open and is not the torn last one."""
    while place + LENGTH <= len(data):
        end = place + LENGTH + int.from_bytes(data[place : place + LENGTH], "big")
        if _torn(data, place, end):
            return
        try:
            plain = primitives.decrypted(kek, data[place + LENGTH : end], _bound(instance, place))
        except NotForUs:
            raise Damaged from None
        yield orjson.loads(plain), end
        place = end


def _torn(data: bytes, place: int, end: int) -> bool:
    """Whether a frame ends too early: bytes that are not there, or that the disk never wrote and gives back as zeros."""
    return end > len(data) or (end == len(data) and not any(data[-primitives.TAG :])) or not any(data[place:])


def _bound(instance: str, place: int) -> bytes:
    return b"nrm keystore frame 1\n%b\n%d" % (instance.encode(), place)
