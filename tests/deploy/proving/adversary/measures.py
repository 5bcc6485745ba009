"""What protects, done to a view as if a measure were in force: to see that he then finds nothing, and by what he won."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from deploy.proving.adversary.evidence import Evidence
from deploy.proving.adversary.linking import DAY, HOUR
from deploy.proving.adversary.view import BrokerView, StoredRecord
from shared.protocol.case import agency_of
from shared.records.codec import STATISTICS

Measure = Callable[[list[StoredRecord]], list[StoredRecord]]
ALIKE = b'{"id":"%b","body":"%b","parts":[%b]}' % (b"0" * 64, b"A" * 4_096, b",".join([b'"%b"' % (b"A" * 700)] * 16))
HEADERS = (("content-type", b"application/vnd.nrm.sealed+json; v=2"),)


def alike(records: list[StoredRecord]) -> list[StoredRecord]:
    """All values have one size, one number of parts, and nothing in the clear."""
    return [replace(r, value=ALIKE, headers=HEADERS) if r.topic != STATISTICS else r for r in records]


def to_the_millisecond(evidence: Evidence) -> BrokerView:
    """The other way round: each machine's clock, off by some milliseconds as clocks are, stored as the senders of before told it."""
    draw, events = Random(1), evidence.truth.events
    off = {agency: draw.randint(-40, 40) for agency in sorted({agency_of(event.author) for event in events.values()})}
    return BrokerView([
        replace(r, sent=r.at + off[agency_of(events[r.partition, r.offset].author)] - draw.randint(0, 2))
        if r.topic != STATISTICS and (r.partition, r.offset) in events
        else r
        for r in evidence.view.records
    ])  # fmt: skip


def alone(records: list[StoredRecord]) -> list[StoredRecord]:
    """Each record is a batch of its own."""
    return [replace(r, batch=r.offset) for r in records]


def delayed(records: list[StoredRecord]) -> list[StoredRecord]:
    """Statistical records lie there at noon of the next day, in random order and all alike."""
    draw = Random(1)
    return [
        replace(r, at=(r.at // DAY + 1) * DAY + 12 * HOUR + draw.randrange(60_000), sent=0, value=ALIKE) if r.topic == STATISTICS else r
        for r in records
    ]


MEASURES: dict[str, Measure] = {"sizes": alike, "batches": alone, "statistics": delayed}


def protected(view: BrokerView, but: str = "") -> BrokerView:
    """The view with all measures in force, but for one."""
    records = view.records
    for name, measure in MEASURES.items():
        records = records if name == but else measure(records)
    return BrokerView(records)


def counted_at_once(evidence: Evidence) -> Evidence:
    """Statistics as they were before batches: one for each record of a case, in the clear, a moment later, as long as its kind is."""
    draw, events, counts = Random(1), evidence.truth.events, dict[str, frozenset[str]]()
    records = [r for r in evidence.view.records if r.topic != STATISTICS]
    for case in evidence.times:
        for r in evidence.view.cases[case]:
            key = f"{r.partition} {r.offset}"
            counts[key] = frozenset({case})
            value = b"x" * (200 + len(events[r.partition, r.offset].type))
            records.append(replace(r, topic=STATISTICS, at=r.at + draw.randint(10, 60), key=key.encode(), value=value))
    return Evidence(BrokerView(records), replace(evidence.truth, statistics=counts))
