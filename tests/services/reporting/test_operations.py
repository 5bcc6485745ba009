"""The operators' pages: what finished spans say, in order, labelled, and the same as a plain recount of them."""

import csv
import re
from collections import defaultdict
from io import StringIO

from deploy.proving.simulation.land import OTHER_LEAD, with_two_desks
from services.reporting.ingest.open_handoffs import store as say
from services.reporting.ingest.otlp import parse
from services.reporting.ingest.statistics import take
from services.reporting.queries.spans import store
from shared.config.calendar import HOUR
from shared.decisions.unit_of_work import UnitOfWork
from shared.observability.open_statement import OpenHandoff
from shared.processing.apply import apply_all
from shared.processing.parking_causes import COULD_NOT_APPLY
from shared.records.reader import read
from tests.services.reporting.operators import batch, fill, signed_in, written
from tests.services.reporting.plain_survival import plain_survival
from tests.services.reporting.test_open_handoffs import LEAD, says
from tests.services.reporting.test_open_handoffs import one as asked
from tests.shared.bus import SimulatedRecord
from tests.shared.client import PageClient
from tests.shared.land import rows

WEST = OTHER_LEAD.partition(".")[2]


def test_open_hand_offs_are_all_there_and_late_ones_say_so(operators, lived):
    life, cases = lived
    page = fill(*operators, lived).get("/operations").text
    waiting = [h for case in cases for h in life.waiting(case)]
    assert f"{len(waiting)} requests wait for an answer" in page
    assert page.count("late\u00a0by") == len(waiting)
    assert not any(case in page for case in cases)


def test_no_late_request_stands_behind_one_that_is_not_and_a_fold_says_how_many_late_ones_it_hides(operators):
    app, instance = operators
    now, client = instance.clock.at, signed_in(app)
    old = [asked(f"old{n}", now - 9 * HOUR + n, due=now + HOUR) for n in range(7)]

    def page(*late: OpenHandoff) -> tuple[str, str]:
        instance.transact(lambda work: say(work, says(LEAD, now + len(late), *old, *late)))
        table = client.get("/operations").text.partition("Open, the first deadline first")[2]
        seen, _, folded = table.partition("own-rest")
        return seen, folded.partition("</details>")[0]

    seen, folded = page(asked("urgent", now - HOUR, due=now - 1))
    assert (seen.count("late\u00a0by"), folded.count("late\u00a0by"), "▲" in folded.partition("</summary>")[0]) == (1, 0, False)
    seen, folded = page(*(asked(f"late{n}", now - HOUR, due=now - 1) for n in range(7)))
    assert (seen.count("late\u00a0by"), folded.count("late\u00a0by")) == (3, 4)
    assert "4 are late" in folded.partition("</summary>")[0]


def test_what_nobody_has_told_is_not_known_which_is_not_zero(operators):
    page = signed_in(operators[0]).get("/operations").text
    assert "not known: the lead agency has told nothing yet" in page
    assert "0 requests wait" not in page


