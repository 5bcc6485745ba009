"""Who gets as far as a question at the brokers' door, and whom a client takes for a broker."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from shutil import copy
from threading import Event, Thread

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.brokers import Cluster
from deploy.brokers.certificates import Authority
from deploy.brokers.properties import HOST
from shared.config.kafka import Bus

Asks = Callable[[Bus], Awaitable[None]]
NUMBER = 4711
HELLO = struct.pack(">ihhih", 10, 18, 0, NUMBER, -1)
"""Kafka's first question, which versions of its protocol a broker speaks: length, key, version, number, no client id."""


async def answers(cluster: Cluster, context: ssl.SSLContext | None) -> bool:
    """Whether the first broker answers a question."""
    writer = None
    try:
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection(HOST, cluster.plans[0].port, ssl=context)
            writer.write(HELLO)
            return struct.unpack(">ii", await reader.readexactly(8))[1] == NUMBER
    except (OSError, EOFError):  # a refusal of TLS is one, a closed door the other
        return False
    finally:
        if writer is not None:
            writer.transport.abort()


def mixed(folder: Path, ca: Path, own: Path) -> Path:
    """A client's folder: whom it trusts, and what it shows."""
    folder.mkdir()
    copy(ca / "ca.pem", folder)
    for file in ("cert.pem", "key.pem"):
        copy(own / file, folder)
    return folder


@contextmanager
def listening(tls: Path) -> Iterator[tuple[int, Event]]:
    """Somebody with this certificate on loopback, who only hears whether a client speaks to them. Each visitor is gone when this ends."""
    heard = Event()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(tls / "ca.pem"))
    context.load_cert_chain(tls / "cert.pem", tls / "key.pem")

    def hear() -> None:
        with suppress(OSError):  # the door was shut
            while True:
                visitor, _ = door.accept()
                visitor.settimeout(10)
                with visitor, suppress(OSError), context.wrap_socket(visitor, server_side=True) as speaking:
                    if speaking.recv(1):
                        heard.set()

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = Thread(target=hear)
        thread.start()
        try:
            yield door.getsockname()[1], heard
        finally:
            door.shutdown(socket.SHUT_RDWR)
            thread.join()


async def aiokafka_asks(bus: Bus) -> None:
    client = AIOKafkaClient(**bus.aiokafka(), request_timeout_ms=5000)
    with pytest.raises(KafkaError):  # nobody there speaks Kafka
        await client.bootstrap()
    await client.close()


async def librdkafka_asks(bus: Bus) -> None:
    with pytest.raises(KafkaException):
        await asyncio.to_thread(AdminClient(bus.librdkafka()).list_topics, timeout=1)


async def test_a_certificate_of_the_buss_authority_opens_the_door(cluster: Cluster) -> None:
    assert await answers(cluster, cluster.bus_of("door-known").context())


async def test_one_of_another_authority_does_not_even_in_the_same_name(cluster: Cluster, tmp_path: Path) -> None:
    known = cluster.bus_of("door-known").tls
    assert known
    stranger = Authority(tmp_path / "other").issue("door-known")
    assert not await answers(cluster, Bus(cluster.bootstrap, mixed(tmp_path / "tls", known, stranger)).context())


async def test_one_that_has_run_out_does_not(cluster: Cluster) -> None:
    gone = cluster.authority.issue("door-expired", good_for=timedelta(minutes=-1))
    assert not await answers(cluster, Bus(cluster.bootstrap, gone).context())


async def test_without_a_certificate_or_in_the_clear_the_door_stays_shut(cluster: Cluster) -> None:
    trusting = ssl.create_default_context(cafile=str(cluster.authority.folder / "authority.pem"))
    assert not await answers(cluster, trusting)
    assert not await answers(cluster, None)


@pytest.mark.parametrize("ask", [aiokafka_asks, librdkafka_asks])
async def test_a_client_says_nothing_to_a_broker_at_another_address_than_its_certificates(tmp_path: Path, ask: Asks) -> None:
    authority = Authority(tmp_path / "authority")
    for address, told in (("127.0.0.1", True), ("127.0.0.2", False)):
        with listening(authority.issue(f"at-{address}", address)) as (port, heard):
            await ask(Bus(f"127.0.0.1:{port}", authority.issue("client")))
            assert heard.is_set() is told
