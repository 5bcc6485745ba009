"""What comes in by OTLP/HTTP: protobuf, gzipped or not, as rows of finished spans. Only what is listed is kept, whoever sent it."""

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf.message import DecodeError
from google.rpc import code_pb2
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from shared.observability.span_filter import CODE, NS, allowed, name_allowed
from shared.protocol.stages import OFFER_REFUSED, OFFERED
from shared.records.codec import to_json

PROTOBUF = "application/x-protobuf"
LARGEST = 8 * 1024 * 1024
"""Bytes after unpacking: more than any batch of ours, less than a bomb."""


class MalformedSpans(ValueError):
    """This is not a batch of spans; the message says why."""


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body as it was before compression. Raises MalformedSpans."""
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise MalformedSpans("the content encoding is neither gzip nor none")
    opened = zlib.decompressobj(wbits=31)
    try:
        plain = opened.decompress(body, LARGEST)
    except zlib.error:
        raise MalformedSpans("the body is not gzip") from None
    if opened.unconsumed_tail or not opened.eof:
        raise MalformedSpans("the body is cut short, or too large when unpacked")
    return plain


def parse(body: bytes) -> tuple[list[dict[str, Any]], int]:
    """Rows for the spans of a batch, and how many were no spans. Raises MalformedSpans."""
    try:
        batch = ExportTraceServiceRequest.FromString(body)
    except DecodeError:
        raise MalformedSpans("the body is not an OTLP batch of spans in protobuf") from None
    rows: list[dict[str, Any]] = []
    refused = 0
    for sender in batch.resource_spans:
        instance = _instance(_values(sender.resource.attributes))
        for scope in sender.scope_spans:
            good = [span for span in scope.spans if _sound(span)]
            refused += len(scope.spans) - len(good)
            rows += [_row(span, instance) for span in good]
    return rows, refused


def accepted(refused: int) -> bytes:
    """The answer to a batch that was taken."""
    answer = ExportTraceServiceResponse()
    if refused:
        answer.partial_success.rejected_spans = refused
        answer.partial_success.error_message = "ids of the wrong length, or an end before the start"
    return answer.SerializeToString()


def declined(why: str, code: int = code_pb2.INVALID_ARGUMENT) -> bytes:
    """The answer to what is not taken, as OTLP has it: a google.rpc.Status."""
    return Status(code=code, message=why).SerializeToString()


def stranger() -> bytes:
    """The answer to a sender that shows no token that is known here."""
    return declined("spans are taken of agencies whose token is known here: NRM_OPERATORS_TOKEN", code_pb2.UNAUTHENTICATED)


def _values(attributes: Iterable[KeyValue]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in attributes:
        kind = each.value.WhichOneof("value")
        if kind in ("string_value", "bool_value", "int_value", "double_value"):
            found[each.key] = getattr(each.value, kind)
    return allowed(found)


def _instance(resource: Mapping[str, Any]) -> str:
    told = str(resource.get("service.instance.id", ""))
    name = told if "." in told else f"{resource.get('service.name', '')}.{told}"  # as releases before this one told it
    return name if CODE.fullmatch(name) else "unknown."


def _sound(span: Span) -> bool:
    lengths = len(span.trace_id), len(span.span_id), len(span.parent_span_id)
    return lengths in ((16, 8, 0), (16, 8, 8)) and 0 < span.start_time_unix_nano <= span.end_time_unix_nano < 2**63


def _row(span: Span, instance: str) -> dict[str, Any]:
    told = _values(span.attributes)
    of_offer = {event.name: event.time_unix_nano // NS for event in span.events if event.name in (OFFERED, OFFER_REFUSED)}
    links = [f"{link.trace_id.hex()}:{link.span_id.hex()}" for link in span.links]
    beside = ({"links": links} if links else {}) | of_offer
    return {
        "span_id": span.span_id.hex(), "trace_id": span.trace_id.hex(), "parent_id": span.parent_span_id.hex() or None,
        "name": name_allowed(span.name), "instance": instance,
        "start": span.start_time_unix_nano // NS, "end": span.end_time_unix_nano // NS,
        "handoff": _text(told, "nrm.handoff.id"), "stage": _text(told, "nrm.handoff.stage"), "giver": _text(told, "nrm.handoff.from"),
        "receiver": _text(told, "nrm.handoff.to"), "need": _text(told, "nrm.handoff.need"), "outcome": _text(told, "nrm.handoff.outcome"),
        "answer_by": _number(told, "nrm.handoff.answer_by"), "late": told.get("nrm.handoff.late") is True,
        "simulated": told.get("nrm.simulated") is True, "attributes": to_json(told | beside),
    }  # fmt: skip


def _text(told: Mapping[str, Any], name: str) -> str:
    return str(told.get(name, ""))


def _number(told: Mapping[str, Any], name: str) -> int:
    value = told.get(name, 0)
    return value if isinstance(value, int) and 0 <= value < 2**53 else 0
