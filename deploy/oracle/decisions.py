"""What became of every decision: settled exactly once, in order, or ended with a reason."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping

from deploy.oracle.law import CaseLaw
from deploy.oracle.rows import Row, Rows, facts
from deploy.oracle.sentence import Sentence, decision

USUAL = 3
"""The turn of a decision that goes in the order in which it was made; openings, withdrawals and checkpoints go before."""
RECEIPT, COVER = "receipt.given.v1", "cover.sent.v1"
LETTERS = (RECEIPT, "erasure.asked.v1", COVER)
Laws = Mapping[str, CaseLaw]


def lost(there: Mapping[str, Rows], found: Laws) -> Iterator[str]:
    """Committed decisions without exactly one settling record, here and at every member of the roster that it cites."""
    for author in there.values():
        for row in author.outbox:
            if row["state"] != "removed":
                yield from _unsettled(author, row, there, found)


def _unsettled(author: Rows, row: Row, there: Mapping[str, Rows], found: Laws) -> Iterator[str]:
    name = decision(author.name, row["type"], row["key"])
    settled = author.settling.get(row["key"], [])
    if len(settled) != 1 and row["state"] == "waiting":
        yield Sentence("%(decision)s has %(n)s settling records at its author: it still waits for the bus", decision=name, n=len(settled))
    elif len(settled) != 1:
        yield Sentence("%(decision)s has %(n)s settling records at its author", decision=name, n=len(settled))
    elif row["state"] == "waiting" or row["verdict"] != settled[0]["verdict"]:
        yield Sentence(
            "%(decision)s is %(outbox)s in its author's outbox and %(journal)s in its journal",
            decision=name, outbox=row["verdict"] or "waiting", journal=settled[0]["verdict"],
        )  # fmt: skip
    else:
        yield from _elsewhere(name, settled[0], there, found)


def _missing(name: Sentence, reader: Rows) -> Sentence:
    return Sentence("%(decision)s is missing at %(instance)s", decision=name, instance=reader.name)


def _letter(name: Sentence, row: Row, there: Mapping[str, Rows]) -> Iterator[str]:
    """A letter, outside of a case, is for the agency that it names: a receipt for who asks there, the rest for all who may act."""
    if row["type"] == COVER:
        return  # to its author alone
    readers = ("referral",) if row["type"] == RECEIPT else ("referral", "assistance")
    to = facts(row)["to"]
    yield from (_missing(name, r) for r in there.values() if r.agency == to and r.service in readers and row["event"] not in r.by_event)


def _elsewhere(name: Sentence, row: Row, there: Mapping[str, Rows], found: Laws) -> Iterator[str]:
    if row["type"] in LETTERS and facts(row)["about"] != row["case"]:
        yield from _letter(name, row, there)
        return
    law = found.get(row["case"])
    if law is None or max(1, row["roster"]) > len(law.versions):
        yield Sentence("%(decision)s cites roster %(n)s, which the lead's journal does not tell", decision=name, n=row["roster"])
        return
    cited = {a for a in law.versions[max(1, row["roster"]) - 1].members if not a.startswith("confidential:")}  # the lead stands for those
    if row["type"] == "checkpoint.set.v1":  # It may cite a roster that is not in force any more: who has left need not take it.
        cited = cited & law.after(row["place"]).keys()
    agencies = {rows.agency for rows in there.values()}
    for agency in sorted(cited - agencies):
        yield Sentence("%(decision)s went to %(agency)s, of which there is no database", decision=name, agency=agency)
    for reader in there.values():
        if reader.agency in cited and law.reads(reader.name) and (fault := _judged(name, row, reader, law)):
            yield fault


def _judged(name: Sentence, row: Row, reader: Rows, law: CaseLaw) -> str:
    at = reader.by_event.get(row["event"])
    if at is None and not law.given_anew(reader, row["place"]):
        return _missing(name, reader)
    verdict = at["verdict"] if at else "in checkpoint"
    if verdict == "in checkpoint":
        verdict = reader.told(row["case"], law.leads).get(row["key"], Sentence("unknown to its checkpoint"))
    if at and at["key"] != row["key"]:
        return Sentence("%(decision)s has another key at %(instance)s", decision=name, instance=reader.name)
    if verdict == row["verdict"]:
        return ""
    return Sentence(
        "%(decision)s is %(verdict)s at %(instance)s and %(other)s at its author",
        decision=name, verdict=verdict, instance=reader.name, other=row["verdict"],
    )  # fmt: skip


def broken_promises(there: Mapping[str, Rows], found: Laws, promised: Mapping[str, str], undone: Collection[str]) -> Iterator[str]:
    """Decisions that were confirmed to a person as stored, and of which neither the log nor the instance's outbox knows."""
    settled = {key for law in found.values() for key in law.settled}
    ended = {row["key"] for rows in there.values() for row in rows.outbox}
    for key, instance in promised.items():
        if key not in settled and key not in ended and key not in undone:
            yield Sentence("%(instance)s had promised %(key)s, and nobody knows of it", instance=instance, key=key[:8])


