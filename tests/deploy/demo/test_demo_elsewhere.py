"""The demo in other countries than its first, by their files alone: the agencies as threads of this process, so that many start at once."""

from pathlib import Path
from typing import Any

import pytest

from tests.deploy.demo.conftest import Played
from tests.deploy.demo.street import on_the_mock


def unsound(summary: dict[str, Any]) -> dict[str, Any]:
    """What a sound play has none of, where this one has some."""
    return {what: summary[what] for what in ("wrong", "lost", "counted_twice", "differing", "parked") if summary[what]}


@pytest.mark.long
def test_the_stories_are_told_in_finland_with_finlands_agencies(tmp_path: Path) -> None:
    summary = on_the_mock(tmp_path, Path("finland"), cases=3)
    assert unsound(summary) == {}
    assert (summary["country"], summary["cases"], summary["stories_left_out"]) == ("fi", 3, {})
    assert len(summary["agencies"]) == 14
    assert any(len(joint["agencies"]) >= 5 and joint["state"] == "completed" for joint in summary["joint_actions"])
    assert [case["answered_by_joint_call"] for case in summary["pingpong_cases"]] == [True]


@pytest.mark.kafka
def test_the_command_takes_a_file_of_ones_own(small: Played) -> None:
    """With a process for each agency, on Kafka itself."""
    assert "the case joint is left out: in Testland nobody of kind labour_inspectorate reports" in small.said
    summary = small.summary
    assert unsound(summary) == {}
    assert (summary["country"], summary["cases"], summary["processes"], len(summary["agencies"])) == ("tl", 4, 6, 6)
    assert {h["state"] for h in summary["handoffs"]} >= {"completed", "declined", "expired"}
    assert [case["answered_by_joint_call"] for case in summary["pingpong_cases"]].count(True) == 1
    assert all(agency.startswith("tl-") for agency in summary["agencies"])
