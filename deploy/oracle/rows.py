"""What the oracle reads: the rows of one instance's database, and the records of the log as they lie there."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

SETTLING = frozenset({"counted", "superseded", "refused"})
"""Verdicts that settle a decision; stale and repeated copies do not."""

Row = dict[str, Any]


class RawRecord(Protocol):
    """A record of the log: bytes at a place. Moments are ms UTC."""

    @property
    def partition(self) -> int:
        """Which partition."""
        ...

    @property
    def offset(self) -> int:
        """Its place there."""
        ...

    @property
    def key(self) -> bytes | None:
        """The case."""
        ...

    @property
    def value(self) -> bytes | None:
        """Core, sections, readers."""
        ...


@dataclass
class Rows:
    """One instance's database: its tables as dicts, in the order of their numbers."""

    name: str
    """The instance, `service.agency`."""
    journal: list[Row]
    outbox: list[Row]
    views: dict[str, Row]
    """Case → what the picture table holds of it."""
    parked: int
    statistics: dict[str, bool] = field(default_factory=dict[str, bool])
    """Statistical record → whether Kafka has acknowledged it."""
    unbatched: frozenset[str] = frozenset()
    """Of these the ones that wait for their batch: they go out at a fixed time, once they are of cases enough."""
    facts: dict[str, int] = field(default_factory=dict[str, int])
    """At reporting: statistical record → how many facts it has become."""
    duties: list[Row] = field(default_factory=list[Row])
    fence: str = ""
    """Why it has fenced itself from the log; empty while all is well."""
    audit: list[Row] = field(default_factory=list[Row])
    audit_end: str = ""
    """The digest of the last line that was written to the audit; empty where no release has kept it."""
    chained: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    """Table → its rows, of those that the audit's chain holds."""

    @property
    def agency(self) -> str:
        """The instance's agency."""
        return agency_of(self.name)

    @property
    def service(self) -> str:
        """The instance's service."""
        return self.name.partition(".")[0]

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
    def _checkpoints(self) -> dict[tuple[str, str], dict[str, str]]:
        """(case, author) → decision key → verdict, as the checkpoints say that were taken here.

        Who kept its own removal while it waited has left when it notes the checkpoint: *outside*, and got it all the same.
        """
        said: dict[tuple[str, str], dict[str, str]] = {}
        for row in self.journal:
            if row["type"] == "checkpoint.set.v1" and row["verdict"] in ("counted", "outside"):
                told = facts(row)
                if row["verdict"] == "counted" or self.agency in told["joiners"]:
                    said.setdefault((row["case"], row["author"]), {}).update(told["state"]["settled"])
        return said

    def told(self, case: str, leads: Iterable[str]) -> dict[str, str]:
        """Decision key → verdict, as the checkpoints of these agencies say, which led the case one after the other."""
        return {key: verdict for lead in leads for key, verdict in self._checkpoints.get((case, f"referral.{lead}"), {}).items()}

    def in_force(self, case: str) -> Row | None:
        """The picture of a case, if this instance is a member and has one."""
        view = self.views.get(case)
        if view is None or view["left"] or view["since"] is not None or view["case"] is None:
            return None
        picture: Row = view["case"]
        return picture if self.agency in {m["agency"] for m in picture["members"]} else None


def agency_of(instance: str) -> str:
    """`assistance.rs-ir` → `rs-ir`."""
    return instance.partition(".")[2]


def facts(row: Row) -> Row:
    """The core's facts of a journal row."""
    return json.loads(row["body"])["D0"]
