"""Traces on their way out: span rows go to the operators' process by OTLP; a decision by HTTP leaves a short span linked to its case.

A span row is marked as sent when the other side has taken it and not before: while the operators' process is away the rows wait, the log
says so once, and `nrm_spans_unsent` shows how many. Spans of requests join them there within a second, so a collector that was lost gets
them again, too; of a request in a side case there is none.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Tracer
from sqlmodel import Session

from shared.config.sender_tokens import shown
from shared.config.tasks import end
from shared.observability.beat import Beat, knowing
from shared.observability.open_statement import BEAT
from shared.observability.request_spans import RequestSpans
from shared.observability.span_delivery import DeliveryLedger, Marks, destinations, handoffs
from shared.observability.span_filter import REQUESTS, AllowList, readable, resource
from shared.records.codec import from_json

if TYPE_CHECKING:
    from shared.processing.instance import Instance

log: Any = structlog.get_logger("nrm.telemetry")
BATCH = 200
"""Spans in one request: some 100 KB before compression, far below what the receiver takes."""
PAUSE, LONGEST = 1.0, 30.0
"""Seconds between looks at the table, and at most between attempts while the other side is away."""


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


@dataclass
class Shipper:
    """Carries the spans of a process's instances to one destination."""

    instances: "Sequence[Instance]"
    exporter: SpanExporter
    ledger: DeliveryLedger
    pause: float = PAUSE
    away: bool = False
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "spans"))

    async def run(self) -> None:
        """Send what there is; wait a little, or longer and longer while the other side is away."""
        wait = self.pause
        while True:
            try:
                full = [await self.ship(instance) == BATCH for instance in self.instances]
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
        self.tracer: Tracer = self.provider.get_tracer(REQUESTS)
        self.requests = RequestSpans(knowing(instances), pause)
        self.shippers = [
            Shipper(
                instances,
                otlp(address, direct=True, headers=shown(token)) if isinstance(ledger, Marks) else otlp(address, direct=False),
                ledger,
                pause,
            )
            for address, ledger in destinations(operators, environment).items()
        ]
        if self.shippers:
            self.provider.add_span_processor(self.requests)
        self.beats = [Beat(knowing(instances), handoffs(operators), shown(token), pause * BEAT)] if operators else []

    def start(self) -> None:
        """Begin to send."""
        self.tasks = [asyncio.create_task(each.run()) for each in (*self.shippers, *([self.requests] if self.shippers else []))]
        for beat in self.beats:
            beat.start()

    async def stop(self) -> None:
        """Stop; what was not taken goes at the next start."""
        await end(*self.tasks)
        await self.requests.keep()
        for beat in self.beats:
            await beat.stop()
        for shipper in self.shippers:
            shipper.close()
