"""The audit's chain: each line carries the hash of itself and of the line before it, so what was done to a line is seen at its place."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from deploy.oracle.rows import Row, Rows


@dataclass(frozen=True, slots=True)
class ToldEnd:
    """The end of an instance's audit at some time, as it was told outside its database."""

    instance: str
    line: int
    digest: str


def broken(there: Iterable[Rows]) -> Iterator[str]:
    """A sentence for each place where an instance's audit was changed."""
    for rows in there:
        yield from (f"{rows.name}: {said}" for said in _of(rows.audit, rows.audit_end))


def rewritten(there: Iterable[Rows], told: Iterable[ToldEnd]) -> Iterator[str]:
    """A sentence for each end that was logged outside and that the instance's audit does not hold."""
    kept = {rows.name: {row["seq"]: row["digest"] for row in rows.audit} for rows in there}
    for end in told:
        if end.instance in kept and kept[end.instance].get(end.line) != end.digest:
            yield f"{end.instance}: the audit's line {end.line} is not the one that was told outside: the chain was cut, or written anew"


def _of(lines: list[Row], end: str) -> Iterator[str]:
    before: Row | None = None
    for row in lines:
        digest = before["digest"] if before else ""
        if row["digest"] != digest_of(digest, row):
            yield _told(before, row)
        before = row
    last = before["digest"] if before else ""
    if end and end != last:  # a database that no line was written to since the end is kept has none
        yield f"the audit's last line {before['seq']} is not the last that was written" if before else "all lines of the audit are gone"


def digest_of(digest: str, row: Row) -> str:
    """What a line's digest must be after the one before it."""
    text = f"{digest}\n{row['at']}\n{row['officer']}\n{row['act']}\n{row['case']}\n{row['key']}"
    return hashlib.sha256(text.encode()).hexdigest()


def _told(before: Row | None, row: Row) -> str:
    """Where numbers are missing before the line, lines were probably taken away there."""
    expected = before["seq"] + 1 if before else 1
    if row["seq"] > expected:
        gone = f"line {expected}" if row["seq"] == expected + 1 else f"lines {expected} to {row['seq'] - 1}"
        return f"the audit's {gone} was taken away before line {row['seq']}, or line {row['seq']} was changed"
    return f"the audit's line {row['seq']} does not follow from the one before it: it was changed or put in, or the one before it was"
