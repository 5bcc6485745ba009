"""Files that hold secrets: whole or not at all, on the disk before anybody relies on them, for their owner alone."""

import fcntl
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

PRIVATE = 0o600


def _nothing(_step: str) -> None:
    return None


class Exposed(Exception):
    """Others than its owner may read this file; the message is its path."""


def load(file: Path) -> bytes | None:
    """What is in it; None where there is none. Raises Exposed, OSError."""
    try:
        with file.open("rb") as stream:
            if os.fstat(stream.fileno()).st_mode & 0o077:
                raise Exposed(str(file))
            return stream.read()
    except FileNotFoundError:
        return None


def half(file: Path) -> Path:
    """What a file is called while it is being written."""
    return file.with_name(f".{file.name}.half")


def write_half(file: Path, data: bytes) -> None:
    """Write the file under the name that says that it does not count yet. Raises OSError."""
    half(file).unlink(missing_ok=True)
    with os.fdopen(os.open(half(file), os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def put(source: Path, file: Path) -> None:
    """Give a file this name, for good. Raises OSError."""
    source.rename(file)
    settle(file.parent)


def write(file: Path, data: bytes) -> None:
    """Write a file whole, or leave what was there. Raises OSError."""
    write_half(file, data)
    put(half(file), file)


def replace(file: Path, data: bytes, between: Callable[[str], object] = _nothing) -> None:
    """Write a file whole in the place of one that is then overwritten, where the disk does that in place. Raises OSError.

    `between` hears how far it is: written, replaced, blanked.
    """
    write_half(file, data)
    between("written")
    old = os.open(file, os.O_RDWR) if file.exists() else None
    try:
        put(half(file), file)
        between("replaced")
        if old is not None:
            blank_open(old)
        between("blanked")
    finally:
        if old is not None:
            os.close(old)


def append(file: Path, data: bytes, at: int) -> None:
    """Add to a file behind byte `at`; what a crash left beyond that goes. It is on the disk when this returns. Raises OSError."""
    with file.open("r+b", buffering=0) as out:
        os.ftruncate(out.fileno(), at)
        out.seek(at)
        if out.write(data) != len(data):
            raise OSError("the disk took only a part")
        os.fsync(out.fileno())


def blank(file: Path) -> None:
    """Overwrite what is in a file, where the disk does that in place. Raises OSError."""
    with file.open("r+b", buffering=0) as out:
        blank_open(out.fileno())


def blank_open(descriptor: int) -> None:
    """The same of a file that is open for writing; it may have lost its name."""
    os.pwrite(descriptor, bytes(os.fstat(descriptor).st_size), 0)
    os.fsync(descriptor)


def destroy(file: Path) -> None:
    """Overwrite a file and take it away; it may be gone already. Raises OSError."""
    if file.exists():
        blank(file)
        file.unlink()
        settle(file.parent)


@contextmanager
def locked(file: Path) -> Generator[None]:
    """Nobody else who asks for this lock has it meanwhile; it ends with its process. Raises OSError."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, PRIVATE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def settle(folder: Path) -> None:
    """A new name is on the disk only once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
