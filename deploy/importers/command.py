"""`./nrm import uk-nrm FILE`: starts what it needs, has every person reported, waits until the last figure is there, and stops it all."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from deploy.brokers import open_broker
from deploy.brokers.topics import ensure_topics
from deploy.demo.fleet import UNSEALED, Mortal
from deploy.directory.belonging import must_be_nobodys
from deploy.directory.ceremony import Ceremony
from deploy.folder_lock import FREE_WITHIN
from deploy.importers import telling
from deploy.importers.host import Person, feed, instances, people
from deploy.importers.ledger import ImportLedger, Listed
from deploy.importers.progress import ImportWatch
from deploy.importers.responders import country_file, former, ids, new_to
from deploy.importers.staff import Staff
from deploy.process.keys import listing_for
from deploy.process.work_folder import held
from deploy.sent_files.table_file import TableFile
from deploy.sent_files.uk_nrm import FileReading, ImportRow, quarter, table, understood
from deploy.trouble import Trouble
from shared.config.clock import FileClock
from shared.config.country import Country
from shared.config.kafka import Bus
from shared.config.settings import PARTITIONS
from shared.crypto import keyring
from shared.messaging.runner import Running
from shared.records.sealer import Sealer

Told = Callable[[int], None]
LEAD, RAPPORTEUR = "uk-sca", "uk-rapporteur"
PAUSE = 0.5
"""Seconds between looks at how far it is."""


@dataclass
class Import:
    """One run of the command over one folder."""

    file: Path
    keep: Path
    limit: int | None
    bus: Bus | None
    console: Console
    sealed: bool = True
    broker: Mortal | None = None
    """The broker, where it is ours."""
    encoding: str = ""
    """What the file is written in, where somebody says so."""
    found: FileReading = field(default_factory=FileReading)
    """What the file says."""

    @property
    def data(self) -> Path:
        """Where the databases are."""
        return self.keep / "agencies"

    def run(self) -> int:
        """Import. The exit status: 1 where a line could not be imported, all others being in the figures. Raises Trouble."""
        started = time.perf_counter()
        sent = table(self.file, self.encoding)  # before a folder is made for what is no such file
        with held(self.keep, "import", FREE_WITHIN) as lock, ExitStack() as stack:
            self.data.mkdir(parents=True, exist_ok=True)
            ledger = ImportLedger(self.keep / "import.db")
            stack.callback(ledger.close)
            rows = self._understand(sent, ledger)
            country = country_file(self.keep / "uk.toml", dict.fromkeys(r.responder for r in rows))
            clock = FileClock(self.keep / "clock")
            clock.set(min(quarter(r.values[0], country.time_zone)[0] for r in rows))
            total = asyncio.run(self._on(self.bus or self._own_bus(stack), rows, country, clock, ledger, lock))
        telling.result(self.console, self.found, total, time.perf_counter() - started)
        return 1 if self.found.malformed else 0

    def _understand(self, sent: TableFile, ledger: ImportLedger) -> list[ImportRow]:
        """The rows of the file, in the spellings of former ones. Raises Trouble where there is none."""
        spellings, known = ledger.spellings(), former(self.keep / "uk.toml")
        for kind, name in known:
            spellings.one("first_responder_type", kind)
            spellings.one("first_responder", name)
        self.found = understood(sent, spellings)
        self.found.notices += new_to(known, (row.responder for row in self.found.rows))
        lines = [Listed(ledger.known(row.identities), row.values[0], suppressed=False) for row in self.found.rows]
        lines += [Listed(ledger.name(row.identity), row.values[0], suppressed=True) for row in self.found.suppressed]
        telling.beforehand(self.console, self.found, ledger.vanished(lines))
        if not self.found.rows:
            telling.malformed(self.console, self.found)
            raise Trouble("No line of %(file)s can be imported; nothing was.", file=self.file)
        ledger.read(lines, spellings)
        return self.found.rows

    def _own_bus(self, stack: ExitStack) -> Bus:
        own = stack.enter_context(open_broker(self.keep / "kafka", None, self.console.print))
        self.broker = own
        return own.bus

    async def _on(self, bus: Bus, rows: list[ImportRow], country: Country, clock: FileClock, ledger: ImportLedger, lock: int) -> int:
        await ensure_topics(bus, PARTITIONS)
        ceremony = Ceremony(self.keep / "coordinator", self.data / "keys", country)
        if self.sealed:
            await ceremony.hold(bus, PARTITIONS)
        else:
            await must_be_nobodys(bus)
        settings = ceremony.environment if self.sealed else dict(UNSEALED)
        staff = Staff(self.keep / "uk.toml", self.data, clock.path, bus, lock, settings, self.broker)
        for agency in (LEAD, RAPPORTEUR):
            staff.start(agency)
        try:
            agencies = ids(country)
            responders = await asyncio.to_thread(
                instances, country, list(agencies.values()), self.data, clock, self._seals(ceremony), ceremony.keys
            )
            await asyncio.to_thread(staff.wait_until_there)
            watch = ImportWatch.over(bus, list(responders.values()), self.data, LEAD, RAPPORTEUR)
            running = Running(list(responders.values()), bus, PARTITIONS, share_poll=True, clocks=False)
            await running.start()
            await watch.start()
            try:
                listed = list(people(rows, self.limit, agencies, ledger, country.time_zone, self.found.malformed.append))
                done = ledger.total()
                await self._follow(watch, staff, done, listed, lambda told: feed(listed, responders, ledger, told, watch.has_room))
                return await self._all(watch, ledger.total())
            finally:
                await watch.stop()
                await running.stop()
        finally:
            await asyncio.to_thread(staff.stop)

    def _seals(self, ceremony: Ceremony) -> Callable[[str], Sealer | None]:
        """Agency → the seal of its intake; all of them share a process here, and so a directory."""
        if not self.sealed:
            return lambda _agency: None
        listing = listing_for(ceremony.country, ceremony.environment["NRM_ROOT"], self.data / "directory.import.json")
        return lambda agency: Sealer(keyring.read(ceremony.keys, f"intake.{agency}"), listing)

    async def _follow(
        self, watch: ImportWatch, staff: Staff, done: int, listed: list[Person], feeding: Callable[[Told], Coroutine[Any, Any, None]]
    ) -> None:
        """Show how far it is until all of it is in the figures. Raises Trouble where it cannot get there."""
        with bars(self.console) as progress:
            reported = progress.add_task("reported by first responders", completed=done, total=done + len(listed))
            counted = progress.add_task("in the rapporteur's figures", completed=await watch.facts(), total=done + len(listed))
            work = asyncio.create_task(feeding(lambda many: progress.advance(reported, many)))
            while not (work.done() and await watch.done()):
                staff.look()
                await watch.look()
                if work.done():
                    work.result()
                progress.update(counted, completed=await watch.facts())
                await asyncio.sleep(PAUSE if not work.done() else PAUSE / 5)
            work.result()
            progress.update(counted, completed=await watch.facts())

    async def _all(self, watch: ImportWatch, reported: int) -> int:
        """The people in the figures. Raises Trouble where fewer are there than were reported."""
        facts = await watch.facts()
        if facts < reported:
            raise Trouble(
                "%(reported)s people were reported and %(facts)s are in the figures: reporting could not read some of the records.",
                reported=reported,
                facts=facts,
            )
        return facts


class Rate(ProgressColumn):
    """People a second."""

    def render(self, task: Task) -> Text:
        """The rate so far."""
        return Text(f"{(task.finished_speed or task.speed or 0):.0f} people/s")


def bars(console: Console) -> Progress:
    """How far and how fast."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        console=console,
        refresh_per_second=4,
    )


def run(file: Path, keep: Path, limit: int | None, bus: Bus | None, console: Console, *, sealed: bool = True, encoding: str = "") -> int:
    """Import a file into the folder `keep`; what the exit status is to be."""
    return Import(file, keep.resolve(), limit, bus, console, sealed=sealed, encoding=encoding).run()
