"""Rows of the span table as OTLP has them, in protobuf, past the list of what may leave.

Made of the messages of `opentelemetry-proto` at once: by way of the SDK's spans, which look at each attribute three times, a span costs
some five times as much (docs/adr/0084). What comes out is the same to the byte as what the SDK makes; a test compares them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ScopeSpans, Span, SpanFlags
from opentelemetry.trace import SpanKind

from shared.config.country import Country
from shared.observability.span_filter import AGENCIES, KINDS, MESSAGING, MOMENTS, NS, may_leave, name_allowed, scope, sender, trace_number

REMOTE = SpanFlags.SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK | SpanFlags.SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK
"""What a span hangs below, or is linked to, was told by another process."""
ROOT = SpanFlags.SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK
LAST = 2**64 - 1
"""Nanoseconds, in the year 2554."""
KIND_NUMBERS: dict[SpanKind, "Span.SpanKind.ValueType"] = {
    kind: Span.SpanKind.Value(f"SPAN_KIND_{kind.name}") for kind in (*KINDS.values(), SpanKind.INTERNAL)
}


def request(bodies: Iterable[Mapping[str, Any]], country: Country) -> ExportTraceServiceRequest:
    """What an exporter sends of these rows."""
    batch = _Batch(country)
    for body in bodies:
        batch.add(body)
    return batch.request


@lru_cache(8192, typed=True)
def _attribute(name: str, value: object) -> KeyValue | None:
    """An attribute where it may leave; most are those of the span before."""
    if not may_leave(name, value):
        return None
    match value:
        case bool():
            return KeyValue(key=name, value=AnyValue(bool_value=value))
        case int():
            return None if abs(value) >= 2**63 else KeyValue(key=name, value=AnyValue(int_value=value))
        case float():
            return KeyValue(key=name, value=AnyValue(double_value=value))
        case _:
            return KeyValue(key=name, value=AnyValue(string_value=str(value)))


def _attributes(told: Mapping[str, Any]) -> list[KeyValue]:
    return [known for name, value in told.items() if isinstance(value, str | int | float) and (known := _attribute(name, value))]


OF_KIND = {kind: _attributes(MESSAGING.get(kind, {})) for kind in KIND_NUMBERS}
DECISION = _attributes({"nrm.link": "decision"})


def _trace(trace: str) -> bytes:
    return trace_number(trace).to_bytes(16)


def _moment(at: int) -> int:
    """Nanoseconds of ms UTC. A time that OTLP cannot write, as a foreign clock may say, must not hold up all spans behind it."""
    return min(max(0, at) * NS, LAST)


def _span(span: str) -> bytes:
    return int(span, 16).to_bytes(8)


@dataclass
class _Batch:
    """Spans in the order of their rows, below who sends them and which part of us tells them."""

    country: Country
    request: ExportTraceServiceRequest = field(default_factory=ExportTraceServiceRequest)
    senders: dict[str, Any] = field(default_factory=dict[str, Any])
    scopes: dict[tuple[str, str], ScopeSpans] = field(default_factory=dict[tuple[str, str], ScopeSpans])
    names: dict[str, str] = field(default_factory=dict[str, str])
    """Agency → how operators are told of it."""

    def add(self, body: Mapping[str, Any]) -> None:
        """Put a span in, by its row."""
        kind, parent = KINDS.get(body.get("kind", ""), SpanKind.INTERNAL), body["parent_id"]
        told = {name: self._named(value) if name in AGENCIES else value for name, value in body["attributes"].items()}
        span = self._scope(body["instance"], scope(kind, told)).spans.add(
            trace_id=_trace(body["trace_id"]), span_id=_span(body["span_id"]), parent_span_id=_span(parent) if parent else b"",
            name=name_allowed(body["name"]), kind=KIND_NUMBERS[kind], flags=REMOTE if parent else ROOT,
            start_time_unix_nano=_moment(body["start"]), end_time_unix_nano=_moment(body["end"]),
        )  # fmt: skip
        span.status.SetInParent()
        span.attributes.extend(OF_KIND[kind])
        span.attributes.extend(_attributes(told))
        for name, at in body.get("events", ()):
            if name in MOMENTS:
                span.events.add(name=name, time_unix_nano=_moment(at))
        for trace, linked in body.get("links", ()):
            span.links.add(trace_id=_trace(trace), span_id=_span(linked), flags=REMOTE, attributes=DECISION)

    def _named(self, agency: str) -> str:
        if agency not in self.names:
            self.names[agency] = self.country.watched_as(agency)
        return self.names[agency]

    def _scope(self, instance: str, part: str) -> ScopeSpans:
        service, _, agency = instance.partition(".")
        who = f"{service}.{self._named(agency)}"
        if (who, part) not in self.scopes:
            if who not in self.senders:
                self.senders[who] = self.request.resource_spans.add()
                self.senders[who].resource.attributes.extend(_attributes(sender(service, self._named(agency))))
            self.scopes[who, part] = self.senders[who].scope_spans.add()
            self.scopes[who, part].scope.name = part
        return self.scopes[who, part]
