"""The databases of a soak: SQLite files, or PostgreSQL with a database for each instance. Each can be saved and put back as it was."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import psycopg
from psycopg import sql

from deploy.databases import Postgres
from deploy.oracle import Rows
from deploy.verify.ledger import read_file, read_postgres
from shared.config.country import Agency, Country


class Store(Protocol):
    """What an agency's processes keep, and how a fault gets at it. `save` and `restore` want the agency stopped."""

    def start(self) -> None:
        """Be ready."""
        ...

    def stop(self) -> None:
        """End; safe to call twice."""
        ...

    def pattern(self, agency: str) -> str:
        """The URL of an agency's databases, `{service}` and `{agency}` standing for themselves."""
        ...

    def servers(self, agency: str) -> set[str]:
        """What an agency's databases stand on, as faults name their targets."""
        ...

    def save(self, agency: str) -> None:
        """Back up all databases of an agency."""
        ...

    def restore(self, agency: str) -> None:
        """Put back what was saved last."""
        ...

    def read(self) -> dict[str, Rows]:
        """What all of them say."""
        ...


class Files:
    """SQLite files in a folder; those of one agency in another, where that is a disk of its own."""

    def __init__(self, folder: Path, own: dict[str, Path]) -> None:
        self.folder, self.own, self.saved = folder, own, folder.parent / "saved"

    def start(self) -> None:
        """Make the folders."""
        for folder in (self.folder, *self.own.values(), self.saved):
            folder.mkdir(parents=True, exist_ok=True)

    def stop(self) -> None:
        """Files need no end."""

    def _at(self, agency: str) -> Path:
        return self.own.get(agency, self.folder)

    def pattern(self, agency: str) -> str:
        """Files as `./nrm serve` makes them."""
        return f"sqlite:///{self._at(agency)}/{{service}}.{{agency}}.db"

    def _files(self, folder: Path, agency: str) -> Iterator[Path]:
        yield from folder.glob(f"*.{agency}.db*")  # with what lies beside them: -wal, -shm

    def servers(self, agency: str) -> set[str]:
        """Files need none."""
        return set()

    def save(self, agency: str) -> None:
        """A copy of the files."""
        for file in self._files(self.saved, agency):
            file.unlink()
        for file in self._files(self._at(agency), agency):
            shutil.copy2(file, self.saved)

    def restore(self, agency: str) -> None:
        """The copy in place of the files."""
        for file in self._files(self._at(agency), agency):
            file.unlink()
        for file in self._files(self.saved, agency):
            shutil.copy2(file, self._at(agency))

    def read(self) -> dict[str, Rows]:
        """All files."""
        found = (file for folder in (self.folder, *self.own.values()) for file in sorted(folder.glob("*.db")))
        return {file.stem: read_file(file) for file in found}


class Servers:
    """PostgreSQL: one server for most agencies, one more for each whose disk is its own."""

    def __init__(self, folder: Path, own: dict[str, Path], country: Country) -> None:
        self.country = country
        self.shared = Postgres(folder / "postgres" / "data")
        self.own = {agency: Postgres(at / "data") for agency, at in own.items()}

    @property
    def all(self) -> list[Postgres]:
        """Every server."""
        return [self.shared, *self.own.values()]

    def start(self) -> None:
        """Start them and make the databases. Raises PostgresFailed."""
        for server in self.all:
            server.start()
        for agency in self.country.agencies:
            for name in _instances(agency):
                self._of(agency.id).database(name)

    def stop(self) -> None:
        """End all servers."""
        for server in self.all:
            server.stop()

    def _of(self, agency: str) -> Postgres:
        return self.own.get(agency, self.shared)

    def pattern(self, agency: str) -> str:
        """A database for each instance."""
        return self._of(agency).pattern.replace("{name}", "{service}.{agency}")

    def _url(self, server: Postgres, name: str) -> str:
        return server.pattern.replace("{name}", quote(name)).replace("postgresql+psycopg:", "postgresql:")

    def servers(self, agency: str) -> set[str]:
        """Its server."""
        return {f"server:{self.all.index(self._of(agency))}"}

    def save(self, agency: str) -> None:
        """A copy of each database inside the server."""
        for name in _instances(self.country.agency(agency)):
            self._copy(self._of(agency), name, f"saved.{name}")

    def restore(self, agency: str) -> None:
        """The copies in place of the databases."""
        for name in _instances(self.country.agency(agency)):
            self._copy(self._of(agency), f"saved.{name}", name)

    def _copy(self, server: Postgres, source: str, target: str) -> None:
        one, other = sql.Identifier(target), sql.Identifier(source)
        with psycopg.connect(self._url(server, "postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(one))
            connection.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (source,))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(one, other))

    def read(self) -> dict[str, Rows]:
        """All databases."""
        names = [(agency.id, name) for agency in self.country.agencies for name in _instances(agency)]
        return {name: read_postgres(self._url(self._of(agency), name), name) for agency, name in names}


def _instances(agency: Agency) -> list[str]:
    return [f"{service}.{agency.id}" for service in agency.services]
