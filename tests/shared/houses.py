"""Four instances on files, and a log between them: what most tests of the door stand on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.assistance.handlers import handoffs as a
from shared.processing.instance import Instance
from shared.protocol.case import Case
from tests.shared.bus import Topic
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, SERVICES, Hand, database, door_at, settle, sure


@dataclass
class House:
    """Four instances on files, and a log."""

    topic: Topic
    clock: Hand
    files: dict[str, Path]
    doors: dict[str, Instance]

    def __getitem__(self, me: str) -> Instance:
        return self.doors[me]

    def again(self, me: str) -> Instance:
        """Start an instance anew on its file, as after a crash."""
        self.doors[me] = door_at(self.files[me], me, self.clock)
        return self.doors[me]

    def settle(self) -> None:
        settle(self.topic, *self.doors.values())

    def shown(self, me: str, case: str) -> Case:
        return sure(self.doors[me], case)

    def asked(self, me: str, case: str) -> a.OfHandoff:
        """The hand-off that this agency was invited to."""
        found = next(h for h in self.shown(me, case).handoffs.values() if h.to == me.partition(".")[2])
        return a.OfHandoff(case=case, handoff=found.id)


@contextmanager
def housed(folder: Path, templates: Path) -> Iterator[House]:
    """A house whose doors are closed in the end."""
    clock = Hand()
    files = {me: database(folder, templates, SERVICES[me.partition(".")[0]], me) for me in (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME)}
    made = House(Topic(), clock, files, {me: door_at(path, me, clock) for me, path in files.items()})
    yield made
    for door in made.doors.values():
        door.close()
