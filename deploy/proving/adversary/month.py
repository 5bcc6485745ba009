"""A month of a whole country, played fast: real instances, relays and sealing, on database files; log and time are simulated.

What a reader of the broker sees is as it would be: each record at the millisecond at which it would land, beside the clock of the machine
that sent it. Who writes nothing by itself reads only before it acts, which shows nowhere.
"""

import asyncio
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import inf
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import Session, col, select

from deploy.demo.acting import request_of
from deploy.demo.story import HOUR, Story, StoryStep
from deploy.proving.adversary.month_cases import START, month
from deploy.proving.adversary.view import BrokerView, StoredRecord
from deploy.proving.land_keys import seals
from deploy.proving.simulation.bus import Topic
from deploy.proving.simulation.post import Hand, Here, new_file
from deploy.proving.simulation.rules import Rules
from services.assistance.decisions import DECISIONS as ASSISTANCE
from services.assistance.service import SERVICE as ASSISTS
from services.intake.decisions import DECISIONS as INTAKE
from services.intake.service import SERVICE as TAKES_IN
from services.referral.decisions import DECISIONS as REFERRAL
from services.referral.models import Side
from services.referral.service import SERVICE as REFERS
from shared.casework.messages import messages_of
from shared.config.country import Country
from shared.decisions.decide import Decision
from shared.decisions.errors import RuleBroken
from shared.messaging.figures_relay import FiguresRelay
from shared.messaging.relay import Relay
from shared.processing.instance import Instance
from shared.protocol.versions import NEWEST
from shared.records.codec import TOPIC
from shared.store.database import reading
from shared.store.tables import CaseView

SERVICES = {s.name: s for s in (TAKES_IN, REFERS, ASSISTS)}
DECISIONS = {"intake": INTAKE, "referral": REFERRAL, "assistance": ASSISTANCE}
PARTITIONS, RULES = 4, Rules()
NEXT = select(col(CaseView.clock_at)).where(col(CaseView.clock_at).is_not(None)).order_by(col(CaseView.clock_at)).limit(1)
"""The first deadline of the lead's: asked for each hour of a month."""
SKEW = 40
"""Milliseconds by which a machine's clock is off at most: agencies whose clocks are kept right over the internet."""
FAR = 1 << 50
LAG = (3, 25)
"""Milliseconds of each hop, from the commit to the log and from the log to the reader."""


@dataclass
class MonthLog:
    """All topics in memory: the one of cases is read, all that lands is kept as a broker stores it."""

    draw: Random
    topic: Topic = field(default_factory=lambda: Topic(PARTITIONS))
    stored: list[StoredRecord] = field(default_factory=list[StoredRecord])
    ends: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])
    at: int = START

    def passes(self) -> None:
        """One hop's time."""
        self.at += self.draw.randint(*LAG)


