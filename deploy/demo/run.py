"""`./nrm demo`: sets everything up, plays the invented cases once, says where everything is, and keeps running until Ctrl-C."""

import asyncio
import json
import shlex
import signal
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from deploy.brokers import Kafka, Mock, open_broker
from deploy.brokers.topics import PARTITIONS, ensure_topics
from deploy.databases.flush import flushed
from deploy.demo.fleet import PAUSE, Fleet, nrm_here
from deploy.demo.folder import Folder
from deploy.demo.generated import QUARTERS, Maker, of_before
from deploy.demo.hints import hints
from deploy.demo.offices import Offices
from deploy.demo.play import Teller
from deploy.demo.screen import Screen
from deploy.demo.stories import Repertoire, repertoire
from deploy.demo.story import Story
from deploy.demo.summary import summarise
from deploy.demo.timeline import Timeline
from deploy.directory.ceremony import Ceremony
from deploy.process.country_file import country_of
from deploy.process.forked import prepare
from deploy.process.work_folder import held
from deploy.terminal_language import ntranslate, translate
from deploy.trouble import Trouble
from shared.config.country import Country
from shared.config.kafka import Bus
from shared.store.database import engine_for

ORDINARY = 8
"""Cases drawn from the seed, beside those that are written out."""

DEFAULT = Path("serbia")
BROKER = "the broker"


def folder_name(country: Path) -> str:
    """Where a country's demo is kept: a folder of its own, because a log and its databases are of one country."""
    return "demo" if country == DEFAULT else f"demo-{country.stem}"


@dataclass(frozen=True)
class DemoOptions:
    """What the command line asks for."""

    data: Path
    country: Path = DEFAULT
    seed: int = 2024
    port: int = 8000
    reset: bool = False
    cases: int | None = None
    """Only so many of the cases, the written ones first; all where None."""


