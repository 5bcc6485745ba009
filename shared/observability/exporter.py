"""Traces on their way out: span rows go to the operators' process by OTLP; a decision by HTTP leaves a short span linked to its case.

A span row is marked as sent when the other side has taken it and not before: while the operators' process is away the rows wait, the log
says so once, and `nrm_spans_unsent` shows how many. Spans of requests wait in memory only, and the oldest give way.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import Request
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Span as OpenSpan
from opentelemetry.trace import SpanKind, Tracer
from sqlmodel import Session

from shared.config.sender_tokens import shown
from shared.config.tasks import end
from shared.observability.beat import Beat, knowing
from shared.observability.open_statement import BEAT
from shared.observability.span_delivery import DeliveryLedger, Marks, destinations, handoffs
from shared.observability.span_filter import AllowList, context, readable, resource
from shared.protocol.core import decision_span, root_span
from shared.protocol.events import CaseReported
from shared.records.codec import from_json

if TYPE_CHECKING:
    from shared.decisions.decide import Receipt
    from shared.processing.instance import Instance

log: Any = structlog.get_logger("nrm.telemetry")
BATCH = 200
"""Spans in one request: some 100 KB before compression, far below what the receiver takes."""
PAUSE, LONGEST = 1.0, 30.0
"""Seconds between looks at the table, and at most between attempts while the other side is away."""
REQUESTS = 2048
"""Spans of requests that wait in memory."""


def otlp(address: str, *, direct: bool, headers: Mapping[str, str] | None = None) -> SpanExporter:
    """OpenTelemetry's exporter to an address and no other, behind the gate. `direct`: past any proxy that the environment names."""
    import requests
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # its lines quote answers; ours say what matters
    session = requests.Session()
    session.trust_env = not direct
    session.max_redirects = 0  # whoever answers there could send the spans elsewhere, and in the clear
    return AllowList(OTLPSpanExporter(address, timeout=5, compression=Compression.Gzip, session=session, headers=dict(headers or {})))


class ReceiverUnavailable(Exception):
    """The other side did not take the spans."""


class Waiting(SpanProcessor):
    """Finished spans of requests until they are sent."""

    def __init__(self) -> None:
        self.spans = deque[ReadableSpan](maxlen=REQUESTS)

    def on_end(self, span: ReadableSpan) -> None:
        """Keep it."""
        self.spans.append(span)


@dataclass
class Shipper:
    """Carries the spans of a process's instances to one destination."""

    instances: "Sequence[Instance]"
    exporter: SpanExporter
    ledger: DeliveryLedger
    pause: float = PAUSE
    requests: Waiting = field(default_factory=Waiting)
    away: bool = False
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "spans"))

    async def run(self) -> None:
        """Send what there is; wait a little, or longer and longer while the other side is away."""
        wait = self.pause
        while True:
            try:
                full = [await self.ship(instance) == BATCH for instance in self.instances]
                await self._in_thread(self._send_requests)
                self._heard()
                wait = self.pause
                if any(full):
                    continue
            except ReceiverUnavailable:
                self._unheard()
                wait = min(wait * 2, LONGEST)
            except Exception as error:  # noqa: BLE001  a database that is locked or full: the rows are still there
                log.error("spans could not be read", error=type(error).__name__)
                wait = min(wait * 2, LONGEST)
            await asyncio.sleep(wait)

    async def ship(self, instance: "Instance") -> int:
        """One batch of an instance: how many went. Raises ReceiverUnavailable; then none is marked."""
        numbers: list[int] = await self._in_thread(self._send_rows, instance)
        if numbers:
            await instance.run(lambda work: self.ledger.mark(work.session, numbers))
        return len(numbers)

    async def _in_thread(self, job: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.thread, job, *arguments)

    def _send_rows(self, instance: "Instance") -> list[int]:
        with Session(instance.engine.execution_options(reader=True)) as session:
            rows = self.ledger.unsent(session, BATCH)
        self._export([readable(from_json(body), instance.country) for _, body in rows])
        return [number for number, _ in rows]

    def _send_requests(self) -> None:
        some = [self.requests.spans.popleft() for _ in range(min(BATCH, len(self.requests.spans)))]
        try:
            self._export(some)
        except ReceiverUnavailable:
            self.requests.spans.extendleft(reversed(some))
            raise

    def _export(self, spans: Sequence[ReadableSpan]) -> None:
        if spans and self.exporter.export(spans) is not SpanExportResult.SUCCESS:
            raise ReceiverUnavailable

    def _heard(self) -> None:
        if self.away:
            log.info("spans are taken again")
        self.away = False

    def _unheard(self) -> None:
        if not self.away:
            log.warning("spans are not taken: they wait here until they are")
        self.away = True

    def close(self) -> None:
        """Break off an attempt that is waiting; what was not taken is still in the table."""
        self.exporter.shutdown()
        self.thread.shutdown(wait=False, cancel_futures=True)


