"""A write to try whether the database of an instance takes what is written, where no transaction has shown it lately."""

import os
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
WRITE = "insert into trialwrite (id, at) values (?, ?) on conflict (id) do update set at = excluded.at"


class Trial:
    """Tries the database of one instance, in its writer thread. An idle SQLite is not made to wait for its disk by it."""

    def __init__(self, instance: State) -> None:
        self.instance = instance
        beside = [
            instance.keystore.file if instance.keystore else None,
            instance.decision_log.file if instance.decision_log else None,
            instance.changes.file,
        ]
        self.folders = {path.absolute().parent for path in beside if path}

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
        if self.instance.changes.file:
            self.instance.changes.write(WRITE, (ONE, wall()))
            return
        with self.instance.engine.begin() as connection:
            connection.exec_driver_sql("set local synchronous_commit = off")
            upsert(connection, TrialWrite, [{"id": ONE, "at": wall()}], ("id",))


def room(folder: Path) -> int:
    """Bytes that may still be written where this folder lies. Raises OSError."""
    there = os.statvfs(folder)
    return there.f_bavail * there.f_frsize
