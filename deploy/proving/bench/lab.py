"""What all benches stand on: a fresh Kafka, a folder, a country, instances with empty databases, reports to be made."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer

from deploy.process.composition import service
from deploy.process.country_file import COUNTRIES
from shared.config.clock import WallClock
from shared.config.country import Country
from shared.config.country_loading import load
from shared.config.country_tables import Batches
from shared.config.kafka import Bus
from shared.config.settings import PARTITIONS
from shared.decisions.unit_of_work import UnitOfWork
from shared.messaging.runner import Running
from shared.processing.instance import Instance
from shared.protocol.vocabulary import AgeBand, Need
from shared.records.codec import TOPIC, complete
from shared.records.sealer import Sealer

REPORTER = "rs-ir"


AT_ONCE = Batches(every=0.1 / 3600, cases=1)
"""Statistical records do not wait for their batch: that wait is a rule, not what this code costs."""


@dataclass
class Lab:
    """One run of the bench. `quick` is for a look; `million` takes its time."""

    bus: Bus
    home: Path
    quick: bool = False
    million: bool = False
    kept: Path | None = None
    """Where what a bench has filled is kept, and found again."""

    def __post_init__(self) -> None:
        country = load(COUNTRIES / "serbia.toml")
        self.country: Country = country.model_copy(update={"statistics": AT_ONCE})
        self.made = 0

    def size(self, usual: int, quick: int, million: int | None = None) -> int:
        """How many of something this run takes."""
        return quick if self.quick else million if self.million and million else usual

    def instance(self, name: str, agency: str, url: str = "", seal: Sealer | None = None) -> Instance:
        """An instance on an empty database: SQLite with fsync, or the one named."""
        self.made += 1
        url = url or f"sqlite:///{self.home}/{name}.{self.made}.db"
        return Instance(service(name), agency, self.country, url, WallClock(), seal=seal)

    def lead(self, url: str = "") -> Instance:
        """The lead's instance."""
        return self.instance("referral", self.country.lead, url)

    async def lay(self, cases: int) -> None:
        """Put reports on the log as intake's relay would, without waiting for anybody: what a reader finds after an absence."""
        intake = self.instance("intake", REPORTER)
        intake.transact(lambda work: reports(intake, work, cases))
        producer: Any = AIOKafkaProducer(**self.bus.aiokafka(), acks="all", linger_ms=5)
        await producer.start()
        while rows := intake.outgoing.take(500):
            for row in rows:
                key, value, headers = complete(row, intake.me, None, row.at)
                await producer.send(TOPIC, key=key, value=value, headers=headers)
        await producer.flush()
        await producer.stop()
        intake.close()


def reports(intake: Instance, work: UnitOfWork, cases: int, **answers: object) -> list[str]:
    """File reports in one transaction; their cases."""
    from services.intake.handlers.reports import ImportedReport, file_report

    told = {"danger": False, "consent": True, "age": AgeBand.ADULT, "needs": (Need.LEGAL,), **answers}
    report = ImportedReport.model_validate(told)
    return [intake.decide_in(work, file_report, report, form=uuid4().hex, officer="bench").case for _ in range(cases)]


@asynccontextmanager
async def running(lab: Lab, *instances: Instance) -> AsyncGenerator[asyncio.Event]:
    """Instances at work; the event is set whenever one of them has changed."""
    changed, loop = asyncio.Event(), asyncio.get_running_loop()
    for instance in instances:
        instance.on_change(lambda: loop.call_soon_threadsafe(changed.set))
    at_work = Running(instances, lab.bus, PARTITIONS, clocks=False)
    await at_work.start()
    try:
        yield changed
    finally:
        await at_work.stop()


async def until(check: Callable[[], bool], changed: asyncio.Event) -> None:
    """Wait for this, looking whenever something has changed, and ten times a second."""
    while not check():
        changed.clear()
        try:
            async with asyncio.timeout(0.1):
                await changed.wait()
        except TimeoutError:
            continue


def read(instances: Sequence[Instance]) -> int:
    """Records that these instances have behind them."""
    return sum(at.next for instance in instances for at in instance.positions.now.values())
