"""Spans of requests: a decision by HTTP leaves a short one, linked to what it led to.

They are kept beside the spans of what counted, a second after they ended, and go the same ways. A request in a side case leaves none: its
time would be one of the side case.
"""

import asyncio
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import Request
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import Span as OpenSpan
from opentelemetry.trace import SpanKind, Tracer

from shared.observability.span_filter import NS, allowed, context, name_allowed
from shared.protocol.case import Case
from shared.protocol.core import decision_span, root_span
from shared.protocol.events import CaseReported
from shared.records.codec import to_json
from shared.store.database import insert_new
from shared.store.tables import Span

if TYPE_CHECKING:
    from shared.decisions.decide import Receipt
    from shared.processing.instance import Instance

log: Any = structlog.get_logger("nrm.telemetry")
SPANS_WAITING_AT_MOST = 2048
"""Spans that wait in memory while the database is away; then the oldest give way."""
SIDE = "nrm.side"
"""Marks a span that is dropped where it ends."""


class RequestSpans(SpanProcessor):
    """Finished spans of requests, on their way into the table of spans."""

    def __init__(self, instance: "Instance", pause: float) -> None:
        self.instance, self.pause = instance, pause
        self.waiting = deque[ReadableSpan](maxlen=SPANS_WAITING_AT_MOST)

    def on_end(self, span: ReadableSpan) -> None:
        """Remember it until it is kept."""
        if not (span.attributes or {}).get(SIDE):
            self.waiting.append(span)

    async def run(self) -> None:
        """Keep what has ended, again and again."""
        while True:
            await asyncio.sleep(self.pause)
            await self.keep()

    async def keep(self) -> None:
        """Write down what has ended; while the database does not take it, it waits."""
        some = list(self.waiting)
        rows = [row(span, self.instance) for span in some]
        if not rows:
            return
        try:
            await self.instance.run(lambda work: insert_new(work.session.connection(), Span, rows))
        except Exception as error:  # noqa: BLE001  the database, or the keystore beside it: next time
            log.error("spans of requests could not be kept", error=type(error).__name__)
            return
        for span in some:
            if span in self.waiting:
                self.waiting.remove(span)


def row(span: ReadableSpan, instance: "Instance") -> dict[str, Any]:
    """A span of a request as a row of the table, with what may leave and nothing else; times in ms, and never of no length."""
    own, start = span.context, (span.start_time or 0) // NS
    assert own is not None
    body = {
        "trace_id": f"{own.trace_id:032x}", "span_id": f"{own.span_id:016x}", "parent_id": None, "kind": "server",
        "name": name_allowed(span.name), "start": start, "end": max(start + 1, -(-(span.end_time or 0) // NS)),
        "instance": f"pages.{instance.agency}", "attributes": allowed(span.attributes),
        "links": [[f"{link.context.trace_id:032x}", f"{link.context.span_id:016x}"] for link in span.links],
    }  # fmt: skip
    return {"span": body["span_id"], "body": to_json(body), "sent": False}


@contextmanager
def request_span(tracer: Tracer, request: Request, instance: "Instance", case: str | None) -> Generator[OpenSpan]:
    """A short span of its own trace for a decision by HTTP: the route's template, never the address called, nor what went wrong."""
    route = getattr(request.scope.get("route"), "path", "")
    said = {"http.request.method": request.method, "http.route": route}
    with tracer.start_as_current_span(
        f"{request.method} {route}", Context(), SpanKind.SERVER, said, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        finally:
            known = _known(instance, case) if case else None
            if case and (known is None or known.is_side):  # of what is not known it may be one
                span.set_attribute(SIDE, True)


def join(span: OpenSpan, instance: "Instance", receipt: "Receipt", act: str) -> None:
    """Link a request to the span of the decision it led to, and log that it did. Looks into memory only."""
    trace, own = _address(instance, receipt.case, receipt.keys[0] if receipt.keys else "")
    if trace and own and not receipt.repeated:
        span.add_link(context(trace, own), {"nrm.link": "decision"})
    log.info("decided", act=act, repeated=receipt.repeated, case_trace=trace)


def _known(instance: "Instance", case: str) -> Case | None:
    view = instance.cache.get(case)
    return view.case if view else None


def _address(instance: "Instance", case: str, key: str) -> tuple[str, str]:
    """Trace of a case and span of a decision in it: the opening's is the root."""
    if known := _known(instance, case):
        trace, opening = known.trace, next(iter(known.settled), "")
    else:
        first = next((row for row in instance.outgoing.of(case) if row.type == CaseReported.TYPE), None)
        trace, opening = (first.parts["D0"]["trace"], first.key) if first else ("", "")
    return trace, root_span(trace) if key == opening else decision_span(key) if key else ""
