"""What the databases of a stopped or running installation say, read without changing them: for counting what became of every decision."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from deploy.databases import files
from deploy.trouble import Trouble
from shared.protocol.case import agency_of, service_of

SETTLING = frozenset({"counted", "superseded", "refused"})
"""Verdicts that settle a decision; stale and repeated copies do not."""
FACTS = ("fact_referral", "fact_stage", "fact_happening")

Row = dict[str, Any]


@dataclass
class Ledger:
    """One instance's database."""

    name: str
    journal: list[Row]
    outbox: list[Row]
    views: dict[str, Row]
    parked: int
    statistics: dict[str, bool]
    """Statistical record → whether Kafka has acknowledged it."""
    facts: dict[str, int] = field(default_factory=dict[str, int])
    """At reporting: statistical record → how many facts it has become."""

    @property
    def agency(self) -> str:
        """The instance's agency."""
        return agency_of(self.name)

    @property
    def service(self) -> str:
        """The instance's service."""
        return service_of(self.name)

    @cached_property
    def by_event(self) -> dict[str, Row]:
        """Event id → its row."""
        return {row["event"]: row for row in self.journal}

    @cached_property
    def settling(self) -> dict[str, list[Row]]:
        """Decision key → the rows that settle it; more than one is one too many."""
        found: dict[str, list[Row]] = {}
        for row in self.journal:
            if row["verdict"] in SETTLING:
                found.setdefault(row["key"], []).append(row)
        return found

    @cached_property
    def told(self) -> dict[str, dict[str, str]]:
        """Case → decision key → verdict, as the checkpoints say that were taken here."""
        said: dict[str, dict[str, str]] = {}
        for row in self.journal:
            if row["type"] == "checkpoint.set.v1" and row["verdict"] == "counted":
                said.setdefault(row["case"], {}).update(facts(row)["state"]["settled"])
        return said

    def in_force(self, case: str) -> Row | None:
        """The picture of a case, if this instance is a member and has one."""
        view = self.views.get(case)
        if view is None or view["left"] or view["since"] is not None or view["case"] is None:
            return None
        picture: Row = view["case"]
        return picture if self.agency in {m["agency"] for m in picture["members"]} else None


def facts(row: Row) -> Row:
    """The core's facts of a journal row."""
    return json.loads(row["body"])["D0"]


def read(folder: Path) -> dict[str, Ledger]:
    """All instances whose databases lie in a folder, or in its `agencies`. Raises Trouble."""
    return {file.stem: _read(file) for file in files(folder)}


def _read(file: Path) -> Ledger:
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as db:
            db.row_factory = sqlite3.Row
            db.execute("BEGIN")  # One moment for all tables.
            return Ledger(
                file.stem, list(_rows(db, "journal", "seq")), list(_rows(db, "outbox", "seq")),
                {row["case"]: json.loads(row["view"]) for row in _rows(db, "picture", '"case"')},
                sum(1 for _ in _rows(db, "parked", "seq")),
                {row["record"]: bool(row["done"]) for row in _rows(db, "statistic", "seq")}, _facts(db),
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
