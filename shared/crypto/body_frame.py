"""What the body of envelope 2 holds: core, signature and locked sections, framed by their lengths, with zeros behind them.

length (4 bytes, big-endian) and core; signature (64 bytes); for each section, in the order of the classes: number of the class (1 byte),
length (4 bytes, big-endian), the locked section; zeros. Bytes as they are: JSON in JSON would be a fifth longer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from shared.crypto.primitives import SIGNATURE

LENGTH = 4


class FrameRefused(ValueError):
    """These bytes are not framed as a body is."""


@dataclass(frozen=True, slots=True)
class Framed:
    """What is in a body."""

    core: bytes
    signature: bytes
    sections: Mapping[str, bytes]
    """Class → the locked section."""

    def written(self) -> bytes:
        """The bytes, without the zeros."""
        return len(self.core).to_bytes(LENGTH, "big") + self.core + self.signature + self.written_sections()

    def written_sections(self) -> bytes:
        """The bytes of the sections."""
        numbered = sorted((int(kind[1:]), locked) for kind, locked in self.sections.items())
        return b"".join(bytes([number]) + len(locked).to_bytes(LENGTH, "big") + locked for number, locked in numbered)

    @classmethod
    def read(cls, plain: bytes) -> Self:
        """What these bytes hold. Raises FrameRefused where they are not what `written` would make, with zeros behind."""
        core, at = _counted(plain, 0)
        signature, at = plain[at : at + SIGNATURE], at + SIGNATURE
        sections = dict[str, bytes]()
        while at < len(plain) and plain[at]:
            number = plain[at]
            sections[f"D{number}"], at = _counted(plain, at + 1)
        framed = cls(core, signature, sections)
        if len(signature) != SIGNATURE or framed.written().ljust(len(plain), b"\0") != plain:
            raise FrameRefused
        return framed


def _counted(plain: bytes, at: int) -> tuple[bytes, int]:
    begin = at + LENGTH
    end = begin + int.from_bytes(plain[at:begin], "big")
    if end > len(plain):
        raise FrameRefused
    return plain[begin:end], end
