"""What is made of a language's catalogue, kept beside Python's own compiled files: to make it takes up to half a second of each start."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path

KEPT = None if sys.dont_write_bytecode else Path(cache_from_source(__file__)).parent
"""Where it is kept; nowhere where Python keeps nothing either."""


def kept(name: str, sources: tuple[Path, ...], make: Callable[[], bytes], folder: Path | None = KEPT) -> bytes:
    """What was made of these sources, by this process or an earlier one; made now where none is kept or a source has changed since.

    A folder that is full, or that may not be written, is no fault.
    """
    if folder is None:
        return make()
    file = folder / f"{name}.words"
    made_of = sha256(version("babel").encode() + b"".join(sha256(source.read_bytes()).digest() for source in sources)).digest()
    with suppress(OSError):
        found = file.read_bytes()
        if found.startswith(made_of):
            return found[len(made_of) :]
    made = make()
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        half = file.with_name(f"{file.name}.{os.getpid()}.half")
        half.write_bytes(made_of + made)
        half.replace(file)
    return made
