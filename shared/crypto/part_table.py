"""What a part of envelope 2 holds: the key of the record and a fixed table of the keys of its sections, always of one length.

flags (4 bytes, big-endian; bit n - 1: the n-th place holds a key), the key of the record, twelve places of 32 bytes. The places are those
of the data classes D1 to D8; the four behind them are kept for what gets a key of its own later, and are passed over by who does not know
them.
"""

from collections.abc import Mapping

from shared.crypto.primitives import KEY

PLACES = tuple(f"D{number}" for number in range(1, 9))
"""The classes, in the order of their places."""
RESERVED = 4
FLAGS = 4
TABLE = FLAGS + KEY + (len(PLACES) + RESERVED) * KEY
"""Bytes of a table."""


def written_table(record_key: bytes, keys: Mapping[str, bytes]) -> bytes:
    """The table of these keys by class."""
    flags = sum(1 << place for place, kind in enumerate(PLACES) if kind in keys)
    known = b"".join(keys.get(kind, bytes(KEY)) for kind in PLACES)
    return (flags.to_bytes(FLAGS, "big") + record_key + known).ljust(TABLE, b"\0")


def read_table(table: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The key of the record, and those of its sections by class. A table of honest length is all that HPKE lets through here."""
    flags, record_key, rest = int.from_bytes(table[:FLAGS], "big"), table[FLAGS : FLAGS + KEY], table[FLAGS + KEY :]
    return record_key, {kind: rest[place * KEY : (place + 1) * KEY] for place, kind in enumerate(PLACES) if flags >> place & 1}
