"""A folder that all processes of one run of the tests share: what one of them has made, the others find."""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

NAMED = "NRM_TESTS_SHARE"


def folder() -> Path:
    """Where it lies. The process that begins the run makes it, those that it starts know of it, and it takes it away at its end.

    Not below pytest's own folder, which the next pytest on this machine closes to the user that PostgreSQL runs as.
    """
    if NAMED not in os.environ:
        place = os.environ[NAMED] = tempfile.mkdtemp(prefix="nrm-test-")
        atexit.register(_take_away, place, os.getpid())
    return Path(os.environ[NAMED])


def _take_away(place: str, owner: int) -> None:
    """By its owner alone: what is forked from it ends earlier. A server that still runs there ends by itself when its folder is gone."""
    if os.getpid() == owner:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def alone(what: str) -> Generator[None]:
    """While one process makes or ends this, the others wait."""
    with (folder() / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
