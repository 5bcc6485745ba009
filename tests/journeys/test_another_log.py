"""The topic is made anew under running agencies: they stop, send nothing, and go on together once somebody has admitted it."""

import asyncio
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka.admin import AdminClient
from sqlmodel import Session

from deploy.brokers.topics import CASE_EVENTS, PARTITIONS, ensure_topics
from services.assistance.handlers import handoffs as assistance
from shared.processing.log_switch import ask
from shared.protocol.case import Case, HandoffState
from shared.protocol.vocabulary import Need
from shared.store.instance_tables import LogRequestKind
from tests.journeys.land import Land, until

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


async def records(land: Land) -> int:
    consumer: Any = AIOKafkaConsumer(**land.parts.admin.aiokafka())
    await consumer.start()
    ends = await consumer.end_offsets([TopicPartition(CASE_EVENTS, p) for p in range(PARTITIONS)])
    await consumer.stop()
    return sum(ends.values())


def admit(land: Land) -> None:
    for instance in land.instances.values():
        with Session(instance.engine) as session, session.begin():
            ask(session, LogRequestKind.ADMIT)


async def test_a_topic_made_anew_in_mid_traffic(land: Land) -> None:
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
    assert await records(land) == 0, "nothing is sent into a log that nobody has admitted"

    admit(land)

    def accepted(picture: Case) -> bool:
        return picture.handoffs[asked.id].state is HandoffState.ACCEPTED

    await land.everywhere(case, accepted)
    other = await land.report()
    await land.everywhere(other, lambda c: len(c.handoffs) == 3)
