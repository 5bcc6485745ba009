"""The bytes of a batch of statistical records: signed by its lead, sealed for the reporting instances that may read it, padded.

{"body": said and signature under a key made for this batch, padded, "parts": [that key, sealed for one reader each]}

Unsealed, where no directory is in force: {"records": [...], "pad": blanks}. Kafka's key is random and is the batch's name: everything is
bound to it, so a batch that is put on the bus again under another key opens for nobody. Whoever has no key sees how large the padded
batch is, how many may read it, and when it came, which is at a fixed time (`processing.batches`).
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import orjson

from shared.crypto import primitives
from shared.crypto.primitives import SIGNATURE, NotForUs, Private, Public, raw, text
from shared.records.codec import NEUTRAL, Headers, Unreadable, WireRecord

CLEAR_TYPE = b"application/vnd.nrm.statistics+json; v=2"
SEALED_TYPE = b"application/vnd.nrm.sealed-statistics+json; v=2"
SIZES = (4_096, 16_384, 65_536, 131_072)
"""Bytes that what is said is padded to; the batches of a country share few sizes. A larger one is made by nobody."""
LONGEST_BATCH, PARTS, MOST_RECORDS = 262_144, 64, 1_024
"""Bytes, parts and statistical records of a batch: what is more is refused before any key is tried."""
START, CLEAR = b'{"body":', b'{"records":'
"""What every sealed batch begins with, and every unsealed one."""
SAID, PART, BODY = b"nrm statistics 1\n", b"nrm statistics part 1\n", b"nrm statistics body 1\n"


class BatchTooLong(ValueError):
    """No batch can hold this."""


@dataclass(frozen=True, slots=True)
class SignedBatch:
    """What a batch says once it is open: who signed it, for which country, which bytes, and with what signature."""

    author: str
    country: str
    records: list[Any]
    said: bytes
    signature: bytes
    name: str

    def proven(self, keys: Iterable[bytes]) -> bool:
        """Whether the holder of one of these keys signed it under this name."""
        return any(primitives.signed(key, self.signature, _signs(self.name, self.said)) for key in keys)


def clear(name: str, bodies: Sequence[str]) -> WireRecord:
    """A batch as it goes where nothing is sealed. Raises BatchTooLong."""
    records = [orjson.Fragment(body) for body in bodies]
    bare = orjson.dumps({"records": records, "pad": ""})
    return WireRecord(name.encode(), orjson.dumps({"records": records, "pad": " " * (_size(bare) - len(bare))}), _headers(CLEAR_TYPE))


def seal(name: str, country: str, author: str, bodies: Sequence[str], signing: bytes, readers: Sequence[Public]) -> WireRecord:
    """A batch that its author signs, for these readers alone. Raises BatchTooLong."""
    said = orjson.dumps({"author": author, "country": country, "records": [orjson.Fragment(body) for body in bodies]})
    signature = primitives.signature(signing, _signs(name, said))
    key = primitives.random_key()
    parts = [text(primitives.sealed(key, reader, _context(PART, name))) for reader in readers]
    secrets.SystemRandom().shuffle(parts)
    inside = signature + said
    body = primitives.encrypted(key, inside.ljust(_size(inside)), _bound(name, parts))
    return WireRecord(name.encode(), orjson.dumps({"body": text(body), "parts": parts}), _headers(SEALED_TYPE))


def is_sealed(value: bytes) -> bool:
    """Whether these bytes are a sealed batch, whoever it is for."""
    return value.startswith(START)


def is_clear(value: bytes) -> bool:
    """Whether these bytes are an unsealed batch."""
    return value.startswith(CLEAR)


def open_for(value: bytes, name: bytes, keys: Iterable[Private]) -> SignedBatch | None:
    """What a reader with these keys finds in a batch; None where no part of it is for them. Raises Unreadable."""
    outer, key_name = _outer(value), _name(name)
    found = primitives.first_opened([_raw(part) for part in outer["parts"]], tuple(keys), _context(PART, key_name))
    if found is None:
        return None
    try:
        plain = primitives.decrypted(found, _raw(outer["body"]), _bound(key_name, outer["parts"]))
    except NotForUs:
        raise Unreadable("the batch was changed") from None
    signature, said = plain[:SIGNATURE], plain[SIGNATURE:].rstrip(b" ")
    inside = _object(said)
    if [(field, type(value)) for field, value in inside.items()] != [("author", str), ("country", str), ("records", list)]:
        raise Unreadable("what the batch says is not of the right shape")
    return SignedBatch(inside["author"], inside["country"], few(inside["records"]), said, signature, key_name)


def single(value: bytes) -> Any:
    """The one statistical record that a release of before batches put on the topic by itself, not checked yet. Raises Unreadable."""
    return _object(value)


def records_of(value: bytes) -> list[Any]:
    """What an unsealed batch says. Raises Unreadable."""
    records = _object(value).get("records")
    if not isinstance(records, list):
        raise Unreadable("the batch is not of the right shape")
    return few(cast(list[Any], records))


def few(records: list[Any]) -> list[Any]:
    """These records. Raises Unreadable where they are more than a batch may hold."""
    if len(records) > MOST_RECORDS:
        raise Unreadable("the batch holds more than any may hold")
    return records


def _outer(value: bytes) -> dict[str, Any]:
    if len(value) > LONGEST_BATCH:
        raise Unreadable("the batch is longer than any may be")
    outer = _object(value)
    shaped = tuple(outer) == ("body", "parts") and (type(outer["body"]), type(outer["parts"])) == (str, list)
    if not shaped or not all(type(part) is str for part in outer["parts"]) or orjson.dumps(outer) != value:
        raise Unreadable("the batch is not a sealed one in its only form")
    if not 0 < len(outer["parts"]) <= PARTS:
        raise Unreadable("the batch has no parts, or more than any may have")
    return outer


def _object(data: bytes) -> dict[str, Any]:
    if len(data) > LONGEST_BATCH:
        raise Unreadable("the batch is longer than any may be")
    try:
        said = orjson.loads(data)
    except ValueError:
        raise Unreadable("the record is not JSON") from None
    if not isinstance(said, dict):
        raise Unreadable("the record is not a JSON object")
    return cast(dict[str, Any], said)


def _raw(said: object) -> bytes:
    try:
        return raw(said)
    except ValueError:
        raise Unreadable("the batch holds what is not base64") from None


def _name(key: bytes) -> str:
    try:
        return key.decode("ascii")
    except UnicodeDecodeError:
        raise Unreadable("the batch's key is not a name") from None


def _size(said: bytes) -> int:
    for size in SIZES:
        if len(said) <= size:
            return size
    raise BatchTooLong("what is said is too long for any batch")


def _headers(content_type: bytes) -> Headers:
    return [*NEUTRAL, ("content-type", content_type)]


def _signs(name: str, said: bytes) -> bytes:
    return SAID + name.encode() + b"\n" + said


def _context(kind: bytes, name: str) -> bytes:
    return kind + name.encode()


def _bound(name: str, parts: list[str]) -> bytes:
    return hashlib.sha256(_context(BODY, name) + b"\n" + "\n".join(parts).encode()).digest()
