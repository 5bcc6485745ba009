"""What `./nrm demo --once` leaves: a summary that others can recount."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from deploy.brokers import Kafka
from deploy.brokers.topics import CASE_EVENTS, STATISTICS
from deploy.demo.papers import PAPERS
from deploy.demo.play import HOUSE, POINT
from deploy.demo.stories import AT_THE_LIBRARY, LOOKED
from tests.deploy.demo.conftest import Played
from tests.deploy.demo.told import ENDS, REASONS, of
from tests.leaks import found

pytestmark = pytest.mark.kafka


def read_to_the_end(bootstrap: str, topic: str) -> int:
    """Every record of a topic, one by one."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "recount", "enable.partition.eof": True})
    partitions = list(consumer.list_topics(topic, timeout=20).topics[topic].partitions)
    consumer.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in partitions])
    counted, ended = 0, 0
    while ended < len(partitions):
        message = consumer.poll(20)
        assert message is not None
        if message.error():
            ended += 1
        else:
            counted += 1
    consumer.close()
    return counted


@pytest.fixture(scope="module")
def held(played: Played) -> dict[Path, bytes]:
    """Each file that the demo left, and what is in it."""
    return {file: file.read_bytes() for file in played.folder.rglob("*") if file.is_file()}


def test_a_consumer_on_the_kept_log_counts_as_many_records_as_the_summary(played: Played) -> None:
    with Kafka(played.folder / "kafka") as broker:
        assert read_to_the_end(broker.bootstrap, CASE_EVENTS) == played.summary["events"] + played.summary["markers"] > 300
        assert read_to_the_end(broker.bootstrap, STATISTICS) == played.summary["batches"] > 0
        assert played.summary["statistics"] > 50, "in a few batches"


def test_nothing_is_lost_counted_twice_parked_or_seen_differently(played: Played) -> None:
    for what in ("lost", "counted_twice", "differing", "parked"):
        assert played.summary[what] == 0
    assert played.summary["wrong"] == {}


def test_at_least_eight_agencies_act_and_each_has_its_process_or_thread(played: Played) -> None:
    assert len(played.summary["agencies"]) == played.summary["processes"] >= 8
    assert played.summary["cases"] >= len(played.told)


def test_three_agencies_or_more_act_together(played: Played) -> None:
    assert any(len(joint["agencies"]) >= 3 and joint["state"] == "completed" for joint in played.summary["joint_actions"])


def test_a_case_that_was_passed_round_is_answered_by_a_joint_call(played: Played) -> None:
    called = [case["case"] for case in played.summary["pingpong_cases"] if case["answered_by_joint_call"]]
    acting = [joint for joint in played.summary["joint_actions"] if joint["case"] in called]
    assert called
    assert all(joint["called_for"] == "housing" and len(joint["agencies"]) >= 3 for joint in acting)


def test_hand_offs_are_late_declined_expired_given_back_and_taken_back(played: Played) -> None:
    handoffs = played.summary["handoffs"]
    assert {h["state"] for h in handoffs} >= {"completed", "declined", "called", "acting"} | of(ENDS, played.told)
    assert {h["code"] for h in handoffs} >= {"C1", "C6", "C13"} | of(REASONS, played.told)
    assert any(h["late"] and h["state"] == "completed" for h in handoffs) or "late" not in played.told
    assert any(h["late"] and h["state"] == "requested" and h["to"] == "rs-ngo-pomoc" for h in handoffs), "one is left for the visitor"


def test_every_invented_time_is_labelled(played: Played) -> None:
    assert all(h["simulated"] for h in played.summary["handoffs"])
    finished = [h for h in played.summary["handoffs"] if h["state"] == "completed"]
    advice = [h for h in finished if h["kind"] == "consultation"]
    assert all({"answered", "completed"} <= set(h["stages_ms"]) for h in finished if h not in advice)
    asked = ["advice"] if "advice" in played.told else []
    assert [set(h["stages_ms"]) for h in advice] == [{"delivered", "noticed", "answered"} for _ in asked], "an answer ends a question"


def test_verdicts_add_up_to_the_events(played: Played) -> None:
    assert sum(played.summary["verdicts"].values()) == played.summary["events"]
    assert played.summary["verdicts"]["counted"] + played.summary["verdicts"].get("superseded", 0) >= played.summary["decisions"]


def test_the_shelter_has_written_down_where_it_is_and_no_file_says_so(held: dict[Path, bytes]) -> None:
    assert any(b"address-kept" in data for file, data in held.items() if "rs-kuca" in file.name)
    assert not [file for file, data in held.items() if found(HOUSE, data)]


