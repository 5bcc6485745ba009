"""What may leave in a trace: rows of the span table as OpenTelemetry's own spans, and the allow-list before the exporter.

Nothing about a person is ever put into a span; the list is there for the day when somebody does. It drops attributes that are not listed,
values and names that do not look like codes, status texts, and every event but moments of ours: libraries like to quote there what they
were given.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.status import Status

from shared.config.country import Country
from shared.config.release import VERSION
from shared.protocol.stages import OFFER_REFUSED, OFFERED
from shared.records.codec import TOPIC

NAMESPACE = "nrm"
LISTED = frozenset({
    "service.name", "service.namespace", "service.instance.id", "service.version",
    "messaging.system", "messaging.destination.name", "messaging.operation.name", "messaging.operation.type",
    "http.request.method", "http.route", "http.response.status_code", "error.type",
    "nrm.event.type", "nrm.simulated", "nrm.machine.log_ms", "nrm.clock.ahead_ms", "nrm.clock.behind_ms", "nrm.link", "nrm.rule",
    "nrm.task.id", "nrm.task.need", "nrm.handoff.id", "nrm.handoff.from", "nrm.handoff.to", "nrm.handoff.kind", "nrm.handoff.need",
    "nrm.handoff.stage", "nrm.handoff.outcome", "nrm.handoff.answer_by", "nrm.handoff.late",
})  # fmt: skip
"""The attributes that may leave. Adding one is a decision about people's data: see docs/security.md."""
AGENCIES = ("nrm.handoff.from", "nrm.handoff.to")
CODE = re.compile(r"[A-Za-z0-9_.:/{}<>-]{0,200}", re.ASCII)
NAME = re.compile(r"[A-Za-z0-9_.:/{} -]{1,200}", re.ASCII)
MOMENTS = frozenset({"seen", OFFERED, OFFER_REFUSED, "answer by"})
"""The events that may be in a span, without attributes: what happened inside of a hand-off and took no time."""
KINDS = {"producer": SpanKind.PRODUCER, "consumer": SpanKind.CONSUMER, "server": SpanKind.SERVER}
REQUESTS = "nrm.requests"
"""The scope of spans of requests."""
MESSAGING: dict[SpanKind, dict[str, Any]] = {
    kind: {
        "messaging.system": "kafka", "messaging.destination.name": TOPIC, "messaging.operation.name": operation,
        "messaging.operation.type": operation,
    }
    for kind, operation in ((SpanKind.PRODUCER, "send"), (SpanKind.CONSUMER, "process"))
}  # fmt: skip
"""By OpenTelemetry's semantic conventions: a decision is sent by its author's agency, and a hand-off processed by who was asked."""
NS = 1_000_000
"""Nanoseconds in one of our milliseconds."""
SAMPLED = TraceFlags(TraceFlags.SAMPLED)
Value = TypeVar("Value")


def allowed(attributes: Mapping[str, Value] | None) -> dict[str, Value]:
    """The attributes that may leave: listed ones, whose values are numbers or look like codes."""
    return {name: value for name, value in (attributes or {}).items() if name in LISTED and _plain(value)}


def _plain(value: object) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and CODE.fullmatch(value) is not None)


def name_allowed(name: str) -> str:
    """A span's name, or one that says nothing where it does not look like ours."""
    return name if NAME.fullmatch(name) else "unnamed"


class AllowList(SpanExporter):
    """Hands on to another exporter what may leave, and nothing else."""

    def __init__(self, inner: SpanExporter) -> None:
        self.inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Strip the spans, then export them."""
        return self.inner.export([_stripped(span) for span in spans])

    def shutdown(self) -> None:
        """Let go of the connection."""
        self.inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Nothing is kept here."""
        return self.inner.force_flush(timeout_millis)


def _stripped(span: ReadableSpan) -> ReadableSpan:
    links = [Link(link.context, allowed(link.attributes)) for link in span.links]
    return ReadableSpan(
        name=name_allowed(span.name), context=span.context, parent=span.parent, resource=Resource(allowed(span.resource.attributes)),
        attributes=allowed(span.attributes), links=links, kind=span.kind, status=Status(span.status.status_code),
        start_time=span.start_time, end_time=span.end_time, instrumentation_scope=span.instrumentation_scope,
        events=[Event(event.name, {}, event.timestamp) for event in span.events if event.name in MOMENTS],
    )  # fmt: skip


def readable(body: Mapping[str, Any], country: Country) -> ReadableSpan:
    """A row of the span table as OpenTelemetry has it."""
    service, _, agency = body["instance"].partition(".")
    kind = KINDS.get(body.get("kind", ""), SpanKind.INTERNAL)
    attributes: dict[str, Any] = MESSAGING.get(kind, {}) | body["attributes"]
    attributes |= {name: country.watched_as(attributes[name]) for name in AGENCIES if name in attributes}
    parent = context(body["trace_id"], body["parent_id"]) if body["parent_id"] else None
    return ReadableSpan(
        name=body["name"], context=context(body["trace_id"], body["span_id"]), parent=parent, kind=kind,
        resource=resource(service, country.watched_as(agency)), attributes={k: v for k, v in attributes.items() if v is not None},
        start_time=body["start"] * NS, end_time=body["end"] * NS, events=[Event(name, {}, at * NS) for name, at in body.get("events", ())],
        links=[Link(context(*one), {"nrm.link": "decision"}) for one in body.get("links", ())],
        instrumentation_scope=InstrumentationScope(_scope(kind, attributes)),
    )  # fmt: skip


def _scope(kind: SpanKind, attributes: Mapping[str, Any]) -> str:
    if kind is SpanKind.SERVER:
        return REQUESTS
    return "nrm.handoff" if "nrm.handoff.stage" in attributes else "nrm.decision"


def resource(service: str, agency: str) -> Resource:
    """The sender: an agency, by its name in a graph of services, and which of its services that is."""
    return Resource({
        "service.name": agency, "service.namespace": NAMESPACE, "service.instance.id": f"{service}.{agency}", "service.version": VERSION,
    })  # fmt: skip


def context(trace: str, span: str) -> SpanContext:
    """The address of a span of ours."""
    return SpanContext(trace_number(trace), int(span, 16), is_remote=True, trace_flags=SAMPLED)


def trace_number(trace: str) -> int:
    """A case's trace id as a number; one that is no such id, as a foreign opening event may carry, is hashed into one."""
    plain = trace.replace("-", "").lower()
    if not re.fullmatch(r"[0-9a-f]{32}", plain) or not int(plain, 16):
        plain = hashlib.sha256(trace.encode()).hexdigest()[:32]
    return int(plain, 16)
