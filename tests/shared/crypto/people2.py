"""Records of envelope 2 for invented readers."""

from collections.abc import Collection, Mapping
from typing import Any

from shared.crypto import envelope2, primitives
from shared.crypto.envelope import EnvelopeRefused, Inside
from tests.shared.crypto.people import CASE, CORE, SECTIONS, SIGNING, Reader

AUTHOR = primitives.public_of(SIGNING, "sign")


def record(
    seen: Mapping[Reader, Collection[str]], case: str = CASE, core: bytes = CORE, *, sections: Mapping[str, Any] = SECTIONS,
    signing: bytes = SIGNING, room: int = 0,
) -> bytes:  # fmt: skip
    """A record of these sections, with the classes that each reader may see."""
    return envelope2.seal(case, core, signing, sections, [(reader.key, may) for reader, may in seen.items()], room=room)


def found(value: bytes, reader: Reader, case: str = CASE) -> Inside | str | None:
    """What a reader finds in a record; the code where it is refused, `unsigned` where its author did not sign all of it."""
    try:
        inside = envelope2.open_for(value, case, [reader.opener])
    except EnvelopeRefused as reason:
        return reason.code
    return inside if inside is None or inside.signed_by(AUTHOR) else "unsigned"
