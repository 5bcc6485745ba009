"""What instrumentation costs: the lead's instance reads one log with spans, histograms and their delivery, and without any, in turns."""

import asyncio
import gzip
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from statistics import median
from typing import Any

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from prometheus_client import CollectorRegistry

from deploy.proving.bench.lab import Lab, read, running, until
from deploy.proving.bench.rows import BenchRow, at_least
from shared.observability.exporter import Shipper
from shared.observability.span_delivery import Marks
from shared.observability.span_filter import AllowList
from shared.processing import apply
from shared.processing.instance import Instance
from shared.web.admin.handoff_metrics import Durations, histogram

ROUNDS = 3
SHARE = 0.9
"""Of the throughput without instrumentation, at least."""
LOOKS = 1.0
"""Seconds between two scrapes: fifteen times as often as in production."""


class _Packed(SpanExporter):
    """Does all the work of sending but the sending."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Encode and compress, as OTLP over HTTP does."""
        gzip.compress(encode_spans(spans).SerializeToString())
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Nothing is held."""


async def measure(lab: Lab) -> list[BenchRow]:
    """Reports and what followed from them lie on the log; who reads them anew writes down what it writes down."""
    await lab.lay(lab.size(1500, 150))
    await _rate(lab, instrumented=True)  # says what follows, which the others read
    rates: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for instrumented in (True, False):
            rates[instrumented].append(await _rate(lab, instrumented=instrumented))
    ours, bare = median(rates[True]), median(rates[False])
    return [
        at_least("pipeline with spans, their delivery and metrics", f"{ours:,.0f} applied /s", f"without {bare:,.0f}", ours / bare, SHARE)
    ]


async def _rate(lab: Lab, *, instrumented: bool) -> float:
    lead = lab.lead()
    beside = [asyncio.create_task(job) for job in (_scraped(lead), _shipped(lead))] if instrumented else []
    with _spans(derived=instrumented):
        async with running(lab, lead) as changed:
            started = time.perf_counter()
            await until(lambda: lead.caught_up and not len(lead.outgoing), changed)
            rate = read([lead]) / (time.perf_counter() - started)
    for task in beside:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return rate


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
    await Shipper([lead], AllowList(_Packed()), Marks()).run()
