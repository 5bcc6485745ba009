"""Rows of the span table as OpenTelemetry's SDK has spans: for who judges from outside what ours sends."""

from collections.abc import Mapping
from typing import Any

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanKind

from shared.config.country import Country
from shared.observability.span_filter import AGENCIES, KINDS, MESSAGING, NS, context, resource, scope


def readable(body: Mapping[str, Any], country: Country) -> ReadableSpan:
    """One of them, with all that is in the row."""
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
        instrumentation_scope=InstrumentationScope(scope(kind, attributes)),
    )  # fmt: skip
