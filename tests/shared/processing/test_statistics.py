"""Statistical records: sent again after a crash they are one fact, and a record that is none holds nothing."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from services.reporting.service import SERVICE as REPORTING
from shared.processing.instance import Instance
from shared.records.reader import Taken
from tests.shared.bus import Topic
from tests.shared.land import INTAKE_ME, LEAD_ME, SERVICES, Hand, database, door_at, report, rows, settle

FACTS = "select record from fact_referral union all select record from fact_stage union all select record from fact_happening"


@pytest.fixture
def reporting(tmp_path: Path, templates: Path) -> Instance:
    return door_at(database(tmp_path, templates, REPORTING, "r"), "reporting.rs-lead", Hand(), REPORTING)


def give(reporting: Instance, topic: Topic) -> None:
    """All that lies on the statistics topic and is not read yet."""
    assert reporting.take([Taken(r, "") for r in topic.all()])


async def test_records_sent_again_after_a_crash_are_one_fact(tmp_path: Path, templates: Path, reporting: Instance) -> None:
    clock, topic, statistics, path = Hand(), Topic(), Topic(), database(tmp_path, templates, SERVICES["referral"], "l")
    intake = door_at(database(tmp_path, templates, SERVICES["intake"], "i"), INTAKE_ME, clock)
    lead = door_at(path, LEAD_ME, clock)
    report(intake)
    settle(topic, intake, lead)
    first = list(lead.unsent)
    assert len(first) > 1
    for name, body in first:
        statistics.land(name.encode(), body.encode())
    lead = door_at(path, LEAD_ME, clock)
    assert lead.unsent == first, "Kafka had them, but this was not written down: they go again"
    for name, body in lead.unsent:
        statistics.land(name.encode(), body.encode())
    give(reporting, statistics)
    assert sorted(r for (r,) in rows(reporting, FACTS)) == sorted(name for name, _ in first)
    lead.taken += [name for name, _ in first]
    lead.idle(clocks=False)
    assert door_at(path, LEAD_ME, clock).unsent == []


GOOD = {"id": "good", "kind": "decision", "month": "2026-01", "simulated": False, "stage": "reasonable_grounds"}
STAGE = {
    "kind": "stage", "giver": "a", "receiver": "b", "need": "x", "stage": "answered", "machine": False, "outcome": "o", "late": False,
}  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [None, b"", b"\xff", b"[]", b"{}", {**GOOD, "kind": "other"}, {**GOOD, "id": None}, {**GOOD, "id": {"a": 1}}, {**GOOD, "month": [1]},
     {**GOOD, "kind": ["decision"]}, {**GOOD, "simulated": {}}, {**GOOD, "kind": "stage"},
     {**GOOD, **STAGE, "ms": 2**63}],
)  # fmt: skip
def test_a_record_that_is_no_fact_holds_nothing(reporting: Instance, body: Any) -> None:
    topic = Topic()
    topic.land(b"bad", body if body is None or isinstance(body, bytes) else orjson.dumps(body))
    topic.land(b"good", orjson.dumps({**GOOD, "id": "better"}))
    give(reporting, topic)
    assert rows(reporting, FACTS) == [("better",)]
    told = rows(reporting, "select id from fact_unreadable union all select event from journal where verdict = 'unreadable'")
    assert len(told) == 1
    assert reporting.positions.next(0) == 2
