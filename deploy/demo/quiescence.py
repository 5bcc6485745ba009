"""When agencies have come to rest: nothing in any outbox, everything read to the end by everybody."""

from typing import Any

from confluent_kafka import Consumer, TopicPartition

from deploy.brokers.topics import CASE_EVENTS, PARTITIONS, STATISTICS
from shared.config.kafka import Bus

Ends = dict[str, dict[str, int]]
"""Topic → partition → the offset after the last record."""


def ends(bus: Bus) -> Ends:
    """How long the log is. Raises KafkaException."""
    consumer = Consumer({**bus.librdkafka(), "group.id": "nrm-rest"})
    try:
        return {topic: {str(p): _end(consumer, topic, p) for p in range(PARTITIONS)} for topic in (CASE_EVENTS, STATISTICS)}
    finally:
        consumer.close()


def _end(consumer: Consumer, topic: str, partition: int) -> int:
    found: Any = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=5, cached=False)
    return found[1]


def unrest(agency: str, health: dict[str, Any] | None, end: Ends, *, flushed: bool = False) -> list[str]:
    """What an agency has not done yet, in words. Statistical records may wait for their batch, unless all were `flushed`."""
    if health is None:
        return [f"{agency} does not answer"]
    said: list[str] = []
    counted = ("waiting_for_the_bus", "statistics_waiting", *(("waits_for_batch",) if flushed else ()))
    for one in health["instances"]:
        name = one["instance"]
        topic = end[STATISTICS if name.startswith("reporting.") else CASE_EVENTS]
        behind = {p: at - one["next"].get(p, 0) for p, at in topic.items() if at != one["next"].get(p, 0)}
        said += [f"{name} has {one[what]} {what}" for what in counted if one[what]]
        said += [f"{name} is fenced: {one['fence']}"] if one["fence"] else []
        said += [f"{name} has not caught up"] if not one["caught_up"] else []
        said += [f"{name} is behind by {behind}"] if behind else []
    return said
