"""An instance of a history: its door, its file, and what can befall the file."""

import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from shared.runtime.codec import Decided
from shared.runtime.door import Transactions
from tests.runtime.land import rows


@dataclass
class Post:
    """One instance: its door, its file, how far its consumer has fetched."""

    door: Transactions
    path: Path
    cursor: dict[int, int] = field(default_factory=dict[int, int])
    ends: dict[int, int] = field(default_factory=dict[int, int])
    backup: Path | None = None
    keys: dict[str, str] = field(default_factory=dict[str, str])
    """Every decision this instance ever made → its case."""


@dataclass
class Flight:
    """A message under way. The door that sent it may be gone by now."""

    door: Transactions
    row: Decided
    key: bytes
    value: bytes
    zombie: bool = False


def crashed(post: Post, path: Path) -> Path:
    """kill -9: what the file and its write-ahead log hold now is all there is."""
    shutil.copy(post.path, path)
    if (log := Path(f"{post.path}-wal")).exists():
        shutil.copy(log, f"{path}-wal")
    post.door.engine.dispose()
    return path


def backed_up(post: Post, path: Path) -> Path:
    """A copy of the database while it is in use."""
    with sqlite3.connect(post.path) as source, sqlite3.connect(path) as copy:
        source.backup(copy)
    return path


def own_keys(post: Post) -> dict[str, str]:
    """Every decision that the file knows as made here."""
    made = f'select key, "case" from outbox union select key, "case" from journal where author = \'{post.door.me}\''  # noqa: S608
    return dict(rows(post.door, made))
