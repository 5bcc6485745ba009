"""The audit's chain: each line carries the hash of itself and of the line before it, so what was done to a line is seen at its place."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from deploy.oracle.rows import Row, Rows
from deploy.oracle.sentence import Sentence


@dataclass(frozen=True, slots=True)
class ToldEnd:
    """The end of an instance's audit at some time, as it was told outside its database."""

    instance: str
    line: int
    digest: str


def broken(there: Iterable[Rows]) -> Iterator[str]:
    """A sentence for each place where an instance's audit was changed."""
    for rows in there:
        yield from (Sentence("%(instance)s: %(fault)s", instance=rows.name, fault=fault) for fault in _of(rows.audit, rows.audit_end))


def rewritten(there: Iterable[Rows], told: Iterable[ToldEnd]) -> Iterator[str]:
    """A sentence for each end that was logged outside and that the instance's audit does not hold."""
    kept = {rows.name: {row["seq"]: row["digest"] for row in rows.audit} for rows in there}
    for end in told:
        if end.instance in kept and kept[end.instance].get(end.line) != end.digest:
            yield Sentence(
                "%(instance)s: the audit's line %(line)s is not the one that was told outside: the chain was cut, or written anew",
                instance=end.instance, line=end.line,
            )  # fmt: skip


def _of(lines: list[Row], end: str) -> Iterator[str]:
    before: Row | None = None
    for row in lines:
        digest = before["digest"] if before else ""
        if row["digest"] != digest_of(digest, row):
            yield _told(before, row)
        before = row
    last = before["digest"] if before else ""
    if end and end != last:  # a database that no line was written to since the end is kept has none
        yield _cut(before)


def _cut(last: Row | None) -> Sentence:
    if last is None:
        return Sentence("all lines of the audit are gone")
    return Sentence("the audit's last line %(line)s is not the last that was written", line=last["seq"])


def digest_of(digest: str, row: Row) -> str:
    """What a line's digest must be after the one before it."""
    text = f"{digest}\n{row['at']}\n{row['officer']}\n{row['act']}\n{row['case']}\n{row['key']}"
    return hashlib.sha256(text.encode()).hexdigest()


def _told(before: Row | None, row: Row) -> str:
    """Where numbers are missing before the line, lines were probably taken away there."""
    expected = before["seq"] + 1 if before else 1
    if row["seq"] > expected:
        if row["seq"] == expected + 1:
            return Sentence(
                "the audit's line %(gone)s was taken away before line %(line)s, or line %(line)s was changed",
                gone=expected, line=row["seq"],
            )  # fmt: skip
        return Sentence(
            "the audit's lines %(gone)s to %(last)s were taken away before line %(line)s, or line %(line)s was changed",
            gone=expected, last=row["seq"] - 1, line=row["seq"],
        )  # fmt: skip
    return Sentence(
        "the audit's line %(line)s does not follow from the one before it: it was changed or put in, or the one before it was",
        line=row["seq"],
    )
