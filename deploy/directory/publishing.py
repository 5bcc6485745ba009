"""Putting a directory in force: first on the directory's topic, then a marker in every partition of the log."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from shared.config.kafka import Bus
from shared.crypto.directory import Directory, Marker, issue, mark
from shared.crypto.protocols_read import HEADER, state
from shared.messaging.directory_topic import DIRECTORY
from shared.records.codec import NEUTRAL, TOPIC

MARKER_KEY = b"directory"
READ_WITHIN = 20.0
"""Seconds within which the topic of the directory must have been read."""


async def publish(bus: Bus, directory: Directory, root: bytes, partitions: int, instead_of: Iterable[bytes] = ()) -> None:
    """Lay the directory out and mark where it begins to hold: in every partition that takes the mark, whatever another does.

    `instead_of` are keys under which it takes others' off it. It does not ask whose log it is; Coordinator.enforce does.
    Doing it again is harmless, and lays what is missing. Raises KafkaError where a mark is missing.
    """
    producer: Any = AIOKafkaProducer(**bus.aiokafka(), acks="all", client_id="nrm-coordinator")
    try:
        await producer.start()
        own = directory.country.encode()
        for key in sorted({*instead_of} - {own}):
            await producer.send_and_wait(DIRECTORY, None, key=key, partition=0)
        said = [(HEADER, state(directory, root))]
        await producer.send_and_wait(DIRECTORY, issue(directory, root), key=own, partition=0, headers=said)
        laid = [
            _mark(producer, Marker(directory=directory.version, partition=p, country=directory.country), root) for p in range(partitions)
        ]
        failed = [outcome for outcome in await asyncio.gather(*laid, return_exceptions=True) if isinstance(outcome, BaseException)]
        if failed:
            raise failed[0]
    finally:
        await producer.stop()


async def _mark(producer: Any, marker: Marker, root: bytes) -> None:
    await producer.send_and_wait(TOPIC, mark(marker, root), key=MARKER_KEY, partition=marker.partition, headers=NEUTRAL)


async def newest(bus: Bus) -> dict[bytes, bytes]:
    """What lies on the topic of the directory: the newest under each key, which is a country's id. Raises KafkaError."""
    async with _reader(bus) as consumer:
        part = TopicPartition(DIRECTORY, 0)
        consumer.assign([part])
        end = (await consumer.end_offsets([part]))[part]
        await consumer.seek_to_beginning(part)
        found = dict[bytes, bytes | None]()
        until = monotonic() + READ_WITHIN
        while await consumer.position(part) < end:
            if monotonic() > until:  # the client only logs that it may not read, and gives nothing for ever
                raise KafkaTimeoutError("nrm.directory cannot be read")
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found |= {record.key or b"": record.value for record in records}
        return {key: value for key, value in found.items() if value is not None}


async def written(bus: Bus, partitions: int) -> bool:
    """Whether anybody has ever put anything on the log of cases. Raises KafkaError."""
    async with _reader(bus) as consumer:
        return any((await consumer.end_offsets([TopicPartition(TOPIC, p) for p in range(partitions)])).values())


@asynccontextmanager
async def _reader(bus: Bus) -> AsyncGenerator[Any]:
    consumer: Any = AIOKafkaConsumer(**bus.aiokafka(), enable_auto_commit=False, auto_offset_reset="earliest", client_id="nrm-coordinator")
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()
