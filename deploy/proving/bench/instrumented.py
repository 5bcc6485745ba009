"""What instrumentation costs: the lead's instance reads one log with spans, histograms and their delivery, and without any, in pairs.

Judged by processor seconds of this process for each record, which stay as they are while other programs take the processors; records a
second by the clock stand beside. The two of a pair come right behind each other, in the other order each time: what changes slowly on a
machine changes for both. The figure is the median of the pairs, and the spread is told.
"""

import asyncio
import gzip
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from statistics import median
from typing import Any, NamedTuple

from prometheus_client import CollectorRegistry
from sqlmodel import Session

from deploy.proving.bench.lab import Lab, read, running, until
from deploy.proving.bench.rows import BenchRow, at_least
from shared.config.country import Country
from shared.observability.exporter import Shipper
from shared.observability.otlp_encoding import request
from shared.observability.span_delivery import Marks
from shared.processing import apply
from shared.processing.instance import Instance
from shared.web.admin.handoff_metrics import Durations, histogram

PAIRS = 6
SHARE = 0.9
"""Of the throughput without instrumentation, at least."""
LOOKS = 15.0
"""Seconds between two scrapes, as in production; one more comes at the end of each reading."""


class ReadCost(NamedTuple):
    """What it took to read the log once, for each record."""

    seconds: float
    processor: float
    """Seconds of all threads of this process; the broker is another."""


class _Packed:
    """Does all the work of sending but the sending."""

    def send(self, bodies: Sequence[Mapping[str, Any]], country: Country) -> bool:
        """Encode and compress, as OTLP over HTTP does."""
        return bool(gzip.compress(request(bodies, country).SerializeToString()))

    def shutdown(self) -> None:
        """Nothing is held."""


async def measure(lab: Lab) -> list[BenchRow]:
    """Reports and what followed from them lie on the log; who reads them anew writes down what it writes down."""
    await lab.lay(lab.size(1500, 150))
    await _read(lab, instrumented=True)  # says what follows, which the others read
    pairs = [await _pair(lab, instrumented_first=bool(n % 2)) for n in range(PAIRS)]
    return [row(pairs)]


def row(pairs: Sequence[tuple[ReadCost, ReadCost]]) -> BenchRow:
    """Of pairs of readings with instrumentation and without."""
    shares = [bare.processor / ours.processor for ours, bare in pairs]
    by_clock = [bare.seconds / ours.seconds for ours, bare in pairs]
    ours, bare = (median(1 / one[n].processor for one in pairs) for n in (0, 1))
    said = (
        f"without {bare:,.0f}; pairs {min(shares):.2f} to {max(shares):.2f}; by the clock {median(by_clock):.2f}, {min(by_clock):.2f} to "
    )
    figure = f"{ours:,.0f} applied per processor second"
    return at_least("pipeline with spans, their delivery and metrics", figure, f"{said}{max(by_clock):.2f}", median(shares), SHARE)


async def _pair(lab: Lab, *, instrumented_first: bool) -> tuple[ReadCost, ReadCost]:
    found = {which: await _read(lab, instrumented=which) for which in (instrumented_first, not instrumented_first)}
    return found[True], found[False]


async def _read(lab: Lab, *, instrumented: bool) -> ReadCost:
    lead = lab.lead()
    beside = [asyncio.create_task(job) for job in (_scraped(lead), _shipped(lead))] if instrumented else []
    with _spans(derived=instrumented):
        async with running(lab, lead) as changed:
            started, processor = time.perf_counter(), time.process_time()
            await until(lambda: lead.caught_up and not len(lead.outgoing), changed)
            number, seconds = read([lead]), time.perf_counter() - started
            if instrumented:
                await until(lambda: _delivered(lead), changed)  # what is sent behind costs as much
                await asyncio.to_thread(Durations([lead], histogram(CollectorRegistry())).update)
            took = ReadCost(seconds / number, (time.process_time() - processor) / number)
    for task in beside:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return took


def _delivered(lead: Instance) -> bool:
    with Session(lead.engine) as session:
        return not Marks().left(session)


@contextmanager
def _spans(*, derived: bool) -> Generator[None]:
    """Whether spans are derived from what counted: there is no setting for that, since nobody should switch it off."""
    before = apply.spans_of
    if not derived:
        apply.spans_of = _none
    try:
        yield
    finally:
        apply.spans_of = before


def _none(*_arguments: object) -> list[dict[str, Any]]:
    return []


async def _scraped(lead: Instance) -> None:
    durations = Durations([lead], histogram(CollectorRegistry()))
    while True:
        await asyncio.sleep(LOOKS)
        await asyncio.to_thread(durations.update)


async def _shipped(lead: Instance) -> None:
    await Shipper([lead], _Packed(), Marks()).run()
