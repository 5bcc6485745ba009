"""How an instance subscribes to a topic by FastStream."""

from typing import Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka import TopicPartition as Part
from faststream.kafka.message import KafkaMessage as Message

from shared.messaging.prefetch import MOST


async def _unparsed(records: Any) -> Message:
    """FastStream's own parser drops the whole poll when one header is not UTF-8."""
    nobody: Any = None
    return Message(body=b"", raw_message=records, consumer=nobody)


async def _undecoded(message: Message) -> Any:
    return message.body


def subscription(broker: KafkaBroker, topic: str, partitions: int, title: str, group: str | None = None) -> Any:
    """How an instance subscribes to a topic: all partitions by hand, whole polls, raw bytes, offsets its own."""
    return broker.subscriber(
        partitions=[Part(topic, p) for p in range(partitions)], batch=True, max_records=MOST, batch_timeout_ms=10,
        ack_policy=AckPolicy.MANUAL, auto_offset_reset="none", parser=_unparsed, decoder=_undecoded,
        group_id=group, title=title,
    )  # fmt: skip
