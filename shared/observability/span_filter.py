"""What may leave in a trace: the list that every span passes on its way out, and the names that it has there.

Nothing about a person is ever put into a span; the list is there for the day when somebody does. It drops attributes that are not listed,
values and names that do not look like codes, and every event but moments of ours: libraries like to quote there what they were given.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from opentelemetry.sdk.resources import Resource
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags

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
    return {name: value for name, value in (attributes or {}).items() if may_leave(name, value)}


def may_leave(name: str, value: object) -> bool:
    """Whether an attribute is a listed one, whose value is a number or looks like a code."""
    return name in LISTED and _plain(value)


def _plain(value: object) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and CODE.fullmatch(value) is not None)


def name_allowed(name: str) -> str:
    """A span's name, or one that says nothing where it does not look like ours."""
    return name if NAME.fullmatch(name) else "unnamed"


def scope(kind: SpanKind, attributes: Mapping[str, Any]) -> str:
    """What part of us tells a span: of requests, of hand-offs, or of decisions."""
    if kind is SpanKind.SERVER:
        return REQUESTS
    return "nrm.handoff" if "nrm.handoff.stage" in attributes else "nrm.decision"


def sender(service: str, agency: str) -> dict[str, str]:
    """Who sends: an agency, by its name in a graph of services, and which of its services that is."""
    return {
        "service.name": agency, "service.namespace": NAMESPACE, "service.instance.id": f"{service}.{agency}", "service.version": VERSION,
    }  # fmt: skip


def resource(service: str, agency: str) -> Resource:
    """The same as OpenTelemetry has it."""
    return Resource(sender(service, agency))


def context(trace: str, span: str) -> SpanContext:
    """The address of a span of ours."""
    return SpanContext(trace_number(trace), int(span, 16), is_remote=True, trace_flags=SAMPLED)


@lru_cache(4096)
def trace_number(trace: str) -> int:
    """A case's trace id as a number; one that is no such id, as a foreign opening event may carry, is hashed into one."""
    plain = trace.replace("-", "").lower()
    if not re.fullmatch(r"[0-9a-f]{32}", plain) or not int(plain, 16):
        plain = hashlib.sha256(trace.encode()).hexdigest()[:32]
    return int(plain, 16)
