"""The lines between agencies and brokers, each of which can be cut, stalled, slowed and made to lie: a table is the first line of input.

A process of its own, so that bytes do not wait for whoever plays the cases. Each further input line is an order; it ends with its input.
"""

import asyncio
import json
import sys
from contextlib import suppress

from deploy.proving.soak.lying import Tongue

HOST = "127.0.0.1"
CHUNK = 65_536
REFUSED_SECONDS = 0.5
"""A broker that is away is not asked more often: clients take a line that opens and ends at once for a reason to try again at once."""


class AgencyLines:
    """All lines of one agency, and what is done to them."""

    def __init__(self) -> None:
        self.writers: set[asyncio.StreamWriter] = set()
        self.mend()

    def mend(self) -> None:
        """As they should be."""
        self.delay, self.refuses, self.lies = 0.0, False, False
        self.out, self.back = asyncio.Event(), asyncio.Event()
        self.out.set()
        self.back.set()

    def hang_up(self) -> None:
        """End every connection, without a word."""
        for writer in list(self.writers):
            writer.transport.abort()

    def order(self, word: str, value: float) -> None:
        """`cut`: connections end, new ones too. `silent`: nothing passes, nothing ends. `deaf`: no answer comes back.
        `slow`: everything comes so many seconds later. `lie`: records are acknowledged and thrown away (in the clear only).
        `mend`: all well again; what hung is cut, as a network would in the end."""
        if word == "cut":
            self.refuses = True
            self.hang_up()
        elif word == "silent":
            self.out.clear()
            self.back.clear()
        elif word == "deaf":
            self.back.clear()
        elif word == "slow":
            self.delay = value
        elif word == "lie":
            self.lies = True
        elif word == "mend":
            hung = not (self.out.is_set() and self.back.is_set())
            if hung:
                self.hang_up()
            self.out.set()
            self.back.set()
            self.mend()


class Call:
    """One connection of an agency, passed on to a broker."""

    def __init__(self, ends: AgencyLines, client: asyncio.StreamWriter, broker: asyncio.StreamWriter, tongue: Tongue | None) -> None:
        self.ends, self.client, self.broker, self.tongue = ends, client, broker, tongue

    async def out(self, reader: asyncio.StreamReader) -> None:
        """From the agency to the broker, until either ends."""
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._wait(self.ends.out)
                on, back = self.tongue.ask(data, lie=self.ends.lies) if self.tongue else (data, b"")
                self.client.write(back)
                self.broker.write(on)
                await self.broker.drain()
        self.broker.transport.abort()

    async def back(self, reader: asyncio.StreamReader) -> None:
        """From the broker to the agency, until either ends."""
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._wait(self.ends.back)
                self.client.write(self.tongue.answer(data) if self.tongue else data)
                await self.client.drain()
        self.client.transport.abort()

    async def _wait(self, free: asyncio.Event) -> None:
        if self.ends.delay:
            await asyncio.sleep(self.ends.delay)
        await free.wait()


async def _connected(ends: AgencyLines, port: int, clear: bool, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if ends.refuses:
        writer.transport.abort()
        return
    try:
        from_broker, to_broker = await asyncio.open_connection(HOST, port)
    except OSError:
        await asyncio.sleep(REFUSED_SECONDS)
        writer.transport.abort()
        return
    both, call = {writer, to_broker}, Call(ends, writer, to_broker, Tongue() if clear else None)
    ends.writers |= both
    await asyncio.gather(call.out(reader), call.back(from_broker))
    ends.writers -= both


async def main() -> None:
    """Serve until the input ends. A row of the table: (agency, port that clients see, port of the broker). `clear`: bytes can be read."""
    loop, orders = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    told = json.loads(await orders.readline())
    table: list[tuple[str, int, int]] = told["table"]
    clear: bool = told["clear"]
    lines = {agency: AgencyLines() for agency, _, _ in table}
    servers: list[asyncio.Server] = []
    for agency, shown, port in table:

        async def serve(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ends: AgencyLines = lines[agency], port: int = port
        ) -> None:
            await _connected(ends, port, clear, reader, writer)

        servers.append(await asyncio.start_server(serve, HOST, shown))
    print("ready", flush=True)
    while order := (await orders.readline()).decode().split():
        word, agency, value = order
        lines[agency].order(word, float(value))
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
