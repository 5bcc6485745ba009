"""The demo as a thief of its disks has it: read from the segments themselves."""

import pytest
from rich.console import Console

from deploy.proving.adversary import disks, truth
from deploy.proving.adversary.command import run
from deploy.proving.adversary.evidence import Asked, Evidence
from deploy.proving.adversary.linking import LINK_STATISTIC
from deploy.proving.adversary.questions import ask
from deploy.trouble import Trouble
from shared.records.codec import TOPIC
from tests.deploy.demo.conftest import Played

pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def evidence(played: Played) -> Evidence:
    return Evidence(disks.read(played.folder), truth.read(played.folder))


def test_the_disks_have_each_record_and_the_databases_know_each(evidence: Evidence, played: Played) -> None:
    events = [r for records in evidence.view.cases.values() for r in records]
    assert len(events) == len(evidence.truth.events) == played.summary["events"]
    assert {(r.partition, r.offset) for r in events} == evidence.truth.events.keys()
    assert len(evidence.view.statistics) == played.summary["statistics"]
    assert len(evidence.times) == played.summary["cases"]
    assert set(evidence.truth.sides.values()) <= evidence.times.keys()
    assert all(0 <= r.offset - r.batch < 100 and r.at >= r.sent for r in events if r.topic == TOPIC)


def test_nearly_every_statistical_record_is_joined_to_its_case(evidence: Evidence) -> None:
    found = ask(evidence, Asked((LINK_STATISTIC,)))[LINK_STATISTIC]
    assert found.gains
    assert found.features > 0.9


def test_the_command_prints_what_he_finds(played: Played) -> None:
    console = Console(record=True, width=240)
    assert run(played.folder, played.folder, 1, 0, console) == 0
    said = console.export_text()
    assert "which case a statistical record counts" in said
    assert "too few cases" in said


def test_a_folder_without_a_log_says_what_to_give(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(Trouble, match="holds no log of Kafka"):
        disks.read(tmp_path_factory.mktemp("empty"))