class Telemetry:
    """All that a process sends by OTLP."""

    def __init__(
        self,
        instances: "Sequence[Instance]",
        operators: str,
        environment: Mapping[str, str],
        token: Path | None = None,
        pause: float = PAUSE,
    ) -> None:
        """`token` is the file with the token that the operators' process knows; a collector beside it never sees that."""
        first = instances[0]
        self.provider = TracerProvider(resource=resource("pages", first.country.watched_as(first.agency)), shutdown_on_exit=False)
        self.tracer: Tracer = self.provider.get_tracer("nrm.requests")
        self.shippers = [
            Shipper(
                instances,
                otlp(address, direct=True, headers=shown(token)) if isinstance(ledger, Marks) else otlp(address, direct=False),
                ledger,
                pause,
            )
            for address, ledger in destinations(operators, environment).items()
        ]
        for shipper in self.shippers:
            self.provider.add_span_processor(shipper.requests)
        self.beats = [Beat(knowing(instances), handoffs(operators), shown(token), pause * BEAT)] if operators else []

    def start(self) -> None:
        """Begin to send."""
        self.tasks = [asyncio.create_task(shipper.run()) for shipper in self.shippers]
        for beat in self.beats:
            beat.start()

    async def stop(self) -> None:
        """Stop; what was not taken goes at the next start."""
        await end(*self.tasks)
        for beat in self.beats:
            await beat.stop()
        for shipper in self.shippers:
            shipper.close()


@contextmanager
def request_span(tracer: Tracer, request: Request) -> Generator[OpenSpan]:
    """A short span of its own trace for a decision by HTTP: the route's template, never the address called, nor what went wrong."""
    route = getattr(request.scope.get("route"), "path", "")
    said = {"http.request.method": request.method, "http.route": route}
    with tracer.start_as_current_span(
        f"{request.method} {route}", Context(), SpanKind.SERVER, said, record_exception=False, set_status_on_exception=False
    ) as span:
        yield span


def join(span: OpenSpan, instance: "Instance", receipt: "Receipt", act: str) -> None:
    """Link a request to the span of the decision it led to, and log that it did. Looks into memory only."""
    trace, own = _address(instance, receipt.case, receipt.keys[0] if receipt.keys else "")
    if trace and own and not receipt.repeated:
        span.add_link(context(trace, own), {"nrm.link": "decision"})
    log.info("decided", act=act, repeated=receipt.repeated, case_trace=trace)


def _address(instance: "Instance", case: str, key: str) -> tuple[str, str]:
    """Trace of a case and span of a decision in it: the opening's is the root."""
    view = instance.cache.get(case)
    if view and view.case:
        trace, opening = view.case.trace, next(iter(view.case.settled), "")
    else:
        first = next((row for row in instance.outgoing.of(case) if row.type == CaseReported.TYPE), None)
        trace, opening = (first.parts["D0"]["trace"], first.key) if first else ("", "")
    return trace, root_span(trace) if key == opening else decision_span(key) if key else ""
