"""Some weeks in a small country, through real instances on a moved clock: hand-offs answered, late, passed round, never answered."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from services.assistance.handlers import handoffs as assistance
from services.reporting.service import SERVICE as REPORTING
from shared.config.calendar import HOUR
from shared.config.country import Agency, Country, Officer
from shared.config.settings import Settings
from shared.processing.instance import Instance
from shared.protocol.case import Handoff
from shared.protocol.vocabulary import DeclineCode
from tests.shared.bus import Topic
from tests.shared.land import COUNTRY, Hand, database, decide, instance_at, report, seen, settle, templates

LIVING = ("intake.rs-insp", "referral.rs-lead", "assistance.rs-lead", "assistance.rs-pol", "assistance.rs-ngo")
OLGA = Officer(id="olga", name="Olga Invented")
COORDINATOR = Agency(id="rs-koord", name="Coordination Office", kind="coordinator", services=("reporting",), officers=(OLGA,))
RAPPORTEUR = Agency(id="rs-zg", name="Protector", kind="rapporteur", services=("reporting",), officers=(OLGA,))
WATCHED = COUNTRY.model_copy(update={"agencies": (*COUNTRY.agencies, COORDINATOR, RAPPORTEUR)})


@dataclass
class Life:
    """The instances, their log and their clock."""

    folder: Path
    templates: Path
    clock: Hand = field(default_factory=Hand)
    topic: Topic = field(default_factory=Topic)

    def __post_init__(self) -> None:
        self.instances = {
            me: instance_at(database(self.folder, self.templates, _service(me), me), me, self.clock) for me in LIVING
        }  # fmt: skip

    def settle(self) -> None:
        """Everything that was decided reaches everybody."""
        settle(self.topic, *self.instances.values())

    def case(self, form: str, **answers: object) -> str:
        """A report, and what follows from it by itself."""
        case = report(self.instances["intake.rs-insp"], form, **answers)
        self.settle()
        return case

    def waiting(self, case: str) -> list[Handoff]:
        """The hand-offs of a case that somebody must answer."""
        picture = seen(self.instances["referral.rs-lead"], case)
        return [h for h in picture.handoffs.values() if h.waiting] if picture else []

    def instance_of(self, handoff: Handoff) -> Instance:
        """Where a hand-off is answered."""
        return self.instances[f"assistance.{handoff.to}"]

    def open_up(self, case: str, handoff: Handoff) -> None:
        """Somebody opens the request."""
        decide(self.instance_of(handoff), assistance.acknowledge, assistance.OfHandoff(case=case, handoff=handoff.id), f"ack-{handoff.id}")
        self.settle()

    def accept(self, case: str, handoff: Handoff) -> None:
        """Somebody takes it."""
        decide(self.instance_of(handoff), assistance.accept, assistance.OfHandoff(case=case, handoff=handoff.id), f"acc-{handoff.id}")
        self.settle()

    def decline(self, case: str, handoff: Handoff) -> None:
        """Somebody does not take it."""
        no = assistance.Decline(case=case, handoff=handoff.id, code=DeclineCode.NO_CAPACITY)
        decide(self.instance_of(handoff), assistance.decline, no, f"no-{handoff.id}")
        self.settle()

    def act(self, case: str, handoff: Handoff, form: str = "act", **about: object) -> None:
        """Something happens for the person: an interview, `about` these topics."""
        done = assistance.TakeAction(case=case, handoff=handoff.id, action="interview_held", **about)
        decide(self.instance_of(handoff), assistance.take_action, done, f"{form}-{handoff.id}")
        self.settle()

    def later(self, hours: float) -> None:
        """Time passes."""
        self.clock.at += int(hours * HOUR)

    def close(self) -> None:
        """Let go of the databases."""
        for instance in self.instances.values():
            instance.close()


@cache
def lived_once(lives: Callable[[Life], Any]) -> tuple[Life, Any]:
    """What is lived through once for all tests of a process, which only read it; and what `lives` says of it."""
    folder = Path(tempfile.mkdtemp(prefix="nrm-life-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    life = Life(folder, templates())
    atexit.register(life.close)
    return life, lives(life)


def _service(me: str):
    from tests.shared.land import SERVICES

    return SERVICES[me.partition(".")[0]]


def live(life: Life, cases: int = 4, seed: int = 7) -> list[str]:
    """So many cases with different ends; the last of them is left unanswered."""
    chance = Random(seed)
    lived: list[str] = []
    for number in range(cases):
        case = life.case(f"case-{number}")
        lived.append(case)
        if number == cases - 1:
            break
        for _ in range(2):
            for handoff in life.waiting(case):
                life.later(chance.uniform(0.5, 20))
                life.open_up(case, handoff)
                life.later(chance.uniform(1, 60))
                if chance.random() < 0.2 and handoff.need != "identification":
                    life.decline(case, handoff)
                else:
                    life.accept(case, handoff)
                    life.later(chance.uniform(1, 30))
                    life.act(case, handoff)
    life.later(30)
    return lived


def reporting_instance(folder: Path, agency: str, clock: Hand, country: Country = WATCHED, url: str = "") -> Instance:
    """A reporting instance, on a file in this folder where no other database is named."""
    file = folder / f"reporting.{agency}.db"
    if not url and not file.exists():
        database(folder, templates(), REPORTING, file.stem)
    instance = Instance(REPORTING, agency, country, url or f"sqlite:///{file}", clock)
    instance.catches_up()
    return instance


def settings(folder: Path, agency: str, operators: str = "") -> Settings:
    """Of a process in these tests: a bus that nobody runs, a country that is given by hand."""
    return Settings(agency=agency, country=Path("none"), data=folder, bus="127.0.0.1:1", operators=operators, zone="UTC")
