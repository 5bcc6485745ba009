"""The directory as a process knows it: pinned to a root, kept in a file, replaced when a newer one comes."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import structlog

from shared.config.clock import wall
from shared.config.country import Agency, Country
from shared.crypto.directory import Directory, DirectoryStanding, Distrusted, Marker, judge, read_directory, read_marker
from shared.crypto.primitives import KEY, Public, raw
from shared.crypto.protocols_read import ProtocolsRead, opens_under, read_statement, with_statement
from shared.protocol.versions import FIRST

logger: Any = structlog.get_logger("nrm.directory")


def pinned(root: str) -> bytes:
    """The coordinator's root key as settings name it: 64 hex digits, or `file:` and the path of a file with them. Raises ValueError."""
    if root.startswith("file:"):
        try:
            root = Path(root.removeprefix("file:")).read_text().strip()
        except OSError as error:
            raise ValueError("the file of the root key cannot be read") from error
    key = bytes.fromhex(root)
    if len(key) != KEY:
        raise ValueError("the root key has 64 hex digits")
    return key


def beside(file: Path) -> Path:
    """Where the statement of what its instances read lies beside a directory."""
    return file.with_suffix(".reads")


class Listing:
    """What is known now. Threads read `now`; whoever replaces it does so in one step."""

    def __init__(self, country: str, root: bytes, file: Path | None = None) -> None:
        """Begin with what the file holds, if there is one. Raises Distrusted where that is not the root's."""
        self.country, self.root, self.file = country, root, file
        self.now: Directory | None = None
        self.distrusted = ""
        """Why the last one that came was not taken; empty while all is well."""
        self.stated = False
        """Whether the root has said beside the one that is known what its instances read: then the next one is not taken without that.
        Whoever can take the statement from a record on the bus would else make all go by the first protocol, and count in the clear."""
        self.told: list[Callable[[Directory], object]] = []
        self._public: dict[str, Public] = {}
        if file is not None and file.exists():
            known = read_directory(file.read_bytes(), root)
            judge(None, known, country)
            said = self._read(beside(file).read_bytes() if beside(file).exists() else b"")
            if said and said.country == country and said.directory >= known.version:  # that of the next one is written before it
                known, self.stated = with_statement(known, said), True
            self.now = known

    @property
    def version(self) -> int:
        """The version that is known; 0 where none is."""
        return self.now.version if self.now else 0

    @property
    def protocol(self) -> int:
        """The protocol under which cases are opened; the first one where nothing is known."""
        return opens_under(self.now) if self.now else FIRST

    def offer(self, value: bytes, statement: bytes = b"", *, by_hand: bool = False) -> bool:
        """A directory has come, perhaps with a statement of what its instances read: take it if it is newer, or says more. Whether it was
        taken. What is not to be trusted is logged, and shown. One handed over `by_hand` has no statement: where the one that is known had,
        it waits for the bus to bring both."""
        try:
            new, stated = self._told(read_directory(value, self.root), statement)
            newer = judge(self.now, new, self.country)
            if newer and self.stated and not stated:
                if by_hand:
                    return False
                raise Distrusted("unstated", "the directory came without what its instances read")
            if not newer and (not stated or new == self.now):
                self.distrusted = ""
                return False
        except Distrusted as reason:
            if reason.code == "roll-back":  # older ones lie on the topic until it is compacted
                return False
            self.distrusted = reason.code
            logger.error("a directory was not taken", reason=reason.code)
            return False
        if self.file is not None:
            for file, content in ((beside(self.file), statement), (self.file, value)) if stated else ((self.file, value),):
                half = file.with_name(f".{file.name}.{os.getpid()}.half")
                half.write_bytes(content)
                half.replace(file)
        self.now, self.stated, self.distrusted = new, stated, ""
        for hear in self.told:
            try:
                hear(new)
            except Exception as error:  # noqa: BLE001  one who cannot use it must not keep it from the others
                logger.error("a directory is of no use to a part of this process", error=type(error).__name__)
        return True

    def _told(self, directory: Directory, statement: bytes) -> tuple[Directory, bool]:
        """The directory with what its instances read, and whether this statement goes with it and says so."""
        said = self._read(statement)
        return (with_statement(directory, said), True) if said and said.of(directory) else (directory, False)

    def _read(self, statement: bytes) -> ProtocolsRead | None:
        """What this statement says; what is not to be trusted says nothing, and is logged."""
        try:
            return read_statement(statement, self.root) if statement else None
        except Distrusted as reason:
            logger.error("what the instances of a directory read was not taken", reason=reason.code)
            return None

    def marker(self, value: bytes, partition: int) -> Marker:
        """A marker of the log. Raises Distrusted where the root did not sign it for this partition."""
        marker = read_marker(value, self.root)
        if (marker.partition, marker.country) != (partition, self.country):
            raise Distrusted("place", "the marker was signed for another place")
        return marker

    def standing(self) -> DirectoryStanding:
        """How the directory stands now; without one nothing can be sealed."""
        return self.now.standing(wall()) if self.now else DirectoryStanding.DEAD

    def lists(self, instance: str) -> bool:
        """Whether the directory lists this instance."""
        return self.now is not None and self.now.instance(instance) is not None

    def reads(self, instance: str) -> int:
        """The newest protocol that an instance reads; the first one where it is not listed, or nothing says it."""
        listed = self.now.instance(instance) if self.now else None
        return listed.reads if listed else FIRST

    def stays(self, agency: str) -> bool:
        """Whether an agency is listed, and not about to leave."""
        return self.now is not None and any(a.id == agency and not a.leaving for a in self.now.agencies)

    def readers(self, instances: Iterable[str], version: int = 0) -> dict[str, Public]:
        """The keys to seal for in a record that will lie under this version, of those instances whose keys may be used."""
        now, at = self.now, wall()
        found: dict[str, Public] = {}
        for instance in instances:
            key = now.sealed_for(instance, at, version) if now else None
            if key is not None:
                found[instance] = self._key(key)
        return found

    def signers(self, author: str, version: int, at: int, *, ever: bool = False) -> list[bytes]:
        """The keys that an author may have signed with, in a record that the log took at this moment under this version; or `ever`."""
        return self.now.signed_by(author, version, at, ever=ever) if self.now else []

    def _key(self, public: str) -> Public:
        if public not in self._public:
            self._public[public] = Public(raw(public))
        return self._public[public]


def as_listed(country: Country, listing: Listing | None) -> Country:
    """The country as the directory that is known has it; as its file has it where none is."""
    return listed_in(country, listing.now) if listing and listing.now else country


def listed_in(country: Country, directory: Directory) -> Country:
    """The country with the agencies that the directory lists; of those that it does not list the names stay, and nothing is asked."""
    listed = {a.id: a.as_agency() for a in directory.agencies}
    known = {a.id: _narrowed(a, listed.get(a.id)) for a in country.agencies}
    return country.model_copy(update={"agencies": (*known.values(), *(a for id, a in listed.items() if id not in known))})


def _narrowed(agency: Agency, listed: Agency | None) -> Agency:
    """An agency of the country's file as the directory lists it: what both let it have, under its kind there."""
    if listed is None:
        return agency.model_copy(update={"leaving": True})
    both = tuple(c for c in agency.classes if c in listed.classes)
    confidential = agency.confidential or listed.confidential
    return agency.model_copy(update={"kind": listed.kind, "classes": both, "confidential": confidential, "leaving": listed.leaving})
