"""Whether anybody has written to a database, at the price of a look at memory: SQLite keeps a number of it, PostgreSQL has none."""

import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine


class Changes:
    """The number of one database, over a connection of its own: of this process and of others, all commits change it. For one thread."""

    def __init__(self, engine: Engine) -> None:
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        self._file = Path(file).absolute() if file and file != ":memory:" else None
        self._connection: sqlite3.Connection | None = None

    def number(self) -> int | None:
        """Another one after each commit; None where the database does not say, or cannot be had just now."""
        if self._file is None:
            return None
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(f"{self._file.as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None)
            found: int = self._connection.execute("pragma data_version").fetchone()[0]
        except sqlite3.Error:
            self.close()
            return None
        return found

    def close(self) -> None:
        """Let go of the file."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
