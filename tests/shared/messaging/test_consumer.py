"""The consumer's own rules, without a broker: when an instance has caught up, and what a poll that does not join leads to."""

import asyncio
from dataclasses import replace
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError
from sqlalchemy.exc import DatabaseError, InternalError, OperationalError, ProgrammingError

from shared.config.clock import wall
from shared.config.kafka import Bus
from shared.decisions.unit_of_work import UnitOfWork
from shared.messaging.consumer import UNTENDED, Consumer
from shared.processing.faults import Fault, Faulty
from shared.processing.housekeeping import AGAIN
from shared.records.reader import Taken
from shared.store.positions import Bounds
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, noted, report, send

LONG_AGO = -1e6
"""Longer than any machine that runs these tests has been up (monotonic seconds)."""


async def test_before_it_is_known_where_the_log_ends_nobody_has_caught_up(house: House) -> None:
    """The first records may come before the first look at the ends."""
    report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    lead = house[LEAD_ME]
    lead.unfenced()
    log = Consumer([lead], Bus("127.0.0.1:1"), 1)
    await log.poll(house.topic.all())
    assert not lead.caught_up
    log.ends = {0: 2}
    await log.poll(house.topic.all())
    assert not lead.caught_up
    log.ends = {0: 1}
    await log.poll(house.topic.all())
    assert lead.caught_up


async def test_records_in_the_middle_of_a_log_that_is_not_known_lead_back_to_its_beginning(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = report(house[INTAKE_ME], "f1")
    report(house[INTAKE_ME], "f2")
    send(house[INTAKE_ME], house.topic)
    log, joins = Consumer([house[LEAD_ME]], Bus("127.0.0.1:1"), 1), list[int]()

    async def join() -> None:
        joins.append(1)

    monkeypatch.setattr(log, "join", join)
    await log.poll(house.topic.all()[1:])
    assert joins == [1], "the consumer began at an offset that the group had committed, not at ours"
    assert noted(house[LEAD_ME], case) == []
    await log.poll(house.topic.all())
    assert noted(house[LEAD_ME], case) == [("case.reported.v1", "counted")]


async def test_kafkas_group_is_told_where_we_are_once_in_a_while_and_then_the_last_position(house: House) -> None:
    """A broker writes down each: ten agencies that read on twice a second would have it do nothing else."""
    for form in ("f1", "f2"):
        report(house[INTAKE_ME], form)
    send(house[INTAKE_ME], house.topic)
    log, told = Consumer([house[LEAD_ME]], Bus("127.0.0.1:1"), 1), list[int]()

    async def commit(at: dict[Any, int]) -> None:
        told.extend(at.values())

    log.subscriber = SimpleNamespace(consumer=SimpleNamespace(commit=commit))
    log.joined.set()
    for record in house.topic.all():
        await log.poll([record])
        await log.tell_group()
    assert told == [1]
    log.tells_at = 0
    await log.tell_group()
    assert told == [1, 2]
    log.tells_at = 0
    await log.tell_group()
    assert told == [1, 2], "what it knows it is not told again"


async def test_who_begins_a_log_whose_records_are_all_gone_with_their_time_has_caught_up(house: House) -> None:
    """Where nothing is left to be read nothing is waited for, or a new agency could say nothing before others have spoken everywhere."""
    lead = house[LEAD_ME]
    lead.unfenced()
    log = Consumer([lead], Bus("127.0.0.1:1"), 1)
    lead.positions.seeks({0: Bounds(begin=600, end=600)})
    log.ends = {0: 600}
    await log.poll([])
    assert lead.caught_up


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (TypeError(), Fault.HELD_UP),
        (ProgrammingError("insert", None, OSError("no such column")), Fault.HELD_UP),
        (OperationalError("insert", None, OSError("full")), Fault.NOT_WRITABLE),
        (InternalError("insert", None, OSError("PostgreSQL that only reads")), Fault.NOT_WRITABLE),
        (DatabaseError("insert", None, OSError("SQLite: malformed")), Fault.NOT_WRITABLE),
    ],
)
async def test_a_poll_that_cannot_be_taken_in_is_given_again_and_meanwhile_it_is_said_whose_fault_that_is(
    house: House, monkeypatch: pytest.MonkeyPatch, error: Exception, fault: Fault
) -> None:
    case = report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    lead, failing, seen = house[LEAD_ME], [error, error], list[Fault | None]()
    log, take = Consumer([lead], Bus("127.0.0.1:1"), 1), lead.take

    def fails_twice(taken: list[Taken]) -> bool:
        seen.append(log.fault)
        if failing:
            raise failing.pop()
        return take(taken)

    monkeypatch.setattr(lead, "take", fails_twice)
    await log.poll(house.topic.all())
    assert seen == [None, fault, fault]
    assert log.fault is None
    assert noted(lead, case) == [("case.reported.v1", "counted")]


async def test_a_record_at_which_reading_fails_holds_up_the_log_and_that_is_said(house: House) -> None:
    """Not what a client of Kafka gives: it stands for whatever our own program did not foresee."""
    report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    log = Consumer([house[LEAD_ME]], Bus("127.0.0.1:1"), 1)
    with pytest.raises(AttributeError):
        await log.poll([replace(record, value=1) for record in house.topic.all()])
    assert log.fault is Fault.HELD_UP
    assert house[LEAD_ME].positions.next(0) == 0
    await log.poll(house.topic.all())
    assert log.fault is None


