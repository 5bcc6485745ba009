"""The operators' pages: what finished spans say, in order, labelled, and the same as a plain recount of them."""

import csv
from collections import defaultdict
from io import StringIO
from statistics import quantiles

from fastapi.testclient import TestClient

from services.reporting.ingest.statistics import take
from services.reporting.rules.timings import Took, timings
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.apply import apply_all
from shared.processing.faults import Fault
from shared.processing.parking_causes import COULD_NOT_APPLY
from shared.records.reader import read
from tests.services.reporting.operators import PROTOBUF, batch, fill, signed_in, written
from tests.shared.bus import SimulatedRecord
from tests.shared.land import rows


def test_open_hand_offs_come_oldest_first_and_late_ones_say_so(operators, lived):
    life, cases = lived
    page = fill(*operators, lived).get("/operations").text
    waiting = [h for case in cases for h in life.waiting(case)]
    assert f"{len(waiting)} requests wait for an answer" in page
    assert page.count("late\u00a0by") == len(waiting)
    assert not any(case in page for case in cases)


def test_what_nobody_has_told_is_not_known_which_is_not_zero(operators):
    page = signed_in(operators[0]).get("/operations").text
    assert "not known: no agency has told anything yet" in page
    assert "0 requests wait" not in page


def test_while_the_bus_is_away_nobody_knows_how_many_wait(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    app.state.desks["reporting"].faults = lambda: (Fault.NOT_READ,)
    page = client.get("/operations").text
    assert "not known now: the bus cannot be reached" in page
    assert "requests wait for an answer." not in page
    assert "late\u00a0by" in page, "what was told before is still there"


def test_open_requests_of_a_simulation_are_never_added_to_real_ones(operators, lived):
    app, instance = operators
    life, cases = lived
    client = fill(app, instance, lived)
    number = sum(len(life.waiting(case)) for case in cases)
    instance.transact(
        lambda work: work.session.connection().exec_driver_sql(
            "update finished_span set simulated = true where span_id in"
            " (select min(a.span_id) from finished_span a where a.stage = 'requested' and a.handoff not in"
            " (select b.handoff from finished_span b where b.stage = 'answered'))"
        )
    )
    real, simulated = client.get("/operations").text, client.get("/operations?data=simulated").text
    assert f"{number - 1} requests wait" in real or (number == 2 and "1 request waits" in real)
    assert "1 simulated request is not among them" in real
    assert real.count("late\u00a0by") == number - 1
    assert "1 request waits for an answer" in simulated
    assert simulated.count("late\u00a0by") == 1
    assert "Simulated data" in simulated
    assert "Simulated data" not in real


def test_closing_a_case_ends_the_waiting(operators, lived):
    app, instance = operators
    fill(app, instance, lived)
    answered = "select handoff from finished_span where stage = 'answered'"
    waiting = f"select distinct trace_id from finished_span where stage = 'requested' and handoff not in ({answered})"
    ((trace,),) = rows(instance, waiting)
    closing = batch(trace_id=bytes.fromhex(trace), name="case.closed.v1")
    assert TestClient(app).post("/v1/traces", content=closing, headers=PROTOBUF).status_code == 200
    assert "0 requests wait for an answer" in signed_in(app).get("/operations").text
    again = batch(trace_id=bytes.fromhex(trace), name="case.reopened.v1", span_id=b"reopened")
    assert TestClient(app).post("/v1/traces", content=again, headers=PROTOBUF).status_code == 200
    assert "0 requests wait for an answer" not in signed_in(app).get("/operations").text, "a reopened case has its requests again"


def test_median_and_percentile_are_those_of_a_plain_recount(operators, lived):
    answer = fill(*operators, lived).get("/operations/latency.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    told = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
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


def test_the_way_of_a_case_is_drawn_from_spans_alone(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    for (trace,) in rows(instance, "select distinct trace_id from finished_span"):
        page = client.get(f"/operations/traces/{trace}").text
        assert "<svg" in page
        assert "Identification" in page
    assert client.get("/operations/traces/" + "0" * 32).status_code == 404


def test_simulated_times_are_labelled_and_never_mixed_with_real_ones(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    real = client.get("/operations").text
    instance.transact(
        lambda work: work.session.connection().exec_driver_sql("update finished_span set simulated = true where stage = 'answered'")
    )
    assert "Simulated data" not in real
    assert "Simulated data" in client.get("/operations?data=simulated").text
    assert "yes" in {
        line["simulated"] for line in csv.DictReader(StringIO(client.get("/operations/latency.csv").text.removeprefix("\ufeff")))
    }


def test_parked_and_unreadable_records_are_shown_with_their_reasons(operators):
    app, instance = operators
    parked = {
        "case": "c",
        "partition": 2,
        "place": 41,
        "logged_at": 1,
        "value": b"",
        "code": "could-not-apply",
        "reason": "KeyError, x.py:1",
        "parked_at": 1,
        "retry": False,
    }
    lost = SimulatedRecord(3, 77, 1, None, b"not JSON")

    def trouble(work: UnitOfWork) -> None:
        work.parked.append(parked)
        apply_all(work, read([lost]), instance.service)

    instance.transact(trouble)
    instance.transact(lambda work: take(work, [SimulatedRecord(0, n, 1, None, bytes([n])) for n in range(2)]))
    page = signed_in(app).get("/operations/records").text
    for words in ("2 / 41", COULD_NOT_APPLY.words, "3 / 77", "the record is not JSON", "the record is not JSON × 2"):
        assert words in page


def test_nobody_sees_a_page_before_saying_who_they_are(operators):
    answer = TestClient(operators[0], follow_redirects=False).get("/operations")
    assert (answer.status_code, answer.headers["location"]) == (303, "/who?next=/operations")