def twice(there: Iterable[Rows]) -> Iterator[str]:
    """Decisions that are settled more than once at one instance."""
    for rows in there:
        for key, settling in rows.settling.items():
            if key and len(settling) > 1:
                yield Sentence(
                    "%(decision)s is settled %(n)s times at %(instance)s",
                    decision=decision(settling[0]["author"], settling[0]["type"], key), n=len(settling), instance=rows.name,
                )  # fmt: skip


def though_removed(there: Mapping[str, Rows], found: Laws, undone: Collection[str]) -> Iterator[str]:
    """Decisions that ended with their author's removal and count all the same, or that ended though it was never removed."""
    for rows in there.values():
        for row in (r for r in rows.outbox if r["state"] == "removed"):
            law = found.get(row["case"])
            name = decision(rows.name, row["type"], row["key"])
            if law and row["key"] in law.settled and row["key"] not in undone:
                yield Sentence("%(decision)s ended with the removal of its author and lies settled on the log", decision=name)
            if law is None or all(rows.agency in v.members for v in law.versions):
                yield Sentence("%(decision)s ended as removed, but its author was in the case all along", decision=name)


def stuck(there: Mapping[str, Rows], found: Laws) -> Iterator[str]:
    """Members that wait for a checkpoint still."""
    for rows in there.values():
        for case, view in rows.views.items():
            if view["since"] is not None and case in found and rows.agency in found[case].now:
                yield Sentence(
                    "%(instance)s waits for a checkpoint of case %(case)s since place %(place)s",
                    instance=rows.name, case=case[:8], place=view["since"],
                )  # fmt: skip


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
                yield Sentence(
                    "%(instance)s's decisions in case %(case)s lie in the order %(places)s", instance=rows.name, case=case[:8], places=run
                )


def aside(there: Iterable[Rows]) -> Iterator[str]:
    """Records that an instance went on without."""
    for rows in there:
        for row in (r for r in rows.journal if r["verdict"] == "set aside"):
            yield Sentence(
                "%(instance)s has set %(decision)s of case %(case)s aside",
                instance=rows.name, decision=decision(row["author"], row["type"], row["key"]), case=row["case"],
            )  # fmt: skip


def unreadable(there: Iterable[Rows]) -> Iterator[str]:
    """Records that an instance could not read: one sentence for each reason, since somebody may have laid thousands."""
    for rows in there:
        found: dict[str, list[Row]] = {}
        for row in rows.journal:
            if row["verdict"] == "unreadable":
                found.setdefault(str(json.loads(row["body"]).get("reason", "")), []).append(row)
        for reason, those in found.items():
            where = f"{those[0]['partition']}:{those[0]['place']}" + (f": {reason}" if reason else "")
            yield Sentence(
                "%(instance)s could not read %(n)s records, the first at %(place)s", instance=rows.name, n=len(those), place=where
            )


def statistics(there: Iterable[Rows]) -> Iterator[str]:
    """Statistical records that are not on the bus, or not at reporting exactly once. One that waits for its batch is no fault."""
    every = list(there)
    said = {record for rows in every for record in rows.statistics}
    due = said - {record for rows in every for record in rows.unbatched}
    for rows in every:
        if unsent := sum(not done for record, done in rows.statistics.items() if record not in rows.unbatched):
            yield Sentence("%(instance)s has %(n)s statistical records that are not on the bus", instance=rows.name, n=unsent)
        if rows.service == "reporting":
            if missing := len(due - set(rows.facts)):
                yield Sentence("%(instance)s lacks %(n)s statistical records", instance=rows.name, n=missing)
            if unknown := len(set(rows.facts) - said):
                yield Sentence("%(instance)s has %(n)s facts that no lead has sent", instance=rows.name, n=unknown)
            if often := sum(n > 1 for n in rows.facts.values()):
                yield Sentence("%(instance)s has %(n)s statistical records more than once", instance=rows.name, n=often)
