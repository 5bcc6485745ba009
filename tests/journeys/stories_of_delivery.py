"""Bugs of real systems in what carries decisions, told on real parts: what was read and not written, skipped, poisoned, gone with its time,
behind a heap, by a wrong clock, or to a topic that is not there. docs/real_bugs.md has the numbers."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import TopicPartition as Place
from confluent_kafka.admin import AdminClient
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from deploy.brokers.topics import CASE_EVENTS, PARTITIONS, STATISTICS, ensure_topics
from services.assistance.handlers import handoffs as assistance
from services.referral.handlers.consent import Withdraw, withdraw
from services.reporting.models import StageTime
from shared.casework.uncounted import REMOVED
from shared.config.calendar import HOUR
from shared.config.clock import wall
from shared.config.tasks import end
from shared.decisions.change import Change
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.faults import Fault
from shared.processing.log_switch import ask, ask_redelivery
from shared.processing.retry import ask_retry
from shared.protocol.case import HandoffState
from shared.protocol.channel import record_key
from shared.protocol.vocabulary import ActionCode, DeclineCode, Need
from shared.records.reader import home
from shared.store.instance_tables import LogRequestKind
from shared.store.tables import Journal, Parked, Span
from shared.web.text.phrases import Speaker, Words
from tests.journeys.land import Land, until
from tests.journeys.telling import LEAD, NGO, POLICE, REPORTER, asked, later, revoke, state_of, told

HEAP = 20


@dataclass
class Behind:
    """The clock of a machine that is hours late."""

    hours: float

    def now(self) -> tuple[int, bool]:
        """Its own time, which it takes for the real one."""
        return wall() - int(self.hours * HOUR), False


@contextmanager
def failing(land: Land, instance: str, case: str, type: str, error: Exception) -> Iterator[None]:
    """What of this case is of this type fails at this instance, after the rows of it were written and before they are committed."""
    one = land.instances[instance]
    healthy = one.service

    def project(work: UnitOfWork, change: Change) -> None:
        healthy.project(work, change)
        if (change.noted.core.case, change.noted.core.type) == (case, type):
            raise error

    one.service = replace(healthy, project=project)
    yield
    one.service = healthy


async def r11_what_was_read_and_not_written_is_read_again(land: Land) -> str:
    """The disk under the police's database is full while it reads that the request is taken back; then its machine goes down."""
    case, handoff = await asked(land)
    full = OperationalError("insert into journal", None, OSError("no space left on device"))
    with failing(land, POLICE, case, "handoff.revoked.v1", full):
        await revoke(land, handoff, case)
        await state_of(land, case, handoff, HandoffState.REVOKED, LEAD, NGO, REPORTER)
        (log,) = (log for log in land.running["police"].logs if land.instances[POLICE] in log.instances)

        async def stuck() -> bool:
            return log.fault is Fault.NOT_WRITABLE

        await until(stuck, "the police says that its database takes nothing")
        await land.answer("police", assistance.accept, handoff, case)
        await land.stop("police")
    await land.start("police")
    await state_of(land, case, handoff, HandoffState.REVOKED)
    await told(land, POLICE, case, "superseded")
    return case


async def _parked(land: Land, case: str) -> list[str]:
    rows = select(Parked.code).where(Parked.case == case).order_by(col(Parked.place))
    return await land.ask(POLICE, lambda reader: list(reader.session.exec(rows)))


async def _retried(land: Land, case: str) -> None:
    """The cause is mended, and an administrator has what waits tried again."""
    await land.instances[POLICE].run(lambda work: ask_retry(work.session, case))

    async def drained() -> bool:
        return not await _parked(land, case)

    await until(drained, "nothing waits at the police any more")


async def r12_what_failed_is_not_skipped_when_the_next_would_succeed(land: Land) -> str:
    case, handoff = await asked(land)
    legal = await land.asked("ngo", Need.LEGAL, case)
    with failing(land, POLICE, case, "handoff.accepted.v1", ZeroDivisionError("never told")):
        await land.answer("ngo", assistance.accept, legal, case)
        await state_of(land, case, legal, HandoffState.ACCEPTED, LEAD, NGO, REPORTER)
        await revoke(land, handoff, case)
        await state_of(land, case, handoff, HandoffState.REVOKED, LEAD, NGO, REPORTER)

        async def both() -> bool:
            return await _parked(land, case) == ["could-not-apply", "waits-behind"]

        await until(both, "what follows waits behind what failed")
        with pytest.raises(RuleBroken, match="case-parked"):
            await land.answer("police", assistance.accept, handoff, case)
    await _retried(land, case)
    await state_of(land, case, handoff, HandoffState.REVOKED)
    places = await land.ask(
        POLICE, lambda c: list(c.session.exec(select(Journal.place).where(Journal.case == case).order_by(col(Journal.seq))))
    )
    assert places == sorted(places), "in the order of the log"
    return case


