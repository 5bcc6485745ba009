"""clamd itself, where it is installed (Debian's `clamav-daemon`): its words are those that our side of the socket understands.

It needs a database to start. One signature of our own stands for all: nothing is fetched, and the file that is found is harmless.
"""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from shared.privacy.document_intake import NotTaken, taken_in
from shared.privacy.virus_scanner import ScannerAway, answers, found_by
from shared.store.document_folder import DocumentFolder
from tests.shared.privacy.test_document_intake import picture, pieces

CLAMD = shutil.which("clamd")
MARK = b"INVENTED-MARK-THAT-NOBODY-WRITES"
SIGNATURE = f"Invented.Mark:0:*:{MARK.hex()}\n"
LARGEST = 27 * 1024 * 1024
"""Bytes of a stream: more than a document may have."""
pytestmark = pytest.mark.skipif(CLAMD is None, reason="clamd is not installed here: apt-get install clamav-daemon")


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[str]:
    """Where it listens; ended by its process, never by its name."""
    socket, base = tmp_path / "clamd.sock", tmp_path / "database"
    base.mkdir()
    (base / "invented.ndb").write_text(SIGNATURE)
    lines = (f"LocalSocket {socket}", f"DatabaseDirectory {base}", "Foreground yes", f"StreamMaxLength {LARGEST}", f"MaxFileSize {LARGEST}",
             f"MaxScanSize {LARGEST}", f"TemporaryDirectory {tmp_path}")  # fmt: skip
    (tmp_path / "clamd.conf").write_text("".join(f"{line}\n" for line in lines))
    process = subprocess.Popen(
        [str(CLAMD), f"--config-file={tmp_path / 'clamd.conf'}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield str(socket)
    finally:
        process.kill()
        process.wait(10)


async def up(socket: str) -> None:
    async with asyncio.timeout(60):
        while not await answers(socket):  # noqa: ASYNC110  another program does not say when it is up
            await asyncio.sleep(0.05)


async def sent(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_where_nothing_listens_yet_nothing_is_taken(tmp_path: Path) -> None:
    socket = str(tmp_path / "clamd.sock")
    assert not await answers(socket)
    with pytest.raises(ScannerAway):
        await found_by(socket, sent(b"x"))


async def test_it_finds_what_it_knows_and_lets_all_else_pass(clamd: str, tmp_path: Path) -> None:
    await up(clamd)
    assert not await found_by(clamd, sent(picture()))
    assert await found_by(clamd, sent(b"before ", MARK[:9], MARK[9:], b" behind")), "in two pieces, too"
    assert not await found_by(clamd, sent(*(bytes(1024 * 1024) for _ in range(25)))), "25 MB are looked at whole"
    assert await found_by(clamd, sent(*(bytes(1024 * 1024) for _ in range(24)), MARK))
    folder = DocumentFolder(tmp_path / "documents")
    await taken_in(folder, pieces(picture()), "x", clamd)
    with pytest.raises(NotTaken, match="document-infected"):
        await taken_in(folder, pieces(picture() + MARK), "x", clamd)
