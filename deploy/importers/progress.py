"""How far an import is: read from the instances' own databases and the log's ends, in an order in which nothing can slip through."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from deploy.databases.flush import flushed
from deploy.language_choice import translate
from deploy.trouble import Trouble
from services.reporting.models import Referral
from shared.config.kafka import Bus
from shared.config.settings import PARTITIONS
from shared.processing.instance import Instance
from shared.records.codec import STATISTICS, TOPIC
from shared.store.database import engine_for
from shared.store.instance_tables import LogState, only
from shared.store.tables import Outbox, Parked, Position, Statistic

MOST_WAITING = 4000
"""Decisions on their way at one time."""
Ends = dict[int, int]
"""Partition → offset."""


@dataclass
class ImportWatch:
    """Sees whether all that was decided has reached the rapporteur's facts."""

    bus: Bus
    intakes: Sequence[Instance]
    lead: Engine
    reporting: Engine

    @classmethod
    def over(cls, bus: Bus, intakes: Sequence[Instance], data: Path, lead: str, rapporteur: str) -> "ImportWatch":
        """A watch over the databases in `data`."""
        files = (data / f"referral.{lead}.db", data / f"reporting.{rapporteur}.db")
        return cls(bus, intakes, *(engine_for(f"sqlite:///{file}").execution_options(reader=True) for file in files))

    async def start(self) -> None:
        """Connect to the bus."""
        self.consumer = AIOKafkaConsumer(**self.bus.aiokafka())
        await self.consumer.start()

    async def stop(self) -> None:
        """Let go of everything."""
        await self.consumer.stop()
        for engine in (self.lead, self.reporting):
            engine.dispose()

    def waiting(self) -> int:
        """Decisions of the first responders that have not come back from the log."""
        return sum(len(instance.outgoing) for instance in self.intakes)

    def has_room(self) -> bool:
        """Whether more may be reported; more on its way would only fill memory."""
        return self.waiting() < MOST_WAITING

    async def facts(self) -> int:
        """People in the rapporteur's facts."""
        return await asyncio.to_thread(_facts, self.reporting)

    async def done(self) -> bool:
        """Whether everything is on the log, applied by all, echoed, counted, acknowledged, and a fact.

        Each question is about a log's end measured after the question before was answered: what one step caused lies before that end.
        """
        if self.waiting():
            return False
        if not await asyncio.to_thread(_idle, self.lead, TOPIC, await self._ends(TOPIC)):
            return False
        if await asyncio.to_thread(flushed, self.lead):
            return False
        if not await asyncio.to_thread(_idle, self.reporting, STATISTICS, await self._ends(STATISTICS)):
            return False
        ends = await self._ends(TOPIC)
        return all(instance.positions.next(p) >= end for instance in self.intakes for p, end in ends.items())

    async def _ends(self, topic: str) -> Ends:
        consumer: Any = self.consumer
        ends: dict[TopicPartition, int] = await consumer.end_offsets([TopicPartition(topic, p) for p in range(PARTITIONS)])
        return {part.partition: end for part, end in ends.items()}

    async def look(self) -> None:
        """Raises Trouble where an instance cannot go on by itself."""
        for instance in self.intakes:
            if instance.fence or instance.parked:
                raise _stuck(instance.me, instance.fence)
            if instance.outgoing.spoilt:
                raise Trouble("%(me)s has a decision that can never be sent; its log above says of which type.", me=instance.me)
        for name, engine in ((translate("the lead"), self.lead), ("reporting", self.reporting)):
            fence, parked = await asyncio.to_thread(_health, engine)
            if fence or parked:
                raise _stuck(name, fence)


def _stuck(who: str, fence: str) -> Trouble:
    if fence:
        return Trouble(
            "%(who)s has fenced itself: %(fence)s. The folder belongs to another log; use that one, or another folder (--keep).",
            who=who,
            fence=fence,
        )
    return Trouble("%(who)s could not apply a record and has parked its case; its log in the folder says where in the code.", who=who)


def _idle(engine: Engine, topic: str, ends: Ends) -> bool:
    """Whether an instance has read to these ends, and has nothing left to send; in one transaction, so both are of one moment."""
    with Session(engine) as session:
        at = {p.partition: p.next for p in session.exec(select(Position).where(Position.topic == topic))}
        if any(at.get(partition, 0) < end for partition, end in ends.items()):
            return False
        waiting = session.exec(select(Outbox.seq).where(Outbox.state == "waiting").limit(1)).first()
        unsent = session.exec(select(Statistic.seq).where(col(Statistic.done).is_(False), Statistic.batch != "").limit(1)).first()
        return waiting is None and unsent is None


def _health(engine: Engine) -> tuple[str, bool]:
    with Session(engine) as session:
        return only(session, LogState).fence, session.exec(select(Parked.seq).limit(1)).first() is not None


def _facts(engine: Engine) -> int:
    with Session(engine) as session:
        return session.exec(select(func.coalesce(func.sum(col(Referral.people)), 0))).one()
