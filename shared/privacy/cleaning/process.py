"""Cleaning in a process of its own: what reads strange files may break, hang or swell there, and takes nothing else along.

The file goes in by a pipe and comes back by one; it is never on a disk in between.
"""

import asyncio
import resource
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import orjson

from shared.privacy.cleaning.content import cleaned
from shared.privacy.cleaning.outcome import NotTaken
from shared.protocol.documents import MOST_BYTES, Media

MEMORY, SECONDS = 1024 * 1024 * 1024, 60
"""What one file may take of memory, and of a processor."""
ROOT = Path(__file__).parents[3]
AT_ONCE = 64 * 1024


async def clean(pieces: AsyncIterator[bytes], take: Callable[[bytes], Awaitable[None]]) -> Media:
    """Have a file cleaned that comes in pieces; the cleaned one is handed on in pieces. What it is. Raises NotTaken."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL, limit=AT_ONCE, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    feeding = asyncio.create_task(_feed(child.stdin, pieces))
    try:
        async with asyncio.timeout(2 * SECONDS):
            said = await child.stdout.readline()
            while piece := await child.stdout.read(AT_ONCE):
                await take(piece)
            await feeding
            ended = await child.wait()
    except TimeoutError:
        raise NotTaken("document-too-hard") from None
    finally:
        feeding.cancel()
        if child.returncode is None:
            child.kill()
            await child.wait()
    told: dict[str, str] = orjson.loads(said) if said.endswith(b"\n") else {}
    if "media" not in told or ended != 0:
        raise NotTaken(told.get("code", "document-too-hard"))
    return Media(told["media"])


async def _feed(pipe: asyncio.StreamWriter, pieces: AsyncIterator[bytes]) -> None:
    try:
        async for piece in pieces:
            pipe.write(piece)
            await pipe.drain()
        pipe.close()
        await pipe.wait_closed()
    except (BrokenPipeError, ConnectionResetError):  # it has refused the file before it had read all of it
        return


def main() -> None:
    """Read a file from standard input, and write what it is and the cleaned file; or why it is not taken."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        made = cleaned(sys.stdin.buffer.read(MOST_BYTES + 1))
    except NotTaken as refused:
        sys.stdout.buffer.write(orjson.dumps({"code": refused.code}) + b"\n")
        return
    except MemoryError:
        sys.stdout.buffer.write(orjson.dumps({"code": "document-too-hard"}) + b"\n")
        return
    sys.stdout.buffer.write(orjson.dumps({"media": made.media}) + b"\n")
    sys.stdout.buffer.write(made.content)


if __name__ == "__main__":
    main()
