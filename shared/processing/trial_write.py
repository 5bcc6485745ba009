"""A write to try whether the database of an instance takes what is written, where no transaction has shown it lately."""

import os
import sqlite3
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, event

from shared.config.clock import wall
from shared.decisions.state import State
from shared.processing.faults import Fault, Faulty
from shared.store.database import share_compiled, sqlite_begin, upsert
from shared.store.instance_tables import ONE, TrialWrite

RECENT = 1.0
"""Seconds for which a transaction that was taken makes a trial write unnecessary."""
REMEMBERED = 10.0
"""Seconds for which a transaction that was refused counts: a small write may still fit where a decision did not."""
LITTLE = 4 << 20
"""Bytes of room below which a disk counts as full: SQLite's log beside the database grows by so much before it is emptied."""
LOCKED = 2000
"""Milliseconds for which a trial write waits for a lock."""


class Trial:
    """Tries the database of one instance, in its writer thread. An idle SQLite is not made to wait for its disk by it."""

    def __init__(self, instance: State) -> None:
        self.instance = instance
        file = instance.engine.url.database if instance.engine.dialect.name == "sqlite" else None
        self.file = Path(file) if file else None
        beside = [
            instance.keystore.file if instance.keystore else None,
            instance.diary.file if instance.diary else None,
            self.file,
        ]
        self.folders = {path.absolute().parent for path in beside if path}

    @cached_property
    def engine(self) -> Engine:
        """Where it writes."""
        return _beside(self.file) if self.file else self.instance.engine

    def run(self) -> None:
        """Look, now, in this thread. Raises Faulty, or what the database raises."""
        writes, keys = self.instance.writes, self.instance.keystore
        if keys:
            keys.second.look(keys.file)
        if any(room(folder) < LITTLE for folder in self.folders):
            raise Faulty(Fault.DISK_FULL)
        if monotonic() - writes.took > RECENT:
            self._write()
        if monotonic() - writes.refused < REMEMBERED:
            raise Faulty(Fault.NOT_WRITABLE)

    def _write(self) -> None:
        with self.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("set local synchronous_commit = off")
            upsert(connection, TrialWrite, [{"id": ONE, "at": wall()}], ("id",))


def room(folder: Path) -> int:
    """Bytes that may still be written where this folder lies. Raises OSError."""
    there = os.statvfs(folder)
    return there.f_bavail * there.f_frsize


def _beside(file: Path) -> Engine:
    """Connections of its own to a SQLite file that is there, each for one write. What is tried need not outlive a power cut: a commit does
    not wait for the disk (`synchronous=normal`), and the next real one makes both last."""

    def connect() -> sqlite3.Connection:
        found = sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, check_same_thread=False, isolation_level=None)
        for pragma in ("synchronous=normal", f"busy_timeout={LOCKED}"):
            found.execute(f"pragma {pragma}")
        return found

    creator: Any = connect
    engine = create_engine("sqlite://", creator=creator, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "begin", sqlite_begin)
    share_compiled(engine)
    return engine