def test_while_the_lead_is_silent_nobody_knows_how_many_wait(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    told(instance, "update heard_from set heard_at = heard_at - 100000")
    page = client.get("/operations").text
    assert "not known now: the lead agency has gone silent" in page
    assert "requests wait for an answer." not in page
    assert "late\u00a0by" in page, "what was told before is still there"
    assert client.get("/api/reporting/handoffs").status_code == 409


def test_while_a_second_desk_that_leads_is_silent_its_cases_alone_are_not_known(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    instance.country = with_two_desks(instance.country)
    page = client.get("/operations").text
    assert "gone silent" not in page, "one that was never heard leads nothing that is known"
    before, waiting = client.get("/api/reporting/handoffs"), re.findall("^nrm_desk_waiting{.*", client.get("/metrics").text, re.M)
    assert (before.status_code, before.headers.get("nrm-silent"), bool(waiting)) == (200, None, True)
    instance.transact(lambda work: say(work, says(WEST, instance.clock.at)))
    told(instance, f"update heard_from set heard_at = heard_at - 100000 where agency = '{WEST}'")
    for path in ("/operations", "/operations/waiting"):
        page = client.get(path).text
        assert "in the cases that Centre in the west leads is not known now: it has gone silent" in page
        assert "the lead agency has gone silent" not in page, "that is heard"
    assert "requests wait for an answer" in client.get("/operations").text
    stalled = client.get("/operations/stalled").text
    assert "A second agency that leads cases is silent." in stalled
    assert "The lead agency is silent." not in stalled
    told_still, gauges = client.get("/api/reporting/handoffs"), client.get("/metrics").text
    assert (told_still.json(), told_still.headers["nrm-silent"]) == (before.json(), WEST), "one desk's silence takes no other's list away"
    assert re.findall("^nrm_desk_waiting{.*", gauges, re.M) == waiting
    assert f'nrm_desk_lead_silent{{agency="{WEST}"}} 1.0' in gauges


def test_who_was_never_heard_is_named_and_who_is_silent_stands_first(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    page = client.get("/operations").text
    assert "agencies are silent: nobody may be seeing what is asked of them." in page
    table = client.get("/operations/agencies").text
    assert "Never heard" in table
    assert table.index("Never heard") < table.index("\n  Heard\n")


def told(instance, statement: str) -> None:
    instance.transact(lambda work: work.session.connection().exec_driver_sql(statement))


def test_open_requests_of_a_simulation_are_never_added_to_real_ones(operators, lived):
    app, instance = operators
    life, cases = lived
    client = fill(app, instance, lived)
    number = sum(len(life.waiting(case)) for case in cases)
    told(instance, "update said_open set simulated = true where handoff in (select min(handoff) from said_open where waiting)")
    real, simulated = client.get("/operations").text, client.get("/operations?data=simulated").text
    assert f"{number - 1} requests wait" in real or (number == 2 and "1 request waits" in real)
    assert "1 simulated request is not among them" in real
    assert real.count("late\u00a0by") == number - 1
    assert "1 request waits for an answer" in simulated
    assert simulated.count("late\u00a0by") == 1
    assert "Simulated data" in simulated
    assert "Simulated data" not in real


def test_median_and_percentile_are_those_of_a_plain_recount(operators, lived):
    answer = fill(*operators, lived).get("/operations/latency.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    told = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    took, waits = defaultdict(list), defaultdict(list)
    for body in written(lived[0]).values():
        said = body["attributes"]
        if said.get("nrm.handoff.stage", "requested") != "requested":
            took[said["nrm.handoff.from"], said["nrm.handoff.to"], said["nrm.handoff.stage"]].append(body["end"] - body["start"])
    for case in lived[1]:
        for one in lived[0].waiting(case):
            waits[one.giver, one.to, "answered"].append(lived[0].clock.at - one.requested_at)
    assert {(t["from"], t["to"], t["stage"]) for t in told} >= set(took) | set(waits)
    for line in told:
        key = line["from"], line["to"], line["stage"]
        assert int(line["n"]) == len(took[key])
        if key[2] == "answered" or line["open"] == "0":  # what follows an answer is open since the answer
            assert int(line["open"]) == len(waits[key])
            for name, part in (("median_ms", 0.5), ("p95_ms", 0.95)):
                right = plain_survival(took[key], waits[key], part)
                assert line[name] == "" if right is None else abs(int(line[name]) / right - 1) < 0.023
        assert line["time_of"] == ("machines" if line["stage"] == "delivered" else "people")
        assert line["simulated"] == "no"


def test_times_in_office_hours_stand_beside_and_are_those_of_a_recount(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    told = list(csv.DictReader(StringIO(client.get("/operations/latency.csv").text.removeprefix("\ufeff"))))
    office, zone = instance.country.office_days, instance.country.time_zone
    took = defaultdict(list)
    spans = rows(instance, "select giver, receiver, stage, start, \"end\" from finished_span where stage not in ('', 'requested')")
    for giver, receiver, stage, start, end in spans:
        took[giver, receiver, stage].append(max(1, office.worked(start, end, zone)))
    compared = 0
    for line in (one for one in told if one["open"] == "0"):
        right = plain_survival(took[line["from"], line["to"], line["stage"]], [], 0.5)
        assert abs(int(line["office_median_ms"]) / right - 1) < 0.023
        assert int(line["office_median_ms"]) <= int(line["median_ms"]) * 1.05
        compared += 1
    assert compared
    page = client.get("/operations").text
    assert "Median in office hours" in page


def test_what_came_before_office_hours_were_counted_is_counted_once(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    right = client.get("/operations/latency.csv").text
    instance.transact(lambda work: work.session.connection().exec_driver_sql("delete from stage_tally where source = 'office'"))
    assert client.get("/operations/latency.csv").text != right
    instance.transact(lambda work: store(work, parse(batch())[0]))
    assert client.get("/operations/latency.csv").text == right


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
    for table in ("finished_span", "stage_tally"):
        told(instance, f"update {table} set simulated = true where stage = 'answered'")
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
    answer = PageClient(operators[0], follow_redirects=False).get("/operations")
    assert (answer.status_code, answer.headers["location"]) == (303, "/who?next=/operations")
