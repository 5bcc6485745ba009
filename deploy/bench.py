"""`./nrm bench`: figures taken side by side in one run, as ratios, because absolute ones move with the machine."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from rich.console import Console
from rich.table import Table

from deploy.brokers import open_broker
from deploy.brokers.topics import ensure_topics
from deploy.serve import COUNTRIES, service
from shared.protocol.vocabulary import AgeBand, Need
from shared.runtime.bus import Bus
from shared.runtime.codec import STATISTICS
from shared.runtime.country import Country, load
from shared.runtime.door import Transactions
from shared.runtime.instance import Running
from shared.runtime.timing import WallClock

BODY = b"x" * 800
HOPS = 200


def run(cases: int, console: Console) -> int:
    """Measure on a fresh Kafka and fresh databases; print the figures. The exit status is always 0: this judges nothing."""
    home = Path(tempfile.mkdtemp(prefix="nrm-bench-"))
    broker = open_broker(home / "kafka", None, console.print)
    try:
        console.print(asyncio.run(_all(broker.bus, home, cases)))
    finally:
        broker.stop()
        shutil.rmtree(home, ignore_errors=True)
    return 0


async def _all(bus: Bus, home: Path, cases: int) -> Table:
    await ensure_topics(bus)
    raw_rate = await _raw_rate(bus.servers, 20_000)
    raw_hop = await _raw_hops(bus.servers)
    rate, hops = await _services(bus, home, cases)
    table = Table("what", "figure", "against", "ratio", title="side by side in this run")
    table.add_row("raw consume → produce, no database", f"{raw_rate:,.0f} /s", "", "1.00")
    table.add_row(
        f"report → lead → echo, SQLite with fsync, {cases} cases", f"{rate:,.0f} events applied /s", "raw", f"{rate / raw_rate:.3f}"
    )
    for name, nth in (("p50", 0.5), ("p99", 0.99)):
        ours, raw = _percentile(hops, nth), _percentile(raw_hop, nth)
        table.add_row(
            f"decided here → applied there, {name}",
            f"{ours * 1000:.1f} ms",
            f"raw send → received {raw * 1000:.1f} ms",
            f"{ours / raw:.1f}",
        )
    return table


def _percentile(seconds: list[float], nth: float) -> float:
    return median(seconds) if nth == 0.5 else quantiles(seconds, n=100)[round(nth * 100) - 1]


async def _raw_rate(bootstrap: str, n: int) -> float:
    """Events a second of a plain aiokafka loop: read a poll, send each on."""
    producer: Any = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    consumer = await _consumer(bootstrap)
    await producer.start()
    for _ in range(n):
        await producer.send(STATISTICS, BODY)
    await producer.flush()
    got, started = 0, time.perf_counter()
    while got < n:
        polled: dict[Any, list[Any]] = await consumer.getmany(timeout_ms=1000, max_records=500)
        records = [r for run in polled.values() for r in run]
        for record in records:
            await producer.send(STATISTICS, record.value)
        got += len(records)
    await producer.flush()
    took = time.perf_counter() - started
    await producer.stop()
    await consumer.stop()
    return n / took


async def _consumer(bootstrap: str) -> Any:
    consumer: Any = AIOKafkaConsumer(STATISTICS, bootstrap_servers=bootstrap, auto_offset_reset="latest")
    await consumer.start()
    await consumer.seek_to_end()
    for part in consumer.assignment():
        await consumer.position(part)
    return consumer


async def _raw_hops(bootstrap: str) -> list[float]:
    """Seconds from sending to receiving in the same loop, one record at a time."""
    producer: Any = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    consumer = await _consumer(bootstrap)
    await producer.start()
    hops: list[float] = []
    for _ in range(HOPS):
        started = time.perf_counter()
        await producer.send(STATISTICS, BODY)
        await consumer.getone()
        hops.append(time.perf_counter() - started)
    await producer.stop()
    await consumer.stop()
    return hops


async def _services(bus: Bus, home: Path, cases: int) -> tuple[float, list[float]]:
    """(events applied a second over two instances, seconds from a decision to its being applied at the lead)."""
    from services.intake.handlers import FileReport, file_report

    country = load(COUNTRIES / "serbia.toml")
    intake, lead = _door(country, home, "intake", "rs-ir"), _door(country, home, "referral", country.lead)
    changed, loop = asyncio.Event(), asyncio.get_running_loop()
    intake.changed = lead.changed = lambda: loop.call_soon_threadsafe(changed.set)
    running = Running([intake, lead], bus, 4)
    await running.start()
    report = FileReport(danger=False, consent=True, age=AgeBand.ADULT, needs=(Need.LEGAL,))

    async def decide() -> str:
        return (await intake.decide(file_report, report, form=uuid4().hex, officer="bench")).case

    hops: list[float] = []
    for _ in range(HOPS):
        started = time.perf_counter()
        case = await decide()
        await _until(lambda case=case: lead.view_of(case).case is not None, changed)
        hops.append(time.perf_counter() - started)
        await _until(lambda: not len(lead.outgoing) and not len(intake.outgoing), changed)  # what the case before left to do
    before, started = sum(_read(d) for d in (intake, lead)), time.perf_counter()
    for _ in range(cases):
        await decide()
    await _until(lambda: not len(intake.outgoing) and not len(lead.outgoing), changed)
    took = time.perf_counter() - started
    rate = (sum(_read(d) for d in (intake, lead)) - before) / took
    await running.stop()
    return rate, hops


def _door(country: Country, home: Path, name: str, agency: str) -> Transactions:
    return Transactions(service(name), agency, country, f"sqlite:///{home}/{name}.{agency}.db", WallClock())


def _read(door: Transactions) -> int:
    return sum(at.next for at in door.positions.now.values())


async def _until(check: Callable[[], bool], changed: asyncio.Event) -> None:
    while not check():
        changed.clear()
        if not check():
            await changed.wait()
