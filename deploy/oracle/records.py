"""The records of the log, read anew: from the topic itself, or where that is gone from what the lead's journal kept of it."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from deploy.oracle.rows import RawRecord, Row, Rows, agency_of, facts

OPENING, ROSTER, CHECKPOINT = "case.reported.v1", "roster.set.v1", "checkpoint.set.v1"
STATEMENT, MESSAGE = "statement.made.v1", "message.sent.v1"
SAYS_NOTHING = (STATEMENT, MESSAGE)
"""What lies in sections alone."""
WORDS = ("case", "key", "type", "author", "cause", "head", "salt")
NUMBERS = ("roster", "at", "ordinal", "v")


@dataclass(frozen=True, slots=True)
class Said:
    """One event at its place."""

    event: str
    case: str
    place: int
    key: str
    type: str
    author: str
    roster: int
    at: int
    facts: Row
    readers: dict[str, list[str]] = field(default_factory=dict[str, "list[str]"])
    """Agency → the sections addressed to it; empty where only a journal knows the record."""

    @property
    def agency(self) -> str:
        """The author's agency."""
        return agency_of(self.author)


def from_topic(topic: Iterable[RawRecord], partitions: int) -> dict[str, list[Said]]:
    """Case → its events in the order of the log; the same bytes a second time are the same event and say nothing new."""
    found: dict[str, list[Said]] = {}
    seen = set[str]()
    for record in sorted(topic, key=lambda r: (r.partition, r.offset)):
        said = _read(record, partitions)
        if said and said.event not in seen:
            seen.add(said.event)
            found.setdefault(said.case, []).append(said)
    return found


def _read(record: RawRecord, partitions: int) -> Said | None:
    """The event of a record; None where it is none: not JSON, not its own decision key, not in the partition of its case."""
    try:
        body = cast(dict[str, Any], json.loads(record.value or b""))
        raw = cast(str, body["core"]).encode()
        core: dict[str, Any] = json.loads(raw)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if type(core) is not dict or not _shaped(core) or record.key != (key := _lies_under(core["case"])):
        return None
    if partitions > 1 and _home(key, partitions) != record.partition:
        return None
    said = {name: core[name] for name in ("case", "key", "type", "author", "roster", "at", "facts")}
    return Said(event=_hash(raw)[:32], place=record.offset, readers=body["readers"], **said)


def _shaped(core: dict[str, Any]) -> bool:
    words = all(type(core.get(name)) is str for name in WORDS)
    whole = words and all(type(core.get(name)) is int for name in NUMBERS) and type(core.get("facts")) is dict
    return whole and core["key"] == _hash(f"{core['author']}\n{core['cause']}\n{core['ordinal']}".encode())[:32]


def _lies_under(case: str) -> bytes:
    """The key of a case's records: its id; where that is a UUID of version 8, the channel that its first twelve digits name."""
    eighth = (
        len(case) == 36
        and [n for n, letter in enumerate(case) if letter == "-"] == [8, 13, 18, 23]
        and case[14] == "8"
        and case[19] in "89ab"
    )
    return f"{case[:13]}-8000-8000-000000000000".encode() if eighth else case.encode()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def from_journals(instances: dict[str, Rows]) -> dict[str, list[Said]]:
    """The same from databases alone: of each case what the journals of who led it kept, in the order of the log."""
    leads: dict[str, set[str]] = {}
    for row in (row for rows in instances.values() for row in rows.journal if row["verdict"] == "counted"):
        if row["type"] == OPENING or (row["type"] == ROSTER and facts(row).get("lead") is not None):
            leads.setdefault(row["case"], set()).add(f"referral.{facts(row)['lead']}")
    found: dict[str, dict[str, Said]] = {}
    for case, row in _of_leads(instances, leads):
        found.setdefault(case, {}).setdefault(row["event"], _from(row))
    return {case: sorted(said.values(), key=lambda s: s.place) for case, said in found.items()}


def _of_leads(instances: dict[str, Rows], leads: dict[str, set[str]]) -> Iterator[tuple[str, Row]]:
    """The rows of whoever ever led a case; one that led it first, or last, may have left it since, or come to it late."""
    for rows in instances.values():
        for row in rows.journal:
            if rows.name in leads.get(row["case"], ()):
                yield row["case"], row


def _from(row: Row) -> Said:
    said = {name: row[name] for name in ("event", "case", "place", "key", "type", "author", "roster", "at")}
    return Said(facts=facts(row), **said)


def _home(key: bytes, partitions: int) -> int:
    """Kafka's default partitioner: murmur2 of the key."""
    return (_murmur2(key) & 0x7FFFFFFF) % partitions


def _murmur2(data: bytes) -> int:
    m, mask = 0x5BD1E995, 0xFFFFFFFF
    h = (0x9747B28C ^ len(data)) & mask
    whole = len(data) // 4 * 4
    for n in range(0, whole, 4):
        k = int.from_bytes(data[n : n + 4], "little") * m & mask
        h = (h * m & mask) ^ ((k ^ k >> 24) * m & mask)
    if rest := data[whole:]:
        h = (h ^ int.from_bytes(rest, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15
