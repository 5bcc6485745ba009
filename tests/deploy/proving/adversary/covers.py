"""What could cover side cases (docs/adr/0026), done to a month in which records look alike: nothing of it is built."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from uuid import UUID

from deploy.proving.adversary.evidence import Evidence
from deploy.proving.adversary.truth import Truth
from deploy.proving.adversary.view import BrokerView, StoredRecord
from shared.records.codec import TOPIC
from tests.deploy.proving.adversary.measures import protected

CHANNEL = "11111111-1111-4111-8111-111111111111"
LAG = (8, 55)
"""Milliseconds from a record of the confidential agency to what the lead says of it in the main case: two hops."""


@dataclass(frozen=True)
class Covered:
    """A month under some cover, and what that costs."""

    evidence: Evidence
    more: int
    """Records that would not be there without it."""


def _key(draw: Random) -> str:
    return str(UUID(int=draw.getrandbits(128), version=4))


def decoys(month: Evidence) -> Covered:
    """A decoy side case for each case that has none: what another case's real one did, after this case's opening, and its mirror here."""
    draw, view, truth = Random(1), protected(month.view), month.truth
    cases, patterns, added = view.cases, list(truth.sides.items()), list[StoredRecord]()
    for case in sorted(month.times.keys() - truth.sides.keys() - set(truth.sides.values())):
        side, main = draw.choice(patterns)
        shift, key = cases[case][0].at - cases[main][0].at, _key(draw).encode()
        added += [replace(r, at=r.at + shift, key=key) for r in cases[side]]
        added += [replace(r, at=r.at + shift, key=case.encode()) for r in _mirrors(cases[side], cases[main])]
    real = {r.key.decode() for r in added} | truth.cases
    return Covered(Evidence(BrokerView(_placed(view.records, added)), replace(truth, cases=real)), len(added))


def _mirrors(side: list[StoredRecord], main: list[StoredRecord]) -> list[StoredRecord]:
    """The records of the main case that go with those of its side case."""
    return [r for r in main if any(abs(r.at - s.at) < 2_000 for s in side)]


def channel(month: Evidence, *, also: float = 0) -> Covered:
    """One standing channel for the confidential agency, in which all that it says lies; `also`: cover records a day at random times."""
    view = protected(month.view)
    records = [_in_channel(r, month.truth) for r in view.records]
    start, end = min(r.at for r in records if r.topic == TOPIC), max(r.at for r in records)
    draw, added, at = Random(1), list[StoredRecord](), float(start)
    template = next(r for r in records if r.topic == TOPIC and r.key)
    while also and at < end:
        at += draw.expovariate(also / 86_400_000)
        added.append(replace(template, at=int(at), key=CHANNEL.encode()))
    return _with_channel(month, records, added)


def accompanied(month: Evidence) -> Covered:
    """The same channel, and in it a cover record beside each record of the lead in any case, so long before it as the agency's would be."""
    records = [_in_channel(r, month.truth) for r in protected(month.view).records]
    draw, lead = Random(1), {p for p, event in month.truth.events.items() if event.author.startswith("referral.")}
    sides = {r.at for r in records if r.key == CHANNEL.encode()}
    added = list(_beside(draw, [r for r in records if r.topic == TOPIC and (r.partition, r.offset) in lead and r.key != CHANNEL.encode()]))
    return _with_channel(month, records, [r for r in added if r.at not in sides])


def _beside(draw: Random, records: list[StoredRecord]) -> Iterator[StoredRecord]:
    for record in records:
        yield replace(record, at=record.at - draw.randint(*LAG), key=CHANNEL.encode())


def _in_channel(record: StoredRecord, truth: Truth) -> StoredRecord:
    return replace(record, key=CHANNEL.encode()) if record.topic == TOPIC and record.key.decode(errors="replace") in truth.sides else record


def _with_channel(month: Evidence, records: list[StoredRecord], added: list[StoredRecord]) -> Covered:
    sides = set(month.truth.sides.values())
    truth = replace(month.truth, cases=month.truth.cases - month.truth.sides.keys(), sides={f"{CHANNEL} {main}": main for main in sides})
    return Covered(Evidence(BrokerView([*records, *_placed([], added)]), truth), len(added))


def _placed(records: list[StoredRecord], added: list[StoredRecord]) -> list[StoredRecord]:
    """Cover has places of its own, of which the truth knows nothing."""
    return [*records, *(replace(r, offset=1_000_000 + n, batch=1_000_000 + n, sent=0) for n, r in enumerate(added))]
