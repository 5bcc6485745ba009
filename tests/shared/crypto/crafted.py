"""Records as a hostile author would make them: each layer by hand, with another content than the envelope would give it."""

from collections.abc import Sequence
from typing import Any

import orjson

from shared.crypto import envelope, primitives
from shared.crypto.primitives import text
from tests.shared.crypto.people import CASE, CORE, SIGNING, Reader
from tests.shared.crypto.second import body_bound, part_context, seal_part

KEY = bytes(range(32))


def body_plain(core: bytes = CORE, **other: Any) -> bytes:
    """What an honest body holds, with other or more fields."""
    return orjson.dumps({"core": core.decode(), "signature": text(envelope.sign(core, SIGNING)), **other}).ljust(1024)


def part_plain(key: bytes = KEY, **other: Any) -> bytes:
    """What an honest part holds, with other or more fields."""
    return orjson.dumps({"key": text(key), "sections": {}, **other}).ljust(256)


def craft(
    parts: Sequence[tuple[Reader, bytes]], body: bytes | None = None, *, id: str | None = None, key: bytes = KEY, intro: bool = False
) -> bytes:
    """A record of these parts and this body, bound as an honest one is; `id` may be another than the core's."""
    name = envelope.core_id(CORE) if id is None else id
    context = part_context(CASE, name, intro)
    sealed = [text(seal_part(plain, primitives.public_of(reader.private, "seal"), context)) for reader, plain in parts]
    cipher = primitives.encrypted(key, body_plain() if body is None else body, body_bound(CASE, name, intro, sealed))
    return orjson.dumps({"intro": intro, "id": name, "body": text(cipher), "parts": sealed})
