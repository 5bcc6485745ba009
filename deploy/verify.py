"""Accounts for every decision, from the databases alone: none lost, none twice, the same verdicts and pictures everywhere."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.ledger import SETTLING, Ledger, Row, facts, read
from shared.runtime.asides import SET_ASIDE

CHECKPOINT = "checkpoint.set.v1"
SHOWN = 20


@dataclass
class Verification:
    """What was counted, and a sentence for each thing that is wrong.

    *Lost*: a committed decision, neither removed nor undone by a restore, without exactly one settling record,
    or with that record missing
    or judged otherwise at a member of the roster that its core cites.
    """

    instances: int = 0
    cases: int = 0
    decisions: int = 0
    removed: int = 0
    verdicts: dict[str, int] = field(default_factory=dict[str, int])
    """What the authors' instances say of the records they wrote."""
    lost: list[str] = field(default_factory=list[str])
    twice: list[str] = field(default_factory=list[str])
    differing: list[str] = field(default_factory=list[str])
    parked: list[str] = field(default_factory=list[str])
    aside: list[str] = field(default_factory=list[str])
    """Records that an instance went on without, so that its picture of their cases may be incomplete."""
    unreadable: list[str] = field(default_factory=list[str])
    statistics: list[str] = field(default_factory=list[str])

    @property
    def wrong(self) -> dict[str, list[str]]:
        """Kind → sentences."""
        kinds = ("lost", "twice", "differing", "parked", "aside", "unreadable", "statistics")
        return {kind: getattr(self, kind) for kind in kinds}

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not any(self.wrong.values())


class Rosters:
    """Who was in a case under which roster version, as the lead's journal tells."""

    def __init__(self, ledgers: dict[str, Ledger]) -> None:
        self.openings = {row["case"]: row for ledger in ledgers.values() for row in ledger.journal if _opens(row)}
        self.leads = {case: facts(row)["lead"] for case, row in self.openings.items()}
        self.versions: dict[str, list[tuple[int, frozenset[str]]]] = {}
        for ledger in ledgers.values():
            for row in sorted(ledger.journal, key=lambda r: r["place"]):
                if ledger.name == f"referral.{self.leads.get(row['case'])}" and row["verdict"] == "counted":
                    self._note(row)

    def _note(self, row: Row) -> None:
        members = {"case.reported.v1": "roster", "roster.set.v1": "members"}.get(row["type"])
        if members:
            agencies = frozenset(m["agency"] for m in facts(row)[members])
            self.versions.setdefault(row["case"], []).append((row["place"], agencies))

    def cited(self, row: Row) -> frozenset[str] | None:
        """The agencies of the roster that a record cites; None where the lead does not know it."""
        versions, n = self.versions.get(row["case"], []), max(1, row["roster"])
        if n > len(versions):
            return None
        if row["type"] != CHECKPOINT:
            return versions[n - 1][1]
        # A checkpoint may cite a roster that is not in force any more: who has left meanwhile need not take it.
        return versions[n - 1][1] & [agencies for place, agencies in versions if place <= row["place"]][-1]

    def opened_by(self, case: str) -> str:
        """The instance that opened a case."""
        return self.openings[case]["author"] if case in self.openings else ""


def _opens(row: Row) -> bool:
    return row["type"] == "case.reported.v1" and row["verdict"] == "counted"


def verify(folder: Path) -> Verification:
    """Count everything in a demo's folder, or in any folder of databases. Raises Trouble where there are none."""
    return examine(read(folder))


def examine(ledgers: dict[str, Ledger]) -> Verification:
    """The same for databases that have been read already."""
    rosters = Rosters(ledgers)
    verdicts = Counter(row["verdict"] for ledger in ledgers.values() for row in ledger.journal if row["author"] == ledger.name)
    return Verification(
        instances=len(ledgers), cases=len(rosters.openings), decisions=sum(len(ledger.outbox) for ledger in ledgers.values()),
        removed=sum(row["state"] == "removed" for ledger in ledgers.values() for row in ledger.outbox),
        verdicts=dict(sorted(verdicts.items())),
        lost=list(_lost(ledgers, rosters)), twice=list(_twice(ledgers.values())), differing=list(_differing(ledgers, rosters)),
        parked=[f"{one.name} has {one.parked} parked records" for one in ledgers.values() if one.parked],
        aside=list(_aside(ledgers.values())),
        unreadable=list(_unreadable(ledgers.values())),
        statistics=list(_statistics(ledgers.values())),
    )  # fmt: skip


def _lost(ledgers: dict[str, Ledger], rosters: Rosters) -> Iterator[str]:
    for author in ledgers.values():
        for decision in author.outbox:
            if decision["state"] == "removed":
                continue
            name = f"{author.name}'s {decision['type']} ({decision['key'][:8]})"
            settled = author.settling.get(decision["key"], [])
            if len(settled) != 1:
                waits = ": it still waits for the bus" if decision["state"] == "waiting" else ""
                yield f"{name} has {len(settled)} settling records at its author{waits}"
            elif decision["state"] == "waiting" or decision["verdict"] != settled[0]["verdict"]:
                yield f"{name} is {decision['verdict'] or 'waiting'} in its author's outbox and {settled[0]['verdict']} in its journal"
            else:
                yield from (f"{name} {fault}" for fault in _elsewhere(settled[0], ledgers, rosters))


