"""All that is left of a case, in bytes and in keys, and who could still read it: whoever has every file there is, and the bus's records."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from deploy.backup import prune_keys as pruning
from deploy.backup.backup import backup
from deploy.backup.keystores import keep
from deploy.backup.rehearsal import rehearse
from deploy.directory import changes, listing
from deploy.directory.request import ListingRequest
from deploy.installation.patient import Patient
from shared.config.clock import wall
from shared.config.settings import Settings
from shared.crypto import envelopes, key_lifetime, keyring, keystore_frames, primitives
from shared.crypto.directory import Directory, issue
from shared.crypto.directory_state import Listing
from shared.crypto.primitives import NotForUs, raw
from shared.crypto.protocols_read import state
from shared.processing.instance import Instance
from shared.protocol.versions import NEWEST
from shared.records.sealer import Sealer
from tests.shared.bus import Topic
from tests.shared.land import COUNTRY, INTAKE_ME, LEAD_ME
from tests.shared.rested import Canaries, Land

ALL = (INTAKE_ME, LEAD_ME)
AGENCY = "rs-insp"


@dataclass(frozen=True)
class InMemory(pruning.BusRetention):
    """The log in memory, as Kafka tells of its own."""

    topic: Topic

    def beyond(self, moment: int) -> dict[int, int]:
        """By the records' own times."""
        later = {p: [r.offset for r in log if r.timestamp > moment] for p, log in enumerate(self.topic.logs)}
        return {p: min(offsets, default=len(self.topic.logs[p])) for p, offsets in later.items()}


@dataclass
class SealedLand(Land):
    """The same land with sealed records. Intake and lead keep their keys in its folder; what other agencies keep is theirs to erase."""

    root: bytes = field(default_factory=primitives.random_key)
    listing: Listing = field(init=False)

    def __post_init__(self) -> None:
        """Version 1 lists all."""
        self.listing = Listing(COUNTRY.id, primitives.public_of(self.root, "sign"))
        rings = [keyring.new(name) for name in listing.instances_of(COUNTRY.agencies)]
        for ring in rings:
            if ring.instance in ALL:
                keyring.write(self.keys, ring)
        self.publish(listing.first(COUNTRY, rings, wall()))

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def elsewhere(self) -> Path:
        """Where the other custodian has the copies of the keystore."""
        return self.folder / "elsewhere"

    def publish(self, directory: Directory) -> None:
        assert self.listing.offer(issue(directory, self.root), state(directory, self.root))

    def open(self, me: str, url: str = "", **changed: Any) -> Instance:
        instance = super().open(me, url, **changed)
        instance.seal = Sealer(keyring.read(self.keys, me), self.listing, self.keys)
        return instance

    def patient(self, me: str) -> Patient:
        agency = COUNTRY.agency(me.partition(".")[2])
        told = Settings.model_validate({"agency": agency.id, "country": "serbia", "data": self.folder, "databases": self.url(me)})
        return Patient(told, COUNTRY, agency)

    # --- what an agency does ------------------------------------------------------------------------------------------------------

    def copied(self, at: datetime) -> Path:
        """The keystores, copied for the other custodian at this time."""
        return keep(self.patient(INTAKE_ME).settings, ALL, self.elsewhere, at)

    def backed_up(self) -> Path:
        return backup(AGENCY, {INTAKE_ME: self.url(INTAKE_ME)}, self.folder / "backups")

    def rotate(self) -> int:
        """Intake and lead have new keys, which the directory lists: when (ms)."""
        rings = [keyring.renewed(keyring.read(self.keys, me)) for me in ALL]
        for ring in rings:
            keyring.write(self.keys, ring)
            known = self.listing.now
            assert known is not None
            agency = next(one for one in known.agencies if one.id == ring.instance.partition(".")[2])
            self.publish(
                changes.admitted(known, ListingRequest(agency=agency, instances=(listing.instance(ring, 1),), reads=NEWEST), wall())
            )
        assert self.listing.now is not None
        return self.listing.now.issued

    def prune(self, retention: int, now: int) -> None:
        """As `agency prune` does at a time, where the bus keeps records for so many milliseconds."""
        for me in ALL:
            ring, patient = keyring.read(self.keys, me), self.patient(me)
            assert self.listing.now is not None
            found = pruning.look(patient, ring, self.listing.now.instance(me), InMemory(patient, self.topic), retention, now)
            keyring.replace(self.keys, key_lifetime.without(ring, found.spent))

    # --- what whoever has all of it can do ----------------------------------------------------------------------------------------

    def files(self) -> bytes:
        """Every file that lies anywhere in the folder: databases, their logs, backups, copies, keys."""
        return b"".join(file.read_bytes() for file in sorted(self.folder.rglob("*")) if file.is_file())

    def case_keys(self, case: str) -> int:
        """How many keystores there are anywhere that open with a master key that is anywhere, and have keys of a case."""
        masters = [_master(file) for file in self.folder.rglob("*.kek*")]
        stores = [file for file in self.folder.rglob("*.keystore*") if file.is_file()]
        return sum(any(_has(file, kek, case) for kek in masters if kek) for file in stores)

    def opened_in(self, place: Path) -> int:
        """How many sections of a backup open with the copies of the keystore that are left."""
        server = self.url(INTAKE_ME) if self.postgres else ""
        return sum(one.opened for copy in self.elsewhere.iterdir() for one in rehearse(place, server, copy))

    def read_on_the_bus(self, canaries: Canaries) -> int:
        """How many records say something of the person to whoever has all private keys that are left."""
        owners = [keyring.read(self.keys, me) for me in ALL]
        keys = [key for ring in owners for key in ring.openers]
        inside = [envelopes.open_for(r.value or b"", (r.key or b"").decode(), keys) for r in self.topic.all()]
        return sum(canaries.found(orjson.dumps(one.sections)) for one in inside if one)


def _master(file: Path) -> bytes:
    try:
        return raw(orjson.loads(file.read_bytes())["kek"])
    except (ValueError, KeyError):
        return b""


def _has(file: Path, kek: bytes, case: str) -> bool:
    instance = file.name.rpartition(".keystore")[0].lstrip(".")
    try:
        return any(entries.get(case) for entries, _ in keystore_frames.read(file.read_bytes(), kek, instance))
    except (keystore_frames.Damaged, NotForUs):
        return False


def secrets(land: SealedLand) -> Iterator[bytes]:
    """The private keys that are there, as their files write them."""
    for me in ALL:
        ring = keyring.read(land.keys, me)
        yield from (primitives.text(key).encode() for key in (*ring.seal, *ring.sign))


def at(days: int) -> datetime:
    """So many days after the case came."""
    return datetime.fromtimestamp(wall() / 1000 + days * 86_400, UTC)
