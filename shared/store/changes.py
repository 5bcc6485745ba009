"""Whether anybody has written to a database, at the price of a look at memory: SQLite keeps a number of it, PostgreSQL has none."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Engine

LOCKED = 2000
"""Milliseconds for which a write waits for a lock."""


class Changes:
    """One database over a connection of its own: of this process and of others, all commits change its number, but for what is written by
    this connection itself. The event loop may ask while the writer thread writes: it does not wait."""

    def __init__(self, engine: Engine) -> None:
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        self.file = Path(file).absolute() if file and file != ":memory:" else None
        self._connection: sqlite3.Connection | None = None
        self._opened, self._inode = 0, 0
        """How often it was connected, and which file that connection leads to."""
        self._lock = Lock()

    def number(self) -> tuple[int, int] | None:
        """Another one after each commit; None where the database does not say, or cannot be had just now."""
        if self.file is None or not self._lock.acquire(blocking=False):
            return None
        try:
            version = self._connected(self.file).execute("pragma data_version").fetchone()[0]
            return self._opened, version
        except (sqlite3.Error, OSError):
            self._close()
            return None
        finally:
            self._lock.release()

    def write(self, statement: str, values: Sequence[Any]) -> None:
        """One statement of a look, which tells nobody that something has changed. It need not outlive a power cut: a commit does not wait
        for the disk (`synchronous=normal`), and the next real one makes both last. Raises sqlite3.Error, OSError where the file is gone."""
        assert self.file is not None
        with self._lock:
            try:
                if self.file.stat().st_ino != self._inode:
                    self._close()
                connection = self._connected(self.file)
                connection.execute(f"pragma busy_timeout={LOCKED}")
                connection.execute(statement, values)
                connection.execute("pragma busy_timeout=0")
            except (sqlite3.Error, OSError):
                self._close()
                raise

    def close(self) -> None:
        """Let go of the file; whoever asks again connects anew."""
        with self._lock:
            self._close()

    def _connected(self, file: Path) -> sqlite3.Connection:
        """To the file that is there; each statement is a transaction, and whoever asks waits for no lock."""
        if self._connection is None:
            inode = file.stat().st_ino
            made = sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None, check_same_thread=False)
            made.execute("pragma synchronous=normal")
            self._connection, self._inode, self._opened = made, inode, self._opened + 1
        return self._connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
