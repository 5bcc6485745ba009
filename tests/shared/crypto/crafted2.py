"""Records of envelope 2 as a hostile author would make them: each layer by hand, with another content than the envelope would give it."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from shared.crypto import envelope, envelope2, primitives
from shared.crypto.body_frame import Framed
from shared.crypto.part_table import TABLE, written_table
from shared.crypto.primitives import text
from tests.shared.crypto import second, second2
from tests.shared.crypto.people import CASE, CORE, SIGNING, Reader

KEY = bytes(range(32))
SECTION_KEY = bytes(range(1, 33))
EIGHT = envelope2.PARTS[0]


def section(said: Any, kind: str = "D1", key: bytes = SECTION_KEY, id: str | None = None) -> bytes:
    """A section as an honest author locks it."""
    bound = second2.context("section", CASE, envelope.core_id(CORE) if id is None else id) + b"\n" + kind.encode()
    return primitives.locked(key, orjson.dumps(said).ljust(256), bound)


def bare(reader: Reader, table: bytes, ephemeral: primitives.Ephemeral, id: str | None = None) -> bytes:
    """One reader's part, with a right hint and anything inside."""
    name = envelope.core_id(CORE) if id is None else id
    sealed = second.seal_part(table, primitives.public_of(reader.private, "seal"), second2.context("part", CASE, name))
    return ephemeral.shared(reader.key, second2.context("hint", CASE, name), envelope2.HINT) + sealed


def craft(
    parts: Sequence[tuple[Reader, bytes]], *, core: bytes = CORE, sections: Mapping[str, bytes] | None = None, plain: bytes | None = None,
    id: str | None = None, key: bytes = KEY, size: int = envelope2.BODIES[0], decoys: bool = True,
) -> bytes:  # fmt: skip
    """A record of these parts, core and locked sections, bound and signed as an honest one is; `plain` is a body in place of theirs."""
    name, ephemeral = envelope.core_id(CORE) if id is None else id, primitives.Ephemeral()
    made = [text(bare(reader, table, ephemeral, id)) for reader, table in parts]
    made += [text(bytes(9) + primitives.decoy(TABLE)) for _ in range(EIGHT - len(made))] if decoys else []
    outer = {"id": name, "point": text(ephemeral.point), "body": "", "parts": made}
    bound = second2.bound_of(CASE, outer)
    framed = Framed(core, b"", sections or {})
    signature = primitives.signature(SIGNING, b"nrm record 2\n" + _digest(bound + framed.written_sections()) + core)
    body = Framed(core, signature, sections or {}).written() if plain is None else plain
    outer["body"] = text(primitives.locked(key, body.ljust(size, b"\0"), bound))
    return orjson.dumps(outer)


def _digest(data: bytes) -> bytes:
    return bytes.fromhex(envelope.core_id(data))


def table(key: bytes = KEY, **keys: bytes) -> bytes:
    """What an honest part holds."""
    return written_table(key, keys)
