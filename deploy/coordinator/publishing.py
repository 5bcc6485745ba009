"""Putting a directory in force: first on the notice board, then a marker in every partition of the log."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared.runtime.board import DIRECTORY
from shared.runtime.bus import Bus
from shared.runtime.codec import NEUTRAL, TOPIC
from shared.runtime.sealed.directory import Directory, Marker, issue, mark

MARKER_KEY = b"directory"


async def publish(bus: Bus, directory: Directory, root: bytes, partitions: int) -> None:
    """Lay the directory out and mark where it begins to hold: in every partition that takes the mark, whatever another does.

    Doing it again is harmless, and lays what is missing. Raises KafkaError where a mark is missing.
    """
    producer: Any = AIOKafkaProducer(**bus.aiokafka(), acks="all", client_id="nrm-coordinator")
    await producer.start()
    try:
        await producer.send_and_wait(DIRECTORY, issue(directory, root), key=directory.country.encode(), partition=0)
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


async def newest(bus: Bus) -> list[bytes]:
    """What lies on the notice board, the oldest first. Raises KafkaError."""
    consumer: Any = AIOKafkaConsumer(**bus.aiokafka(), enable_auto_commit=False, auto_offset_reset="earliest", client_id="nrm-coordinator")
    await consumer.start()
    try:
        part = TopicPartition(DIRECTORY, 0)
        consumer.assign([part])
        end = (await consumer.end_offsets([part]))[part]
        await consumer.seek_to_beginning(part)
        found = list[bytes]()
        while await consumer.position(part) < end:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += [record.value for record in records if record.value is not None]
        return found
    finally:
        await consumer.stop()
