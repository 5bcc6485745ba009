"""Where an instance stands in the log: offsets in its own database, with the digest of the last record, so that another log is noticed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import Session

from shared.records.record import HoldsRecord, Record, digest
from shared.store.database import insert_new, table
from shared.store.tables import Position

P = table(Position).c
MOVE = (
    update(table(Position))
    .where(P.topic == bindparam("of"), P.partition == bindparam("part"), P.next == bindparam("before"))
    .values(next=bindparam("to"), digest=bindparam("proof"), directory=bindparam("listed"))
)
"""Compare and set. Made once: every transaction moves positions."""
OF_TOPIC = select(table(Position)).where(P.topic == bindparam("of"))

KEEP = 30.0
"""Seconds after which a position that only others' records moved is written."""
H = TypeVar("H", bound=HoldsRecord)


class AnotherLog(Exception):
    """This is not the log that this instance knows: recreated, truncated, replaced, or another cluster at the same address."""


class Moved(Exception):
    """Somebody else moved our position: two processes run the same instance."""

    SAID = "another process runs this instance on the same database: stop one of them"


@dataclass(frozen=True, slots=True)
class At:
    """The next offset to read, and the digest of the record before it ("" at the very start)."""

    next: int = 0
    digest: str = ""
    directory: int = 0
    """The version of the directory that is in force there; 0 where no marker has been read yet."""


class Bounds(NamedTuple):
    """What the log keeps of a partition."""

    begin: int
    """The first record."""
    end: int
    """The one that comes next."""


class Positions:
    """The positions in memory, and as far as they are committed."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.now: dict[int, At] = {}
        self.stored: dict[int, At] = {}
        self.joined: set[int] = set()
        self.kept_at = 0.0
        self.starts: dict[int, int] = {}
        """Where a partition begins of which nothing is known yet: only what begins there joins on."""

    def forget(self) -> None:
        """Another log is read from now on, from its beginning."""
        self.now, self.stored, self.starts, self.joined = {}, {}, {}, set()

    def back_to(self, read: dict[int, At]) -> None:
        """What was read since is not committed."""
        self.now = read

    def join_anew(self) -> None:
        """Nothing is known to join on until it has been looked at."""
        self.joined.clear()

    def load(self, connection: Connection) -> None:
        """What the database says."""
        rows = connection.execute(OF_TOPIC, {"of": self.topic})
        self.stored = {row.partition: At(row.next, row.digest, row.directory) for row in rows}
        self.now, self.joined = dict(self.stored), set()

    def next(self, partition: int) -> int:
        """The offset to read next: of a partition of which nothing has been read, where it begins. With all its records gone with their
        time that is where it ends, too."""
        at = self.now.get(partition)
        return self.starts.get(partition, 0) if at is None else at.next

    def fresh(self, partition: int, records: Sequence[Record]) -> list[Record] | None:
        """The records that follow the last one we know; None where they do not join on and reading must go back there.

        Raises AnotherLog where the record before our position is not the one we read.
        """
        if partition not in self.now:
            if records[0].offset != self.starts.get(partition, 0):
                return None
            self.joined.add(partition)
            return list(records)
        at = self.now[partition]
        if records[0].offset == at.next and partition in self.joined:
            return list(records)
        known = next((n for n, r in enumerate(records) if r.offset == at.next - 1), None)
        if known is not None:
            if digest(records[known]) != at.digest:
                raise AnotherLog
            records = records[known + 1 :]
        elif records[0].offset < at.next:
            return [] if records[-1].offset < at.next else None  # who shares our poll stands further back
        elif records[0].offset != at.next or (at.digest and partition not in self.joined):
            self.joined.discard(partition)
            return None
        self.joined.add(partition)
        return list(records)

    def join(self, taken: Sequence[H]) -> tuple[list[H], bool]:
        """What is new in a poll of several partitions, read from now on; and whether all of them join on. Raises AnotherLog."""
        parts: dict[int, list[H]] = {}
        for t in taken:
            parts.setdefault(t.record.partition, []).append(t)
        fresh, joined = list[H](), True
        for partition, run in parts.items():
            new = self.fresh(partition, [t.record for t in run])
            joined = joined and new is not None
            fresh += run[-len(new) :] if new else []
        self.advance(fresh)
        return fresh, joined

    def advance(self, taken: Sequence[H]) -> None:
        """These have been read; the database learns it with the next `store`."""
        last = {t.record.partition: t.record for t in taken}
        marked = {p: max((t.directory for t in taken if t.record.partition == p), default=0) for p in last}
        self.now |= {
            partition: At(record.offset + 1, digest(record), max(marked[partition], self.directory(partition)))
            for partition, record in last.items()
        }  # a former marker laid again puts nothing back in force

    def directory(self, partition: int) -> int:
        """The version of the directory in force in a partition, after what was read of it."""
        return self.now.get(partition, At()).directory

    def store(self, session: Session) -> dict[int, At]:
        """Write what moved, by compare-and-set; the caller calls `settled` after the commit."""
        moved = {p: at for p, at in self.now.items() if self.stored.get(p) != at}
        for partition, at in moved.items():
            before = self.stored.get(partition)
            if before is None:
                new = [{
                    "topic": self.topic, "partition": partition, "generation": 1, "next": at.next, "digest": at.digest,
                    "directory": at.directory,
                }]  # fmt: skip
                if insert_new(session.connection(), Position, new) != 1:
                    raise Moved
                continue
            move = {"of": self.topic, "part": partition, "before": before.next, "to": at.next, "proof": at.digest, "listed": at.directory}
            if session.connection().execute(MOVE, move).rowcount != 1:
                raise Moved
        return moved

    def settled(self, moved: dict[int, At]) -> None:
        """The commit went through."""
        self.stored |= moved

    def old(self) -> bool:
        """Whether it is time to write what others' records alone have moved; after a crash they are passed over once more."""
        if self.now == self.stored or monotonic() < self.kept_at + KEEP:
            return False
        self.kept_at = monotonic()
        return True

    def back(self) -> None:
        """The transaction failed: memory goes back to what is committed."""
        self.now = dict(self.stored)

    def beyond(self, ends: dict[int, Bounds]) -> bool:
        """Whether a position lies beyond the end of its partition."""
        return any(partition in ends and at.next > ends[partition].end for partition, at in self.now.items())

    def seeks(self, ends: dict[int, Bounds]) -> dict[int, int]:
        """Where to read on in each partition, given where it begins and ends: at the last record we know, which then proves the log.

        Raises AnotherLog where that record lies beyond the end or is gone.
        """
        seeks: dict[int, int] = {}
        for partition, (begin, end) in ends.items():
            at = self.now.get(partition)
            if at is None:
                seeks[partition] = self.starts[partition] = begin
            elif not at.digest and at.next < begin:  # we were to read once more what is gone with its time
                self.now[partition] = replace(at, next=begin)
                seeks[partition] = begin
            elif at.next == begin:  # what was read is gone with its time, and nothing is missing
                self.joined.add(partition)
                seeks[partition] = begin
            elif at.next > end or (at.digest and at.next - 1 < begin):
                raise AnotherLog
            else:
                seeks[partition] = at.next - bool(at.digest)
        return seeks
