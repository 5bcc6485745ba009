"""A broker that lies, played on a line in the clear: it says that it has records which it never saw."""

from collections import deque
from io import BytesIO
from struct import unpack_from
from typing import Any, ClassVar

from aiokafka.protocol.api import RequestHeader_v1, ResponseHeader_v0
from aiokafka.protocol.produce import ProduceRequest_v7, ProduceResponse_v7

PRODUCE = (0, 7)
"""Kafka's API key and the version that aiokafka speaks; other requests pass as they are."""
Place = tuple[str, int]
"""(topic, partition)"""


class Frames:
    """Cuts a stream of bytes into Kafka's frames, each with the four bytes that give its length."""

    def __init__(self) -> None:
        self.rest = b""

    def cut(self, data: bytes) -> list[bytes]:
        """The frames that are whole now."""
        self.rest += data
        found: list[bytes] = []
        while len(self.rest) >= 4 and len(self.rest) >= (whole := 4 + unpack_from(">i", self.rest)[0]):
            found.append(self.rest[:whole])
            self.rest = self.rest[whole:]
        return found


class Tongue:
    """One connection, on which records may be acknowledged that never went on."""

    ends: ClassVar[dict[Place, int]] = {}
    """Where the log ends, according to true answers on any line: a lie must be one that could be true."""

    def __init__(self) -> None:
        self.asks, self.answers = Frames(), Frames()
        self.open: deque[tuple[int, bool]] = deque()
        """(correlation id, whether records were sent) of each request that has no answer yet: answers must keep their order."""

    def ask(self, data: bytes, *, lie: bool) -> tuple[bytes, bytes]:
        """From a client: what goes on to the broker, and what is answered in its place."""
        on, back = b"", b""
        for frame in self.asks.cut(data):
            key, version, number = unpack_from(">hhi", frame, 4)
            produces = (key, version) == PRODUCE
            lied = self._lie(frame, number) if produces and lie and not self.open else b""
            if lied:
                back += lied
            else:
                on += frame
                self.open.append((number, produces))
        return on, back

    def _lie(self, frame: bytes, number: int) -> bytes:
        """An answer that could be true; nothing where it is not known where the log ends."""
        stream = BytesIO(frame[4:])
        RequestHeader_v1.SCHEMA.decode(stream)
        request: Any = ProduceRequest_v7.decode(stream)
        sent: list[tuple[str, list[tuple[int, bytes]]]] = request.topics
        places = [(topic, partition) for topic, parts in sent for partition, _ in parts]
        if any(place not in self.ends for place in places):
            return b""
        said = [(topic, [(p, 0, self.ends[topic, p], -1, 0) for p, _ in parts]) for topic, parts in sent]
        body = ResponseHeader_v0(number).encode() + ProduceResponse_v7(said, 0).encode()
        return len(body).to_bytes(4, "big") + body

    def answer(self, data: bytes) -> bytes:
        """From the broker: passed on whole, and learned from."""
        frames = self.answers.cut(data)
        for frame in frames:
            _, produced = self.open.popleft()
            if produced:
                self._learn(BytesIO(frame[8:]))
        return b"".join(frames)

    def _learn(self, stream: BytesIO) -> None:
        said: Any = ProduceResponse_v7.decode(stream)
        for topic, parts in said.topics:
            for partition, error, offset, *_ in parts:
                if error == 0:
                    self.ends[topic, partition] = max(offset + 1, self.ends.get((topic, partition), 0))
