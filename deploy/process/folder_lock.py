"""One command to a folder."""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from deploy.trouble import Trouble

PATIENCE = 40
"""Seconds: the processes of an import that was killed are on their way out and hold the lock until then."""


@contextmanager
def locked(keep: Path, patience: float = PATIENCE) -> Generator[int]:
    """Hold the folder; gives the descriptor, which child processes keep open as well. Raises Trouble where another command holds it."""
    lock = os.open(keep / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + patience
        while not _take(lock):
            if time.monotonic() > deadline:
                raise Trouble(f"Another command works on {keep}; wait for it or stop it, or name another folder. Nothing was changed.")
            time.sleep(0.1)
        yield lock
    finally:
        os.close(lock)


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
