"""Brokers that this machine can start: Apache Kafka itself, and librdkafka's mock where Kafka's jars cannot be had."""

from collections.abc import Callable
from pathlib import Path

from deploy.brokers.cluster import Cluster
from deploy.brokers.jars import JarsMissing
from deploy.brokers.kafka import Kafka
from deploy.brokers.mock import Mock
from deploy.language_choice import translate

__all__ = ["Cluster", "JarsMissing", "Kafka", "Mock", "open_broker"]


def open_broker(data: Path, port: int | None, say: Callable[[str], None]) -> Kafka | Mock:
    """A started broker: Kafka, else the mock, which nobody takes for Kafka because it says so."""
    kafka = Kafka(data, port, say)
    try:
        kafka.start()
    except JarsMissing as missing:
        say(translate("%(missing)s Using librdkafka's mock broker instead: nothing is kept between runs.", missing=missing))
    else:
        return kafka
    mock = Mock()
    mock.start()
    return mock
