"""The real parts that a journey runs on: a bus and databases. A journey does not know which."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploy.brokers import Cluster, Kafka, Mock
from deploy.databases import Postgres
from deploy.process import composition
from shared.config.country import Agency
from shared.config.kafka import Bus
from tests.databases import migrated
from tests.shared.land import database as copied
from tests.shared.land import templates


class Parts(Protocol):
    """A bus and the databases beside it."""

    @property
    def admin(self) -> Bus:
        """The bus for whoever may do everything there."""
        ...

    def admit(self, agencies: Iterable[Agency]) -> None:
        """Let these agencies onto the bus."""
        ...

    def bus_of(self, agency: str) -> Bus:
        """The bus as this agency reaches it."""
        ...

    def database(self, service: str, agency: str) -> str:
        """The URL of the database of an instance; the same each time."""
        ...

    def away(self) -> None:
        """Nobody reaches the bus any more."""
        ...

    def back(self) -> None:
        """It is there again, with what it had."""
        ...


@dataclass
class Open:
    """One broker in the clear, and files."""

    broker: Kafka | Mock
    home: Path

    @property
    def admin(self) -> Bus:
        """Everybody may do everything."""
        return self.broker.bus

    def admit(self, agencies: Iterable[Agency]) -> None:
        """They are in already."""

    def bus_of(self, agency: str) -> Bus:
        """The same for all."""
        return self.broker.bus

    def database(self, service: str, agency: str) -> str:
        """A file of SQLite."""
        file = self.home / f"{service}.{agency}.db"
        return f"sqlite:///{file if file.exists() else copied(file.parent, templates(), composition.service(service), file.stem)}"

    def away(self) -> None:
        """The mock drops its connections; Kafka stops."""
        self.broker.broker_down() if isinstance(self.broker, Mock) else self.broker.stop()

    def back(self) -> None:
        """The same address, the same log."""
        self.broker.broker_up() if isinstance(self.broker, Mock) else self.broker.start()


@dataclass
class Guarded:
    """A cluster with mutual TLS and access rules, and PostgreSQL, a database for each instance."""

    cluster: Cluster
    postgres: Postgres

    @property
    def admin(self) -> Bus:
        """The administrator's."""
        return self.cluster.admin

    def admit(self, agencies: Iterable[Agency]) -> None:
        """By the table."""
        self.cluster.admit(agencies)

    def bus_of(self, agency: str) -> Bus:
        """With the agency's own certificate."""
        return self.cluster.bus_of(agency)

    def database(self, service: str, agency: str) -> str:
        """A database of its own."""
        return migrated(self.postgres, service, f"{service}.{agency}")

    def away(self) -> None:
        """All brokers stop."""
        self.cluster.stop()

    def back(self) -> None:
        """All brokers start."""
        self.cluster.start()
