"""How an instance subscribes to a topic by FastStream."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker, TopicPartition

from shared.messaging.prefetch import RECORDS_A_POLL

LOCAL = 1.0
"""Seconds for what a client knows by itself."""
CLIENT_LOOKS = 1_000
"""Milliseconds after which aiokafka looks unasked at what it might fetch: each answer, error, seek and assignment makes it look at once,
but a leader that is found again after trouble does not. By its own fifth of a second each consumer of a process at rest wakes it five times
a second for nothing."""


class SilentClient(Exception):
    """A client gives nothing, though something lies there: its own task that fetches has ended, which it tells nobody."""


async def lags(consumer: Any, ends: Mapping[TopicPartition, int]) -> bool:
    """Whether the client stands before these ends. Before it knows where it stands it does not."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LOCAL):
            return any([await consumer.position(part) < end for part, end in ends.items()])
    return False


def subscription(broker: KafkaBroker, topic: str, partitions: int, title: str, group: str | None = None) -> Any:
    """How an instance subscribes to a topic: all partitions by hand, whole polls, raw bytes, offsets its own.

    It has no handler: FastStream connects, assigns and ends, and the instance takes polls from the `consumer` itself. FastStream's own loop
    looks a hundred times a second and sleeps between, and its parser drops a whole poll where one header is not UTF-8.
    """
    return broker.subscriber(
        partitions=[TopicPartition(topic, p) for p in range(partitions)], batch=True, max_records=RECORDS_A_POLL,
        ack_policy=AckPolicy.MANUAL, auto_offset_reset="none", group_id=group, title=title,
        consumer_timeout_ms=CLIENT_LOOKS,
    )  # fmt: skip
