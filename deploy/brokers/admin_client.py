"""A client that asks the bus about itself, and why it does not answer."""

import ssl
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka import admin as confluent

from deploy.language_choice import translate
from shared.config.kafka import Bus

kafka: Any = confluent  # its types leave out what this module needs

ANSWER_WITHIN = 8.0
"""Seconds that the bus has for an answer where nobody says otherwise."""


class BrokerUnavailable(Exception):
    """The bus does not answer, with the reason as far as it is known."""


@lru_cache(maxsize=4)
def client(bus: Bus, patience: float = ANSWER_WITHIN) -> Any:
    """An administrator's client that has been answered once, within `patience` seconds. Raises BrokerUnavailable."""
    try:
        made = kafka.AdminClient({**bus.librdkafka(), "socket.timeout.ms": int(patience * 1000)})
        made.list_topics(timeout=patience)
    except KafkaException as error:
        raise BrokerUnavailable(_reason(bus, patience) or error.args[0].str()) from None
    return made


def _reason(bus: Bus, patience: float) -> str:
    """librdkafka says no more than that nobody answers: one TLS connection by hand says why."""
    import socket

    host, _, port = bus.seeds[0].rpartition(":")
    try:
        context = bus.context()
        with socket.create_connection((host, int(port)), timeout=patience) as plain:
            if context:
                context.wrap_socket(plain, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        return translate("its certificate is not valid here: %(why)s", why=error.verify_message)
    except ssl.SSLError as error:
        return translate("no TLS connection: %(why)s", why=error.reason)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def settings_of(made: Any, topic: str, patience: float = ANSWER_WITHIN) -> Mapping[str, str]:
    """A topic's settings as they are in force; none where this agency may not see them."""
    resource = kafka.ConfigResource(kafka.ResourceType.TOPIC, topic)
    try:
        found: dict[str, Any] = made.describe_configs([resource], request_timeout=patience)[resource].result()
    except KafkaException:
        return {}
    return {name: entry.value for name, entry in found.items()}
