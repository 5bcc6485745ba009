"""The lines between agencies and brokers, each of which can be cut, stalled and slowed: `python lines.py` with a table as first input line.

A process of its own, so that bytes do not wait for whoever plays the cases. Each further input line is an order; it ends with its input.
"""

import asyncio
import json
import sys
from contextlib import suppress

HOST = "127.0.0.1"
CHUNK = 65_536


class Ends:
    """All lines of one agency, and what is done to them."""

    def __init__(self) -> None:
        self.writers: set[asyncio.StreamWriter] = set()
        self.mend()

    def mend(self) -> None:
        """As they should be."""
        self.delay, self.refuses = 0.0, False
        self.out, self.back = asyncio.Event(), asyncio.Event()
        self.out.set()
        self.back.set()

    def hang_up(self) -> None:
        """End every connection, without a word."""
        for writer in list(self.writers):
            writer.transport.abort()

    def order(self, word: str, value: float) -> None:
        """`cut`: connections end, new ones too. `silent`: nothing passes, nothing ends. `deaf`: no answer comes back.
        `slow`: everything comes so many seconds later. `mend`: all well again; what hung is cut, as a network would in the end."""
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
        elif word == "mend":
            hung = not (self.out.is_set() and self.back.is_set())
            if hung:
                self.hang_up()
            self.out.set()
            self.back.set()
            self.mend()


async def _pump(ends: Ends, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            if ends.delay:
                await asyncio.sleep(ends.delay)
            await (ends.back if back else ends.out).wait()
            writer.write(data)
            await writer.drain()
    writer.transport.abort()


async def _connected(ends: Ends, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if ends.refuses:
        writer.transport.abort()
        return
    try:
        from_broker, to_broker = await asyncio.open_connection(HOST, port)
    except OSError:
        writer.transport.abort()
        return
    both = {writer, to_broker}
    ends.writers |= both
    await asyncio.gather(_pump(ends, reader, to_broker, back=False), _pump(ends, from_broker, writer, back=True))
    ends.writers -= both


async def main() -> None:
    """Serve until the input ends. A row of the table: (agency, port that clients see, port of the broker)."""
    loop, orders = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    table: list[tuple[str, int, int]] = json.loads(await orders.readline())
    lines = {agency: Ends() for agency, _, _ in table}
    for agency, shown, port in table:

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ends: Ends = lines[agency], port: int = port) -> None:
            await _connected(ends, port, reader, writer)

        await asyncio.start_server(serve, HOST, shown)
    print("ready", flush=True)
    while order := (await orders.readline()).decode().split():
        word, agency, value = order
        lines[agency].order(word, float(value))
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
