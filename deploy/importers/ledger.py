"""What an import has done: row and person → case. With it a second run knows what is there; without it the database would say."""

import hashlib
import hmac
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from shared.crypto.secret_file import PRIVATE

SCHEMA = """
create table if not exists secret (value text not null);
create table if not exists person (
    row text not null, number integer not null, "case" text not null, primary key (row, number)
) without rowid;
"""


class Reported(NamedTuple):
    """A person whose case has been reported."""

    row: str
    number: int
    """Which of the row's people, from 1."""
    case: str


class ImportLedger:
    """One file beside the databases; written after the instance has committed, so it never knows more than the database."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=PRIVATE)
        self.file = sqlite3.connect(path, isolation_level=None)
        self.file.executescript("pragma journal_mode=wal; pragma synchronous=full;" + SCHEMA)
        self.file.execute("insert into secret select ? where not exists (select 1 from secret)", (secrets.token_hex(32),))
        self.secret = bytes.fromhex(self.file.execute("select value from secret").fetchone()[0])
        self.people = Counter[str]({row: number for row, number in self.file.execute("select row, max(number) from person group by row")})
        """Row → how many of its people have a case."""

    def name(self, identity: str) -> str:
        """What a row is called in decisions: cores carry it, so nobody may learn from it what the row says."""
        return hmac.new(self.secret, identity.encode(), hashlib.sha256).hexdigest()[:32]

    def write(self, cases: Iterable[Reported]) -> None:
        """These have been decided."""
        listed = list(cases)
        self.file.execute("begin immediate")
        self.file.executemany("insert or ignore into person values (?, ?, ?)", listed)
        self.file.execute("commit")
        for one in listed:
            self.people[one.row] = max(self.people[one.row], one.number)

    def total(self) -> int:
        """How many people have a case."""
        return self.people.total()

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()
