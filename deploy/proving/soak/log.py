"""The whole case topic, as it lies on a bus."""

from confluent_kafka import Consumer, TopicPartition

from deploy.brokers.topics import CASE_EVENTS, PARTITIONS
from deploy.demo.quiescence import ends
from deploy.proving.land_keys import PlacedRecord
from shared.config.kafka import Bus


def topic(bus: Bus) -> list[PlacedRecord]:
    """Every record of the case topic. Raises KafkaException."""
    total = sum(ends(bus)[CASE_EVENTS].values())
    consumer = Consumer({**bus.librdkafka(), "group.id": "nrm-soak", "enable.auto.commit": False, "auto.offset.reset": "earliest"})
    found: list[PlacedRecord] = []
    try:
        consumer.assign([TopicPartition(CASE_EVENTS, p, 0) for p in range(PARTITIONS)])
        while len(found) < total:
            for message in consumer.consume(min(1000, total - len(found)), 20):  # it waits for as many as it is asked for
                found.append(PlacedRecord(message.partition() or 0, message.offset() or 0, message.key(), message.value()))
    finally:
        consumer.close()
    return found
