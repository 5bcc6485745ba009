"""What a file lets others see while it is written, and what nobody may print."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.crypto.keyring import Keyring
from shared.crypto.primitives import text


def mode(path: Path) -> int:
    """The rights on a file or folder."""
    return path.stat().st_mode & 0o777


@contextmanager
def watched(folder: Path) -> Iterator[set[int]]:
    """The rights that any file of a folder has at any moment, looked at after each call that this thread makes."""
    seen = set[int]()

    def look(*_: Any) -> None:
        with os.scandir(folder) as files:
            seen.update(file.stat().st_mode & 0o777 for file in files)

    before = os.umask(0)
    sys.setprofile(look)
    try:
        yield seen
    finally:
        sys.setprofile(None)
        os.umask(before)


def secrets_of(ring: Keyring) -> list[str]:
    """The private keys as anybody might print them."""
    return [form for key in (*ring.seal, *ring.sign) for form in (text(key), key.hex(), str(key)[2:-1])]