def test_the_shelter_meets_people_at_a_place_of_its_list_and_no_file_says_where(held: dict[Path, bytes]) -> None:
    (house,) = [file for file in held if file.name == "assistance.rs-kuca.db"]
    with closing(sqlite3.connect(house)) as raw:
        assert raw.execute("select count(*) from meetingpoint where ended_at is null").fetchone() == (1,)
        assert raw.execute("select count(*) from message where kind = 'arrangement'").fetchone() == (1,)
    assert not [file for file, data in held.items() if found((POINT, *AT_THE_LIBRARY.values()), data)]


def test_where_a_suspect_is_close_to_staff_an_officer_has_looked_and_one_of_two_is_asked(played: Played, held: dict[Path, bytes]) -> None:
    with closing(sqlite3.connect(played.folder / "agencies" / "referral.rs-czztlj.db")) as raw:
        ((case, looked_at, looked_by),) = raw.execute('select "case", looked_at, looked_by from conflictcheck').fetchall()
    assert looked_at
    assert looked_by
    asked = [(one["need"], one["state"]) for one in played.summary["handoffs"] if one["case"] == case]
    assert sorted(asked) == [("identification", "accepted"), ("psychological", "completed")]
    assert not [file for file, data in held.items() if found((LOOKED,), data)]


def test_the_lead_passed_on_and_the_case_is_counted_once_by_whoever_leads_now(played: Played) -> None:
    (asked,) = [one for one in played.summary["handoffs"] if one["kind"] == "transfer"]
    assert (asked["from"], asked["to"], asked["state"]) == ("rs-czztlj", "rs-csr-ns", "acting")
    others = [(one["need"], one["state"]) for one in played.summary["handoffs"] if one["case"] == asked["case"] and one != asked]
    told = [("guardianship", "accepted"), ("health", "completed"), ("identification", "completed"), ("psychological", "completed")]
    assert sorted(others) == told
    led = {agency: _lead(played.folder / "agencies" / f"referral.{agency}.db", asked["case"]) for agency in ("rs-czztlj", "rs-csr-ns")}
    assert led == {"rs-czztlj": "rs-csr-ns", "rs-csr-ns": "rs-csr-ns"}
    with closing(sqlite3.connect(played.folder / "agencies" / "referral.rs-csr-ns.db")) as raw:
        came = raw.execute('select count(*), max(parts) from leadrecordpart where "case" = ?', (asked["case"],)).fetchone()
    assert came[0] == came[1], "what the former lead had on record is there"


def _lead(database: Path, case: str) -> str:
    """Who leads a case, as an instance shows it."""
    with closing(sqlite3.connect(database)) as raw:
        ((view,),) = raw.execute('select view from picture where "case" = ?', (case,)).fetchall()
    return json.loads(view)["case"]["lead"]


def test_papers_were_attached_and_looked_at_elsewhere_and_no_file_shows_them(played: Played, held: dict[Path, bytes]) -> None:
    assert played.summary["documents"] == {"attached": 2, "looked_at": 2, "pieces": 2}
    folders = [one for one in (played.folder / "agencies" / "documents").iterdir() if any(one.glob("*/000"))]
    assert {"intake.rs-ir", "referral.rs-czztlj", "assistance.rs-pu-bg"} <= {one.name for one in folders}
    assert not [file for file, data in held.items() if found([paper.name for paper in PAPERS.values()], data)]


def test_databases_and_logs_are_for_their_owner_alone(played: Played, small: Played) -> None:
    for one in (played, small):
        kept = [file for file in one.folder.rglob("*") if file.suffix in (".db", ".log") and "kafka/log" not in str(file)]
        assert {file.stem for file in kept} >= {*one.summary["instances"], "broker"}
        assert not [file for file in kept if file.stat().st_mode & 0o077]
        assert not one.folder.stat().st_mode & 0o077
    assert {file.stem for file in small.folder.rglob("*.log")} >= set(small.summary["agencies"])


@pytest.mark.long
def test_an_agency_was_away_for_some_hours_of_the_stories_and_the_desk_has_noted_it(played: Played) -> None:
    """Where each agency has its process: with --long."""
    with closing(sqlite3.connect(played.folder / "agencies" / "reporting.rs-koord.db")) as raw:
        ((agency, hours, records, read),) = raw.execute(
            "select agency, (clock_at - clock_since) / 3600000, records, caught_up is not null from absence where simulated"
        ).fetchall()
        ((came, overdue),) = raw.execute(f"select sum(came), sum(overdue) from missed_handoff where agency = '{agency}'").fetchall()
    assert hours > 12
    assert records > 0
    assert read
    assert (came > 0, overdue) == (True, 1)
