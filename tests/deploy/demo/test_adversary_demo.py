"""The demo as a thief of its disks has it: read from the segments themselves."""

import pytest
from rich.console import Console

from deploy.proving.adversary import disks, truth
from deploy.proving.adversary.command import run
from deploy.proving.adversary.evidence import Evidence, GameRules
from deploy.proving.adversary.linking import LINK_STATISTIC
from deploy.proving.adversary.questions import ask
from deploy.proving.adversary.view import StoredRecord
from deploy.trouble import Trouble
from shared.messaging.rounds import TOLD
from shared.protocol.channel import in_channel
from tests.deploy.demo.conftest import Played

pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def evidence(played: Played) -> Evidence:
    return Evidence(disks.read(played.folder), truth.read(played.folder))


def events_of(evidence: Evidence) -> list[StoredRecord]:
    """Those of cases, and what lies in the channel."""
    return [r for key, records in evidence.view.cases.items() if key in evidence.times or in_channel(key) for r in records]


def test_the_disks_have_each_record_and_the_databases_know_each(evidence: Evidence, played: Played) -> None:
    events = events_of(evidence)
    assert len(events) == len(evidence.truth.events) == played.summary["events"]
    assert {(r.partition, r.offset) for r in events} == evidence.truth.events.keys()
    assert len(evidence.view.statistics) == played.summary["batches"] < played.summary["statistics"]
    assert len(evidence.times) + len(evidence.truth.sides) == played.summary["cases"]
    assert not evidence.truth.sides.keys() & evidence.view.cases.keys(), "no key is a side case's"
    assert set(evidence.truth.sides.values()) <= evidence.times.keys()
    assert all(0 <= r.offset - r.batch < 100 for r in events)


def test_no_sender_tells_its_own_time_to_the_millisecond(evidence: Evidence) -> None:
    """Readers get the log's time; the senders' stays in the segments, where the thief finds it."""
    events = events_of(evidence)
    assert all(r.sent % TOLD == 0 for r in events)
    assert any(r.at % TOLD for r in events)


def test_no_statistical_record_is_joined_to_its_case(evidence: Evidence) -> None:
    assert not ask(evidence, GameRules((LINK_STATISTIC,)))[LINK_STATISTIC].gains


def test_the_command_prints_what_he_finds(small: Played) -> None:
    """In a demo of few cases: with many it is asked of each question how much each of its features tells, for ten seconds."""
    console = Console(record=True, width=240)
    assert run(small.folder, small.folder, 1, 0, console) == 0
    said = console.export_text()
    assert "which case a statistical record counts" in said
    assert "too few cases" in said


def test_a_folder_without_a_log_says_what_to_give(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(Trouble, match="holds no log of Kafka"):
        disks.read(tmp_path_factory.mktemp("empty"))
