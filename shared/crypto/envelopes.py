"""The two envelopes as one: a record lies in the one of its case's protocol, and says by its first bytes which that is."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from shared.crypto import envelope, envelope2
from shared.crypto.envelope import Inside
from shared.crypto.primitives import Private, Public
from shared.protocol.versions import FIRST, NEWEST

STARTS = (envelope.START, envelope2.START)
"""What sealed records begin with, and no others."""


def is_sealed(value: bytes | None) -> bool:
    """Whether these bytes are a sealed record, whoever it is for."""
    return value is not None and value.startswith(STARTS)


def protocol_of(value: bytes) -> int:
    """The protocol whose envelope this is."""
    return NEWEST if value.startswith(envelope2.START) else FIRST


def introduces(value: bytes) -> bool:
    """Whether a sealed record may reach somebody who is new to its case. Of envelope 2 any may: its hints say whether it does."""
    return value.startswith((envelope.INTRO, envelope2.START))


def seal(
    protocol: int, case: str, core: bytes, signing: bytes, sections: Mapping[str, Any],
    readers: Iterable[tuple[Public, Collection[str]]], *, intro: bool = False, room: int = 0, alike: bool = False,
) -> bytes:  # fmt: skip
    """The value of a record, signed with this private key: for each reader its key and the classes of the sections that it may see.

    `intro` shows in envelope 1 alone, `room` and `alike` count in envelope 2 alone. Raises TooLong.
    """
    if protocol > 1:
        return envelope2.seal(case, core, signing, sections, readers, room=room, alike=alike)
    parts = [(public, {name: sections[name] for name in may if name in sections}) for public, may in readers]
    return envelope.seal(case, core, envelope.sign(core, signing), parts, intro=intro)


def open_for(value: bytes, case: str, keys: Iterable[Private]) -> Inside | None:
    """What a reader with these keys finds in a record of this case; None where no part of it is for them. Raises EnvelopeRefused."""
    return (envelope2 if value.startswith(envelope2.START) else envelope).open_for(value, case, keys)
