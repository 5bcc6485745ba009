"""What became of every decision: settled exactly once, in order, or ended with a reason."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping

from deploy.oracle.law import CaseLaw
from deploy.oracle.rows import Row, Rows, facts

USUAL = 3
"""The turn of a decision that goes in the order in which it was made; openings, withdrawals and checkpoints go before."""
RECEIPT, COVER = "receipt.given.v1", "cover.sent.v1"
LETTERS = (RECEIPT, "erasure.asked.v1", COVER)
Laws = Mapping[str, CaseLaw]


def lost(there: Mapping[str, Rows], found: Laws) -> Iterator[str]:
    """Committed decisions without exactly one settling record, here and at every member of the roster that it cites."""
    for author in there.values():
        for decision in author.outbox:
            if decision["state"] != "removed":
                yield from _unsettled(author, decision, there, found)


def _unsettled(author: Rows, decision: Row, there: Mapping[str, Rows], found: Laws) -> Iterator[str]:
    name = f"{author.name}'s {decision['type']} ({decision['key'][:8]})"
    settled = author.settling.get(decision["key"], [])
    if len(settled) != 1:
        waits = ": it still waits for the bus" if decision["state"] == "waiting" else ""
        yield f"{name} has {len(settled)} settling records at its author{waits}"
    elif decision["state"] == "waiting" or decision["verdict"] != settled[0]["verdict"]:
        yield f"{name} is {decision['verdict'] or 'waiting'} in its author's outbox and {settled[0]['verdict']} in its journal"
    else:
        yield from (f"{name} {fault}" for fault in _elsewhere(settled[0], there, found))


def _letter(row: Row, there: Mapping[str, Rows]) -> Iterator[str]:
    """A letter, outside of a case, is for the agency that it names: a receipt for who asks there, the rest for all who may act."""
    if row["type"] == COVER:
        return  # to its author alone
    readers = ("referral",) if row["type"] == RECEIPT else ("referral", "assistance")
    to = facts(row)["to"]
    yield from (
        f"is missing at {r.name}" for r in there.values() if r.agency == to and r.service in readers and row["event"] not in r.by_event
    )


def _elsewhere(row: Row, there: Mapping[str, Rows], found: Laws) -> Iterator[str]:
    if row["type"] in LETTERS and facts(row)["about"] != row["case"]:
        yield from _letter(row, there)
        return
    law = found.get(row["case"])
    if law is None or max(1, row["roster"]) > len(law.versions):
        yield f"cites roster {row['roster']}, which the lead's journal does not tell"
        return
    cited = {a for a in law.versions[max(1, row["roster"]) - 1].members if not a.startswith("confidential:")}  # the lead stands for those
    if row["type"] == "checkpoint.set.v1":  # It may cite a roster that is not in force any more: who has left need not take it.
        cited = cited & law.after(row["place"]).keys()
    agencies = {rows.agency for rows in there.values()}
    yield from (f"went to {agency}, of which there is no database" for agency in sorted(cited - agencies))
    for reader in there.values():
        if reader.agency in cited and law.reads(reader.name) and (fault := _judged(row, reader, law)):
            yield fault


def _judged(row: Row, reader: Rows, law: CaseLaw) -> str:
    at = reader.by_event.get(row["event"])
    if at is None and not law.given_anew(reader, row["place"]):
        return f"is missing at {reader.name}"
    verdict = at["verdict"] if at else "in checkpoint"
    if verdict == "in checkpoint":
        verdict = reader.told(row["case"], law.leads).get(row["key"], "unknown to its checkpoint")
    if at and at["key"] != row["key"]:
        return f"has another key at {reader.name}"
    return "" if verdict == row["verdict"] else f"is {verdict} at {reader.name} and {row['verdict']} at its author"


def broken_promises(there: Mapping[str, Rows], found: Laws, promised: Mapping[str, str], undone: Collection[str]) -> Iterator[str]:
    """Decisions that were confirmed to a person as stored, and of which neither the log nor the instance's outbox knows."""
    settled = {key for law in found.values() for key in law.settled}
    ended = {row["key"] for rows in there.values() for row in rows.outbox}
    for key, instance in promised.items():
        if key not in settled and key not in ended and key not in undone:
            yield f"{instance} had promised {key[:8]}, and nobody knows of it"


