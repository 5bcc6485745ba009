"""Envelope 2: the bytes of a sealed record of a case of protocol 2. Who is not a reader sees a case id, and of sizes and numbers little.

{"id": SHA-256 of the core, hex,
 "point": the public half of a key made for this record: by it a reader finds its part, or that it has none, with one computation,
 "body": core, signature and sections, each section once, under a key made for this record; of one of four lengths,
 "parts": [hint, and sealed for one reader that key and the keys of the sections it may see; of one length; decoys fill up their number]}

Everything is bound to everything: the context of part, hint and section is case and `id`, the body is bound to point and parts, and the
author signs all of it. So nobody but the author can seal its words for others, leave a reader out, or change what one of them finds.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson

from shared.crypto import primitives
from shared.crypto.body_frame import Framed, FrameRefused
from shared.crypto.envelope import EnvelopeRefused, Inside, TooLong, bytes_of, core_id, json_object
from shared.crypto.part_table import TABLE, read_table, written_table
from shared.crypto.primitives import NotForUs, Private, Public, text

START = b'{"id":'
"""What every record sealed so begins with, and no other."""
FIELDS = {"id": str, "point": str, "body": str, "parts": list}
LONGEST_RECORD = 1 << 18
"""Bytes of a whole record; what is longer is refused before any key is tried."""
BODIES = tuple(kib << 10 for kib in (12, 32, 64, 160))
"""Bytes that a body is padded to."""
PARTS = (8, 16, 32, 64, 128, 256)
"""How many parts a record has."""
SECTIONS = tuple(256 << 2 * step for step in range(5))
"""Bytes that a section is padded to: other members see its length."""
HINT = 9
"""Bytes of a hint: twelve characters of base64, so that hints are compared as they stand."""
PART = HINT + primitives.OVERHEAD + TABLE
_PART = PART // 3 * 4
_BODIES = {-(-(size + primitives.LOCKED) // 3) * 4: size for size in BODIES}
_BESIDE = 64 + 44 + 40
"""Characters of an id, of a point, and of what is written around all fields; a part has three of its own."""


def seal(
    case: str, core: bytes, signing: bytes, sections: Mapping[str, Any], readers: Iterable[tuple[Public, Collection[str]]], *,
    room: int = 0, alike: bool = False,
) -> bytes:  # fmt: skip
    """The value of a record, signed with this private key: for each reader its key and the classes of the sections that it may see.

    The body gets the length of one that holds `room` bytes at least, as far as a record can be that long. Sections that are to look
    `alike` get one length, so that no member learns which of them say something. Raises TooLong.
    """
    name, readers = core_id(core), list(readers)
    keys = {kind: primitives.random_key() for kind in sections}
    plain = {kind: orjson.dumps(section) for kind, section in sections.items()}
    least = max(map(len, plain.values()), default=0) if alike else 0
    padded = {kind: said.ljust(_bucket(SECTIONS, max(least, len(said)))) for kind, said in plain.items()}
    locked = {kind: _section(keys[kind], case, name, kind, said) for kind, said in padded.items()}
    record_key, ephemeral = primitives.random_key(), primitives.Ephemeral()
    parts = [
        ephemeral.shared(public, _context("hint", case, name), HINT)
        + primitives.sealed(written_table(record_key, {k: keys[k] for k in keys if k in may}), public, _context("part", case, name))
        for public, may in readers
    ]
    parts += [secrets.token_bytes(HINT) + primitives.decoy(TABLE) for _ in range(_bucket(PARTS, max(len(parts), 1)) - len(parts))]
    secrets.SystemRandom().shuffle(parts)
    outer = {"id": name, "point": text(ephemeral.point), "parts": [text(part) for part in parts]}
    bound, framed = _bound(case, outer), Framed(core, b"", locked)
    inside = Framed(core, primitives.signature(signing, _signed(bound, framed)), locked).written()
    body = primitives.locked(record_key, inside.ljust(_length(len(inside), room, len(parts)), b"\0"), bound)
    if not readers:
        raise TooLong("nobody is to read it")
    return orjson.dumps({"id": name, "point": outer["point"], "body": text(body), "parts": outer["parts"]})


def open_for(value: bytes, case: str, keys: Iterable[Private]) -> Inside | None:
    """What a reader with these keys finds in a record of this case; None where no part of it is for them. Raises EnvelopeRefused.

    A section whose key does not open it is left out, as one would be that is not what the core's digest says: so nobody can
    make a record unreadable for one reader alone by a section.
    """
    outer = _outer(value)
    found = _found(outer, case, keys)
    if found is None:
        return None
    record_key, section_keys = found
    bound = _bound(case, outer)
    try:
        plain = primitives.unlocked(record_key, bytes_of(outer["body"]), bound)
    except NotForUs:
        raise EnvelopeRefused("changed", "the record was changed, or is not of this case") from None
    try:
        framed = Framed.read(plain)
    except FrameRefused:
        raise EnvelopeRefused("shape", "the body of the record is not of the right shape") from None
    if core_id(framed.core) != outer["id"]:
        raise EnvelopeRefused("two-cores", "the record's core is not the one that it names")
    opened = {kind: _opened(key, case, outer["id"], kind, framed.sections.get(kind)) for kind, key in section_keys.items()}
    sections = {kind: section for kind, section in opened.items() if section is not None}
    return Inside(framed.core, framed.signature, sections, _signed(bound, framed))


def _outer(value: bytes) -> dict[str, Any]:
    if len(value) > LONGEST_RECORD:
        raise EnvelopeRefused("oversize", "the record is longer than any may be")
    body = json_object(value)
    if {name: type(said) for name, said in body.items()} != FIELDS or tuple(body) != tuple(FIELDS):
        raise EnvelopeRefused("shape", "the record is not a sealed one in its only form")
    parts = body["parts"]  # looked at before it is all written again, which what is deep does not bear
    sized = len(parts) in PARTS and all(type(part) is str and len(part) == _PART for part in parts)
    if not sized or len(body["body"]) not in _BODIES:
        raise EnvelopeRefused("size", "the record has not the sizes that every record has")
    if orjson.dumps(body) != value:
        raise EnvelopeRefused("shape", "the record is not a sealed one in its only form")
    return body


def _found(outer: Mapping[str, Any], case: str, keys: Iterable[Private]) -> tuple[bytes, dict[str, bytes]] | None:
    """The record's key and those of its sections; None where no part is for these keys."""
    point, hinted, context = bytes_of(outer["point"]), _context("hint", case, outer["id"]), _context("part", case, outer["id"])
    for key in keys:
        try:
            hint = text(key.shared(point, hinted, HINT))
            for part in outer["parts"]:
                if part.startswith(hint):
                    return read_table(primitives.opened(bytes_of(part)[HINT:], key, context))
        except NotForUs:
            continue
    return None