@dataclass
class Wire:
    """In place of Kafka's producer: what one process sends lands at once; what it sends in one round to one partition is one batch."""

    log: MonthLog
    skew: int
    batches: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])

    async def get(self) -> "Wire":
        """Always connected."""
        return self

    async def renew(self, failed: Any) -> None:
        """Nothing breaks here."""

    async def send(
        self, topic: str, key: bytes, value: bytes, headers: Any = None, timestamp_ms: int | None = None
    ) -> "asyncio.Future[Any]":
        """A record lands; the future is Kafka's answer."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        sent = self.log.at + self.skew if timestamp_ms is None else timestamp_ms
        landed = self.log.at + self.log.draw.randint(0, 2)
        place = (topic, self.log.topic.home(key))
        offset = self.log.ends.get(place, 0)
        self.log.ends[place] = offset + 1
        batch = self.batches.setdefault(place, offset)
        if topic == TOPIC:
            answer.set_result(self.log.topic.land(key, value, landed))
        else:  # its records carry their sender's time
            answer.set_result(None)
            landed = sent
        self.log.stored.append(StoredRecord(*place, offset, landed, sent, batch, key, value, tuple(headers or ())))
        return answer


@dataclass
class Seat:
    """One instance, its relays, and how far it has read."""

    instance: Instance
    relay: Relay
    figures: FiguresRelay
    line: Wire

    def read(self, topic: Topic) -> None:
        """All that is new."""
        found: list[Any] = []
        for partition, start in self.instance.positions.seeks(topic.bounds()).items():
            found += topic.opened[partition][start:]
        if found and not self.instance.take(found):
            raise AssertionError(f"{self.instance.me} cannot read on")

    async def send(self) -> bool:
        """One round of both relays; whether there was anything to send."""
        self.line.batches.clear()
        return await self.relay.send() | await self.figures.send()


class Month:
    """So many cases, played to their ends."""

    def __init__(self, country: Country, seed: int, cases: int, folder: Path, protocol: int = NEWEST) -> None:
        """The databases lie in `folder` and stay there: they are the truth. `protocol` is what cases are opened under."""
        self.protocol = protocol
        self.country, self.folder, self.draw = country, folder, Random(seed)  # noqa: S311  a story, not a secret
        self.log, self.clock, self.stories = MonthLog(Random(seed)), Hand(START), month(country, seed, cases)  # noqa: S311
        self.desks: dict[str, Seat] = {}
        self.cases: dict[int, str] = {}
        self.next_hour = START
        self.left_out = 0
        """Steps that were not possible any more: people find a request taken back, or lapsed."""

    def _open(self) -> None:
        lines: dict[str, Wire] = {}
        for me, seal in seals(self.country).items():
            service, _, agency = me.partition(".")
            if service not in SERVICES:
                continue
            path = new_file(me, self.draw, self.folder, self.folder / f"{me}.db")
            instance = Instance(
                SERVICES[service], agency, self.country, f"sqlite:///{path}", self.clock, Here(1), seal=seal, protocol=self.protocol
            )
            RULES.put_in(instance)
            instance.reads(PARTITIONS)
            instance.outgoing.waits = inf  # the months' time is simulated
            line: Any = lines.setdefault(agency, Wire(self.log, self.draw.randint(-SKEW, SKEW)))
            self.desks[me] = Seat(instance, Relay(instance, line), FiguresRelay(instance, line), line)
            instance.catches_up()

    @property
    def lead(self) -> Seat:
        """The lead's instance."""
        return self.desks[f"referral.{self.country.lead}"]

    async def play(self) -> BrokerView:
        """Everything in the order of its time; what is stored in the end."""
        self._open()
        agenda: list[tuple[int, int, int]] = [(at, n, -1) for n, (at, _) in enumerate(self.stories)]
        heapify(agenda)
        while agenda:
            at, n, done = heappop(agenda)
            await self._until(at)
            start, story = self.stories[n]
            await (self._report(n, story) if done < 0 else self._step(n, story.steps[done]))
            if done + 1 < len(story.steps):
                spread = self.draw.randrange(HOUR // 10)
                heappush(agenda, (max(at + 1, start + int(story.steps[done + 1].after * HOUR) + spread), n, done + 1))
        for desk in self.desks.values():
            desk.read(self.log.topic)
            desk.instance.close()
        return BrokerView(self.log.stored)

    async def _until(self, at: int) -> None:
        """Go there; on the way the lead's clocks fire, and each hour it does what comes round."""
        while (due := min(waiting := self._due(), self.next_hour)) < at:
            self._set(due + self.draw.randint(100, 1100))
            self.next_hour = max(self.next_hour, (self.log.at // HOUR + 1) * HOUR)
            self.lead.instance.idle(clocks=True)
            await self._settle(self.lead)
            if waiting == due and self._due() == due:
                break  # it waits for somebody else
        self._set(at)

    def _due(self) -> int:
        with reading(self.lead.instance.engine) as connection:
            return connection.scalar(NEXT) or FAR

    def _set(self, at: int) -> None:
        self.log.at = max(at, self.log.at)
        self.clock.at = self.log.at

    async def _settle(self, *acting: Seat) -> None:
        """Send and read until nothing moves any more, hop by hop. What follows by itself the lead alone says."""
        desks = list({desk.instance.me: desk for desk in (*acting, self.lead)}.values())
        moved = True
        while moved:
            moved = False
            self._hop()
            for desk in desks:
                moved = await desk.send() or moved
            self._hop()
            for desk in desks:
                desk.read(self.log.topic)

    def _hop(self) -> None:
        """All that send, or read, do it side by side."""
        self.log.passes()
        self.clock.at = self.log.at

    async def _report(self, n: int, story: Story) -> None:
        desk = self.desks[f"intake.{story.reporter}"]
        self.cases[n] = self._decided(desk, INTAKE["reports"], story.report, f"report-{n}", None)
        await self._settle(desk)

    async def _step(self, n: int, step: StoryStep) -> None:
        """What an officer does, where it is still possible."""
        for desk, case in self._places(n, step):
            desk.read(self.log.topic)
            view = desk.instance.view_of(case)
            request = request_of(step, view.case.model_dump(mode="json")) if view.member and view.case else None
            if request is None:
                continue
            service, _, name = request[0].partition("/")
            decides = self.desks[f"{service}.{step.agency}"]
            asked = asked_of(decides, self.log.topic, case, step.agency) if step.act == "answer" else None
            if asked == "":
                continue
            request[1].update({"answers": asked} if asked else {})
            try:
                self._decided(decides, DECISIONS[service][name], request[1], f"step-{n}-{step.after}-{step.act}-{step.need}", case)
            except RuleBroken:
                break
            await self._settle(decides)
            return
        self.left_out += 1

    def _places(self, n: int, step: StoryStep) -> list[tuple[Seat, str]]:
        """Where the agency finds the case: a confidential one in the side case."""
        desk, case = self.desks[f"assistance.{step.agency}"], self.cases[n]
        if not self.country.agency(step.agency).apart:
            return [(desk, case)]
        with Session(self.lead.instance.reader) as session:
            return [(desk, side) for side in session.exec(select(Side.side).where(Side.case == case)).all()]

    def _decided(self, desk: Seat, decision: Decision, body: dict[str, Any], form: str, case: str | None) -> str:
        command = decision.command.model_validate(body)
        desk.read(self.log.topic)
        receipt = desk.instance.transact(
            lambda work: desk.instance.decide_in(work, decision.use_case, command, form=form, officer="o1", case=case)
        )  # fmt: skip
        return receipt.case


def asked_of(desk: Seat, topic: Topic, case: str, agency: str) -> str:
    """The question between agencies that this one must answer; empty where there is none any more."""
    desk.read(topic)
    found = desk.instance.transact(lambda work: list(messages_of(work, case)))
    return next((one.id for one in found if one.awaits == agency and one.answered_by is None), "")


def play(country: Country, seed: int, cases: int, folder: Path, protocol: int = NEWEST) -> BrokerView:
    """Play a month in this folder, which keeps its databases."""
    return asyncio.run(Month(country, seed, cases, folder, protocol).play())
