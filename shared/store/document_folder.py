"""The folder in which an instance keeps the sealed pieces of documents: one folder for each, a file for each piece.

Nothing there opens without the key that a statement holds, so erasing that statement erases the document, in every copy of the folder too.
What no statement names any more is swept away later. Which documents are on their way is marked there, so that sending goes on after a
crash where it stopped.
"""

import os
import re
from asyncio import Semaphore
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import disk_usage, rmtree

from shared.config.clock import wall
from shared.crypto import secret_file
from shared.crypto.document_pieces import LENGTH

AT_A_TIME = 2
"""Files that are taken in at a time."""
ROOM = 1024**3
"""Bytes of the disk that documents leave free."""
ID = re.compile(r"[0-9a-f]{32}")
OUT = ".out"
"""The folder with a file for each document on its way, which says from which piece on it is to be sent."""


@dataclass(frozen=True)
class DocumentShelf:
    """Where an instance keeps documents, and on what terms it takes them."""

    folder: "DocumentFolder"
    scanner: str = ""
    """The socket of a scanner of viruses, or its HOST:PORT; empty where there is none."""
    must_scan: bool = False
    """Whether nothing is taken without one."""
    most: int = 20 * 1024**3
    """Bytes of all pieces, beyond which nothing new is taken."""
    turn: Semaphore = field(default_factory=lambda: Semaphore(AT_A_TIME))
    """Whoever sends a file waits for one of few turns: each takes a process, and memory."""

    def full(self) -> bool:
        """Whether there is no room for another document, or the disk is nearly full."""
        return self.folder.size >= self.most or disk_usage(self.folder.folder).free < ROOM


class DocumentFolder:
    """The pieces of one instance's documents."""

    def __init__(self, folder: Path) -> None:
        (folder / OUT).mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self.marked = 0
        """How often something was marked to be sent, by this process."""

    def put(self, id: str, n: int, sealed: bytes) -> None:
        """Keep a piece; it is there whole or not at all. Until its folder is settled it may be gone after a crash of the machine."""
        file = self._of(id) / f"{n:03d}"
        file.parent.mkdir(exist_ok=True, mode=0o700)
        secret_file.write_half(file, sealed)
        secret_file.half(file).rename(file)

    def settle(self, id: str) -> None:
        """Have it on the disk that all its pieces are there, before anybody relies on it."""
        secret_file.settle(self._of(id))

    def hold(self, id: str, n: int, sealed: bytes) -> None:
        """Keep a piece for a moment, as long as this process runs."""
        file = self._of(id) / f"{n:03d}"
        file.parent.mkdir(exist_ok=True, mode=0o700)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(sealed)

    def piece(self, id: str, n: int) -> bytes | None:
        """A piece; None where it is not here."""
        try:
            return (self._of(id) / f"{n:03d}").read_bytes()
        except FileNotFoundError:
            return None

    def here(self, id: str) -> frozenset[int]:
        """Which pieces are here."""
        try:
            return frozenset(int(one.name) for one in self._of(id).iterdir() if re.fullmatch(r"\d{3}", one.name))
        except FileNotFoundError:
            return frozenset()

    def send_from(self, id: str, n: int) -> None:
        """The pieces from this one on are to be sent."""
        secret_file.write(self._out(id), str(n).encode())
        self.marked += 1  # behind the file: who sees the number finds that

    def sent(self, id: str) -> None:
        """All are sent."""
        self._out(id).unlink(missing_ok=True)

    def to_send(self, id: str) -> int | None:
        """From which piece on it is to be sent, all of it where that cannot be read; None where it is not, or not any more."""
        try:
            return int(self._out(id).read_text())
        except ValueError:
            return 0
        except FileNotFoundError:
            return None

    def on_their_way(self) -> list[str]:
        """The documents that are to be sent."""
        return sorted(one.name for one in (self.folder / OUT).iterdir() if ID.fullmatch(one.name))

    def all(self) -> Iterator[str]:
        """The documents of which anything is here."""
        yield from (one.name for one in self.folder.iterdir() if ID.fullmatch(one.name))

    def age(self, id: str) -> float:
        """Seconds since a piece last came or went."""
        with suppress(FileNotFoundError):
            return max(0.0, wall() / 1000 - self._of(id).stat().st_mtime)
        return 0.0

    def drop(self, id: str) -> None:
        """Let go of a document."""
        self.sent(id)
        rmtree(self._of(id), ignore_errors=True)

    def pieces(self) -> int:
        """How many pieces are here, of all."""
        return sum(len(self.here(id)) for id in self.all())

    @property
    def size(self) -> int:
        """Bytes that they take."""
        return self.pieces() * LENGTH

    def _out(self, id: str) -> Path:
        return self.folder / OUT / self._of(id).name

    def _of(self, id: str) -> Path:
        if not ID.fullmatch(id):
            raise ValueError("no document has such a name")
        return self.folder / id
