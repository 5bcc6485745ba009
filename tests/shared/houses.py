"""Four instances on files, and a log between them: what most tests of an instance stand on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.assistance.handlers import handoffs as a
from shared.processing.instance import Instance
from shared.protocol.case import Case
from tests.shared.bus import Topic
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, SERVICES, Hand, database, instance_at, settle, sure


@dataclass
class House:
    """Four instances on files, and a log."""

    topic: Topic
    clock: Hand
    files: dict[str, Path]
    instances: dict[str, Instance]

    def __getitem__(self, me: str) -> Instance:
        return self.instances[me]

    def again(self, me: str) -> Instance:
        """Start an instance anew on its file, as after a crash."""
        self.instances[me] = instance_at(self.files[me], me, self.clock)
        return self.instances[me]

    def settle(self) -> None:
        settle(self.topic, *self.instances.values())

    def shown(self, me: str, case: str) -> Case:
        return sure(self.instances[me], case)

    def asked(self, me: str, case: str) -> a.OfHandoff:
        """The hand-off that this agency was invited to."""
        found = next(h for h in self.shown(me, case).handoffs.values() if h.to == me.partition(".")[2])
        return a.OfHandoff(case=case, handoff=found.id)


@contextmanager
def housed(folder: Path, templates: Path) -> Iterator[House]:
    """A house whose instances are closed in the end."""
    clock = Hand()
    files = {me: database(folder, templates, SERVICES[me.partition(".")[0]], me) for me in (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME)}
    made = House(Topic(), clock, files, {me: instance_at(path, me, clock) for me, path in files.items()})
    yield made
    for instance in made.instances.values():
        instance.close()
