"""Statistical records: sent again after a crash they are one fact, and a record that is none holds nothing."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from services.assistance.handlers import handoffs as a
from services.reporting.service import SERVICE as REPORTING
from shared.config.calendar import DAY, LATEST
from shared.decisions.decide import DecisionContext, UseCase
from shared.processing.instance import Instance
from shared.protocol.events import HandoffAcknowledged
from shared.protocol.statistics import LONGEST_TIME
from shared.records.reader import Taken
from tests.shared.bus import START, Topic
from tests.shared.counted import flush, record_id, send_batches
from tests.shared.land import INTAKE_ME, LEAD_ME, POLICE_ME, SERVICES, Hand, database, decide, instance_at, report, rows, settle, sure

FACTS = "select record from fact_referral union all select record from fact_stage union all select record from fact_happening"


@pytest.fixture
def reporting(tmp_path: Path, templates: Path) -> Instance:
    return instance_at(database(tmp_path, templates, REPORTING, "r"), "reporting.rs-lead", Hand(), REPORTING)


def give(reporting: Instance, topic: Topic) -> None:
    """All that lies on the statistics topic and is not read yet."""
    assert reporting.take([Taken(r, "") for r in topic.all()])


async def test_records_sent_again_after_a_crash_are_one_fact(tmp_path: Path, templates: Path, reporting: Instance) -> None:
    clock, topic, statistics, path = Hand(), Topic(), Topic(), database(tmp_path, templates, SERVICES["referral"], "l")
    intake = instance_at(database(tmp_path, templates, SERVICES["intake"], "i"), INTAKE_ME, clock)
    lead = instance_at(path, LEAD_ME, clock)
    report(intake)
    settle(topic, intake, lead)
    first = list(lead.unsent)
    assert len(first) > 1
    flush(lead)
    assert not lead.unsent
    for _ in range(2):
        send_batches(lead, statistics)
        lead = instance_at(path, LEAD_ME, clock)
        assert {one.record for batch in lead.batches for one in batch.records} == {one.record for one in first}, (
            "Kafka had them, but this was not written down: they go again"
        )
    send_batches(lead, statistics)
    give(reporting, statistics)
    assert sorted(r for (r,) in rows(reporting, FACTS)) == sorted(one.record for one in first)
    assert len({record.key for record in statistics.all()}) == 1, "the same batch under the same name"
    lead.idle(clocks=False)
    again = instance_at(path, LEAD_ME, clock)
    assert (again.unsent, again.batches) == ([], [])


GOOD = {"id": record_id("good"), "kind": "decision", "month": "2026-01", "simulated": False, "stage": "reasonable_grounds"}
STAGE = {
    "kind": "stage", "giver": "a", "receiver": "b", "need": "legal", "stage": "answered", "machine": False, "outcome": "accepted",
    "late": False,
}  # fmt: skip


REFERRAL = {
    "id": record_id("good"), "kind": "referral", "quarter": "2025-Q1", "basis": "consent", "first_responder": "Inspectorate",
    "first_responder_type": "labour_inspectorate", "exploitation_type": "LAB,SEX", "age_at_exploitation": "adult", "gender": "male",
    "nationality": "MD", "simulated": False,
}  # fmt: skip
REPLAYED = {**REFERRAL, "simulated": True, "age_at_exploitation": "Adult (18 or over)", "nationality": "Congolese Drc "}
FORGED = [
    *({**REFERRAL, "id": id} for id in ("x" * 100_000, "A" * 32, "a" * 31, "a" * 32 + "\n", "", 7)),
    *({**REFERRAL, "quarter": q} for q in ("9999999-Q4", "9999-Q4", "1999-Q4", "2027-Q1", "2025-Q5", "2025-Q1\n", "٢٠٢٥-Q1", "", "2025")),
    *({**GOOD, "month": m} for m in ("9999999-12", "2026-07", "1999-12", "2025-13", "2025-00", "2025-1", "", "2025-Q1")),
    *({**REFERRAL, field: "Jane Doe, of 5 High Street"} for field in ("exploitation_type", "age_at_exploitation", "gender", "basis")),
    *({**REPLAYED, field: "x" * 121} for field in ("nationality", "gender", "first_responder", "first_responder_type")),
    *({**REPLAYED, field: "a\x00b"} for field in ("nationality", "exploitation_type", "first_responder")),
    *({**GOOD, **STAGE, "ms": 1, field: value} for field in ("giver", "receiver") for value in ("", "a" * 65, "Jane Doe", "a\n")),
    {**GOOD, "kind": "joint_action", "agencies": 1_001}, {**GOOD, "kind": "joint_action", "agencies": -1}, {**GOOD, "stage": "third"},
]  # fmt: skip
"""What was counted once, and what is of its kind. The log took it in June 2025."""


@pytest.mark.parametrize(
    "body", [REFERRAL, REPLAYED, {**GOOD, **STAGE, "ms": 1}, {**REFERRAL, "quarter": "2026-Q2"}, {**GOOD, "later": "x" * 9}]
)
def test_what_a_lead_writes_is_a_fact(reporting: Instance, body: Any) -> None:
    topic = Topic()
    topic.land(b"good", orjson.dumps(body))
    give(reporting, topic)
    assert rows(reporting, FACTS) == [(record_id("good"),)]


def test_a_nationality_in_words_is_not_told(reporting: Instance) -> None:
    topic = Topic()
    topic.land(b"good", orjson.dumps({**REFERRAL, "nationality": "Jane Doe, of 5 High Street"}))
    give(reporting, topic)
    assert rows(reporting, "select nationality from fact_referral") == [("other",)]


@pytest.mark.parametrize(
    ("ms", "told"),
    [(0, 0), (4, 0), (5, 10), (1_499, 1_000), (61_000, 60_000), (3_629_999, 3_600_000),
     (90_000_000, 90_000_000), (95_000_000, 93_600_000)],
)  # fmt: skip
def test_times_are_as_coarse_as_the_tables_need(reporting: Instance, ms: int, told: int) -> None:
    topic = Topic()
    topic.land(b"good", orjson.dumps({**GOOD, **STAGE, "ms": ms}))
    give(reporting, topic)
    assert rows(reporting, "select ms from fact_stage") == [(told,)]


def test_a_log_that_says_a_time_to_come_counts_none(reporting: Instance) -> None:
    topic = Topic()
    topic.land(b"bad", orjson.dumps({**REFERRAL, "quarter": "9999-Q3"}), at=253_370_764_800_000)
    give(reporting, topic)
    assert rows(reporting, FACTS) == []


FAR = 200_000_000_000_000
"""The year 8307, in ms."""


@pytest.mark.parametrize("at", [0, 1, FAR])
async def test_whoever_reports_with_a_clock_gone_wrong_is_counted_in_the_time_of_the_log(tmp_path: Path, templates: Path, at: int) -> None:
    clock, wrong, topic = Hand(), Hand(at), Topic()
    intake = instance_at(database(tmp_path, templates, SERVICES["intake"], "i"), INTAKE_ME, wrong)
    lead = instance_at(database(tmp_path, templates, SERVICES["referral"], "l"), LEAD_ME, clock)
    report(intake, nationality="Jane Doe", sex_printed="a\x00b", age_printed="about 17", forms_printed="Jane Doe")
    settle(topic, intake, lead)
    said = [orjson.loads(one.body) for one in lead.unsent]
    referral = next(one for one in said if one["kind"] == "referral")
    assert {one.get("quarter", one.get("month")) for one in said} == {"2025-Q2", "2025-06"}
    words = {referral[f] for f in ("nationality", "gender", "age_at_exploitation", "exploitation_type")}
    assert words <= {"other", "", "unknown", "adult", "LAB", "UNK"}, "no word of what was written"
    assert all(one["ms"] <= LONGEST_TIME for one in said if one["kind"] == "stage")
    assert rows(lead, "select count(*) from parked") == [(0,)]


def seen_when_nothing_has_a_date(command: a.OfHandoff, tx: DecisionContext) -> HandoffAcknowledged:
    """What an agency says whose clock is broken, or whoever stands in its place."""
    return HandoffAcknowledged(handoff=command.handoff, applied_at=tx.at, seen_at=2**53 - 1)


@pytest.mark.parametrize(
    ("use_case", "at", "stage"), [(seen_when_nothing_has_a_date, START, "noticed"), (a.accept, LATEST - 1, "answered")]
)
async def test_an_agency_with_a_clock_gone_wrong_parks_nothing_at_the_lead(
    tmp_path: Path, templates: Path, use_case: UseCase, at: int, stage: str
) -> None:
    clock, wrong, topic = Hand(), Hand(), Topic()
    intake, lead, police = (
        instance_at(database(tmp_path, templates, SERVICES[me.partition(".")[0]], me), me, hand)
        for me, hand in ((INTAKE_ME, clock), (LEAD_ME, clock), (POLICE_ME, wrong))
    )
    case = report(intake)
    settle(topic, intake, lead, police)
    asked = next(one.id for one in sure(police, case).handoffs.values() if one.to == "rs-pol")
    wrong.at = at
    decide(police, use_case, a.OfHandoff(case=case, handoff=asked), "h")
    settle(topic, intake, lead, police)
    assert rows(lead, "select count(*) from parked") == [(0,)]
    (said,) = (one for line in lead.unsent if (one := orjson.loads(line.body))["kind"] == "stage" and one["stage"] == stage)
    assert said["ms"] == said["since"] // DAY * DAY == LONGEST_TIME
    assert 2_400 < said["stage_days"] == said["since_days"] < LONGEST_TIME // DAY, "as long as a record tells, in working days"
    assert all(one["month"] in ("2025-06", "2025-07") for line in lead.unsent if "month" in (one := orjson.loads(line.body)))


@pytest.mark.parametrize(
    "body",
    [None, b"", b"\xff", b"[]", b"{}", {**GOOD, "kind": "other"}, {**GOOD, "id": None}, {**GOOD, "id": {"a": 1}}, {**GOOD, "month": [1]},
     {**GOOD, "kind": ["decision"]}, {**GOOD, "simulated": {}}, {**GOOD, "kind": "stage"},
     {**GOOD, **STAGE, "ms": 2**63}, {**GOOD, **STAGE, "ms": LONGEST_TIME + 1}, {**GOOD, **STAGE, "ms": -1},
     *FORGED],
)  # fmt: skip
def test_a_record_that_is_no_fact_holds_nothing(reporting: Instance, body: Any) -> None:
    topic = Topic()
    topic.land(b"bad", body if body is None or isinstance(body, bytes) else orjson.dumps(body))
    topic.land(b"good", orjson.dumps({**GOOD, "id": record_id("better")}))
    give(reporting, topic)
    assert rows(reporting, FACTS) == [(record_id("better"),)]
    told = rows(reporting, "select id from fact_unreadable union all select event from journal where verdict = 'unreadable'")
    assert len(told) == 1
    assert reporting.positions.next(0) == 2
