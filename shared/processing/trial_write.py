"""A write to try whether the database of an instance takes what is written, where no transaction has shown it lately."""

import os
import sqlite3
from pathlib import Path
from time import monotonic

from shared.config.clock import wall
from shared.decisions.state import State
from shared.processing.faults import Fault, Faulty
from shared.store.database import upsert
from shared.store.instance_tables import ONE, TrialWrite

RECENT = 1.0
"""Seconds for which a transaction that was taken makes a trial write unnecessary."""
REMEMBERED = 10.0
"""Seconds for which a transaction that was refused counts: a small write may still fit where a decision did not."""
LITTLE = 4 << 20
"""Bytes of room below which a disk counts as full: SQLite's log beside the database grows by so much before it is emptied."""
LOCKED = 2000
"""Milliseconds for which a trial write waits for a lock."""
WRITE = "insert into trialwrite (id, at) values (?, ?) on conflict (id) do update set at = excluded.at"


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

        self._beside: sqlite3.Connection | None = None
        self._inode = 0
        """Which file that connection leads to."""

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
        if self.file:
            self._write_beside(self.file)
            return
        with self.instance.engine.begin() as connection:
            connection.exec_driver_sql("set local synchronous_commit = off")
            upsert(connection, TrialWrite, [{"id": ONE, "at": wall()}], ("id",))

    def _write_beside(self, file: Path) -> None:
        """Over a connection of its own to the file that is there now. What is tried need not outlive a power cut: a commit does not wait
        for the disk (`synchronous=normal`), and the next real one makes both last."""
        inode = file.stat().st_ino
        if self._beside is None or inode != self._inode:
            self.close()
            self._beside, self._inode = _connected(file), inode
        try:
            self._beside.execute(WRITE, (ONE, wall()))
        except sqlite3.Error:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        beside, self._beside = self._beside, None
        if beside is not None:
            beside.close()


def room(folder: Path) -> int:
    """Bytes that may still be written where this folder lies. Raises OSError."""
    there = os.statvfs(folder)
    return there.f_bavail * there.f_frsize


def _connected(file: Path) -> sqlite3.Connection:
    """To a file that is there; each statement is a transaction."""
    found = sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", LOCKED / 1000, uri=True, check_same_thread=False, isolation_level=None)
    found.execute("pragma synchronous=normal")
    return found