async def _on_one_partition(land: Land) -> tuple[str, str]:
    """Two cases whose records lie in one partition, as of five there must be."""
    found: dict[int, str] = {}
    while True:
        case = await land.report()
        there = home(record_key(case).encode(), PARTITIONS)
        if there in found:
            return found[there], case
        found[there] = case


async def r13_a_poisoned_record_holds_its_own_case_alone(land: Land) -> str:
    ill, well = await _on_one_partition(land)
    legal = await land.asked("ngo", Need.LEGAL, ill)
    of_ill, of_well = [await land.asked("police", Need.INVESTIGATION, case) for case in (ill, well)]
    with failing(land, POLICE, ill, "handoff.accepted.v1", ZeroDivisionError("never told")):
        await land.answer("ngo", assistance.accept, legal, ill)
        for value in (b"\xff\xfe no event", None):
            await land.put(record_key(ill).encode(), value)

        async def held() -> bool:
            return await _parked(land, ill) == ["could-not-apply"]

        await until(held, "the police holds the one case")
        await land.answer("police", assistance.accept, of_well, well)
        await state_of(land, well, of_well, HandoffState.ACCEPTED)
    await _retried(land, ill)
    await land.answer("police", assistance.decline, of_ill, ill, code=DeclineCode.NO_CAPACITY)
    await state_of(land, ill, of_ill, HandoffState.DECLINED)
    assert set((await land.verdicts(LEAD, ill)).values()) == {"counted"}
    return well


async def _at_the_end(land: Land) -> dict[int, int]:
    """Where the log ends, once everybody has read up to there."""
    consumer = AIOKafkaConsumer(**land.parts.admin.aiokafka())
    await consumer.start()
    parts = [TopicPartition(CASE_EVENTS, p) for p in range(PARTITIONS)]
    readers = [one for name, one in land.instances.items() if not name.startswith("reporting")]

    async def read() -> dict[int, int] | None:
        ends = {p.partition: end for p, end in (await consumer.end_offsets(parts)).items()}
        quiet = not any(len(one.outgoing) for one in readers)
        return ends if quiet and all(one.positions.next(p) == end for one in readers for p, end in ends.items()) else None

    try:
        return await until(read, "everybody has read what is there")
    finally:
        await consumer.stop()


async def r14_who_was_away_for_longer_than_the_log_is_kept_is_given_its_cases_anew(land: Land) -> str:
    case, handoff = await asked(land)
    legal = await land.asked("ngo", Need.LEGAL, case)
    await land.stop("police")
    await land.answer("ngo", assistance.accept, legal, case)
    await state_of(land, case, legal, HandoffState.ACCEPTED)
    ends = await _at_the_end(land)
    client = AdminClient(land.parts.admin.librdkafka())
    gone = client.delete_records([Place(CASE_EVENTS, p, end) for p, end in ends.items()])
    await asyncio.gather(*(asyncio.to_thread(one.result, 30) for one in gone.values()))
    await land.start("police")
    police = land.instances[POLICE]

    async def fenced() -> bool:
        return bool(police.fence)

    await until(fenced, "the police meets a log that begins behind what it knows, and stops")
    assert (await land.case(POLICE, case)) is not None, "what it knew is still shown"
    for instance, said in ((POLICE, lambda s: ask(s, LogRequestKind.ADMIT)), (LEAD, lambda s: ask_redelivery(s, land.id("police"), case))):
        with Session(land.instances[instance].engine) as session, session.begin():
            said(session)
    await state_of(land, case, legal, HandoffState.ACCEPTED)
    await land.answer("police", assistance.accept, handoff, case)
    await state_of(land, case, handoff, HandoffState.ACCEPTED)
    return case


@asynccontextmanager
async def sending_nothing(land: Land, instance: str) -> AsyncIterator[None]:
    """The relay of this instance stands still herein, while people go on deciding."""
    running = land.running[instance.partition(".")[2]]
    at = next(at for at, relay in enumerate(running.relays) if relay.instance is land.instances[instance])
    await end(running.tasks[at])
    yield
    running.tasks[at] = asyncio.create_task(running.relays[at].run())


async def r16_what_a_person_decides_does_not_wait_behind_a_heap(land: Land) -> str:
    """A heap of decisions on one case waits at the police, each for the one before it. What it answers in another case lies on the log
    before the second of them."""
    heaped, case = await _on_one_partition(land)
    of_heaped, handoff = [await land.asked("police", Need.INVESTIGATION, one) for one in (heaped, case)]
    await land.answer("police", assistance.accept, of_heaped, heaped)
    await state_of(land, heaped, of_heaped, HandoffState.ACCEPTED)
    async with sending_nothing(land, POLICE):
        done = [
            await land.answer("police", assistance.take_action, of_heaped, heaped, action=ActionCode.SAFETY_MEASURE) for _ in range(HEAP)
        ]
        (mine,) = (await land.answer("police", assistance.accept, handoff, case)).keys
        assert len(land.instances[POLICE].outgoing) == HEAP + 1
    await state_of(land, case, handoff, HandoffState.ACCEPTED)
    rows = select(Journal.key, Journal.place).where(col(Journal.case).in_([heaped, case]), Journal.verdict == "counted")
    places = await land.ask(LEAD, lambda reader: dict(reader.session.exec(rows).all()))
    first, *others = [places[key] for one in done for key in one.keys]
    assert first < min(others), "of one case each goes once the one before it is read"
    assert places[mine] < min(others), "and another case waits for none of them"
    assert others == sorted(others)
    assert len(others) == HEAP - 1, "nothing of the heap is lost"
    return case