def twice(there: Iterable[Rows]) -> Iterator[str]:
    """Decisions that are settled more than once at one instance."""
    for rows in there:
        for key, settling in rows.settling.items():
            if key and len(settling) > 1:
                yield f"{settling[0]['author']}'s {settling[0]['type']} ({key[:8]}) is settled {len(settling)} times at {rows.name}"


def though_removed(there: Mapping[str, Rows], found: Laws, undone: Collection[str]) -> Iterator[str]:
    """Decisions that ended with their author's removal and count all the same, or that ended though it was never removed."""
    for rows in there.values():
        for row in (r for r in rows.outbox if r["state"] == "removed"):
            law = found.get(row["case"])
            name = f"{rows.name}'s {row['type']} ({row['key'][:8]})"
            if law and row["key"] in law.settled and row["key"] not in undone:
                yield f"{name} ended with the removal of its author and lies settled on the log"
            if law is None or all(rows.agency in v.members for v in law.versions):
                yield f"{name} ended as removed, but its author was in the case all along"


def stuck(there: Mapping[str, Rows], found: Laws) -> Iterator[str]:
    """Members that wait for a checkpoint still."""
    for rows in there.values():
        for case, view in rows.views.items():
            if view["since"] is not None and case in found and rows.agency in found[case].now:
                yield f"{rows.name} waits for a checkpoint of case {case[:8]} since place {view['since']}"


def disordered(there: Iterable[Rows], found: Laws, undone: Collection[str]) -> Iterator[str]:
    """Cases in which an author's decisions lie on the log in another order than they were made. A checkpoint goes first."""
    for rows in there:
        places: dict[str, list[int]] = {}
        for row in rows.outbox:
            law = found.get(row["case"])
            if law and row["key"] in law.settled and row["turn"] == USUAL and row["key"] not in undone:
                places.setdefault(row["case"], []).append(law.settled[row["key"]].place)
        for case, run in places.items():
            if run != sorted(run):
                yield f"{rows.name}'s decisions in case {case[:8]} lie in the order {run}"


def aside(there: Iterable[Rows]) -> Iterator[str]:
    """Records that an instance went on without."""
    for rows in there:
        for row in (r for r in rows.journal if r["verdict"] == "set aside"):
            yield f"{rows.name} has set {row['author']}'s {row['type']} ({row['key'][:8]}) of case {row['case']} aside"


def unreadable(there: Iterable[Rows]) -> Iterator[str]:
    """Records that an instance could not read: one sentence for each reason, since somebody may have laid thousands."""
    for rows in there:
        found: dict[str, list[Row]] = {}
        for row in rows.journal:
            if row["verdict"] == "unreadable":
                found.setdefault(str(json.loads(row["body"]).get("reason", "")), []).append(row)
        for reason, those in found.items():
            first, why = those[0], f": {reason}" if reason else ""
            yield f"{rows.name} could not read {len(those)} records, the first at {first['partition']}:{first['place']}{why}"


def statistics(there: Iterable[Rows]) -> Iterator[str]:
    """Statistical records that are not on the bus, or not at reporting exactly once. One that waits for its batch is no fault."""
    every = list(there)
    said = {record for rows in every for record in rows.statistics}
    due = said - {record for rows in every for record in rows.unbatched}
    for rows in every:
        if unsent := sum(not done for record, done in rows.statistics.items() if record not in rows.unbatched):
            yield f"{rows.name} has {unsent} statistical records that are not on the bus"
        if rows.service == "reporting":
            if missing := len(due - set(rows.facts)):
                yield f"{rows.name} lacks {missing} statistical records"
            if unknown := len(set(rows.facts) - said):
                yield f"{rows.name} has {unknown} facts that no lead has sent"
            if often := sum(n > 1 for n in rows.facts.values()):
                yield f"{rows.name} has {often} statistical records more than once"
