"""Documents of a case: what is stated of one. Its content lies in sealed pieces elsewhere, and opens with the key that the statement holds.

So whoever may read the statement may read the document, nobody else, and once the statement is erased nobody can.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

PIECE = 256 * 1024
"""Bytes of a document that one piece holds; the last is filled up."""
MOST_BYTES = 25 * 1024 * 1024
LONGEST_NAME = 80
AGED = 60 * 24 * 3_600_000
"""ms after which pieces may be gone from the topic, which keeps them a while longer: who tells somebody new of a document sends it anew."""
STEPS = (1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 80, MOST_BYTES // PIECE)
"""How many pieces a document is sent in: its own and some that say nothing, so that their number tells its size no better."""


class Media(StrEnum):
    """What a document is, by its content."""

    JPEG = "jpeg"
    PNG = "png"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"


PICTURES = frozenset({Media.JPEG, Media.PNG})
_WRITTEN = re.compile(r"([0-9a-f]{32}) ([0-9a-f]{64}) ([0-9a-f]{64}) ([1-9]\d{0,7}) ([a-z]{3,4}) (\S.*)")


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """What is stated of a document."""

    id: str
    """32 random hex digits; its pieces are called by it."""
    key: str
    """64 hex digits: its pieces open with it, and its proof is made with it."""
    proof: str
    """64 hex digits by which its content is known again, to whoever has the key alone."""
    size: int
    """Bytes."""
    media: Media
    name: str

    def written(self) -> str:
        """As the value of a statement."""
        return f"{self.id} {self.key} {self.proof} {self.size} {self.media.value} {self.name}"

    @property
    def pieces(self) -> int:
        """How many pieces hold its content."""
        return pieces_of(self.size)

    @property
    def sent(self) -> int:
        """How many are sent: the next step."""
        return next(step for step in STEPS if step >= self.pieces)


def pieces_of(size: int) -> int:
    """How many pieces hold so many bytes."""
    return -(-size // PIECE)


def name_of(value: str) -> str:
    """What a document is called: all that anybody is shown of such a value, which holds a key."""
    found = document_in(value)
    return found.name if found else ""


def document_in(value: str) -> DocumentRef | None:
    """What the value of a statement says of a document; None where it says of none."""
    found = _WRITTEN.fullmatch(value)
    if found is None:
        return None
    id, key, proof, size, media, name = found.groups()
    if media not in [one.value for one in Media] or int(size) > MOST_BYTES or len(name) > LONGEST_NAME:
        return None
    return DocumentRef(id, key, proof, int(size), Media(media), name)
