"""Ports on loopback, and waiting until a broker answers there."""

import contextlib
import socket
import time

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.brokers.node import KafkaFailed, Node
from deploy.brokers.properties import HOST
from shared.runtime.bus import Bus

START_SECONDS = 120


def free(port: int) -> bool:
    """Whether a server can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # As Kafka does: a connection lingering after a stop is no obstacle.
        with contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return True
    return False


def next_free(wanted: int) -> int:
    """The first free port from here on."""
    return next(port for port in range(wanted, 65536) if free(port))


def any_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _answers(bus: Bus, brokers: int) -> bool:
    """Whether a broker speaks the protocol there and knows all of its cluster, not merely that a port is open."""
    with contextlib.suppress(KafkaException):
        return len(AdminClient({**bus.librdkafka(), "socket.timeout.ms": 1000}).list_topics(timeout=2).brokers) >= brokers
    return False


def await_answers(node: Node, bus: Bus, brokers: int = 1) -> None:
    """Wait until a node that was launched answers, and knows of so many brokers: topics are made with as many copies.

    Raises KafkaFailed.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if node.ended:
            raise KafkaFailed(f"Kafka ended while starting; the reason is at the end of {node.data / 'broker.log'}.")
        if _answers(bus, brokers):
            return
        time.sleep(0.05)
    raise KafkaFailed(f"Kafka did not answer on {bus.servers} within {START_SECONDS} s; see {node.data / 'broker.log'}.")
