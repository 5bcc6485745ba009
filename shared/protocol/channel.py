"""Under which key the records of a case lie: its own id; those of side cases all under one key, their lead's channel.

So nobody who reads the bus without a key sees a side case begin, end, or how many there are. The id alone says which it is, so that readers
need no picture to hold a record to its place: side cases that lie in a channel have UUIDs of version 8, all others of version 4.
"""

import re
from hashlib import sha256
from uuid import UUID

_IN_CHANNEL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_LEAD = 13
"""Characters of an id that name the lead; what follows is the case's."""


def in_channel(case: str) -> bool:
    """Whether the records of this case lie in a channel."""
    return _IN_CHANNEL.fullmatch(case) is not None


def record_key(case: str) -> str:
    """The key under which the records of a case lie, and by which they have one partition and one order."""
    return f"{case[:_LEAD]}-8000-8000-000000000000" if in_channel(case) else case


def own_digits(case: str) -> str:
    """Eight digits by which people tell a case from others: those of its start, which in a channel are its lead's and no case's."""
    return case[-8:] if in_channel(case) else case[:8]


def channel_of(lead: str) -> str:
    """The channel of a lead agency: everybody may know whose it is, and nobody what lies in it."""
    return record_key(id_in_channel(lead, bytes(16)))


def id_in_channel(lead: str, drawn: bytes) -> str:
    """The id of a case in the channel of this lead; what is drawn, 16 bytes or more, makes it unlike all others."""
    named = sha256(f"channel\n{lead}".encode()).digest()[:6] + drawn[6:16]
    return _eighth(str(UUID(bytes=named, version=4)))


def _eighth(id: str) -> str:
    """The same id as a UUID of version 8 (RFC 9562): its bits mean what their maker says."""
    return f"{id[:14]}8{id[15:]}"
