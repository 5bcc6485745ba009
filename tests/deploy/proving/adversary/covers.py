"""The cover of side cases taken out, or another in its place: the same month as it would lie there (docs/adr/0026)."""

from dataclasses import replace
from random import Random
from uuid import UUID

from deploy.proving.adversary.evidence import Evidence
from deploy.proving.adversary.view import BrokerView, StoredRecord
from shared.protocol.case import service_of
from shared.protocol.channel import in_channel
from shared.protocol.letters import CoverSent
from shared.records.codec import TOPIC


def covering(month: Evidence, record: StoredRecord) -> bool:
    """Whether this is cover."""
    event = month.truth.events.get((record.partition, record.offset))
    return record.topic == TOPIC and event is not None and event.type == CoverSent.TYPE


def bare(month: Evidence) -> Evidence:
    """A standing channel for side cases, and nothing in it but what they say."""
    return Evidence(BrokerView([r for r in month.view.records if not covering(month, r)]), month.truth)


def apart(month: Evidence) -> Evidence:
    """No channel either: each side case under a key of its own, as under protocol 1."""
    keys, sides = dict[str, str](), dict[str, str]()
    for main in sorted(set(month.truth.sides.values())):
        keys[main] = str(UUID(int=Random(main).getrandbits(128), version=4))
        sides[keys[main]] = main
    mains = month.truth.channel
    records = [
        replace(r, key=keys[mains[r.partition, r.offset]].encode()) if in_channel(r.key.decode(errors="replace")) else r
        for r in bare(month).view.records
        if r.topic != TOPIC or not in_channel(r.key.decode(errors="replace")) or (r.partition, r.offset) in mains
    ]
    return Evidence(BrokerView(records), replace(month.truth, sides=sides, cases=month.truth.cases | sides.keys(), channel={}))


def by_the_lead(month: Evidence) -> Evidence:
    """Cover beside what the lead decides alone."""
    events = month.truth.events
    kept = [
        r for r in month.view.records
        if not covering(month, r) or service_of(events[r.partition, r.offset].author) == "referral"
    ]  # fmt: skip
    return Evidence(BrokerView(kept), month.truth)


def at_random(month: Evidence, a_day: int = 1_000) -> Evidence:
    """So much cover a day at random times."""
    kept, draw = bare(month).view.records, Random(1)
    template = next(r for r in kept if r.topic == TOPIC and in_channel(r.key.decode(errors="replace")))
    times = [r.at for r in kept if r.topic == TOPIC]
    at, added = float(min(times)), list[StoredRecord]()
    while at < max(times):
        at += draw.expovariate(a_day / 86_400_000)
        place = 1_000_000 + len(added)
        added.append(replace(template, at=int(at), offset=place, batch=place))
    return Evidence(BrokerView([*kept, *added]), month.truth)
