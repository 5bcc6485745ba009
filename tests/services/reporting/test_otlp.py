"""The way in for spans: over a real connection, each once, none lost, and nothing that is not listed."""

import asyncio
import gzip
import socket
from urllib.request import Request, urlopen

import pytest
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from services.reporting.ingest import otlp
from tests.services.reporting.operators import PROTOBUF, all_sent, all_there, batch, serving, shipped, unmark, written
from tests.shared.client import PageClient
from tests.shared.land import rows


def test_every_span_arrives_once_over_a_real_connection_however_often_it_is_sent(operators, lived):
    app, instance = operators
    life, _ = lived
    unmark(life)
    with serving(app) as address:
        asyncio.run(shipped(life, address, all_there(instance, life)))
        before = rows(instance, "select * from finished_span order by span_id")
        unmark(life)
        asyncio.run(shipped(life, address, all_sent(life)))
    assert rows(instance, "select * from finished_span order by span_id") == before
    told = written(life)
    kept = rows(instance, 'select span_id, trace_id, start, "end", instance, stage from finished_span')
    for span, trace, start, end, instance, stage in kept:
        body = told[span]
        assert (trace, start, end, instance) == (body["trace_id"], body["start"], body["end"], body["instance"])
        assert stage == body["attributes"].get("nrm.handoff.stage", "")


def test_while_the_operators_are_away_nothing_is_lost(operators, lived):
    app, instance = operators
    life, _ = lived
    unmark(life)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    asyncio.run(shipped(life, f"http://127.0.0.1:{port}", lambda telemetry: telemetry.shippers[0].away))
    assert all(rows(d, "select count(*) from span where sent") == [(0,)] for d in life.instances.values())
    with serving(app, port) as address:
        asyncio.run(shipped(life, address, all_there(instance, life)))


@pytest.mark.parametrize(
    ("body", "headers", "status", "why"),
    [
        (b"\xff\xff nonsense", PROTOBUF, 400, "not an OTLP batch"),
        (b"not gzip", PROTOBUF | {"content-encoding": "gzip"}, 400, "not gzip"),
        (gzip.compress(b"x", mtime=0)[:-4], PROTOBUF | {"content-encoding": "gzip"}, 400, "cut short"),
        (gzip.compress(bytes(otlp.LARGEST + 1)), PROTOBUF | {"content-encoding": "gzip"}, 400, "too large"),
        (b"", PROTOBUF | {"content-encoding": "br"}, 400, "neither gzip nor none"),
        (b"{}", {"content-type": "application/json"}, 415, "application/x-protobuf"),
    ],
)
def test_what_is_no_batch_is_refused_with_the_reason(operators, body, headers, status, why):
    answer = PageClient(operators[0]).post("/v1/traces", content=body, headers=headers)
    assert answer.status_code == status
    assert why in Status.FromString(answer.content).message


def test_the_receiver_keeps_only_what_is_listed_and_says_what_it_refused(operators):
    app, instance = operators
    client = PageClient(app)
    assert client.post("/v1/traces", content=batch(), headers=PROTOBUF).status_code == 200
    (kept,) = rows(instance, "select * from finished_span")
    assert "Kanarinac" not in repr(kept)
    answer = client.post("/v1/traces", content=batch(span_id=b"\3"), headers=PROTOBUF)
    assert ExportTraceServiceResponse.FromString(answer.content).partial_success.rejected_spans == 1
    assert len(rows(instance, "select * from finished_span")) == 1


def test_plain_http_without_compression_is_taken(operators):
    with serving(operators[0]) as address, urlopen(Request(f"{address}/v1/traces", batch(), PROTOBUF)) as answer:
        assert answer.status == 200
