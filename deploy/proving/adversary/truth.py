"""What was really so, from the instances' own databases. The adversary never sees it: half of it trains, all of it scores.

Half is what somebody has who was a member once, and so knows of some cases what happened in them.
"""

import hashlib
import hmac
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from deploy.databases import files
from shared.protocol.channel import in_channel

MOST_OF_ONE = 12
"""Statistical records that one event makes at most."""


@dataclass(frozen=True)
class Happened:
    """What one record of a case is."""

    author: str
    type: str
    classes: frozenset[str]
    """Data classes of its sections; the core's D0 is in all."""


@dataclass
class Truth:
    """Everything that is asked."""

    events: dict[tuple[int, int], Happened] = field(default_factory=dict[tuple[int, int], Happened])
    """(partition, offset) → what lies there."""
    sides: dict[str, str] = field(default_factory=dict[str, str])
    """Side case → its main case."""
    statistics: dict[str, frozenset[str]] = field(default_factory=dict[str, "frozenset[str]"])
    """Key of a statistical record → the cases that it counts."""
    channel: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    """(partition, offset) of what lies in a channel → the main case that it is beside."""
    cases: set[str] = field(default_factory=set[str])
    """Keys of real cases, side cases among them."""

    def family(self, case: str) -> str:
        """The main case of a side case; any other case itself. Both are learned from, or guessed, together."""
        return self.sides.get(case, case)


def read(folder: Path) -> Truth:
    """The truth of all databases in a folder, or in its `agencies`. Raises Trouble where there are none."""
    truth, classes = Truth(), dict[tuple[int, int], set[str]]()
    for file in files(folder):
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as db:
            there = {table for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            _journal(db, truth, classes)
            if "side" in there:
                truth.sides |= dict(db.execute('SELECT side, "case" FROM side'))
                _statistics(db, truth)
    for file in files(folder):
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as db:
            _channel(db, truth)
    for place, found in classes.items():
        was = truth.events[place]
        truth.events[place] = Happened(was.author, was.type, frozenset(found))
    return truth


def _journal(db: sqlite3.Connection, truth: Truth, classes: dict[tuple[int, int], set[str]]) -> None:
    """What an instance could read; of sections each knows its own, and all together know all."""
    for case, partition, place, author, type, body in db.execute('SELECT "case", partition, place, author, type, body FROM journal'):
        if not author:
            continue  # unreadable: nobody knows what it is
        truth.cases.add(case)
        truth.events.setdefault((partition, place), Happened(author, type, frozenset()))
        classes.setdefault((partition, place), set()).update(name for name in json.loads(body) if name != "D0")


def _channel(db: sqlite3.Connection, truth: Truth) -> None:
    """Side cases are beside their main ones, and cover beside the case of the decision that its cause names."""
    rows = db.execute('SELECT "case", partition, place, key, cause FROM journal').fetchall()
    of = {key: case for case, _, _, key, _ in rows}
    for case, partition, place, _, cause in rows:
        beside = truth.sides.get(case) or (of.get(cause.split(":")[-2]) if cause.startswith("cover:") else None)
        if in_channel(case) and beside is not None:
            truth.channel[partition, place] = beside


def _statistics(db: sqlite3.Connection, truth: Truth) -> None:
    """A statistical record's id is made of the decision that it counts, and of a secret that lies in this database.

    On the bus it lies under its own id, or with others under the name of their batch.
    """
    secret = bytes.fromhex(db.execute("SELECT secret FROM instancemetadata").fetchone()[0])
    columns = {name for _, name, *_ in db.execute("PRAGMA table_info(statistic)")}
    batch = "batch" if "batch" in columns else "''"
    kept = dict(db.execute(f"SELECT record, {batch} FROM statistic"))  # noqa: S608  our own words
    for case, key in db.execute('SELECT "case", key FROM journal'):
        for n in range(MOST_OF_ONE):
            name = hmac.new(secret, f"{key}:{n}".encode(), hashlib.sha256).hexdigest()[:32]
            if name not in kept:
                break
            lies_under = kept[name] or name
            truth.statistics[lies_under] = truth.statistics.get(lies_under, frozenset()) | {case}
