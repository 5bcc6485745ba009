"""Waiting until a broker answers: this very one, of this very cluster, and nobody who happens to listen at its port."""

import contextlib
from functools import partial
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.brokers.node import KafkaFailed, Node
from deploy.language_choice import translate
from shared.config.attempts import poll_until
from shared.config.kafka import Bus

START_SECONDS = 120


def _answers(bus: Bus, cluster: str, brokers: int) -> bool:
    """Whether a broker speaks the protocol there and knows all of its cluster, not merely that a port is open."""
    with contextlib.suppress(KafkaException):
        told: Any = AdminClient({**bus.librdkafka(), "socket.timeout.ms": 1000}).list_topics(timeout=2)
        return told.cluster_id == cluster and len(told.brokers) >= brokers
    return False


def await_answers(node: Node, bus: Bus, brokers: int = 1) -> None:
    """Wait until a node that was launched answers, and knows of so many brokers: topics are made with as many copies.

    Raises KafkaFailed.
    """
    cluster = node.cluster

    def answered() -> bool:
        if node.ended:
            stopped = node.died or translate("The broker on %(data)s was stopped.", data=node.data)
            raise KafkaFailed("%(stopped)s\nSo Kafka did not start.", stopped=stopped)
        return _answers(bus, cluster, brokers)

    late = translate(
        "Kafka did not answer on %(bus)s within %(seconds)s s; see %(log)s.",
        bus=bus.servers,
        seconds=START_SECONDS,
        log=node.log,
    )
    poll_until(answered, START_SECONDS, 0.05, partial(KafkaFailed, late))
