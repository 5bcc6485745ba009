"""One command, or one broker, to a folder.

The lock belongs to an open file (flock), which child processes share: where its holder was killed, the folder is free once they too have
ended. filelock cannot do that: it keeps its descriptor to itself, and its release unlocks for the children as well.
"""

import fcntl
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from deploy.language_choice import translate
from deploy.trouble import Trouble
from shared.config.attempts import poll_until

FREE_WITHIN = 40
"""Seconds: the processes of an import that was killed are on their way out and hold the lock until then."""


@contextmanager
def locked(keep: Path, patience: float = FREE_WITHIN) -> Generator[int]:
    """Hold the folder; gives the descriptor, which child processes keep open as well. Raises Trouble where another command holds it."""
    busy = translate("Another command works on %(keep)s; wait for it or stop it, or name another folder. Nothing was changed.", keep=keep)
    lock = hold(keep, patience, partial(Trouble, busy))
    try:
        yield lock
    finally:
        os.close(lock)


def hold(folder: Path, patience: float, busy: Callable[[], Exception]) -> int:
    """The descriptor of the folder's lock; whoever closes it, and those who inherited it, let the folder go.

    Raises what `busy` makes where somebody holds it for longer than `patience` seconds.
    """
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        poll_until(partial(_take, lock), patience, 0.1, busy)
    except BaseException:
        os.close(lock)
        raise
    return lock


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
