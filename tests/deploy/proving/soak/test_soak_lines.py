"""What passes between an agency and a broker can be cut, stalled, slowed and falsified, one agency at a time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiokafka.protocol.api import RequestHeader_v1, ResponseHeader_v0
from aiokafka.protocol.metadata import MetadataRequest_v0
from aiokafka.protocol.produce import ProduceRequest_v7, ProduceResponse_v7

from deploy.brokers.ports import any_port
from deploy.brokers.properties import ExtraListener, NodePlan
from deploy.proving.soak.lying import Tongue
from deploy.proving.soak.network import LineProcess
from deploy.proving.soak.stage import FIRST_PORT


@pytest.fixture
async def network() -> AsyncIterator[LineProcess]:
    """Lines of two agencies to one server that says everything twice."""

    answering = set[Any]()

    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering.add(asyncio.current_task())
        with suppress(ConnectionError):
            while data := await reader.read(100):
                writer.write(data * 2)
        writer.close()

    server = await asyncio.start_server(twice, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    network = LineProcess([("a", any_port(), port), ("b", any_port(), port)], clear=False)
    await asyncio.to_thread(network.start)
    yield network
    network.stop()
    server.close()
    await server.wait_closed()
    await asyncio.gather(*answering)


class Phone:
    def __init__(self, network: LineProcess, agency: str) -> None:
        self.port = next(shown for name, shown, _ in network.table if name == agency)

    async def __aenter__(self) -> "Phone":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.transport.abort()
        with suppress(ConnectionError):
            await self.writer.wait_closed()

    async def say(self, word: bytes, within: float = 5) -> bytes:
        """The answer; nothing where the connection ended."""
        self.writer.write(word)
        try:
            return await asyncio.wait_for(self.reader.read(100), within)
        except ConnectionError:
            return b""


async def test_a_line_passes_what_is_said(network: LineProcess) -> None:
    async with Phone(network, "a") as line:
        assert await line.say(b"hello") == b"hellohello"


async def test_a_line_that_is_cut_ends_and_takes_no_new_connection_until_it_is_mended(network: LineProcess) -> None:
    async with Phone(network, "a") as line, Phone(network, "b") as other:
        await line.say(b"1")
        network.do("cut", "a")
        assert await line.say(b"2") == b""
        assert await other.say(b"3") == b"33"
        async with Phone(network, "a") as again:
            assert await again.say(b"4") == b""
        network.do("mend", "a")
        async with Phone(network, "a") as again:
            assert await again.say(b"5") == b"55"


@pytest.mark.parametrize("order", ["silent", "deaf"])
async def test_a_line_without_an_answer_stays_open_and_is_cut_in_the_end(network: LineProcess, order: str) -> None:
    async with Phone(network, "a") as line:
        await line.say(b"1")
        network.do(order, "a")
        with pytest.raises(TimeoutError):
            await line.say(b"2", within=0.3)
        network.do("mend", "a")
        assert await line.say(b"3") == b""


async def test_a_slow_line_is_slow_both_ways(network: LineProcess) -> None:
    async with Phone(network, "a") as line:
        network.do("slow", "a", 0.2)
        start = time.monotonic()
        assert await line.say(b"1") == b"11"
        assert time.monotonic() - start >= 0.4


def frame(number: int, request: Any) -> bytes:
    body = RequestHeader_v1(request, number, "client").encode() + request.encode()
    return len(body).to_bytes(4, "big") + body


def answer(number: int, body: bytes) -> bytes:
    whole = ResponseHeader_v0(number).encode() + body
    return len(whole).to_bytes(4, "big") + whole


def produced(number: int, offset: int) -> bytes:
    return answer(number, ProduceResponse_v7([("cases", [(2, 0, offset, -1, 0)])], 0).encode())


PRODUCE = ProduceRequest_v7(None, -1, 1000, [("cases", [(2, b"records")])])


def test_a_lying_line_says_what_could_be_true_and_passes_nothing_on() -> None:
    tongue = Tongue()
    asked = frame(1, PRODUCE)
    assert tongue.ask(asked[:9], lie=False) == (b"", b"")
    assert tongue.ask(asked[9:], lie=False) == (asked, b"")
    assert tongue.answer(produced(1, 40)) == produced(1, 40)
    assert tongue.ask(frame(2, PRODUCE), lie=True) == (b"", produced(2, 41))
    assert tongue.ask(frame(3, PRODUCE), lie=False) == (frame(3, PRODUCE), b"")


def test_a_lie_never_overtakes_an_answer() -> None:
    tongue = Tongue()
    tongue.ends["cases", 2] = 41
    other = frame(1, MetadataRequest_v0([]))
    assert tongue.ask(other, lie=True) == (other, b"")
    assert tongue.ask(frame(2, PRODUCE), lie=True) == (frame(2, PRODUCE), b"")


def test_a_node_sends_clients_of_a_line_to_the_port_that_is_shown() -> None:
    text = NodePlan(1, 20001, (20002,), None, (ExtraListener("LINE0", 20003, 20004),)).text(Path("log"))
    assert "listeners=PLAINTEXT://127.0.0.1:20001,LINE0://127.0.0.1:20003,CONTROLLER://127.0.0.1:20002" in text
    assert "advertised.listeners=PLAINTEXT://127.0.0.1:20001,LINE0://127.0.0.1:20004\n" in text
    assert "LINE0:PLAINTEXT" in text
    assert FIRST_PORT < 32768
