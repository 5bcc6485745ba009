"""Traces and metrics of an instance: what leaves, what never does, and that nothing is lost or told twice."""

import asyncio
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
import structlog
from fastapi.testclient import TestClient
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.trace import StatusCode
from sqlalchemy import event

from deploy.process.composition import pages_of
from deploy.proving.sdk_spans import readable
from services.reporting.ingest import otlp
from shared.config.country import Agency, Country
from shared.config.logging_setup import configure
from shared.config.release import VERSION
from shared.observability import exporter
from shared.observability.exporter import Shipper, Telemetry
from shared.observability.otlp_encoding import request
from shared.observability.span_delivery import Marks, Reached, destinations
from shared.observability.span_filter import trace_number
from shared.protocol.core import root_span
from shared.web.admin.application import office
from tests.services.reporting.life import Life, live, settings
from tests.shared.land import COUNTRY, database, instance_at, pull, rows

CANARY = "Jelena Petrović-Kanarinac"
TRACE, SPAN = "0" * 31 + "1", "0" * 15 + "2"


class Kept:
    """A place for spans that has what reached it, as it came over the wire."""

    def __init__(self, *, up: bool = True) -> None:
        self.up, self.batches = up, list[ExportTraceServiceRequest]()

    def send(self, bodies: Sequence[Mapping[str, Any]], country: Country) -> bool:
        if self.up:
            self.batches.append(ExportTraceServiceRequest.FromString(request(bodies, country).SerializeToString()))
        return self.up

    def shutdown(self) -> None:
        self.up = False

    def of(self, part: str = "") -> list[Span]:
        """Those that a part of us told."""
        scopes = [scope for batch in self.batches for sender in batch.resource_spans for scope in sender.scope_spans]
        return [span for scope in scopes if part in ("", scope.scope.name) for span in scope.spans]

    @property
    def ids(self) -> list[str]:
        return sorted(span.span_id.hex() for span in self.of())


@pytest.fixture
def life(tmp_path: Path, templates: Path) -> Iterator[Life]:
    life = Life(tmp_path, templates)
    yield life
    life.close()


def ids(instance) -> list[str]:
    return [span for (span,) in rows(instance, "select span from span order by seq")]


async def until(check, shipper: Shipper) -> None:
    task = asyncio.create_task(shipper.run())
    for _ in range(2000):
        if check() or task.done():
            break
        await asyncio.sleep(0.01)
    task.cancel()
    assert check()


# --- what a span is -------------------------------------------------------------------------------------------------------------------


def test_a_row_becomes_a_span_of_the_case_trace(life):
    live(life, 1)
    instance = life.instances["referral.rs-lead"]
    bodies = [json.loads(body) for (body,) in rows(instance, "select body from span")]
    asked = next(b for b in bodies if b["name"] == "handoff.requested.v1" and b["instance"] == instance.me)
    span = readable(asked, instance.country)
    assert f"{span.context.trace_id:032x}" == asked["trace_id"]
    assert f"{span.context.span_id:016x}" == asked["span_id"]
    assert f"{span.parent.span_id:016x}" == root_span(asked["trace_id"])
    assert span.start_time == asked["start"] * 1_000_000 <= span.end_time
    assert dict(span.resource.attributes) == {
        "service.name": "rs-lead", "service.namespace": "nrm", "service.instance.id": "referral.rs-lead", "service.version": VERSION,
    }  # fmt: skip
    assert span.instrumentation_scope.name == "nrm.handoff"
    assert span.status.status_code is StatusCode.UNSET
    assert {readable(b, instance.country).instrumentation_scope.name for b in bodies if b["name"] == "roster.set.v1"} == {"nrm.decision"}


def test_a_foreign_trace_id_that_is_none_stops_nothing():
    assert trace_number("not-hex") == trace_number("not-hex") > 0
    assert trace_number("00000000-0000-0000-0000-000000000000") > 0
    assert trace_number("AAAAAAAA-0000-0000-0000-000000000001") == 0xAAAAAAAA000000000000000000000001


def test_a_confidential_agency_is_told_by_its_kind():
    hidden = Agency(id="rs-house-7", name="House", kind="shelter", confidential=True)
    country = COUNTRY.model_copy(update={"agencies": (*COUNTRY.agencies, hidden)})
    assert country.told_as("rs-house-7") == "confidential:shelter"
    assert country.told_as("rs-pol") == "rs-pol"
    said = {"nrm.handoff.stage": "answered", "nrm.handoff.from": "rs-lead", "nrm.handoff.to": "rs-house-7"}
    row = {"trace_id": TRACE, "span_id": SPAN, "parent_id": None, "name": "handoff answered", "start": 1, "end": 2}
    span = readable({**row, "instance": "assistance.rs-house-7", "attributes": said}, country)
    assert "rs-house-7" not in span.to_json()