class Quiet:
    """aiokafka's consumer of a log of which nothing comes."""

    end, at, asked = 3, 0, 0
    heard: int | None = None

    def assignment(self) -> set[TopicPartition]:
        return {TopicPartition("log", 0)}

    async def end_offsets(self, parts: set[TopicPartition]) -> dict[TopicPartition, int]:
        self.asked += 1
        return dict.fromkeys(parts, self.end)

    async def position(self, _part: TopicPartition) -> int:
        return self.at

    def last_poll_timestamp(self, _part: TopicPartition) -> int | None:
        return self.heard

    def highwater(self, _part: TopicPartition) -> int:
        return self.end


async def test_who_begins_a_log_whose_end_a_broker_loses_meanwhile_has_caught_up(house: House) -> None:
    """Else it would wait until others have written as many records there."""
    lead, bus = house[LEAD_ME], Quiet()
    report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    lead.unfenced()
    log = Consumer([lead], Bus("127.0.0.1:1"), 1, silent=0)
    log.subscriber, log.ends = SimpleNamespace(consumer=bus), {0: 3}
    log.joined.set()
    await log.poll(house.topic.all())
    assert not lead.caught_up
    bus.end = bus.at = 1
    for _ in range(2):
        await log.reach()
    await log.poll([])
    assert lead.caught_up


async def test_of_a_client_at_a_log_that_nobody_reads_nothing_is_expected(house: House) -> None:
    log = Consumer([house[LEAD_ME]], Bus("127.0.0.1:1"), 1, silent=0)
    log.subscriber = SimpleNamespace(consumer=Quiet())
    log.joined.set()
    house[LEAD_ME].fenced("another log")
    await log.reach()
    house[LEAD_ME].unfenced()
    with pytest.raises(Faulty):
        await log.reach()


async def test_who_has_just_heard_of_all_asks_nothing_unless_somebody_waits(house: House) -> None:
    lead, bus = house[LEAD_ME], Quiet()
    log = Consumer([lead], Bus("127.0.0.1:1"), 1)
    log.subscriber = SimpleNamespace(consumer=bus)
    log.joined.set()
    house.settle()
    bus.at, bus.heard = bus.end, wall()
    heard = await log.reach()
    assert heard is not None
    assert monotonic() - 1 < heard <= monotonic()
    assert not bus.asked
    for at, since in ((bus.end, 1_001), (bus.end, -10_000), (bus.end - 1, 0)):  # long ago; the clock was set back; something lies there
        bus.at, bus.heard, bus.asked = at, wall() - since, 0
        assert await log.reach() is None
        assert bus.asked, (at, since)
    bus.at, bus.heard, bus.asked = bus.end, None, 0
    assert await log.reach() is None
    assert bus.asked, "nothing was heard of it yet"
    report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    log.instances.append(house[INTAKE_ME])
    bus.heard, bus.asked = wall(), 0
    assert house[INTAKE_ME].outgoing.flights
    assert await log.reach() is None
    assert bus.asked, "an echo is awaited"


async def test_where_what_comes_round_fails_again_and_again_that_is_reported(house: House) -> None:
    """Deadlines would wait, and nobody would see it."""
    lead = house[LEAD_ME]
    log = Consumer([lead], Bus("127.0.0.1:1"), 1)

    def departures(_work: UnitOfWork) -> bool:
        raise ValueError

    mended, lead.service = lead.service, replace(lead.service, departures=departures)
    log.tended = {LEAD_ME: LONG_AGO}
    await log.look([*log.rests.values()])
    assert log.tended == {LEAD_ME: LONG_AGO}
    assert log.untended(lead)
    lead.service = mended
    lead.departures_at(0)
    await log.look([*log.rests.values()])
    assert not log.untended(lead)


@pytest.mark.parametrize("step", ["departures", "tidies"])
async def test_what_is_tried_seldom_and_fails_each_time_is_reported_though_the_looks_between_go_well(house: House, step: str) -> None:
    lead = house[LEAD_ME]
    log = Consumer([lead], Bus("127.0.0.1:1"), 1)

    def fails(*_: object) -> bool:
        raise ValueError

    mended, lead.service = lead.service, replace(lead.service, **{step: fails})
    log.tended = {LEAD_ME: LONG_AGO}
    for _ in range(3):
        await log.look([*log.rests.values()])
    assert not log.rests[LEAD_ME].goes_on
    assert log.tended == {LEAD_ME: LONG_AGO}
    lead.service = replace(mended, **{step: lambda *_: True})
    lead.departures_at(0)
    lead.tidies_at(0)
    await log.look([*log.rests.values()])
    assert log.tended[LEAD_ME] > LONG_AGO


def test_what_is_tried_again_soon_enough_is_not_reported_at_its_first_failure() -> None:
    assert AGAIN < UNTENDED


class Client:
    """aiokafka's consumer with one poll in it, which it gives once."""

    def __init__(self, records: Any) -> None:
        self.records = records

    async def getmany(self, *, timeout_ms: int, max_records: int) -> dict[str, Any]:
        records, self.records = self.records, []
        await asyncio.sleep(0 if records else timeout_ms / 1000)
        return {"log": records} if records else {}


async def test_when_the_bus_goes_away_on_the_way_back_it_is_gone_again_before_anything_else_is_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The records that led there are lost to the client: nobody would miss them until the next decision of somebody came."""
    report(house[INTAKE_ME], "f1")
    report(house[INTAKE_ME], "f2")
    send(house[INTAKE_ME], house.topic)
    log, tries, back = Consumer([house[LEAD_ME]], Bus("127.0.0.1:1"), 1), list[int](), asyncio.Event()
    log.subscriber = SimpleNamespace(consumer=Client(house.topic.all()[1:]))

    async def connected() -> None:
        log.joined.set()

    async def join() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise KafkaConnectionError
        back.set()

    monkeypatch.setattr(log, "_connect", connected)
    monkeypatch.setattr(log, "join", join)
    await log.start()
    try:
        async with asyncio.timeout(60):
            await back.wait()
    finally:
        await log.stop()
