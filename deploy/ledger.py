"""Reads what the databases of a stopped or running installation say, without changing them: rows for the oracle to judge."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from deploy.databases import files
from deploy.oracle.rows import Row, Rows
from deploy.trouble import Trouble

FACTS = ("fact_referral", "fact_stage", "fact_happening")


def read(folder: Path) -> dict[str, Rows]:
    """All instances whose databases lie in a folder, or in its `agencies`. Raises Trouble."""
    return {file.stem: read_file(file) for file in files(folder)}


def read_file(file: Path, name: str = "") -> Rows:
    """One instance's database; its name where the file has another. Raises Trouble."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as db:
            db.row_factory = sqlite3.Row
            db.execute("BEGIN")  # One moment for all tables.
            return Rows(
                name or file.stem, list(_rows(db, "journal", "seq")), list(_rows(db, "outbox", "seq")),
                {row["case"]: json.loads(row["view"]) for row in _rows(db, "picture", '"case"')},
                sum(1 for _ in _rows(db, "parked", "seq")),
                {row["record"]: bool(row["done"]) for row in _rows(db, "statistic", "seq")}, _facts(db),
                list(_rows(db, "duty", "id")), next((row["value"] for row in _rows(db, "note", "name") if row["name"] == "fence"), ""),
            )  # fmt: skip
    except sqlite3.Error as error:
        raise Trouble(f"{file} cannot be read as an instance's database: {error}") from None


def _rows(db: sqlite3.Connection, table: str, order: str) -> Iterator[Row]:
    yield from (dict(row) for row in db.execute(f"SELECT * FROM {table} ORDER BY {order}"))  # noqa: S608  our own words


def _facts(db: sqlite3.Connection) -> dict[str, int]:
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    counted: dict[str, int] = {}
    for table in FACTS:
        for row in _rows(db, table, "record") if table in there else ():
            counted[row["record"]] = counted.get(row["record"], 0) + 1
    return counted