# --- what never leaves ----------------------------------------------------------------------------------------------------------------


def test_the_gate_strips_everything_that_is_not_listed():
    said = {
        "http.url": f"/x?name={CANARY}",
        "nrm.handoff.need": CANARY,
        "nrm.handoff.to": "rs-pol",
        "nrm.simulated": True,
        "nrm.rule": [CANARY],
    }
    dirty = {
        "trace_id": TRACE, "span_id": SPAN, "parent_id": None, "kind": "server", "name": f"GET /people/{CANARY}", "start": 1, "end": 2,
        "instance": f"{CANARY}.{CANARY}", "attributes": said, "events": [["exception", 1], [CANARY, 1], ["seen", 1]],
        "links": [[TRACE, SPAN]], "status": CANARY, CANARY: CANARY,
    }  # fmt: skip
    sent = request([dirty], COUNTRY)
    assert b"Petrovi" not in sent.SerializeToString()
    (sender,) = sent.resource_spans
    assert {one.key for one in sender.resource.attributes} == {"service.namespace", "service.version"}
    ((span,),) = (scope.spans for scope in sender.scope_spans)
    assert span.name == "unnamed"
    assert {(one.key, one.value.string_value, one.value.bool_value) for one in span.attributes} == {
        ("nrm.handoff.to", "rs-pol", False),
        ("nrm.simulated", "", True),
    }
    assert [event.name for event in span.events] == ["seen"]
    assert [(one.key, one.value.string_value) for one in span.links[0].attributes] == [("nrm.link", "decision")]


def test_what_leaves_is_to_the_byte_what_the_sdk_would_send(life):
    live(life, 2)
    odd = {"trace_id": "not-hex", "span_id": SPAN, "parent_id": SPAN, "name": "odd", "start": 1, "end": 2, "instance": "pages.rs-pol"}
    for instance in life.instances.values():
        bodies = [json.loads(body) for (body,) in rows(instance, "select body from span order by seq")]
        bodies.append({**odd, "attributes": {"nrm.simulated": True}, "events": [["seen", 2]], "links": [[TRACE, SPAN]]})
        bodies.append({**odd, "attributes": {"nrm.machine.log_ms": 1, "nrm.simulated": None}, "kind": "server", "parent_id": None})
        ours, theirs = request(bodies, instance.country), encode_spans([readable(body, instance.country) for body in bodies])
        assert ours.SerializeToString(deterministic=True) == theirs.SerializeToString(deterministic=True)


def test_a_time_that_otlp_cannot_write_holds_up_no_other_span():
    row = {"trace_id": TRACE, "span_id": SPAN, "parent_id": None, "name": "far", "instance": "pages.rs-pol"}
    far = {**row, "start": 249 * 10**12, "end": 249 * 10**12 + 1, "attributes": {"nrm.machine.log_ms": 10**30}}
    sent = request([far, {**row, "start": -1, "end": 2, "attributes": {}}], COUNTRY)
    found, refused = otlp.parse(sent.SerializeToString())
    assert (found, refused) == ([], 2), "the operators refuse it, and what comes behind it comes"


class _Collector(BaseHTTPRequestHandler):
    """Takes spans at one address, and sends whoever comes to another one elsewhere."""

    taken: ClassVar[list[bytes]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        there = self.path == "/v1/traces" and self.headers["authorization"] == "Bearer sesame"
        if there:
            self.taken.append(gzip.decompress(body))
        self.send_response(200 if there else 307)
        self.send_header("location", "/v1/traces")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *_arguments: object) -> None:
        """Nothing."""


