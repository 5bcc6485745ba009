"""The operators' process: spans come in over a real connection, and its pages tell what they say."""

import asyncio
import csv
import gzip
import json
import socket
from collections import defaultdict
from io import StringIO
from statistics import quantiles
from urllib.request import Request, urlopen

import pytest
from fastapi.testclient import TestClient
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from services.reporting import otlp
from services.reporting.app import SERVICE
from services.reporting.timings import Took, timings
from shared.runtime.office import office
from shared.runtime.telemetry import Telemetry
from tests.reporting.conftest import serving
from tests.reporting.life import COORDINATOR, reporting_door, settings
from tests.runtime.land import rows

PROTOBUF = {"content-type": "application/x-protobuf"}
CANARY = "Jelena Kanarinac"


@pytest.fixture
def desk(tmp_path, lived):
    """The operators' application and its door."""
    door = reporting_door(tmp_path, "rs-koord", lived[0].clock)
    yield office(settings(tmp_path, "rs-koord"), [SERVICE], [door]), door
    door.close()


def signed_in(app) -> TestClient:
    client = TestClient(app)
    client.post("/who", data={"officer": COORDINATOR.officers[0].id})
    return client


def written(life) -> dict[str, dict]:
    """Every span of every instance, as its own table has it."""
    bodies = [json.loads(body) for door in life.doors.values() for (body,) in rows(door, "select body from span")]
    return {body["span_id"]: body for body in bodies}


async def shipped(life, address: str, enough) -> None:
    """The agencies' processes send until it is enough."""
    telemetry = Telemetry(list(life.doors.values()), address, {}, pause=0.02)
    telemetry.start()
    for _ in range(3000):
        if enough(telemetry):
            break
        await asyncio.sleep(0.01)
    await telemetry.stop()
    assert enough(telemetry)


def unmark(life) -> None:
    """Send everything once more, as after a restored backup."""
    for door in life.doors.values():
        door.transact(lambda work: work.session.connection().exec_driver_sql("update span set sent = 0"))


def all_there(door, life):
    return lambda _: (
        {span for (span,) in rows(door, "select span_id from finished_span where instance not like 'pages%'")} == set(written(life))
    )


def fill(app, door, lived) -> TestClient:
    """The whole history at the operators'."""
    unmark(lived[0])
    with serving(app) as address:
        asyncio.run(shipped(lived[0], address, all_there(door, lived[0])))
    return signed_in(app)


# --- the way in -----------------------------------------------------------------------------------------------------------------------


def test_every_span_arrives_once_over_a_real_connection_however_often_it_is_sent(desk, lived):
    app, door = desk
    life, _ = lived
    unmark(life)
    with serving(app) as address:
        asyncio.run(shipped(life, address, all_there(door, life)))
        before = rows(door, "select * from finished_span order by span_id")
        unmark(life)
        sent = all(rows(d, "select count(*) from span where not sent") == [(0,)] for d in life.doors.values())
        assert not sent
        asyncio.run(
            shipped(
                life, address, lambda _: all(rows(d, "select count(*) from span where not sent") == [(0,)] for d in life.doors.values())
            )
        )
    assert rows(door, "select * from finished_span order by span_id") == before
    for span, trace, start, end, instance, stage in rows(
        door, 'select span_id, trace_id, start, "end", instance, stage from finished_span'
    ):
        body = written(life)[span]
        assert (trace, start, end, instance) == (body["trace_id"], body["start"], body["end"], body["instance"])
        assert stage == body["attributes"].get("nrm.handoff.stage", "")


def test_while_the_operators_are_away_nothing_is_lost(desk, lived):
    app, door = desk
    life, _ = lived
    unmark(life)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    asyncio.run(shipped(life, f"http://127.0.0.1:{port}", lambda telemetry: telemetry.shippers[0].away))
    assert all(rows(d, "select count(*) from span where sent") == [(0,)] for d in life.doors.values())
    with serving(app, port) as address:
        asyncio.run(shipped(life, address, all_there(door, life)))


@pytest.mark.parametrize(
    ("body", "headers", "status", "why"),
    [
        (b"\xff\xff nonsense", PROTOBUF, 400, "not an OTLP batch"),
        (b"not gzip", PROTOBUF | {"content-encoding": "gzip"}, 400, "not gzip"),
        (gzip.compress(b"x")[:-4], PROTOBUF | {"content-encoding": "gzip"}, 400, "cut short"),
        (gzip.compress(bytes(otlp.LARGEST + 1)), PROTOBUF | {"content-encoding": "gzip"}, 400, "too large"),
        (b"", PROTOBUF | {"content-encoding": "br"}, 400, "neither gzip nor none"),
        (b"{}", {"content-type": "application/json"}, 415, "application/x-protobuf"),
    ],
)
def test_what_is_no_batch_is_refused_with_the_reason(desk, body, headers, status, why):
    answer = TestClient(desk[0]).post("/v1/traces", content=body, headers=headers)
    assert answer.status_code == status
    assert why in Status.FromString(answer.content).message


def batch(**span) -> bytes:
    message = ExportTraceServiceRequest()
    sender = message.resource_spans.add()
    sender.resource.attributes.append(KeyValue(key="service.name", value=AnyValue(string_value=CANARY)))
    told = {
        "trace_id": b"\1" * 16,
        "span_id": b"\2" * 8,
        "name": CANARY + "?",
        "start_time_unix_nano": 10**6,
        "end_time_unix_nano": 2 * 10**6,
    }
    one = sender.scope_spans.add().spans.add(**(told | span))
    for key in ("nrm.handoff.need", "user.name"):
        one.attributes.append(KeyValue(key=key, value=AnyValue(string_value=CANARY)))
    return message.SerializeToString()