class DemoRun:
    """One demo in one folder."""

    def __init__(self, wish: DemoOptions, console: Console) -> None:
        self.wish, self.screen, self.folder = wish, Screen(console), Folder(wish.data.resolve())
        self.country: Country = country_of(wish.country)
        self.repertoire: Repertoire = repertoire(self.country)

    @contextmanager
    def running(self) -> Generator[tuple[Fleet, Kafka | Mock]]:
        """Broker and agencies, ended in order afterwards. Raises Trouble that says what is missing and what to do."""
        start = time.monotonic()
        with terminable(), held(self.folder.root, "demo"):
            prepare()
            with self.broker() as broker:
                kept = translate("kept in %(folder)s", folder=self.folder.kafka) if broker.keeps else translate("not kept")
                self.screen.done(translate("event log"), f"{broker.bootstrap}, {kept}")
                sealing = asyncio.run(self.sealed(broker.bus))
                fleet = Fleet(self.country, self.wish.country, self.folder, broker.bus, self.wish.port, self.screen.say, sealing, broker)
                try:
                    fleet.start(self.screen.ready)
                    ready = translate("one process each, ready after %(seconds)s s", seconds=f"{time.monotonic() - start:.1f}")
                    self.screen.done(ntranslate("%(num)s agency", "%(num)s agencies", len(fleet.processes)), ready)
                    yield fleet, broker
                finally:
                    fleet.stop()

    async def sealed(self, bus: Bus) -> dict[str, str]:
        """Topics, everybody's keys, the directory in force; the settings by which the processes find theirs."""
        await ensure_topics(bus)
        ceremony = Ceremony(self.folder.coordinator, self.folder.keys, self.country)
        directory = await ceremony.hold(bus, PARTITIONS)
        said = translate(
            "%(number)s instances, version %(version)s; events travel sealed", number=len(directory.instances), version=directory.version
        )
        self.screen.done(translate("keys and directory"), said)
        return ceremony.environment

    def broker(self) -> Kafka | Mock:
        """A started broker, and databases that fit to its log: both are kept or neither, as one is worth nothing without the other."""
        self.begin()
        broker = open_broker(self.folder.kafka, None, self.screen.say)
        if not broker.keeps and self.folder.databases():
            self.screen.say(
                translate("This log knows nothing of the last start, so its databases cannot be used any more: beginning anew.")
            )
            self.folder.empty()
            self.folder.make()
        return broker

    def begin(self) -> None:
        """Go on from what lies in the folder, or empty it where that was asked for or cannot be. Raises Trouble where another country's
        demo lies there."""
        played, there = self.folder.played(), bool(self.folder.databases())
        if played and not self.wish.reset and played.get("country", self.country.id) != self.country.id:
            told = translate("%(folder)s keeps a demo of another country (%(country)s); name another folder with --data, or --reset it.",
                             folder=self.folder.root, country=played["country"])  # fmt: skip
            raise Trouble(told)
        if there and not self.wish.reset and played is None:
            self.screen.say(translate("The last start was interrupted before its cases were played: beginning anew."))
        elif there and not self.wish.reset and played and not played["keeps"]:
            self.screen.say(translate("The log of the last start was not kept, so its databases cannot be used any more: beginning anew."))
        if self.wish.reset or not played or not played["keeps"]:
            self.folder.empty()
        self.folder.make()

    def play(self, fleet: Fleet, broker: Kafka | Mock) -> None:
        """Play the cases, unless that was done at an earlier start."""
        if self.folder.played():
            self.screen.done(translate("cases"), translate("kept from the last start; nothing is played again"))
            return
        start, stories = time.monotonic(), self.stories()
        for name, why in self.repertoire.left_out.items():
            self.screen.say(translate("the case %(name)s is left out: %(why)s", name=name, why=why))
        with self.screen.steps(
            ntranslate("playing %(num)s invented case", "playing %(num)s invented cases", len(stories)),
            sum(1 + len(s.steps) for s in stories),
        ) as steps:
            away = asyncio.run(fleet.all_along(self._tell(fleet, broker.bus, stories, steps.one)))
        made = {"keeps": broker.keeps, "seed": self.wish.seed, "country": self.country.id, "cases": len(stories)}
        self.folder.finish({**made, "away": away})
        took = translate("%(seconds)s s, seed %(seed)s", seconds=f"{time.monotonic() - start:.1f}", seed=self.wish.seed)
        self.screen.done(ntranslate("%(num)s invented case played", "%(num)s invented cases played", len(stories)), took)

    async def _tell(self, fleet: Fleet, bus: Bus, stories: tuple[Story, ...], step_done: Any) -> str:
        """Which agency was away meanwhile; "" where none was."""
        async with Offices(lambda agency: fleet.processes[agency].url) as offices:
            teller = Teller(offices, self.country, self.wish.seed, strict=True, step_done=step_done)
            timeline = Timeline(teller, stories, self.folder.clock)
            await (
                timeline.with_absence(fleet, lambda desk: self.country.agency(desk).officers[0].id) if fleet.operators else timeline
            ).play()
            await teller.houses()
            await offices.quiet(list(fleet.processes), bus)
            if any([await asyncio.to_thread(self._flushed, file) for file in self.folder.databases() if file.stem.startswith("referral.")]):
                await offices.quiet(list(fleet.processes), bus, flushed=True)
            return timeline.absence.planned.agency if timeline.absence else ""

    def _flushed(self, file: Path) -> bool:
        """Have a lead's statistical records go out, though they are of few cases: the people are invented."""
        engine = engine_for(f"sqlite:///{file}")
        try:
            return flushed(engine)
        finally:
            engine.dispose()

    def kafka_by_hand(self, broker: Kafka | Mock) -> str:
        """The command that starts the broker again where it was."""
        port = broker.bootstrap.rpartition(":")[2]
        return shlex.join([nrm_here(), "kafka", "--data", str(self.folder.kafka), "--country", str(self.wish.country), "--port", port])

    @property
    def anew(self) -> str:
        """The command that forgets what was played and plays it again."""
        country = [] if self.wish.country == DEFAULT else ["--country", str(self.wish.country)]
        return shlex.join(["./nrm", "demo", *country, "--reset"])

    def summary(self, fleet: Fleet, broker: Kafka | Mock) -> dict[str, Any]:
        """What the play has come to, and which written cases this country has nobody for."""
        found = summarise(self.folder, processes=len(fleet.processes), seed=self.wish.seed, bus=broker.bus)
        return {**found, "country": self.country.id, "stories_left_out": self.repertoire.left_out}

    def stories(self) -> tuple[Story, ...]:
        """The cases to play. Raises Trouble where the country has nobody to play any."""
        told, maker = self.repertoire, Maker(self.country, self.wish.seed)
        if not told.stories or not self.country.invitations:
            why = "; ".join(dict.fromkeys(told.left_out.values())) or "its file names nobody to invite"
            raise Trouble("The demo's cases cannot be played in %(country)s: %(why)s.", country=self.country.name, why=why)
        drawn = (of_before(maker.ordinary(n), n % QUARTERS, self.country.lead) for n in range(ORDINARY))
        return (*told.stories, *drawn)[: self.wish.cases]


