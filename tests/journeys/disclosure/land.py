"""A land that seals, each instance in a process of its own: what it knows of the log and of the directory is what reached it.

A record is sealed, is under way, and lands or not, in steps of their own, so that withdrawals, keys and rosters may change in between.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from deploy.directory import changes, listing
from deploy.directory.request import ListingRequest
from deploy.proving.simulation.land import SERVICES
from deploy.proving.simulation.pieces import PieceTopic, SimulatedCourier
from deploy.proving.simulation.post import Hand, Here, template
from deploy.proving.simulation.rules import Rules
from shared.config.clock import wall
from shared.config.country import Country
from shared.crypto import key_lifetime, keyring
from shared.crypto.directory import Directory, Key, ListedInstance, Marker, issue, mark
from shared.crypto.directory_state import Listing, as_listed
from shared.crypto.keyring import Keyring
from shared.crypto.protocols_read import state
from shared.decisions.decide import UseCase
from shared.decisions.errors import RuleBroken
from shared.processing.instance import Instance
from shared.protocol.case import Case, agency_of, service_of
from shared.protocol.channel import record_key
from shared.protocol.versions import NEWEST
from shared.records.codec import Decided
from shared.records.reader import read
from shared.records.sealer import NotNow, Sealer
from shared.store.document_folder import DocumentFolder, DocumentShelf
from tests.shared.bus import Topic
from tests.shared.crypto.directories import PUBLIC_ROOT, ROOT, kept

HOUSES = ("rs-house-7", "rs-house-9")
SHELTER = "confidential:shelter"
COUNTRY = Country.model_validate({
    "id": "rs", "name": "Watched", "lead": "rs-lead", "pingpong": 3,
    "agencies": (
        {"id": "rs-insp", "name": "Inspectorate", "kind": "labour_inspectorate"},
        {"id": "rs-lead", "name": "Centre", "kind": "identifier", "services": ("referral",)},
        {"id": "rs-pol", "name": "Police", "kind": "police"},
        {"id": "rs-ngo", "name": "Organisation", "kind": "ngo", "services": ("assistance",)},
        {"id": "rs-csr", "name": "Social Work", "kind": "social_services", "services": ("assistance",)},
        {"id": "rs-migr", "name": "Migration", "kind": "migration", "services": ("assistance",)},
        {"id": "rs-muni", "name": "Municipality", "kind": "local_authority", "services": ("assistance",), "classes": ("D0",)},
        {"id": "rs-ombud", "name": "Rapporteur", "kind": "rapporteur", "services": ("assistance",)},
        *({"id": id, "name": id, "kind": "shelter", "services": ("assistance",), "confidential": True} for id in HOUSES),
    ),
    "accounts": {"held_by": ("labour_inspectorate", "identifier", "ngo")},
    "invitations": ({"need": "investigation", "agency": "rs-pol"}, {"need": "legal", "agency": "rs-ngo"}),
})  # fmt: skip
REPORTING, LEADING = "intake.rs-insp", "referral.rs-lead"
ACTING = tuple(f"assistance.{agency}" for agency in ("rs-pol", "rs-ngo", "rs-migr", "rs-muni", "rs-csr", HOUSES[0]))
INSTANCES = (REPORTING, LEADING, *ACTING)
"""The instances that run; the others have keys, and nobody reads what is sealed for them but whoever looks."""
FIRST = {name: keyring.new(name) for name in listing.instances_of(COUNTRY.agencies)}
"""The keys of the first directory: the same for all stories."""
VERSION_1 = kept(listing.first(COUNTRY, FIRST.values(), wall()))


@dataclass(eq=False)
class Message:
    """A sealed record under way, and who waits to hear of it."""

    me: str
    row: Decided
    value: bytes
    waited_for: bool = True


@dataclass
class Land:
    """The instances, the log, and what is under way. `sent` is told of each record as soon as it is sealed, `read` of each poll."""

    folder: Path
    templates: Path
    sealing: type[Sealer] = Sealer
    country: Country = COUNTRY
    protocol: int = NEWEST
    on_sealed: Callable[[str, Decided, bytes], object] = lambda *_: None
    on_landed: Callable[[bytes, int], object] = lambda *_: None
    on_read: Callable[[Instance], object] = lambda *_: None
    carrying: type[SimulatedCourier] = SimulatedCourier
    topic: Topic = field(default_factory=Topic)
    pieces: PieceTopic = field(default_factory=PieceTopic)
    """The topic of documents."""
    couriers: dict[str, SimulatedCourier] = field(default_factory=dict[str, SimulatedCourier])
    clock: Hand = field(default_factory=Hand)
    rings: dict[str, Keyring] = field(default_factory=lambda: dict(FIRST))
    listings: dict[str, Listing] = field(default_factory=dict[str, Listing])
    instances: dict[str, Instance] = field(default_factory=dict[str, Instance])
    messages: list[Message] = field(default_factory=list[Message])
    newest: Directory = VERSION_1
    laid: int = 0
    """The version of the directory that is in force at the end of the log."""
    forms: int = 0

    def __post_init__(self) -> None:
        """Version 1 is known to all, and in force from the beginning of the log."""
        for name in INSTANCES:
            self.listings[name] = Listing(COUNTRY.id, PUBLIC_ROOT)
            self.listings[name].now = VERSION_1
        self.lay()

    # --- instances ----------------------------------------------------------------------------------------------------------------

    def instance(self, name: str) -> Instance:
        """An instance, which opens when it is first asked for."""
        if name not in self.instances:
            file, service = self.folder / f"{name}.db", SERVICES[service_of(name)]
            if not file.exists():
                shutil.copy(_new(name, self.templates), file)
            seal = self.sealing(self._ring(name), self.listings[name])
            country = as_listed(self.country, self.listings[name])
            instance = Instance(
                service, agency_of(name), country, f"sqlite:///{file}", self.clock, Here(1), seal=seal, protocol=self.protocol
            )
            Rules().put_in(instance)
            instance.catches_up()
            instance.reads(self.topic.partitions)
            instance.keeps_documents(DocumentShelf(DocumentFolder(self.folder / "documents" / name)))
            self.instances[name], self.couriers[name] = instance, self.carrying(instance, self.pieces)
        return self.instances[name]

    def restart(self, name: str) -> None:
        """The process dies and starts again on its database; what it had sent may still arrive."""
        if name in self.instances:
            self.instances.pop(name).engine.dispose()
            del self.couriers[name]
            for message in self.messages:
                message.waited_for = message.waited_for and message.me != name

    def close(self) -> None:
        """Let go of the databases."""
        for instance in self.instances.values():
            instance.engine.dispose()

    def decide(self, name: str, use_case: UseCase, command: Any) -> str | None:
        """Somebody decides; the case, or None where that is not allowed here and now."""
        self.forms += 1
        self.clock.at += 1000
        form, instance, case = f"form{self.forms}", self.instance(name), getattr(command, "case", None)
        try:
            return instance.transact(lambda work: instance.decide_in(work, use_case, command, form=form, officer="o1", case=case)).case
        except RuleBroken:
            return None

    def case(self, name: str, case: str) -> Case | None:
        """The picture that an instance shows, its own waiting decisions included."""
        return self.instance(name).transact(lambda work: work.picture(case))

    # --- the log ------------------------------------------------------------------------------------------------------------------

    def send(self, name: str) -> None:
        """The relay's round: what can be sealed now is under way."""
        instance = self.instance(name)
        for row in instance.outgoing.take(500):
            try:
                _, value, _ = instance.completed(row, instance.view_of(row.case).case)
            except NotNow:
                instance.outgoing.failed([row])
            else:
                self.messages.append(Message(name, row, value))
                self.on_sealed(name, row, value)

    def arrive(self, message: Message) -> None:
        """It is on the log; its sender hears so, if it still waits."""
        self.messages.remove(message)
        record = self.topic.land(record_key(message.row.case).encode(), message.value, self.clock.at)
        self.on_landed(message.value, record.offset)
        if message.waited_for:
            self.instance(message.me).outgoing.acknowledged(message.row, record.partition, record.offset)

    def give_up(self, message: Message) -> None:
        """Its sender hears nothing and will seal it anew; it may arrive all the same, whenever that is."""
        if message.waited_for:
            message.waited_for = False
            self.instance(message.me).outgoing.failed([message.row])

    def poll(self, name: str, limit: int = 500) -> None:
        """An instance reads the next records."""
        self.clock.at += 1
        instance = self.instance(name)
        here = instance.positions.next(0)
        known = instance.positions.seeks(self.topic.bounds())[0]
        found = self.topic.logs[0][known : here + limit]
        if len(self.topic.logs[0]) > here and found:
            assert instance.take(read(found, self.topic.partitions, frozenset({instance.agency}), self.listings[name]))
            self.on_read(instance)

    def carry(self, name: str) -> None:
        """An instance sends the pieces that it has to send, and fetches those that it lacks."""
        self.instance(name)
        asyncio.run(self.couriers[name].at_once())

    def settle(self, rounds: int = 12) -> None:
        """All that is under way arrives, and everybody reads all, until nothing moves."""
        for _ in range(rounds):
            before = self.topic.ends()
            for name in INSTANCES:
                self.send(name)
            for message in self.messages[:]:
                self.arrive(message)
            for name in INSTANCES:
                self.poll(name)
            if self.topic.ends() == before:
                return

    # --- the directory ------------------------------------------------------------------------------------------------------------

    def _ring(self, name: str) -> Keyring:
        """The newest keys of an instance that the directory which it knows lists."""
        now, ring = self.listings[name].now, self.rings[name]
        keys, known = key_lifetime.sealing(now.instance(name) if now else None), ring.publics["seal"]
        listed = keys[-1].public if keys else ""
        upto = known.index(listed) + 1 if listed in known else len(known)
        return Keyring(name, ring.seal[:upto], ring.sign[:upto])

    @property
    def settled(self) -> bool:
        """Whether the newest directory is in force: there is never more than one change at a time."""
        return self.laid == self.newest.version

    def rotate(self, name: str) -> None:
        """An instance has new keys, beside the old ones for a while."""
        ring = self.rings[name] = keyring.renewed(self.rings[name])
        keys = tuple(Key(use=use, public=ring.public(use), since=1) for use in keyring.USES)
        agency = next(a for a in self.newest.agencies if a.id == agency_of(name))
        asked = ListingRequest(agency=agency, instances=(ListedInstance(id=name, keys=keys),), reads=NEWEST)
        self.newest = changes.admitted(self.newest, asked, wall())

    def revoke(self, name: str) -> None:
        """The keys of an instance count no more."""
        self.newest = changes.revoked(self.newest, name, wall())

    def leave(self, agency: str) -> None:
        """An agency is about to leave the mechanism."""
        self.newest = changes.left(self.newest, agency, wall())

    def learn(self, name: str) -> None:
        """An instance reads the board; new keys of its own it takes up, and the lead sees who leaves."""
        if (
            self.listings[name].version < self.newest.version
            and self.listings[name].offer(issue(self.newest, ROOT), state(self.newest, ROOT))
            and name in self.instances
        ):
            instance = self.instances[name]
            assert instance.seal is not None
            instance.seal.ring, instance.country = self._ring(name), as_listed(self.country, self.listings[name])
            instance.departures_at(0.0)
            instance.idle(clocks=False)

    def lay(self) -> None:
        """Everybody has read the board, and the version is in force from here on."""
        for name in INSTANCES:
            self.learn(name)
        self.laid = self.newest.version
        marker = mark(Marker(directory=self.laid, partition=0, country=COUNTRY.id), ROOT)
        self.topic.land(b"directory", marker, self.clock.at, partition=0)


@cache
def _new(name: str, templates: Path) -> Path:
    """The database of an instance that was started once: made for all stories of this process."""
    file, service = templates / f"{name}.new.db", SERVICES[service_of(name)]
    shutil.copy(template(service, templates), file)
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("insert into instancemetadata (id, secret) values (1, ?)", (name.encode().hex(),))
        raw.commit()
    Instance(service, agency_of(name), COUNTRY, f"sqlite:///{file}", Hand(), Here(1)).engine.dispose()
    return file


def databases(folder: Path, name: str) -> Iterator[bytes]:
    """What lies on the disk of an instance."""
    yield from (file.read_bytes() for file in folder.glob(f"{name}.db*"))