async def _told_of(land: Land, trace: str) -> dict[str, dict[str, Any]]:
    """The spans that anybody tells of a case, by their ids."""
    found: dict[str, dict[str, Any]] = {}
    for name in [one for one in land.instances if not one.startswith("reporting")]:
        bodies = await land.ask(name, lambda reader: list(reader.session.exec(select(Span.body))))
        found |= {one["span_id"]: one for one in map(orjson.loads, bodies) if one["trace_id"] == trace}
    return found


async def r22_by_a_clock_that_is_hours_late_no_time_is_negative(land: Land) -> str:

    async def answers() -> dict[str, int]:
        """Figure → how long the police took for an answer (ms)."""
        mine = select(StageTime.record, StageTime.ms).where(StageTime.receiver == land.id("police"), StageTime.stage == "answered")
        return await land.ask("reporting.rapporteur", lambda reader: dict(reader.session.exec(mine).all()))

    known = await answers()
    await land.stop("police")
    land.clocks["police"] = Behind(3)
    await land.start("police")
    case, handoff = await asked(land)
    for step in (assistance.acknowledge, assistance.accept):
        await land.answer("police", step, handoff, case)
    picture = await state_of(land, case, handoff, HandoffState.ACCEPTED)
    answered = picture.handoffs[handoff.id].answered_at
    assert answered is not None
    assert answered < handoff.requested_at, "it is told as whoever answered tells it"
    assert Speaker(Words(), land.country, wall(), str).lasted(answered - handoff.requested_at) == "0 s", (
        "and pages say that it took no time"
    )
    await land.stop("police")
    del land.clocks["police"]
    await land.start("police")
    spans = await _told_of(land, picture.trace)
    assert [one for one in spans.values() if one["end"] < one["start"]] == []
    inside = [(spans[one["parent_id"]], one) for one in spans.values() if one["parent_id"]]
    assert [(above["name"], one["name"]) for above, one in inside if one["start"] < above["start"]] == []
    behind = [one["attributes"].get("nrm.clock.behind_ms", 0) for one in spans.values()]
    assert 2.9 * HOUR < max(behind) <= 3 * HOUR, "and by how much the clock is late is told"

    async def counted() -> bool:
        return any(ms == 0 for record, ms in (await answers()).items() if record not in known)

    await until(counted, "the figure of it: it took no time")
    assert min((await answers()).values()) == 0
    return case


async def r25_of_two_topics_one_is_not_there_and_the_other_goes_on(land: Land) -> str:
    """The topic of figures is gone: what people decide waits for none of it, and each figure goes once its topic is there again."""
    lead = land.instances[LEAD]
    relay, figures = (relay for relay in land.running["centre"].relays if relay.instance is lead)
    client = AdminClient(land.parts.admin.librdkafka())
    [gone] = client.delete_topics([STATISTICS], operation_timeout=20).values()
    await asyncio.to_thread(gone.result, 30)
    case, handoff = await asked(land)

    async def ails() -> bool:
        return figures.fault is Fault.FIGURES_NOT_SENT

    await until(ails, "the lead says that a figure does not go out")
    waiting = list(lead.batches)
    with later(land, POLICE, case):
        await land.answer("police", assistance.accept, handoff, case)
        await land.decide(LEAD, withdraw, Withdraw(case=case, agency=land.id("police")))
        await land.everywhere(case, lambda c: land.id("police") not in c.agencies, LEAD, NGO, REPORTER)
        assert (relay.fault, {*waiting} <= {*lead.batches}) == (None, True), "and no figure went out meanwhile"
    await told(land, POLICE, case, REMOVED)
    await ensure_topics(land.parts.admin)

    async def sent() -> bool:
        return not lead.batches and not figures.fault

    await until(sent, "what was counted goes out")
    return case


STORIES = (
    r11_what_was_read_and_not_written_is_read_again, r12_what_failed_is_not_skipped_when_the_next_would_succeed,
    r13_a_poisoned_record_holds_its_own_case_alone, r16_what_a_person_decides_does_not_wait_behind_a_heap,
    r22_by_a_clock_that_is_hours_late_no_time_is_negative,
)  # fmt: skip
OF_KAFKA = (
    r14_who_was_away_for_longer_than_the_log_is_kept_is_given_its_cases_anew,
    r25_of_two_topics_one_is_not_there_and_the_other_goes_on,
)
"""The mock can neither forget what it has nor lose a topic."""
