"""One judgement over a whole country: every decision, every case at every member, every section kept."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from deploy.oracle import by_hand, chain, decisions, keeping, pictures
from deploy.oracle.judgement import Judgement
from deploy.oracle.law import CaseLaw, laws
from deploy.oracle.records import from_journals, from_topic
from deploy.oracle.rows import RawRecord, Rows
from deploy.oracle.sentence import Sentence


def judge(
    instances: Mapping[str, Rows],
    topic: Sequence[RawRecord] | None = None,
    *,
    partitions: int = 1,
    promised: Mapping[str, str] | None = None,
    undone: Collection[str] = (),
) -> Judgement:
    """Judge a country's instances that have come to rest.

    Without a `topic` the leads' journals say what lay on it. `promised`: decision key → instance, of what people were told is
    stored; `undone`: keys that a restored backup may have forgotten before anybody else knew of them.
    """
    there = dict(instances)
    records = from_journals(there) if topic is None else from_topic(topic, partitions)
    found = {law.case: law for law in laws(records, there)}
    made = Judgement(
        instances=len(there), cases=len(found), decisions=sum(len(rows.outbox) for rows in there.values()),
        removed=sum(row["state"] == "removed" for rows in there.values() for row in rows.outbox), records=len(topic or ()),
        verdicts=_verdicts(there), protocols=dict(Counter(law.opening.facts.get("protocol", 1) for law in found.values())),
        parked=[_parked(rows) for rows in there.values() if rows.parked], fenced=[_fenced(rows) for rows in there.values() if rows.fence],
    )  # fmt: skip
    made.audit += chain.broken(there.values())
    made.altered += by_hand.altered(there.values())
    _of_decisions(made, there, found, promised or {}, undone)
    _of_cases(made, there, found, whole=topic is not None)
    return made


def _parked(rows: Rows) -> Sentence:
    return Sentence("%(instance)s has %(n)s parked records", instance=rows.name, n=rows.parked)


def _fenced(rows: Rows) -> Sentence:
    return Sentence("%(instance)s has fenced itself: %(why)s", instance=rows.name, why=rows.fence)


def _verdicts(instances: Mapping[str, Rows]) -> dict[str, int]:
    said = Counter(row["verdict"] for rows in instances.values() for row in rows.journal if row["author"] == rows.name)
    return dict(sorted(said.items()))


def _of_decisions(
    made: Judgement, there: dict[str, Rows], found: dict[str, CaseLaw], promised: Mapping[str, str], undone: Collection[str]
) -> None:
    made.lost += decisions.lost(there, found)
    made.lost += decisions.broken_promises(there, found, promised, undone)
    made.twice += decisions.twice(there.values())
    made.twice += decisions.though_removed(there, found, undone)
    made.stuck += decisions.stuck(there, found)
    made.disordered += decisions.disordered(there.values(), found, undone)
    made.aside += decisions.aside(there.values())
    made.statistics += decisions.statistics(there.values())


def _of_cases(made: Judgement, there: dict[str, Rows], found: dict[str, CaseLaw], *, whole: bool) -> None:
    made.differing += pictures.verdicts(there, found)
    made.differing += pictures.heads(there, found)
    made.differing += pictures.differing(there, found)
    made.differing += pictures.duties(there.values())
    made.illegal += pictures.illegal(there, found)
    made.misplaced += keeping.misplaced(there.values(), found)
    made.lost += keeping.unfiled(there.values())
    if whole:
        made.lost += keeping.missing(there.values(), found)
    else:
        made.unreadable += decisions.unreadable(there.values())
