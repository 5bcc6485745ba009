"""Reads what the databases of a stopped or running installation say, without changing them: rows for the oracle to judge."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString, cast

from deploy.databases import files
from deploy.oracle.chained import TABLES
from deploy.oracle.rows import Row, Rows
from deploy.trouble import Trouble

FACTS = ("fact_referral", "fact_stage", "fact_happening")


def read(folder: Path) -> dict[str, Rows]:
    """All instances whose databases lie in a folder, or in its `agencies`. Raises Trouble."""
    return {file.stem: read_file(file) for file in files(folder)}


def read_file(file: Path, name: str = "") -> Rows:
    """One instance's SQLite database; its name where the file has another. Raises Trouble."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as db:
            db.row_factory = sqlite3.Row
            db.execute("BEGIN")  # One moment for all tables.
            there = {table for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            return _rows(name or file.stem, there, lambda query: map(dict, db.execute(query)))
    except sqlite3.Error as error:
        raise Trouble("%(file)s cannot be read as an instance's database: %(why)s", file=file, why=error) from None


def read_postgres(url: str, name: str) -> Rows:
    """One instance's PostgreSQL database. Raises Trouble."""
    import psycopg
    from psycopg.rows import dict_row

    try:
        with psycopg.connect(url) as db, db.cursor(row_factory=dict_row) as cursor:
            db.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # One moment for all tables.
            there: set[str] = {row["tablename"] for row in cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
            return _rows(name, there, lambda query: cursor.execute(cast(LiteralString, query)).fetchall())
    except psycopg.Error as error:
        raise Trouble(
            "The database of %(name)s cannot be read as an instance's: %(error)s", name=name, error=type(error).__name__
        ) from None


def _rows(name: str, there: set[str], ask: Callable[[str], Iterable[Row]]) -> Rows:
    def rows(table: str, order: str) -> Iterable[Row]:
        return ask(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608  our own words

    ends = _ends(there, rows)
    counts = list(rows("statistic", "seq"))
    counted = Counter(row["record"] for table in FACTS if table in there for row in rows(table, "record"))
    chained = {
        table: [_plain(row) for row in rows(table, ", ".join(f'"{part}"' for part in TABLES[table].id))]
        for table in TABLES if table in there
    }  # fmt: skip
    return Rows(
        name, chained["journal"], chained["outbox"],
        {row["case"]: json.loads(row["view"]) for row in rows("picture", '"case"')},
        len(chained["parked"]),
        {row["record"]: bool(row["done"]) for row in counts},
        frozenset(row["record"] for row in counts if not row["done"] and row.get("batch") == ""), dict(counted),
        list(rows("duty", "id")), ends.fence,
        list(rows("audit", "seq")), ends.audit, chained,
    )  # fmt: skip


def _plain(row: Row) -> Row:
    """A row that JSON can hold: bytes are hex."""
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}


@dataclass(frozen=True, slots=True)
class _Ends:
    """Why an instance has stopped reading (empty while it reads), and the digest of its audit's last line (empty where none is kept)."""

    fence: str
    audit: str


def _ends(there: set[str], rows: Callable[[str, str], Iterable[Row]]) -> _Ends:
    """Where a database ends; releases before this one kept both among notes."""
    if "note" in there:
        notes = {row["name"]: row["value"] for row in rows("note", "name")}
        return _Ends(notes.get("fence", ""), notes.get("audit", ""))
    fences, digests = [row["fence"] for row in rows("logstate", "id")], [row["digest"] for row in rows("auditend", "id")]
    return _Ends("".join(fences), "".join(digests))