def test_the_receiver_keeps_only_what_is_listed_and_says_what_it_refused(desk):
    app, door = desk
    client = TestClient(app)
    assert client.post("/v1/traces", content=batch(), headers=PROTOBUF).status_code == 200
    (kept,) = rows(door, "select * from finished_span")
    assert "Kanarinac" not in repr(kept)
    answer = client.post("/v1/traces", content=batch(span_id=b"\3"), headers=PROTOBUF)
    assert ExportTraceServiceResponse.FromString(answer.content).partial_success.rejected_spans == 1
    assert len(rows(door, "select * from finished_span")) == 1


def test_plain_http_without_compression_is_taken(desk):
    with serving(desk[0]) as address, urlopen(Request(f"{address}/v1/traces", batch(), PROTOBUF)) as answer:  # noqa: S310
        assert answer.status == 200


# --- the pages ------------------------------------------------------------------------------------------------------------------------


def test_open_hand_offs_come_oldest_first_and_late_ones_say_so(desk, lived):
    life, cases = lived
    page = fill(*desk, lived).get("/operations").text
    waiting = [h for case in cases for h in life.waiting(case)]
    assert f"{len(waiting)} requests wait for an answer" in page
    assert page.count("late by") >= len(waiting)
    assert not any(case in page for case in cases)


def test_closing_a_case_ends_the_waiting(desk, lived):
    app, door = desk
    fill(app, door, lived)
    (trace,) = {
        t
        for (t,) in rows(
            door,
            "select trace_id from finished_span where stage = 'requested' and handoff not in (select handoff from finished_span where stage = 'answered')",
        )
    }  # noqa: E501, S608
    closing = batch(trace_id=bytes.fromhex(trace), name="case.closed.v1")
    assert TestClient(app).post("/v1/traces", content=closing, headers=PROTOBUF).status_code == 200
    assert "0 requests wait for an answer" in signed_in(app).get("/operations").text


def test_median_and_percentile_are_those_of_a_plain_recount(desk, lived):
    answer = fill(*desk, lived).get("/operations/latency.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    told = list(csv.DictReader(StringIO(answer.text)))
    took = defaultdict(list)
    for body in written(lived[0]).values():
        said = body["attributes"]
        if said.get("nrm.handoff.stage", "requested") != "requested":
            took[said["nrm.handoff.from"], said["nrm.handoff.to"], said["nrm.handoff.stage"]].append(body["end"] - body["start"])
    assert {(t["from"], t["to"], t["stage"]) for t in told} == set(took)
    for line in told:
        times = sorted(took[line["from"], line["to"], line["stage"]])
        middle = (times[(len(times) - 1) // 2] + times[len(times) // 2]) / 2
        assert (int(line["n"]), float(line["median_ms"])) == (len(times), middle)
        assert int(line["p95_ms"]) == next(t for t in times if sum(x <= t for x in times) >= 0.95 * len(times))
        assert line["time_of"] == ("machines" if line["stage"] == "delivered" else "people")
        assert line["simulated"] == "no"


def test_a_percentile_is_a_time_that_was_seen():
    many = [Took("a", "b", "answered", ms, ms > 90) for ms in range(1, 101)]
    (line,) = timings(many)
    assert (line.n, line.median, line.p95, line.late) == (100, 50.5, 95, 0.1)
    assert abs(line.p95 - quantiles(range(1, 101), n=20)[-1]) < 1


def test_the_way_of_a_case_is_drawn_from_spans_alone(desk, lived):
    app, door = desk
    client = fill(app, door, lived)
    for (trace,) in rows(door, "select distinct trace_id from finished_span"):
        page = client.get(f"/operations/traces/{trace}").text
        assert "<svg" in page
        assert "Identification" in page
    assert client.get("/operations/traces/" + "0" * 32).status_code == 404


def test_simulated_times_are_labelled_and_never_mixed_with_real_ones(desk, lived):
    app, door = desk
    client = fill(app, door, lived)
    real = client.get("/operations").text
    door.transact(lambda work: work.session.connection().exec_driver_sql("update finished_span set simulated = 1 where stage = 'answered'"))
    assert "Simulated data" not in real
    assert "Simulated data" in client.get("/operations?data=simulated").text
    assert "yes" in {line["simulated"] for line in csv.DictReader(StringIO(client.get("/operations/latency.csv").text))}


def test_parked_and_unreadable_records_are_shown_with_their_reasons(desk):
    app, door = desk
    put = (
        "insert into parked (\"case\", partition, place, logged_at, value, reason, parked_at, retry) values ('c', 2, 41, 1, x'00', 'mend the cause', 1, 0)",
        'insert into journal (event, key, "case", partition, place, type, author, cause, roster, at, logged_at, applied_at, verdict, simulated, differs, body)'
        " values ('e', '', '', 3, 77, '', '', '', 0, 1, 1, 1, 'unreadable', 0, 0, '{\"reason\": \"the record is not JSON\"}')",
        "insert into fact_unreadable (id, reason) values ('x', 'no fact'), ('y', 'no fact')",
    )
    for sql in put:
        door.transact(lambda work, sql=sql: work.session.connection().exec_driver_sql(sql))
    page = signed_in(app).get("/operations/records").text
    for words in ("2 / 41", "mend the cause", "3 / 77", "the record is not JSON", "no fact × 2"):
        assert words in page


def test_nobody_sees_a_page_before_saying_who_they_are(desk):
    answer = TestClient(desk[0], follow_redirects=False).get("/operations")
    assert (answer.status_code, answer.headers["location"]) == (303, "/who?next=/operations")