def _section(key: bytes, case: str, name: str, kind: str, plain: bytes) -> bytes:
    return primitives.locked(key, plain, _context("section", case, name) + b"\n" + kind.encode())


def _opened(key: bytes, case: str, name: str, kind: str, cipher: bytes | None) -> Any:
    try:
        return orjson.loads(primitives.unlocked(key, cipher or b"", _context("section", case, name) + b"\n" + kind.encode()))
    except (NotForUs, ValueError):
        return None


def _bucket(sizes: Sequence[int], length: int) -> int:
    for size in sizes:
        if length <= size:
            return size
    raise TooLong(f"{length:,} is more than the {sizes[-1]:,} that any record may have")


def _length(needed: int, room: int, parts: int) -> int:
    """Bytes of the body of a record with so many parts."""
    fit = [size for characters, size in _BODIES.items() if _BESIDE + characters + parts * (_PART + 3) <= LONGEST_RECORD]
    return _bucket(fit, max(needed, min(room, fit[-1])))


def _context(kind: str, case: str, name: str) -> bytes:
    return f"nrm {kind} 2\n{case}\n{name}".encode()


def _bound(case: str, outer: Mapping[str, Any]) -> bytes:
    return hashlib.sha256("\n".join([f"nrm body 2\n{case}\n{outer['id']}", outer["point"], *outer["parts"]]).encode()).digest()


def _signed(bound: bytes, framed: Framed) -> bytes:
    """What the author signs: that these parts, these sections and this core are one record."""
    return b"nrm record 2\n" + hashlib.sha256(bound + framed.written_sections()).digest() + framed.core
