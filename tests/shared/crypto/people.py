"""Invented readers and their records: what the tests of the envelope stand on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from shared.crypto import envelope, primitives
from shared.crypto.envelope import EnvelopeRefused, Inside
from shared.crypto.primitives import Private, Public

CASE, OTHER_CASE = "3f0c7a52-case", "6ba7b810-case"
CORE = b'{"case":"3f0c7a52-case","author":"intake.rs-ir","type":"case.reported.v1","salt":"5a17"}'
SECTIONS: dict[str, Any] = {name: {"salt": f"salt-{name}", "values": {f"field-{name}": f"said in {name}"}} for name in ("D1", "D2", "D3")}


@dataclass(frozen=True)
class Reader:
    """Somebody with a key of its own."""

    name: str
    private: bytes

    @cached_property
    def key(self) -> Public:
        """What is sealed for."""
        return Public(primitives.public_of(self.private, "seal"))

    @cached_property
    def opener(self) -> Private:
        """What opens it."""
        return Private(self.private)


def people(count: int) -> list[Reader]:
    """So many readers, each time with other keys."""
    return [Reader(f"assistance.rs-{number}", primitives.random_key()) for number in range(count)]


SIGNING = primitives.random_key()


def record(
    seen: Mapping[Reader, Mapping[str, Any]], case: str = CASE, core: bytes = CORE, *, signing: bytes = SIGNING, intro: bool = False
) -> bytes:
    """A record with what each reader may see of it."""
    parts = [(reader.key, sections) for reader, sections in seen.items()]
    return envelope.seal(case, core, envelope.sign(core, signing), parts, intro=intro)


def found(value: bytes, reader: Reader, case: str = CASE) -> Inside | str | None:
    """What a reader finds in a record; the code where it is refused."""
    try:
        return envelope.open_for(value, case, [reader.opener])
    except EnvelopeRefused as reason:
        return reason.code


def changed(value: bytes, **other: Any) -> bytes:
    """The record with other fields, written in the one form."""
    return orjson.dumps({**orjson.loads(value), **other})
