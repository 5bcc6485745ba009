"""The coordinator's root key, the anchor of trust. A file that never leaves the coordinator, copied to a second safe place."""

import os
from pathlib import Path

from deploy.trouble import Trouble
from shared.crypto import primitives


def make(file: Path) -> bytes:
    """The private root, made where there is none yet. Raises Trouble."""
    if file.exists():
        return read(file)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = primitives.random_key()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(key.hex() + "\n")
        out.flush()
        os.fsync(out.fileno())
    return key


def read(file: Path) -> bytes:
    """The private root. Raises Trouble where there is none, it is not one, or others may read it."""
    try:
        mode, key = file.stat().st_mode, bytes.fromhex(file.read_text().strip())
    except OSError as error:
        raise Trouble("The root key %(file)s cannot be read: %(why)s.", file=file, why=error.strerror) from None
    except ValueError:
        raise Trouble("%(file)s is not a root key; take its copy from the second safe place.", file=file) from None
    if len(key) != primitives.KEY:
        raise Trouble("%(file)s is not a root key; take its copy from the second safe place.", file=file)
    if mode & 0o077:
        raise Trouble(
            "%(file)s can be read by others than its owner: chmod 600 it. If others had access, everybody needs a new root.", file=file
        )
    return key


def pin(root: bytes) -> str:
    """What every installation is given: the public root, 64 hex digits."""
    return primitives.public_of(root, "sign").hex()