def test_spans_go_over_the_line_as_they_are_encoded_to_one_address_and_no_other():
    row = {"trace_id": TRACE, "span_id": SPAN, "parent_id": None, "name": "case.reported.v1", "instance": "intake.rs-insp"}
    row |= {"start": 1, "end": 2, "attributes": {"nrm.simulated": True}}
    server = HTTPServer(("127.0.0.1", 0), _Collector)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        here = f"http://127.0.0.1:{server.server_port}"
        good = exporter.otlp(f"{here}/v1/traces", direct=True, headers={"authorization": "Bearer sesame"})
        assert good.send([row], COUNTRY)
        assert _Collector.taken == [request([row], COUNTRY).SerializeToString()]
        good.shutdown()
        assert not good.send([row], COUNTRY), "what was let go of sends nothing"
        moved = exporter.otlp(f"{here}/elsewhere", direct=True, headers={"authorization": "Bearer sesame"})
        assert not moved.send([row], COUNTRY)
        moved.shutdown()
        assert len(_Collector.taken) == 1, "whoever answers there does not say where spans go"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def _logging_as_before() -> Iterator[None]:
    """What other tests of this process hear of loggers is as if nothing had been set."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("_logging_as_before")
def test_a_name_typed_anywhere_reaches_no_span_log_metric_or_address(life, capfd, monkeypatch):
    lines = StringIO()
    monkeypatch.setattr(sys, "stderr", lines)
    configure("rs-insp", for_good=False)
    instance = life.instances["intake.rs-insp"]
    app = office(settings(life.folder, "rs-insp", "http://127.0.0.1:1"), [pages_of("intake")], [instance])
    told = {"danger": True, "consent": False, "age": "adult", "ground": "life", "needs": ["legal"], "note": CANARY, "ground_words": CANARY}
    client = TestClient(app)
    headers = {"x-name": CANARY.encode(), "user-agent": CANARY.encode(), "idempotency-key": "form-1"}
    answer = client.post(f"/api/intake/reports?name={CANARY}", json=told, headers=headers)
    assert answer.status_code == 201, answer.text
    life.settle()
    kept = Kept()
    asyncio.run(app.state.telemetry.requests.keep())
    asyncio.run(ship(Shipper(list(life.instances.values()), kept, Marks())))
    app.state.telemetry.shippers[0].close()
    (asked,), root = kept.of("nrm.requests"), next(s for s in kept.of() if s.name == "case.reported.v1")
    assert asked.name == "POST /api/intake/reports"
    assert asked.links[0].span_id == root.span_id
    assert asked.links[0].trace_id == root.trace_id != asked.trace_id
    left = "".join(repr(batch.SerializeToString()) + str(batch) for batch in kept.batches)
    printed = left + root.trace_id.hex() + client.get("/metrics").text + lines.getvalue() + "".join(capfd.readouterr())
    assert '"event":"decided"' in printed
    assert root.trace_id.hex() in lines.getvalue()
    assert "Petrovi" not in printed
    assert "Kanarinac" not in printed
    assert answer.json()["case"] not in printed


async def ship(shipper: Shipper) -> None:
    """Everything that there is, once."""
    for instance in shipper.instances:
        while await shipper.ship(instance):
            pass


# --- nothing lost, nothing twice ------------------------------------------------------------------------------------------------------


async def test_while_the_other_side_is_away_spans_wait_and_then_all_go_once(life):
    live(life, 2)
    instance, kept = life.instances["referral.rs-lead"], Kept(up=False)
    all_of_them = ids(instance)
    shipper = Shipper([instance], kept, Marks(), pause=0.01)
    await until(lambda: shipper.away, shipper)
    assert not kept.batches
    assert rows(instance, "select count(*) from span where sent") == [(0,)]
    kept.up = True
    await until(lambda: rows(instance, "select count(*) from span where not sent") == [(0,)], shipper)
    assert kept.ids == sorted(all_of_them)
    shipper.close()


async def test_an_instance_that_has_written_nothing_is_not_looked_at_and_what_it_writes_then_goes(life):
    live(life, 1)
    instance, kept = life.instances["referral.rs-lead"], Kept()
    shipper = Shipper([instance], kept, Marks(), pause=0.01)
    await until(lambda: shipper.empty, shipper)
    looks = list[str]()
    event.listen(instance.engine, "before_cursor_execute", lambda *told: looks.append(told[2]))
    for _ in range(3):
        assert not await shipper._ship_new(instance)
    assert looks == []
    live(life, 2)
    await until(lambda: kept.ids == sorted(ids(instance)), shipper)
    shipper.close()


async def test_a_collector_beside_the_operators_gets_everything_from_the_start(life):
    live(life, 1)
    instance, kept = life.instances["referral.rs-lead"], Kept()
    await ship(Shipper([instance], Kept(), Marks()))
    await ship(Shipper([instance], kept, Reached("http://collector/v1/traces")))
    await ship(Shipper([instance], kept, Reached("http://collector/v1/traces")))
    assert kept.ids == sorted(ids(instance))


def test_a_replay_makes_no_second_span(life, tmp_path):
    live(life, 2)
    instance = life.instances["referral.rs-lead"]
    before = ids(instance)
    again = instance_at(database(tmp_path, life.templates, instance.service, "again"), instance.me, life.clock)
    while pull(again, life.topic, 7) and again.positions.now != instance.positions.now:
        pass
    assert sorted(ids(again)) == sorted(before)
    assert len(set(before)) == len(before)
    again.close()


def test_destinations_are_the_operators_and_what_the_environment_names():
    found = destinations("http://ops:8009", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://jaeger:4318/"})
    assert {a: v.destination for a, v in found.items()} == {
        "http://ops:8009/v1/traces": "operators",
        "http://jaeger:4318/v1/traces": "collector",
    }
    assert list(destinations("", {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://x/t", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://y"})) == [
        "http://x/t"
    ]
    assert destinations("", {}) == {}


async def test_a_process_without_a_destination_starts_and_stops(life):
    telemetry = Telemetry(list(life.instances.values()), "", {})
    telemetry.start()
    await telemetry.stop()


# --- metrics --------------------------------------------------------------------------------------------------------------------------


def scraped(instance, folder: Path) -> str:
    app = office(settings(folder, instance.agency), [pages_of(instance.service.name)], [instance])
    client = TestClient(app)
    first = client.get("/metrics").text
    assert client.get("/metrics").text == first  # a second look observes nothing twice
    return first


def test_metrics_tell_durations_and_what_is_open_without_a_case(life):
    cases = live(life, 3)
    instance = life.instances["assistance.rs-pol"]
    text = scraped(instance, life.folder)
    counts = {
        m["stage"]: int(float(m["n"]))
        for m in re.finditer(r'nrm_handoff_duration_seconds_count\{from="rs-lead",[^}]*stage="(?P<stage>\w+)"[^}]*\} (?P<n>[\d.]+)', text)
    }
    bodies = [json.loads(body)["attributes"] for (body,) in rows(instance, "select body from span")]
    assert counts == Counter(b["nrm.handoff.stage"] for b in bodies if "nrm.handoff.stage" in b)
    asked = 'from="rs-lead",need="investigation",simulated="false",state="requested",to="rs-pol"'
    assert f"nrm_handoffs_open{{{asked}}} 1.0" in text
    assert f"nrm_handoff_oldest_open_seconds{{{asked}}} 108000.0" in text
    assert f"nrm_handoffs_late{{{asked}}} 1.0" in text
    assert 'nrm_outbox_waiting{service="assistance"} 0.0' in text
    assert 'nrm_fenced{service="assistance"} 0.0' in text
    assert not any(case in text for case in cases)


def test_a_bucket_of_time_names_the_trace_of_a_hand_off_and_goes_to_three_years(life):
    live(life, 3)
    instance = life.instances["assistance.rs-pol"]
    client = TestClient(office(settings(life.folder, instance.agency), [pages_of(instance.service.name)], [instance]))
    text = client.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"}).text
    named = set(re.findall(r'nrm_handoff_duration_seconds_bucket\{[^}]*\} [\d.]+ # \{trace_id="(\w+)"\}', text))
    assert named
    assert named <= {json.loads(body)["trace_id"] for (body,) in rows(instance, "select body from span")}
    assert max(float(end) for end in re.findall(r'le="([\d.e+]+)"', text)) == 3 * 366 * 86_400
    assert "trace_id" not in client.get("/metrics").text, "in Prometheus' older text there are none"


def test_a_confidential_agency_tells_no_hand_off(life):
    live(life, 3)
    instance = life.instances["assistance.rs-pol"]
    agencies = tuple(one.model_copy(update={"confidential": one.id == "rs-pol"}) for one in instance.country.agencies)
    instance.country = instance.country.model_copy(update={"agencies": agencies})
    text = scraped(instance, life.folder)
    assert not re.search(r"^nrm_handoff\w*\{", text, re.M)
    assert 'nrm_fenced{service="assistance"} 0.0' in text


def test_a_kind_of_few_confidential_agencies_is_not_told_apart():
    def country(number: int) -> Country:
        houses = [Agency(id=f"rs-house-{n}", name="House", kind="shelter", confidential=True) for n in range(number)]
        return COUNTRY.model_copy(update={"agencies": (*COUNTRY.agencies, *houses)})

    few, enough = country(2), country(3)
    assert few.operators.smallest_kind == 3
    assert few.watched_as("rs-house-0") == few.watched_as("confidential:shelter") == "confidential:any"
    assert enough.watched_as("rs-house-0") == enough.watched_as("confidential:shelter") == "confidential:shelter"
    assert few.watched_as("rs-pol") == "rs-pol"
    said = {"nrm.handoff.stage": "answered", "nrm.handoff.from": "rs-lead", "nrm.handoff.to": "confidential:shelter"}
    row = {"trace_id": TRACE, "span_id": SPAN, "parent_id": None, "name": "handoff", "start": 1, "end": 2}
    assert "shelter" not in readable({**row, "instance": "referral.rs-lead", "attributes": said}, few).to_json()
