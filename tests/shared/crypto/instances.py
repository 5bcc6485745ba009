"""Sealing instances on a log in memory that holds markers, each in a process of its own, which knows the directory that it was told of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.directory import changes, listing
from shared.config.clock import wall
from shared.crypto import keyring
from shared.crypto.directory import Directory, Marker, issue, mark
from shared.crypto.directory_state import Listing
from shared.crypto.keyring import Keyring
from shared.crypto.protocols_read import state
from shared.processing.instance import Instance
from shared.records.reader import read
from shared.records.sealer import Sealer
from shared.web.admin.application import follow
from tests.shared.bus import SimulatedRecord, Topic
from tests.shared.crypto.directories import PUBLIC_ROOT, ROOT
from tests.shared.land import COUNTRY, INTAKE_ME, LEAD_ME, SERVICES, Hand, database, rows, send, templates


def marker(version: int, partition: int = 0) -> bytes:
    """The root says that a version is in force from here on."""
    return mark(Marker(directory=version, partition=partition, country=COUNTRY.id), ROOT)


@dataclass
class Instances:
    """An intake and the lead, or others, each in a process of its own."""

    folder: Path
    names: tuple[str, ...] = (INTAKE_ME, LEAD_ME)
    topic: Topic = field(default_factory=Topic)
    rings: dict[str, Keyring] = field(default_factory=dict[str, Keyring])
    listings: dict[str, Listing] = field(default_factory=dict[str, Listing])
    instances: dict[str, Instance] = field(default_factory=dict[str, Instance])

    def __post_init__(self) -> None:
        """Version 1 lists all, and is in force from the beginning of the log."""
        self.rings = {name: keyring.new(name) for name in listing.instances_of(COUNTRY.agencies)}
        self.first = listing.first(COUNTRY, self.rings.values(), wall())
        self.listings = {name: Listing(COUNTRY.id, PUBLIC_ROOT) for name in self.names}
        for name in self.listings:
            self.learn(name, self.first)
            self.open(name)
        self.lay(1)

    def learn(self, name: str, directory: Directory) -> None:
        """The process of an instance has read the board."""
        assert self.listings[name].offer(issue(directory, ROOT), state(directory, ROOT))

    def open(self, name: str) -> Instance:
        """The instance, perhaps once more on the database that it had."""
        if name in self.instances:
            self.instances[name].close()
        service, _, agency = name.partition(".")
        seal = Sealer(self.rings[name], self.listings[name])
        file = self.folder / f"{name}.db"
        if not file.exists():
            database(self.folder, templates(), SERVICES[service], name)
        instance = Instance(SERVICES[service], agency, COUNTRY, f"sqlite:///{file}", Hand(), seal=seal)
        instance.catches_up()
        instance.reads(self.topic.partitions)
        self.instances[name] = instance
        follow(self.listings[name], [instance])
        return instance

    def lay(self, *versions: int) -> list[SimulatedRecord]:
        """Markers of these versions, one behind the other."""
        return [self.topic.land(b"directory", marker(version), partition=0) for version in versions]

    def revoke(self) -> None:
        """Version 2: the intake's keys are revoked. The lead learns of it; the intake does not, or a thief has its keys."""
        self.learn(LEAD_ME, changes.revoked(self.first, INTAKE_ME, wall()))

    def pull(self, name: str, limit: int = 500) -> int:
        """Polls of so many records until nothing is left; the version that is in force then."""
        instance = self.instances[name]
        while (here := instance.positions.next(0)) < len(self.topic.logs[0]):
            known = instance.positions.seeks(self.topic.bounds())[0]
            found = self.topic.logs[0][known : here + limit]
            assert instance.take(read(found, self.topic.partitions, frozenset({instance.agency}), self.listings[name]))
        return instance.positions.directory(0)

    def publish(self, directory: Directory) -> None:
        """All learn of a directory, and it is in force."""
        for name in self.names:
            self.learn(name, directory)
        self.lay(directory.version)

    def settle(self) -> None:
        """As time passes: all do what is to do, send and read, until nothing comes any more."""
        end, quiet = 0, 0
        while quiet < 4:
            for name, instance in self.instances.items():
                instance.departures_at(0.0)
                instance.idle(clocks=False)
                send(instance, self.topic)
                self.pull(name)
            quiet = quiet + 1 if end == len(self.topic.logs[0]) else 0
            end = len(self.topic.logs[0])

    def noted(self, name: str) -> list[tuple[str, str]]:
        """(verdict, what it holds where it cannot be read) of each record in an instance's journal."""
        told = rows(
            self.instances[name], "select verdict, case when verdict = 'unreadable' then body else '' end from journal order by seq"
        )
        return [(str(verdict), str(body)) for verdict, body in told]


@contextmanager
def opened(folder: Path, *more: str) -> Iterator[Instances]:
    """The instances of a test: intake, lead, and perhaps more."""
    made = Instances(folder, (INTAKE_ME, LEAD_ME, *more))
    try:
        yield made
    finally:
        for instance in made.instances.values():
            instance.close()
