"""The whole ceremony in one place, for who holds the keys of all: a demo, an import, a soak. Real agencies make their own keys."""

from dataclasses import dataclass
from pathlib import Path

from deploy.directory import changes, listing, root
from deploy.directory.belonging import Another, must_be_ours, must_be_unwritten
from deploy.directory.coordinator import DIRECTORY, Coordinator
from deploy.directory.publishing import newest
from shared.config.clock import wall
from shared.config.country import Country
from shared.config.kafka import Bus
from shared.crypto.directory import Directory, issue
from shared.crypto.directory_state import Listing
from shared.crypto.keyring import Keyring
from shared.crypto.protocols_read import holding_back
from shared.protocol.versions import NEWEST
from shared.records.sealer import Sealer


@dataclass(frozen=True)
class Ceremony:
    """Root, directory and everybody's keys in one folder."""

    folder: Path
    keys: Path
    """Where the processes look for their instances' keys."""
    country: Country

    @property
    def root(self) -> bytes:
        """The private root."""
        return root.make(self.folder / "root.key")

    @property
    def coordinator(self) -> Coordinator:
        """Who holds the root: here whoever has this folder."""
        return Coordinator(self.folder)

    @property
    def environment(self) -> dict[str, str]:
        """The settings that make a process trust this root, and find its keys."""
        return {"NRM_SEALED": "true", "NRM_ROOT": root.pin(self.root), "NRM_KEYS": str(self.keys)}

    def directory(self) -> Directory:
        """The directory that is there, prolonged where it ends soon; version 1 where there is none."""
        self._must_be_of_the_country()
        root.make(self.folder / "root.key")
        rings, office = self._rings(), self.coordinator
        if not (self.folder / DIRECTORY).exists():
            return office.keep(listing.first(self.country, rings, wall()))
        ours = [listing.instance(ring, 1).model_copy(update={"reads": NEWEST}) for ring in rings]
        if any(office.directory().instance(one.id) is None for one in ours):
            office.change(lambda known, now: changes.completed(known, ours, now))
        return office.change(changes.upgraded) if holding_back(office.directory()) else office.lasting()

    def seals(self) -> dict[str, Sealer]:
        """Instance → its seal: whoever accounts for a whole log reads it with everybody's keys."""
        shared = Listing(self.country.id, bytes.fromhex(self.coordinator.pin), self.folder / DIRECTORY)
        return {ring.instance: Sealer(ring, shared) for ring in self._rings()}

    def _rings(self) -> list[Keyring]:
        return listing.rings(self.keys, listing.instances_of(self.country.agencies))

    async def must_be_its_log(self, bus: Bus, partitions: int) -> None:
        """Before anything is made. Raises Another where the log is somebody else's, KafkaError."""
        self._must_be_of_the_country()
        known = (self.folder / "root.key").exists()
        await must_be_ours(bus, bytes.fromhex(self.coordinator.pin) if known else None, self.folder)
        if not known:
            await must_be_unwritten(bus, partitions, self.folder)

    def _must_be_of_the_country(self) -> None:
        if (self.folder / DIRECTORY).exists() and (of := self.coordinator.directory().country) != self.country.id:
            raise Another(
                "%(folder)s holds the directory of %(of)s, not of %(country)s. Nothing was published.",
                folder=self.folder,
                of=of,
                country=self.country.id,
            )

    async def hold(self, bus: Bus, partitions: int) -> Directory:
        """Make what is missing and put it in force; `root.pin` holds what every installation is given. Raises Another where the log is
        somebody else's (nothing is made then), KafkaError."""
        await self.must_be_its_log(bus, partitions)
        directory = self.directory()
        (self.folder / "root.pin").write_text(root.pin(self.root) + "\n")
        office = self.coordinator
        if office.in_force() != directory.version or issue(directory, self.root) not in (await newest(bus)).values():
            await office.enforce(directory, bus, partitions)
        return directory
