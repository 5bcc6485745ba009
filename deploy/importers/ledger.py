"""What an import has done: row and person → case. With it a second run knows what is there; without it the database would say."""

import hashlib
import hmac
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from deploy.sent_files.spelling import Spellings
from shared.crypto.secret_file import PRIVATE

SCHEMA = """
create table if not exists secret (value text not null);
create table if not exists person (
    row text not null, number integer not null, "case" text not null, primary key (row, number)
) without rowid;
create table if not exists spelling (
    column_name text not null, folded text not null, chosen text not null, primary key (column_name, folded)
) without rowid;
create table if not exists line (row text primary key, quarter text not null, suppressed integer not null) without rowid;
"""


class Reported(NamedTuple):
    """A person whose case has been reported."""

    row: str
    number: int
    """Which of the row's people, from 1."""
    case: str


class Listed(NamedTuple):
    """A line of a file that was read."""

    row: str
    quarter: str
    """As printed."""
    suppressed: bool
    """Whether the source did not show its number of people."""


class Vanished(NamedTuple):
    """Lines that former files had, and this one, which prints the same quarter, has not."""

    quarter: str
    lines: int
    people: int
    """Of those lines, in the figures."""


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

    def known(self, identities: Iterable[str]) -> str:
        """What a row is called that may have been taken under one of several identities; the first where it was under none."""
        names = [self.name(identity) for identity in identities]
        return next((name for name in names if self.people[name]), names[0])

    def spellings(self) -> Spellings:
        """The spellings that former files were taken in."""
        rows = self.file.execute("select column_name, folded, chosen from spelling")
        return Spellings({(column, folded): chosen for column, folded, chosen in rows})

    def vanished(self, lines: Iterable[Listed]) -> list[Vanished]:
        """What was in a former file and is not among these lines, though they have its quarter; by quarter."""
        now = list(lines)
        there, quarters = {line.row for line in now}, {line.quarter for line in now}
        gone = dict[str, list[str]]()
        for row, quarter in self.file.execute("select row, quarter from line order by quarter"):
            if quarter in quarters and row not in there:
                gone.setdefault(quarter, []).append(row)
        return [Vanished(quarter, len(rows), sum(self.people[row] for row in rows)) for quarter, rows in gone.items()]

    def read(self, lines: Iterable[Listed], spellings: Spellings) -> None:
        """These lines are in the file that is imported now."""
        self.file.execute("begin immediate")
        self.file.executemany("insert or replace into line values (?, ?, ?)", lines)
        self.file.executemany(
            "insert or ignore into spelling values (?, ?, ?)", [(*key, chosen) for key, chosen in spellings.chosen.items()]
        )
        self.file.execute("commit")

    def write(self, cases: Iterable[Reported]) -> None:
        """These have been decided."""
        listed = list(cases)
        self.file.execute("begin immediate")
        self.file.executemany("insert or ignore into person values (?, ?, ?)", listed)
        self.file.execute("commit")
        for one in listed:
            self.people[one.row] = max(self.people[one.row], one.number)

    def suppressed(self) -> int:
        """Of how many lines the source does not show the number of people."""
        return self.file.execute("select count(*) from line where suppressed").fetchone()[0]

    def total(self) -> int:
        """How many people have a case."""
        return self.people.total()

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()
