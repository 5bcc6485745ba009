"""A consumer joins the log, without a broker: another one that was admitted, the known one, and while it reads on."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError
from sqlmodel import Session

from shared.config.kafka import Bus
from shared.messaging.consumer import Consumer
from shared.processing.instance import Instance
from shared.processing.log_switch import ask
from shared.store.instance_tables import LogRequestKind
from shared.store.positions import Bounds
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, POLICE_ME, noted, report, send
from tests.shared.processing.test_doubt import cut_off


def says(instance: Instance, kind: LogRequestKind) -> None:
    """What an operator says of the log that this instance has met."""
    with Session(instance.engine) as session, session.begin():
        ask(session, kind)


async def test_another_log_that_is_admitted_while_the_bus_is_away_is_joined_once_it_is_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked is done and forgotten by then: nobody would ask for it once more."""
    lead, tries = house[LEAD_ME], list[int]()
    log = Consumer([lead], Bus("127.0.0.1:1"), 1)
    says(lead, LogRequestKind.ADMIT)

    async def join() -> None:
        tries.append(1)
        if len(tries) < 2:
            raise KafkaConnectionError
        log.ends = {0: 0}

    monkeypatch.setattr(log, "join", join)
    log.joined.set()
    for _ in range(3):
        await log.look([*log.rests.values()])
    assert len(tries) == 2
    await log.poll([])
    assert lead.caught_up


async def test_who_is_told_that_the_log_is_the_known_one_reads_what_was_read_past_meanwhile(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would wait with it until somebody speaks in each partition."""
    lead, joins = house[LEAD_ME], list[int]()
    report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    log = Consumer([lead], Bus("127.0.0.1:1"), 1)
    log.ends = {0: 1}
    log.joined.set()
    lead.fence_off("the address was wrong")

    async def join() -> None:
        joins.append(1)
        log.ends = {0: 1}
        await log.poll(house.topic.all())

    monkeypatch.setattr(log, "join", join)
    await log.poll(house.topic.all())
    says(lead, LogRequestKind.SAME)
    for _ in range(3):
        await log.look([*log.rests.values()])
    assert joins == [1]
    assert lead.caught_up


@pytest.mark.parametrize("stored", [True, False])
async def test_who_is_told_that_the_log_is_the_known_one_sends_nothing_before_it_was_joined_though_the_answer_was_lost(
    house: House, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    """Where it had got to before it was fenced says nothing: deadlines would fire on pictures that lack what was read past since."""
    lead = house[LEAD_ME]
    case = report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    log = Consumer([lead], Bus("127.0.0.1:1"), 1)
    log.ends = {0: 0}
    lead.fence_off("the address was wrong")
    await log.poll(house.topic.all())
    says(lead, LogRequestKind.SAME)
    with cut_off(lead, stored=stored):
        await log.look([*log.rests.values()])
    await log.poll([])
    assert not lead.caught_up
    await log.look([*log.rests.values()])
    await log.poll([])
    assert not lead.caught_up, "its client is being made anew: nobody has joined"

    async def join() -> None:
        log.ends = {0: 1}
        await log.poll(house.topic.all())

    monkeypatch.setattr(log, "join", join)
    log.joined.set()
    await log.look([*log.rests.values()])
    assert lead.caught_up
    assert noted(lead, case) == [("case.reported.v1", "counted")]


async def test_what_fails_between_polls_keeps_nobody_from_joining_the_log_that_was_admitted(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was said while the client was made anew, and one thing that comes round fails each time."""
    lead, joins = house[LEAD_ME], list[int]()
    log = Consumer([lead], Bus("127.0.0.1:1"), 1)
    says(lead, LogRequestKind.ADMIT)
    await log.look([*log.rests.values()])

    def fails(*_: object) -> None:
        raise ValueError

    async def join() -> None:
        joins.append(1)

    lead.service = replace(lead.service, tidies=fails)
    monkeypatch.setattr(log, "join", join)
    log.joined.set()
    lead.tidies_at(0)
    await log.look([*log.rests.values()])
    assert joins == [1]


async def test_what_fails_at_one_instance_keeps_no_other_of_the_same_thread_waiting(house: House) -> None:
    lead, police, tidied = house[LEAD_ME], house[POLICE_ME], list[int]()

    def fails(*_: object) -> None:
        raise ValueError

    lead.service = replace(lead.service, tidies=fails)
    police.service = replace(police.service, tidies=lambda *_: tidied.append(1))
    log = Consumer([lead, police], Bus("127.0.0.1:1"), 1)
    await log.look([*log.rests.values()])
    assert tidied == [1]


async def test_who_learns_as_it_catches_up_that_another_log_was_admitted_has_not_caught_up_with_that(house: House) -> None:
    """The answer to it was lost, and the database is asked what it knows by whatever writes next."""
    lead = house[LEAD_ME]
    lead.unfenced()
    log = Consumer([lead], Bus("127.0.0.1:1"), 1)
    log.ends = {0: 0}
    lead.fence_off("the log is another")
    says(lead, LogRequestKind.ADMIT)
    with cut_off(lead, stored=True):
        await log.look([*log.rests.values()])
    for _ in range(2):
        await log.poll([])
    assert (lead.fence, lead.generation, lead.caught_up) == ("", 2, False)


async def test_who_joins_the_log_and_reads_on_at_once_takes_it_for_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An end that was asked before others wrote lies before what has been read since: that is the log that is known, and not another."""
    report(house[INTAKE_ME])
    lead = house[LEAD_ME]
    log, asked, go_on = Consumer([lead], Bus("127.0.0.1:1"), 1), asyncio.Event(), asyncio.Event()
    consumer: Any = SimpleNamespace(assignment=lambda: [], partitions_for_topic=lambda topic: {0}, seek=lambda part, offset: None)
    log.subscriber = SimpleNamespace(consumer=consumer)

    async def bounds(*_: object) -> dict[int, Bounds]:
        found = {0: Bounds(0, len(house.topic.all()))}
        asked.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(log, "_bounds", bounds)
    joining = asyncio.create_task(log.join())
    await asked.wait()
    send(house[INTAKE_ME], house.topic)
    reading = asyncio.create_task(log.poll(house.topic.all()))
    await asyncio.wait({reading}, timeout=0.3)  # it must wait: it has had time to read on
    before = lead.positions.next(0)
    go_on.set()
    await asyncio.gather(joining, reading)
    assert (before, lead.positions.next(0), lead.fence) == (0, 1, "")


async def test_what_was_taken_before_the_log_was_joined_anew_is_passed_over(house: House) -> None:
    report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    log = Consumer([house[LEAD_ME]], Bus("127.0.0.1:1"), 1)
    log.joins = 2
    await log.poll(house.topic.all(), 1)
    assert house[LEAD_ME].positions.next(0) == 0
    await log.poll(house.topic.all(), 2)
    assert house[LEAD_ME].positions.next(0) == 1
