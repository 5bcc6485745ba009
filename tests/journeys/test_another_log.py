"""The topic is made anew under running agencies: they stop, send nothing, and go on together once somebody has admitted it. And agencies
begin on a log whose records are all gone with their time."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from confluent_kafka import TopicPartition as Place
from confluent_kafka.admin import AdminClient
from sqlmodel import Session

from deploy.brokers.topics import CASE_EVENTS, PARTITIONS, ensure_topics
from services.assistance.handlers import handoffs as assistance
from shared.processing.log_switch import ask
from shared.protocol.case import Case, HandoffState
from shared.protocol.vocabulary import Need
from shared.store.instance_tables import LogRequestKind
from tests.journeys.land import Land, until
from tests.journeys.parts import Parts

pytestmark = pytest.mark.parametrize("parts", ["kafka-sqlite", "cluster-postgresql"], indirect=True)
"""The mock cannot make a topic anew."""


async def made_anew(land: Land) -> None:
    client = AdminClient(land.parts.admin.librdkafka())
    [gone] = client.delete_topics([CASE_EVENTS], operation_timeout=20).values()
    await asyncio.to_thread(gone.result)

    async def there() -> bool:
        await ensure_topics(land.parts.admin)
        return CASE_EVENTS in (await asyncio.to_thread(client.list_topics)).topics

    await until(there, "the topic, made anew")


async def bounds(parts: Parts) -> dict[int, tuple[int, int]]:
    """Where each partition begins and ends for who reads."""
    consumer: Any = AIOKafkaConsumer(**parts.admin.aiokafka())
    await consumer.start()
    log = [TopicPartition(CASE_EVENTS, p) for p in range(PARTITIONS)]
    begins, ends = await consumer.beginning_offsets(log), await consumer.end_offsets(log)
    await consumer.stop()
    return {part.partition: (begins[part], ends[part]) for part in log}


def admit(land: Land) -> None:
    for instance in land.instances.values():
        with Session(instance.engine) as session, session.begin():
            ask(session, LogRequestKind.ADMIT)


async def test_a_topic_made_anew_in_mid_traffic(own_land: Land) -> None:
    land = own_land  # which stop for a while
    case = await land.report()
    for who, need in (("police", Need.INVESTIGATION), ("ngo", Need.LEGAL)):
        await land.asked(who, need, case)
    await land.everywhere(case, lambda c: len(c.handoffs) == 3)
    asked = await land.asked("police", Need.INVESTIGATION, case)
    readers = [name for name in land.instances if not name.startswith("reporting")]

    await made_anew(land)

    async def all_stopped() -> bool:
        return all(land.instances[name].fence for name in readers if land.instances[name].positions.now)

    await until(all_stopped, "every instance that knew the former log stops")
    await land.answer("police", assistance.accept, asked, case)
    await asyncio.gather(*(land.instances[name].run(lambda work: None) for name in readers))
    assert not any(end for _, end in (await bounds(land.parts)).values()), "nothing is sent into a log that nobody has admitted"

    admit(land)

    def accepted(picture: Case) -> bool:
        return picture.handoffs[asked.id].state is HandoffState.ACCEPTED

    await land.everywhere(case, accepted)
    other = await land.report()
    await land.everywhere(other, lambda c: len(c.handoffs) == 3)


@pytest_asyncio.fixture(loop_scope="package")
async def forgotten(parts: Parts, at_work: list[Land]) -> None:
    """Nobody is at work. Something has lain in each partition, and all that lies on the log is gone."""
    while at_work:
        await at_work.pop().stop()
    await ensure_topics(parts.admin)
    producer = AIOKafkaProducer(**parts.admin.aiokafka())
    await producer.start()
    for partition in range(PARTITIONS):
        await producer.send_and_wait(CASE_EVENTS, b"of long ago", partition=partition)
    await producer.stop()
    there = [Place(CASE_EVENTS, partition, end) for partition, (_, end) in (await bounds(parts)).items()]
    client = AdminClient(parts.admin.librdkafka())

    async def gone() -> bool:
        client.delete_records(there)  # readers see it before each follower has said so, which the answer waits for
        return all(begin == end > 0 for begin, end in (await bounds(parts)).values())

    await until(gone, "nothing lies on the log any more")


async def test_agencies_begin_on_a_log_whose_records_are_all_gone(forgotten: None, land: Land) -> None:
    """As where all is quiet for longer than the log is kept, and then an agency joins."""
    case = await land.report()
    await land.everywhere(case, lambda c: len(c.handoffs) == 3)