@contextmanager
def terminable() -> Generator[None]:
    """SIGTERM ends us in order, as Ctrl-C does."""

    def leave(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def stay(wish: DemoOptions, console: Console) -> int:
    """Play, then keep running until Ctrl-C; 0 once everything that was started has ended."""
    demo = DemoRun(wish, console)
    try:
        with demo.running() as (fleet, broker):
            demo.play(fleet, broker)
            demo.screen.addresses(fleet, hints(fleet), keeps=broker.keeps, anew=demo.anew)
            gone = set[str]()
            while True:
                _watch(demo, fleet, broker, gone)
                time.sleep(PAUSE)
    except KeyboardInterrupt:
        console.print("\n" + translate("stopped: all processes that the demo started have ended."))
    return 0


def _watch(demo: DemoRun, fleet: Fleet, broker: Kafka | Mock, gone: set[str]) -> None:
    """Who has ended is not started again by us: the others go on without it, which is worth seeing.

    Raises Trouble where the log is gone for good.
    """
    for process in fleet.processes.values():
        if process.agency.id not in gone and (died := process.died):
            gone.add(process.agency.id)
            fleet.say(f"{died}\n  " + translate("The others go on. To start it again: %(command)s", command=fleet.by_hand(process)))
    if BROKER not in gone and (died := broker.died):
        gone.add(BROKER)
        if not broker.keeps:
            raise Trouble("%(died)s The demo ends with it; start it anew: %(command)s", died=died, command=demo.anew)
        by_hand = demo.kafka_by_hand(broker)
        broker.stop()  # its port is kept no longer: whoever starts it again must get this very one
        fleet.say(
            f"{died}\n  " + translate("The agencies go on deciding, and wait for the bus. To start it again: %(command)s", command=by_hand)
        )


def once(wish: DemoOptions, console: Console, summary: Path | None, keep: Path | None) -> int:
    """Play, write the summary, stop; 0 when nothing was lost and nothing parked."""
    with tempfile.TemporaryDirectory(prefix="nrm-demo-") as scratch:
        demo = DemoRun(replace(wish, data=keep or Path(scratch)), console)
        with demo.running() as (fleet, broker):
            demo.play(fleet, broker)
            found = demo.summary(fleet, broker)
    if summary:
        summary.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    for kind, said in found["wrong"].items():
        console.print(f"{kind}: {len(said)}, the first: {said[0]}", markup=False, soft_wrap=True)
    counted = translate(
        "cases %(cases)s, events %(events)s, hand-offs %(handoffs)s, joint actions %(joint)s, documents %(documents)s; "
        "lost %(lost)s, parked %(parked)s",
        cases=found["cases"], events=found["events"], handoffs=len(found["handoffs"]), joint=len(found["joint_actions"]),
        documents=found["documents"]["attached"], lost=found["lost"], parked=found["parked"],
    )  # fmt: skip
    console.print(f"  {counted}", markup=False)
    return 1 if found["wrong"] else 0
