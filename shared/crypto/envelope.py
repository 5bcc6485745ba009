"""The envelope: the bytes of a sealed record. Who is not a reader sees a case id, sizes, and how many parts there are.

{"intro": whether it may reach somebody new to the case,
 "id": SHA-256 of the core, hex: what binds all parts to one core (a salt in the core makes it say nothing),
 "body": core and signature under a key made for this record, padded,
 "parts": [that key and the sections that this one reader may see, sealed for it and padded; one for each reader, in random order]}

The core is the same for all readers, so it is encrypted once. Everything is bound to everything: the context of a part is case, `intro`
and `id`, and the body is bound to all parts, so that whoever changes a byte for one reader has changed it for all, and all say the same.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import orjson

from shared.crypto import primitives
from shared.crypto.primitives import NotForUs, Private, Public, raw, text

START = b'{"intro":'
"""What every sealed record begins with, and no other."""
INTRO = b'{"intro":true'
PARTS, LONGEST_RECORD = 256, 1 << 20
"""How many parts a record may have, and how many bytes: what is more is refused before any key is tried."""
SMALLEST_PART, SMALLEST_BODY = 256, 1024
"""Bytes that a part and a body are padded to at least; beyond that the next power of two."""
FIELDS = ("intro", "id", "body", "parts")
CONTEXT, BODY, CORE = b"nrm part 1\n", b"nrm body 1\n", b"nrm core 1\n"
"""What each kind of context begins with."""


class EnvelopeRefused(ValueError):
    """This sealed record cannot be taken; the code says why, the message says it in words, and neither quotes it."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class TooLong(ValueError):
    """No record can hold this: every reader would refuse it."""


@dataclass(frozen=True, slots=True)
class Inside:
    """What one reader finds in a record: the bytes of the core, the author's signature of them, its sections by class."""

    core: bytes
    signature: bytes
    sections: dict[str, Any]
    said: bytes = b""
    """What the signature is of, where that is more than the core."""

    def signed_by(self, public: bytes) -> bool:
        """Whether the holder of this key signed it."""
        return primitives.signed(public, self.signature, self.said or CORE + self.core)


def core_id(core: bytes) -> str:
    """What stands for a core in the clear; its first half is the event id."""
    return hashlib.sha256(core).hexdigest()


def padded(plain: bytes, least: int) -> bytes:
    """JSON with blanks behind it, up to a size that many others have."""
    return plain.ljust(max(least, 1 << (len(plain) - 1).bit_length()))


def sign(core: bytes, private: bytes) -> bytes:
    """The author's signature of a core."""
    return primitives.signature(private, CORE + core)


def proven(core: bytes, signature: bytes, public: bytes) -> bool:
    """Whether the holder of this key signed the core."""
    return primitives.signed(public, signature, CORE + core)


def seal(case: str, core: bytes, signature: bytes, readers: Iterable[tuple[Public, Mapping[str, Any]]], *, intro: bool) -> bytes:
    """The value of a record: one part for each reader (its key, its sections by class). Raises TooLong."""
    name, key = core_id(core), primitives.random_key()
    context = _context(CONTEXT, case, name, intro=intro)
    plain = [(public, orjson.dumps({"key": text(key), "sections": sections})) for public, sections in readers]
    size = len(padded(b" " * max((len(inside) for _, inside in plain), default=1), SMALLEST_PART))
    parts = [text(primitives.sealed(inside.ljust(size), public, context)) for public, inside in plain]
    secrets.SystemRandom().shuffle(parts)
    inside = padded(orjson.dumps({"core": core.decode(), "signature": text(signature)}), SMALLEST_BODY)
    body = primitives.encrypted(key, inside, _bound(case, name, parts, intro=intro))
    value = orjson.dumps({"intro": intro, "id": name, "body": text(body), "parts": parts})
    if not 0 < len(parts) <= PARTS or len(value) > LONGEST_RECORD:
        raise TooLong("what is sealed has no readers, too many of them, or is too long for any record")
    return value


def open_for(value: bytes, case: str, keys: Iterable[Private]) -> Inside | None:
    """What a reader with these keys finds in a record of this case; None where no part of it is for them. Raises EnvelopeRefused."""
    outer = _outer(value)
    context = _context(CONTEXT, case, outer["id"], intro=outer["intro"])
    found = primitives.first_opened([bytes_of(part) for part in outer["parts"]], tuple(keys), context)
    if found is None:
        return None
    part = _inner(found, "part", {"key": str, "sections": dict})
    bound = _bound(case, outer["id"], outer["parts"], intro=outer["intro"])
    key = bytes_of(part["key"])
    if len(key) != primitives.KEY:
        raise EnvelopeRefused("shape", "the part of the record holds no key")
    try:
        plain = primitives.decrypted(key, bytes_of(outer["body"]), bound)
    except NotForUs:
        raise EnvelopeRefused("changed", "the record was changed, or is not of this case") from None
    inside = _inner(plain, "body", {"core": str, "signature": str})
    core = inside["core"].encode()
    if core_id(core) != outer["id"]:
        raise EnvelopeRefused("two-cores", "the record's core is not the one that it names")
    return Inside(core, bytes_of(inside["signature"]), part["sections"])


def _outer(value: bytes) -> dict[str, Any]:
    if len(value) > LONGEST_RECORD:
        raise EnvelopeRefused("oversize", "the record is longer than any may be")
    body = json_object(value)
    shaped = tuple(body) == FIELDS and [type(body[f]) for f in FIELDS] == [bool, str, str, list]
    flat = shaped and all(type(part) is str for part in body["parts"])  # before it is written again, which what is deep does not bear
    if not flat or orjson.dumps(body) != value:
        raise EnvelopeRefused("shape", "the record is not a sealed one in its only form")
    if not 0 < len(body["parts"]) <= PARTS:
        raise EnvelopeRefused("oversize", "the record has no parts, or more than any may have")
    return body


def _inner(plain: bytes, which: str, shapes: Mapping[str, type]) -> dict[str, Any]:
    body = json_object(plain)
    if {name: type(value) for name, value in body.items()} != dict(shapes):
        raise EnvelopeRefused("shape", f"the {which} of the record is not of the right shape")
    return body


def json_object(data: bytes) -> dict[str, Any]:
    """The JSON object of these bytes. Raises EnvelopeRefused."""
    try:
        read = orjson.loads(data)
    except ValueError:
        raise EnvelopeRefused("shape", "the record is not JSON") from None
    if not isinstance(read, dict):
        raise EnvelopeRefused("shape", "the record is not a JSON object")
    return cast(dict[str, Any], read)


def bytes_of(said: object) -> bytes:
    """The bytes of canonical base64. Raises EnvelopeRefused."""
    try:
        return raw(said)
    except ValueError:
        raise EnvelopeRefused("shape", "the record holds what is not base64") from None


def _context(kind: bytes, case: str, name: str, *, intro: bool) -> bytes:
    return b"%b%b\n%b\n%d" % (kind, case.encode(), name.encode(), intro)


def _bound(case: str, name: str, parts: list[str], *, intro: bool) -> bytes:
    return hashlib.sha256(_context(BODY, case, name, intro=intro) + b"\n" + "\n".join(parts).encode()).digest()
