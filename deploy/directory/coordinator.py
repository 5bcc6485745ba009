"""The coordinator's folder: the root key and the newest directory. A change is written there first, then put in force on the bus."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aiokafka.errors import KafkaError

from deploy.directory import changes, root
from deploy.directory.belonging import must_be_ours, others
from deploy.directory.publishing import publish
from deploy.trouble import Trouble
from shared.config.clock import wall
from shared.config.kafka import Bus
from shared.crypto import secret_file, statistics_key
from shared.crypto.directory import Directory, DirectoryStanding, Distrusted, issue, read_directory
from shared.crypto.directory_state import beside
from shared.crypto.protocols_read import read_statement, state, with_statement

DIRECTORY, IN_FORCE, STATISTICS_KEY = "directory.json", "in-force", "statistics.key"


@dataclass(frozen=True)
class Coordinator:
    """Who holds the root."""

    folder: Path

    @property
    def root(self) -> bytes:
        """The private root. Raises Trouble."""
        return root.read(self.folder / "root.key")

    @property
    def pin(self) -> str:
        """The public root that every installation is given."""
        return root.pin(self.root)

    def directory(self) -> Directory:
        """The newest directory, with what its instances read. Raises Trouble."""
        file, pin = self.folder / DIRECTORY, bytes.fromhex(self.pin)
        try:
            directory = read_directory(file.read_bytes(), pin)
            return with_statement(directory, read_statement(beside(file).read_bytes(), pin)) if beside(file).exists() else directory
        except OSError as error:
            raise Trouble("%(folder)s holds no directory: %(why)s.", folder=self.folder, why=error.strerror) from None
        except Distrusted as error:
            raise Trouble("The directory in %(folder)s cannot be used: %(why)s.", folder=self.folder, why=Trouble.of(error)) from None

    def change(self, to: Callable[[Directory, int], Directory]) -> Directory:
        """Write the next version. Two changes at once would be a fork: one folder, one coordinator. Raises Trouble."""
        return self.keep(to(self.directory(), wall()))

    def keep(self, directory: Directory) -> Directory:
        """Write it down, for good: what was once put in force must not be forgotten. Who stops half-way knows at most too much of what an
        instance reads, and asks again."""
        directory = statistics_key.sealed_in(directory, root.make(self.folder / STATISTICS_KEY))
        secret_file.write(beside(self.folder / DIRECTORY), state(directory, self.root))
        secret_file.write(self.folder / DIRECTORY, issue(directory, self.root))
        return directory

    def lasting(self) -> Directory:
        """The newest directory; the next version, for another while, where it ends soon. Raises Trouble."""
        now = self.directory()
        return now if now.standing(wall()) is DirectoryStanding.GOOD else self.change(changes.prolonged)

    def must_be_its_log(self, bus: Bus) -> None:
        """Before anything is written down. A bus that is away says so when it is to take a directory. Raises Another."""
        with suppress(KafkaError):
            asyncio.run(must_be_ours(bus, bytes.fromhex(self.pin), self.folder))

    def announce(self, bus: Bus, partitions: int, *, take_over: bool = False) -> Directory:
        """Put the newest directory in force; a longer-lived one where it ends soon. Raises Trouble where the bus does not take it, and
        Another where another root's lies there and is not to be replaced (`take_over`)."""
        if not take_over:
            self.must_be_its_log(bus)
        now = self.lasting()
        try:
            asyncio.run(self.enforce(now, bus, partitions, take_over=take_over))
        except KafkaError as error:
            raise Trouble(
                "The bus does not take the directory everywhere (%(error)s). It is written down: `./nrm agency announce` lays "
                "what is missing.",
                error=type(error).__name__,
            ) from None
        return now

    async def enforce(self, directory: Directory, bus: Bus, partitions: int, *, take_over: bool = False) -> None:
        """Put a directory in force, and note that it is, everywhere. Raises Another where the log is another root's and is not to be
        taken over, KafkaError."""
        public = bytes.fromhex(self.pin)
        if not take_over:
            await must_be_ours(bus, public, self.folder)
        await publish(bus, directory, self.root, partitions, await others(bus, public))
        (self.folder / IN_FORCE).write_text(f"{directory.version}\n")

    def in_force(self) -> int:
        """The last version that was laid out wholly; 0 where none was. Who stopped half-way left partitions without its mark."""
        file = self.folder / IN_FORCE
        return int(file.read_text()) if file.exists() else 0
