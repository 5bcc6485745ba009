"""The checker is sharp: whatever somebody removes, alters or doubles in a database, it finds.

In the smallest country: each test reads all its databases once more. That nothing is wrong with the whole demo says its summary.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from deploy.oracle import Judgement
from deploy.trouble import Trouble
from deploy.verify.command import run, verify
from tests.deploy.demo.conftest import Played

pytestmark = pytest.mark.kafka

AT_POLICE, AT_LEAD = "assistance.tl-watch", "referral.tl-harbour"


@pytest.fixture(scope="module")
def sound(small: Played) -> Path:
    """Databases with which nothing is wrong."""
    assert verify(small.folder).ok
    return small.folder


@pytest.fixture
def databases(sound: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    shutil.copytree(sound / "agencies", tmp_path / "agencies")
    return tmp_path


def tamper(folder: Path, instance: str, *statements: str) -> Judgement:
    with closing(sqlite3.connect(folder / "agencies" / f"{instance}.db")) as db:
        changed = sum(db.execute(statement).rowcount for statement in statements)
        db.commit()
    assert changed, "the statements must have changed something"
    return verify(folder)


def one_of(author: str, type: str = "handoff.accepted.v1") -> str:
    return f"(SELECT min(seq) FROM journal WHERE author = '{author}' AND type = '{type}' AND verdict = 'counted')"


def test_a_record_missing_at_a_member_is_found(databases: Path) -> None:
    found = tamper(databases, AT_POLICE, f"DELETE FROM journal WHERE seq = {one_of('assistance.tl-friends')}")
    assert [s for s in found.lost if "is missing at assistance.tl-watch" in s]


def test_a_record_judged_otherwise_at_a_member_is_found(databases: Path) -> None:
    found = tamper(databases, AT_POLICE, f"UPDATE journal SET verdict = 'superseded' WHERE seq = {one_of('assistance.tl-friends')}")
    assert [s for s in found.lost if "is superseded at assistance.tl-watch and counted at its author" in s]


def test_a_record_that_a_member_still_keeps_waiting_is_found(databases: Path) -> None:
    found = tamper(databases, AT_POLICE, f"UPDATE journal SET verdict = 'waiting' WHERE seq = {one_of(AT_LEAD, 'handoff.requested.v1')}")
    assert [s for s in found.lost if "is waiting at assistance.tl-watch" in s]


def test_a_decision_without_its_echo_is_found(databases: Path) -> None:
    found = tamper(databases, AT_POLICE, f"DELETE FROM journal WHERE seq = {one_of(AT_POLICE)}")
    assert [s for s in found.lost if "has 0 settling records at its author" in s]


def test_a_decision_that_still_waits_for_the_bus_is_found(databases: Path) -> None:
    found = tamper(databases, AT_POLICE, "UPDATE outbox SET state = 'waiting', verdict = NULL WHERE seq = (SELECT max(seq) FROM outbox)")
    assert len(found.lost) == 1


def test_a_decision_settled_twice_is_found(databases: Path) -> None:
    columns = 'key, "case", partition, type, author, cause, roster, at, logged_at, applied_at, verdict, simulated, differs, body'
    row = f"SELECT 'twice', place + 100000, {columns} FROM journal WHERE seq = {one_of(AT_POLICE)}"
    copy = f"INSERT INTO journal (event, place, {columns}) {row}"
    found = tamper(databases, AT_POLICE, copy)
    assert [s for s in found.twice if "is settled 2 times at assistance.tl-watch" in s]
    assert found.lost, "a decision with two settling records has not exactly one"


def test_another_picture_is_found(databases: Path) -> None:
    alter = """UPDATE picture SET view = replace(view, '"state":"accepted"', '"state":"declined"') WHERE view LIKE '%"state":"accepted"%'"""
    found = tamper(databases, AT_POLICE, alter)
    assert [s for s in found.differing if "assistance.tl-watch and referral.tl-harbour differ" in s and "handoffs" in s]


def test_a_member_without_a_picture_is_found(databases: Path) -> None:
    found = tamper(databases, AT_POLICE, 'DELETE FROM picture WHERE "case" = (SELECT min("case") FROM picture)')
    assert [s for s in found.differing if "has no picture of it" in s]


def test_a_removed_decision_is_not_lost(databases: Path) -> None:
    found = tamper(
        databases, AT_POLICE, f"DELETE FROM journal WHERE seq = {one_of(AT_POLICE)}",
        "UPDATE outbox SET state = 'removed' WHERE key NOT IN (SELECT key FROM journal)",
    )  # fmt: skip
    assert (found.lost, found.removed) == ([], 1)


def test_a_missing_database_is_found(databases: Path) -> None:
    for file in (databases / "agencies").glob("*.tl-watch.db"):
        file.unlink()
    assert [s for s in verify(databases).lost if "went to tl-watch, of which there is no database" in s]


def test_a_fact_that_the_rapporteur_lacks_or_nobody_sent_is_found(databases: Path) -> None:
    rapporteur, first = "reporting.tl-owl", "WHERE record = (SELECT min(record) FROM fact_referral)"
    lacking = tamper(databases, rapporteur, f"DELETE FROM fact_referral {first}")
    assert lacking.statistics == [f"{rapporteur} lacks 1 statistical records"]
    unknown = tamper(databases, rapporteur, f"UPDATE fact_referral SET record = 'x' {first}")
    assert unknown.statistics == [f"{rapporteur} lacks 2 statistical records", f"{rapporteur} has 1 facts that no lead has sent"]


def test_an_unsent_statistical_record_is_found(databases: Path) -> None:
    found = tamper(databases, AT_LEAD, "UPDATE statistic SET done = 0 WHERE seq = (SELECT max(seq) FROM statistic)")
    assert found.statistics == ["referral.tl-harbour has 1 statistical records that are not on the bus"]


def test_a_parked_record_is_found(databases: Path) -> None:
    columns = '"case", partition, place, logged_at, value, reason, parked_at, retry'
    row = f"INSERT INTO parked ({columns}) VALUES ('c', 0, 1, 0, x'00', 'r', 0, 0)"
    assert tamper(databases, AT_POLICE, row).parked == ["assistance.tl-watch has 1 parked records"]


def test_a_record_that_was_set_aside_is_found(databases: Path) -> None:
    found = tamper(databases, AT_POLICE, f"UPDATE journal SET verdict = 'set aside' WHERE seq = {one_of('assistance.tl-friends')}")
    assert [s for s in found.aside if s.startswith("assistance.tl-watch has set assistance.tl-friends's handoff.accepted.v1")]
    assert [s for s in found.lost if "is set aside at assistance.tl-watch and counted at its author" in s]


def test_the_command_fails_where_something_is_wrong_and_says_what(databases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(databases, Console()) == 0
    tamper(databases, AT_POLICE, f"DELETE FROM journal WHERE seq = {one_of(AT_POLICE)}")
    assert run(databases, Console(width=200)) == 1
    assert "has 0 settling records at its author" in capsys.readouterr().out


def test_a_folder_without_databases_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="There are no databases"):
        verify(tmp_path)
