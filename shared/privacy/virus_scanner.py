"""The scanner that looks through each file before it is taken: clamd, asked over its socket (INSTREAM), on this machine or beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

SCANNED_WITHIN = 60.0
"""Seconds that one file may take."""


class ScannerAway(Exception):
    """The scanner gives no answer: nothing is taken until it does."""


async def found_by(scanner: str, pieces: AsyncIterator[bytes]) -> bool:
    """Whether the scanner (a path of a socket, or HOST:PORT) finds anything in this file. Raises ScannerAway."""
    answer = await _asked(scanner, b"zINSTREAM\0", pieces)
    if answer.endswith(b"FOUND"):
        return True
    if answer != b"stream: OK":
        raise ScannerAway
    return False


async def answers(scanner: str) -> bool:
    """Whether the scanner is there."""

    async def nothing() -> AsyncIterator[bytes]:
        return
        yield b""

    with suppress(ScannerAway):
        return await _asked(scanner, b"zPING\0", nothing(), stream=False) == b"PONG"
    return False


async def _asked(scanner: str, command: bytes, pieces: AsyncIterator[bytes], *, stream: bool = True) -> bytes:
    try:
        async with asyncio.timeout(SCANNED_WITHIN):
            reader, writer = await _connected(scanner)
            try:
                writer.write(command)
                if stream:
                    async for piece in pieces:
                        writer.write(len(piece).to_bytes(4, "big") + piece)
                        await writer.drain()
                    writer.write(bytes(4))
                await writer.drain()
                return (await reader.read(1_000)).rstrip(b"\0\n")
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError, ValueError):
        raise ScannerAway from None


async def _connected(scanner: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if scanner.startswith("/"):
        return await asyncio.open_unix_connection(scanner)
    host, _, port = scanner.rpartition(":")
    return await asyncio.open_connection(host.strip("[]"), int(port))
