"""A slow line that loses: a proxy of TCP in front of an agency's pages.

Each way takes 200 ms, opening a connection one round trip more. What goes over it goes in segments, of which one in a hundred is lost,
drawn from a seed: then all behind it waits for the retransmission, which comes after a second, and after twice that if it is lost again
(RFC 6298, sections 2.4 and 5.5; a sender that hears of a gap sooner is luckier). And an answer can be cut off: the request has arrived, and
whoever sent it is never told.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread
from urllib.parse import urlsplit

ONE_WAY = 0.2
SEGMENT = 1_400
"""Bytes, as they fit into a packet of most lines."""
LOST = 0.01
SOON = 200
"""Segments. Each agency's line carries more on the way of a case."""
AGAIN_AFTER = 1.0
"""Seconds."""
DOWN, UP = 100_000, 50_000
"""Bytes a second."""


@dataclass
class SlowLine:
    """What goes over it, and what became of that."""

    upstream: tuple[str, int]
    chance: Random
    cuts: list[str] = field(default_factory=list[str])
    """Addresses: the answer to the first form that is sent to one that ends so never arrives."""
    segments: int = 0
    lost: int = 0
    cut: list[str] = field(default_factory=list[str])

    def delay(self) -> float:
        """How long a segment waits for its retransmissions."""
        self.segments += 1
        waits, after = 0.0, AGAIN_AFTER
        while self.chance.random() < LOST:
            self.lost += 1
            waits, after = waits + after, after * 2
        return waits

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its opening to its end."""
        opened = asyncio.get_running_loop().time() + 2 * ONE_WAY
        there, back = await asyncio.open_connection(*self.upstream)
        way = Connection(self, (writer, back))
        sends = [asyncio.ensure_future(one) for one in (way.go(reader, back, UP, opened), way.go(there, writer, DOWN, opened))]
        try:
            await asyncio.wait(sends, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(sends, timeout=5)
        finally:
            for one in sends:
                one.cancel()
            for end in (writer, back):
                end.transport.abort()


@dataclass
class Connection:
    """One connection over the line."""

    line: SlowLine
    ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    cut_off: bool = False
    """The answer to what was sent last is cut off."""

    async def go(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rate: int, opened: float) -> None:
        """One direction of it, in order: what is lost holds up all behind it."""
        due, now = opened, asyncio.get_running_loop().time
        sent: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.ensure_future(_arrive(sent, writer))
        try:
            while content := await reader.read(65_536):
                self._look(content, rate)
                if self.cut_off and rate == DOWN:
                    for end in self.ends:
                        end.transport.abort()
                    return
                for at in range(0, len(content), SEGMENT):
                    segment = content[at : at + SEGMENT]
                    due = max(due, now() + ONE_WAY) + len(segment) / rate + self.line.delay()
                    sent.put_nowait((due, segment))
            await sent.join()
        except ConnectionError:
            return
        finally:
            arriving.cancel()

    def _look(self, content: bytes, rate: int) -> None:
        head = content.partition(b"\r\n")[0].decode("latin-1").split(" ")
        if rate == UP and head[0] == "POST":
            for ends in [one for one in self.line.cuts if head[1].endswith(one)]:
                self.line.cuts.remove(ends)
                self.line.cut.append(ends)
                self.cut_off = True


async def _arrive(sent: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter) -> None:
    while True:
        due, segment = await sent.get()
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        writer.write(segment)
        sent.task_done()


def losing(seed: int) -> int:
    """This seed, or the next one by which one of the first segments is lost: a line that carries so many loses some of them."""
    draws = Random(seed)
    return seed if any(draws.random() < LOST for _ in range(SOON)) else losing(seed + 1)


@contextmanager
def slow_line(address: str, seed: int, *cuts: str) -> Iterator[tuple[str, SlowLine]]:
    """The address at which these pages are reached over such a line, while the block runs."""
    parts, ready, ended = urlsplit(address), Event(), asyncio.Event()
    line, found = SlowLine((str(parts.hostname), int(parts.port or 80)), Random(seed), [*cuts]), list[str]()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
        found.append(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        ready.set()
        await ended.wait()
        server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0)  # what was aborted is closed in the next turn

    thread = Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield found[0], line
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(30)
        loop.close()
