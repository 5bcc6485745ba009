"""One principal at a cluster: what Kafka says it may do, and what happens when it tries."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any, Self

import confluent_kafka as confluent
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import GroupAuthorizationFailedError, NoError, NotLeaderForPartitionError, TopicAuthorizationFailedError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from confluent_kafka import admin

from shared.config.kafka import Bus

kafka: Any = admin
NO = {"TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED", "_NOENT"}
"""The last is librdkafka's own: it asks for the leader first, and Kafka shows none."""
SECONDS = 10


class Principal:
    """The clients of one principal, made once."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.admin: Any = kafka.AdminClient(bus.librdkafka())
        self.client: Any = None

    async def __aenter__(self) -> Self:
        self.client = AIOKafkaClient(**self.bus.aiokafka(), request_timeout_ms=SECONDS * 1000)
        await self.client.bootstrap()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()

    # --- what Kafka says ----------------------------------------------------------------------------------------------------------

    def on_topics(self, *names: str) -> dict[str, set[str]]:
        """Topic → operations allowed."""
        told = self.admin.describe_topics(
            confluent.TopicCollection(list(names)), include_authorized_operations=True, request_timeout=SECONDS
        )
        return {name: _operations(done) for name, done in told.items()}

    def on_groups(self, *names: str) -> dict[str, set[str]]:
        """Group → operations allowed."""
        told = self.admin.describe_consumer_groups(list(names), include_authorized_operations=True, request_timeout=SECONDS)
        return {name: _operations(done) for name, done in told.items()}

    def await_groups(self, *names: str) -> None:
        """Until each group has somebody who answers for it: Kafka finds one when it is first asked for."""
        end = time.monotonic() + SECONDS * 3
        for name in names:
            while not _settled(self.admin.describe_consumer_groups([name], request_timeout=SECONDS)[name]):
                assert time.monotonic() < end, name

    def on_cluster(self) -> set[str]:
        """Operations allowed on the cluster itself."""
        return _operations(self.admin.describe_cluster(include_authorized_operations=True, request_timeout=SECONDS))

    # --- what happens -------------------------------------------------------------------------------------------------------------

    async def may_write(self, topic: str) -> bool:
        """Put a record there, without asking first whether there is such a topic: a client that asks gives up without trying."""
        batch = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1024)
        batch.append(0, int(time.time() * 1000), b"try", b"a try", [])
        return await self._at_every_broker(ProduceRequest(None, -1, SECONDS * 1000, [(topic, [(0, bytes(batch.build()))])]))

    async def may_read(self, topic: str) -> bool:
        """Get a record from there, in the same way; there must be one."""
        return await self._at_every_broker(FetchRequest(100, 1, 1024, 0, [(topic, [(0, 0, 1024)])]))

    async def _at_every_broker(self, request: Any) -> bool:
        """Whether the partition's leader does it. False where every broker refuses for want of a right."""
        async with asyncio.timeout(SECONDS):
            while True:
                answers = [await self.client.send(broker.nodeId, request) for broker in self.client.cluster.brokers()]
                said = {for_code(code) for answer in answers for code in _codes(answer)}
                if said == {TopicAuthorizationFailedError}:
                    return False
                if said - {NoError, NotLeaderForPartitionError}:
                    raise AssertionError(said)
                if NoError in said:
                    return True

    async def may_commit(self, group: str, topic: str) -> bool:
        """Move a group's position."""
        consumer = AIOKafkaConsumer(**self.bus.aiokafka(), group_id=group, enable_auto_commit=False)
        await consumer.start()
        try:
            consumer.assign([part := TopicPartition(topic, 0)])
            await consumer.commit({part: 0})
        except GroupAuthorizationFailedError:
            return False
        else:
            return True
        finally:
            await consumer.stop()

    def may(self, deed: Callable[[Any], dict[Any, Any]]) -> bool:
        """Ask for something as an administrator would."""
        return all([_done(future) for future in deed(self.admin).values()])


def _codes(answer: Any) -> Iterator[int]:
    """The error code of each partition in an answer."""
    for _, partitions in answer.topics:
        yield from (code for _, code, *_ in partitions)


def _done(future: Any) -> bool:
    try:
        future.result(SECONDS)
    except confluent.KafkaException as error:
        if error.args[0].name() not in NO:
            raise
        return False
    return True


def _settled(future: Any) -> bool:
    try:
        future.result(SECONDS)
    except confluent.KafkaException as error:
        if error.args[0].name() not in ("NOT_COORDINATOR", "COORDINATOR_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS"):
            raise
        return False
    return True


def _operations(future: Any) -> set[str]:
    if not _done(future):
        return set()
    return {operation.name for operation in future.result().authorized_operations or ()}