def _elsewhere(row: Row, ledgers: dict[str, Ledger], rosters: Rosters) -> Iterator[str]:
    cited = rosters.cited(row)
    if cited is None:
        yield f"cites roster {row['roster']}, which the lead's journal does not tell"
        return
    yield from (
        f"went to {agency}, of which there is no database" for agency in sorted(cited - {ledger.agency for ledger in ledgers.values()})
    )
    for reader in ledgers.values():
        reads = reader.service in ("assistance", "referral") or reader.name == rosters.opened_by(row["case"])
        if reader.agency in cited and reads and (fault := _judged(row, reader)):
            yield fault


def _judged(row: Row, reader: Ledger) -> str:
    there = reader.by_event.get(row["event"])
    if there is None:
        return f"is missing at {reader.name}"
    verdict = there["verdict"]
    if verdict == "in checkpoint":
        verdict = reader.told.get(row["case"], {}).get(row["key"], "unknown to its checkpoint")
    if there["key"] != row["key"]:
        return f"has another key at {reader.name}"
    return "" if verdict == row["verdict"] else f"is {verdict} at {reader.name} and {row['verdict']} at its author"


def _twice(ledgers: Iterable[Ledger]) -> Iterator[str]:
    for ledger in ledgers:
        for key, rows in ledger.settling.items():
            if key and len(rows) > 1:
                yield f"{rows[0]['author']}'s {rows[0]['type']} ({key[:8]}) is settled {len(rows)} times at {ledger.name}"


def _differing(ledgers: dict[str, Ledger], rosters: Rosters) -> Iterator[str]:
    for case, lead in rosters.leads.items():
        law = ledgers[f"referral.{lead}"].in_force(case) if f"referral.{lead}" in ledgers else None
        if law is None:
            yield f"the lead {lead} has no picture of case {case}"
            continue
        members = {m["agency"] for m in law["members"]}
        for ledger in ledgers.values():
            reads = ledger.service in ("assistance", "referral") or ledger.name == rosters.opened_by(case)
            if not reads or ledger.agency not in members:
                continue
            picture = ledger.in_force(case)
            if picture is None:
                yield f"{ledger.name} is a member of case {case} and has no picture of it"
            elif json.dumps(picture) != json.dumps(law):  # Orders count too: hand-offs and settled decisions lie as on the log.
                yield f"{ledger.name} and referral.{lead} differ in case {case}: {', '.join(_where(picture, law))}"


def _where(one: Row, other: Row) -> list[str]:
    return [name for name in one if json.dumps(one[name]) != json.dumps(other.get(name))]


def _aside(ledgers: Iterable[Ledger]) -> Iterator[str]:
    for ledger in ledgers:
        rows = (row for row in ledger.journal if row["verdict"] == SET_ASIDE)
        yield from (f"{ledger.name} has set {row['author']}'s {row['type']} ({row['key'][:8]}) of case {row['case']} aside" for row in rows)


def _unreadable(ledgers: Iterable[Ledger]) -> Iterator[str]:
    for ledger in ledgers:
        yield from (f"{ledger.name} could not read {row['event'][:8]}" for row in ledger.journal if row["verdict"] == "unreadable")


def _statistics(ledgers: Iterable[Ledger]) -> Iterator[str]:
    said = {record for ledger in ledgers for record in ledger.statistics}
    for ledger in ledgers:
        if unsent := sum(not done for done in ledger.statistics.values()):
            yield f"{ledger.name} has {unsent} statistical records that are not on the bus"
        if ledger.service == "reporting":
            if missing := len(said - set(ledger.facts)):
                yield f"{ledger.name} lacks {missing} statistical records"
            if unknown := len(set(ledger.facts) - said):
                yield f"{ledger.name} has {unknown} facts that no lead has sent"
            if often := sum(n > 1 for n in ledger.facts.values()):
                yield f"{ledger.name} has {often} statistical records more than once"


def run(folder: Path, console: Console) -> int:
    """Print what was counted and what is wrong; 1 where anything is."""
    found = verify(folder)
    table = Table("counted", "", title=f"{folder}", title_justify="left")
    for name in ("instances", "cases", "decisions", "removed"):
        table.add_row(name, str(getattr(found, name)))
    for verdict, n in found.verdicts.items():
        table.add_row(f"records {verdict}{'' if verdict in SETTLING else ' (settles nothing)'}", str(n))
    for kind, sentences in found.wrong.items():
        table.add_row(kind, f"[red]{len(sentences)}[/]" if sentences else "0")
    console.print(table)
    for kind, sentences in found.wrong.items():
        for sentence in sentences[:SHOWN]:
            console.print(f"{kind}: {sentence}", markup=False, soft_wrap=True)
        if len(sentences) > SHOWN:
            console.print(f"{kind}: and {len(sentences) - SHOWN} more")
    return 0 if found.ok else 1
