"""Rows that somebody changed, took away or put in by hand: held against what the lines of the audit say of them.

A line about rows has, for each, its digest before and after the transaction that wrote it. So the last line that names a row says what it
must be now, and a line whose *before* is not what the line before it left shows that the row was changed in between.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from deploy.oracle.chained import TABLES, Table
from deploy.oracle.rows import Row, Rows
from deploy.oracle.sentence import Sentence

WROTE, WAS_THERE = "rows", "rows-of-before"
NAMED = 20
"""Rows of one table that are named; more are counted."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the chain last said of a row."""

    digest: str
    """Empty where it was taken away lawfully."""
    kind: str
    at: int
    """When, ms UTC."""


@dataclass
class _Book:
    """What a chain says of all rows, and what is wrong in its own words."""

    known: dict[str, dict[str, _Known]] = field(default_factory=dict[str, dict[str, _Known]])
    """Table → row → what was said of it last; only tables that the chain holds."""
    wrong: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Table → sentences about rows that were changed by hand and lawfully since."""
    begun: set[str] = field(default_factory=set[str])
    """Tables that the chain began to hold before the beginning that is being read."""
    lines: list[str] = field(default_factory=list[str])
    """Lines that are not what their own digest says."""


def altered(there: Iterable[Rows]) -> Iterator[str]:
    """A sentence for each row that is not as its instance wrote it."""
    for rows in there:
        yield from (Sentence("%(instance)s: %(fault)s", instance=rows.name, fault=fault) for fault in _of(rows))


def _of(rows: Rows) -> Iterator[str]:
    book = _read(rows.audit)
    yield from book.lines
    for name, table in TABLES.items():
        if name in book.known:
            yield from _some(name, [*book.wrong.get(name, ()), *_differing(name, table, book.known[name], rows.chained.get(name, []))])


def _some(name: str, said: list[str]) -> Iterator[str]:
    """The first of many, and how many there are."""
    yield from said[:NAMED]
    if len(said) > NAMED:
        yield Sentence("and %(n)s more rows of %(table)s", n=len(said) - NAMED, table=name)


def _read(audit: Iterable[Row]) -> _Book:
    book = _Book()
    for line in audit:
        if line["act"] != WAS_THERE:
            book.begun |= book.known.keys()
        if line["act"] not in (WROTE, WAS_THERE):
            continue
        text = line.get("rows") or ""
        if hashlib.sha256(text.encode()).hexdigest() != line["key"]:
            book.lines.append(
                Sentence("the audit's line %(line)s, about rows of %(day)s, was changed by hand", line=line["seq"], day=_day(line["at"]))
            )
            continue
        for name, entries in json.loads(text).items():
            if name in TABLES:
                _say(book, name, entries, line)
    return book


def _say(book: _Book, name: str, entries: list[list[str]], line: Row) -> None:
    """What a line says of a table. A table's beginning may be told in several lines, which follow each other; there is only one."""
    known, begins = book.known.setdefault(name, {}), line["act"] == WAS_THERE
    wrong = book.wrong.setdefault(name, [])
    for id, before, after, *kind in entries:
        now, was = _Known(after, kind[0] if kind else "", line["at"]), known.get(id)
        last = was.digest if was else ""
        if before != last if not begins else name in book.begun and after != last:
            wrong.append(_between(name, id, was, now))
        known[id] = now


def _between(name: str, id: str, was: _Known | None, now: _Known) -> str:
    """Of a row that was not what it must have been when it was written again."""
    which = _which(name, id, was or now)
    if was is None or not was.digest:
        return Sentence("%(row)s was put in by hand before it was written again on %(day)s", row=which, day=_day(now.at))
    return Sentence("%(row)s was changed or taken away by hand before it was written again on %(day)s", row=which, day=_day(now.at))


def _differing(name: str, table: Table, known: dict[str, _Known], rows: list[Row]) -> Iterator[str]:
    there = {table.id_of(row): row for row in rows}
    for id, said in known.items():
        if said.digest and id not in there:
            yield Sentence("%(row)s is not there: it was taken away by hand", row=_which(name, id, said))
    for id, row in there.items():
        said = known.get(id)
        if said is None:
            yield Sentence("%(row)s was put in by hand: nothing wrote it", row=_which(name, id, None))
        elif not said.digest:
            yield Sentence("%(row)s was put back by hand: it had been ended or erased then", row=_which(name, id, said))
        elif said.digest != table.digest(row):
            yield Sentence("%(row)s is not what was written then: it was changed by hand", row=_which(name, id, said))


def _which(name: str, id: str, said: _Known | None) -> Sentence:
    table = TABLES[name]
    if said is not None:
        what = table.kinds.get(said.kind, table.what)
        return Sentence("the %(what)s of %(day)s, row %(id)s of %(table)s,", what=what, day=_day(said.at), id=id, table=name)
    if table.what[0] in "aeiou":
        return Sentence("an %(what)s, row %(id)s of %(table)s,", what=table.what, id=id, table=name)
    return Sentence("a %(what)s, row %(id)s of %(table)s,", what=table.what, id=id, table=name)


def _day(at: Any) -> str:
    """A moment, in every language."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"
