"""What is made of a language's catalogue, kept beside Python's own compiled files: to make it takes up to half a second of each start."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path

KEPT = Path(cache_from_source(__file__)).parent
WRITES = not sys.dont_write_bytecode
"""Whether anything is kept: not where Python keeps nothing either. What is there already is read all the same, as Python does."""


def kept(name: str, sources: tuple[Path, ...], make: Callable[[], bytes], folder: Path = KEPT, *, writes: bool = WRITES) -> bytes:
    """What was made of these sources, by this process or an earlier one; made now where none is kept, what is kept is torn, or a source
    has changed since.

    A folder that is full, or that may not be written, is no fault.
    """
    file = folder / f"{name}.words"
    made_of = sha256(version("babel").encode() + b"".join(sha256(source.read_bytes()).digest() for source in sources)).digest()
    with suppress(OSError):
        found = file.read_bytes()
        made = found[2 * len(made_of) :]
        if found == _marked(made_of, made):
            return made
    made = make()
    if writes:
        with suppress(OSError):
            _keep(file, _marked(made_of, made))
    return made


def _marked(made_of: bytes, made: bytes) -> bytes:
    """What is kept: of what it was made, and its own digest, by which a file is known that a power cut has torn."""
    return made_of + sha256(made).digest() + made


def _keep(file: Path, whole: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    half = file.with_name(f"{file.name}.{os.getpid()}.half")
    try:
        half.write_bytes(whole)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
