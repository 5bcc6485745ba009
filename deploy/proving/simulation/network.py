"""The network between relays and the log: what a relay sends is under way until a step appends it to the log, or not."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiokafka.errors import KafkaTimeoutError

from deploy.proving.simulation.bus import Topic
from shared.records.codec import STATISTICS


@dataclass(eq=False)
class Message:
    """A record under way. Its sender may have given it up, or be gone by now."""

    me: str
    """The instance that sent it."""
    topic: str
    key: bytes
    value: bytes
    answer: "asyncio.Future[Any]"

    @property
    def given_up(self) -> bool:
        """Nobody waits for the answer any more: it may still reach the log, at any time."""
        return self.answer.done()

    def acknowledge(self, record: Any) -> None:
        """The sender hears where it lies."""
        if not self.answer.done():
            self.answer.set_result(record)

    def fail(self) -> None:
        """The sender hears nothing, and after a while gives up."""
        if not self.answer.done():
            self.answer.set_exception(KafkaTimeoutError())


@dataclass
class SimulatedNetwork:
    """What is under way, and where it goes."""

    topic: Topic
    messages: list[Message] = field(default_factory=list[Message])
    statistics: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])
    """The topic of statistical records, which nobody reads here."""

    def land(self, message: Message, at: int) -> Any:
        """It has arrived; what Kafka says of it."""
        if message.topic == STATISTICS:
            self.statistics.append((message.key, message.value))
            return None
        return self.topic.land(message.key, message.value, at)


class Link:
    """In place of Kafka's producer: one instance's way into the network."""

    def __init__(self, me: str, network: SimulatedNetwork) -> None:
        self.me, self.network, self.loop = me, network, asyncio.get_running_loop()

    async def get(self) -> "Link":
        """Always connected: that the bus is away shows in what becomes of the messages."""
        return self

    async def renew(self, failed: Any) -> None:
        """A new connection is the same line."""

    async def send(
        self, topic: str, key: bytes, value: bytes, headers: Any = None, timestamp_ms: int | None = None
    ) -> "asyncio.Future[Any]":
        """Put a record on its way; the future is Kafka's answer."""
        answer: asyncio.Future[Any] = self.loop.create_future()
        self.network.messages.append(Message(self.me, topic, key, value, answer))
        return answer
