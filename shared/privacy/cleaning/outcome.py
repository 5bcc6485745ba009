"""What became of a file: cleaned, or not taken."""

from typing import NamedTuple

from shared.protocol.documents import Media


class NotTaken(Exception):
    """A file that is not taken; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Cleaned(NamedTuple):
    """A file as it is kept."""

    media: Media
    content: bytes
