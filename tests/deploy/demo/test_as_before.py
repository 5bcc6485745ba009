"""The demo plays what it played in the release that was kept: the same hand-offs in the same stages, whatever was rebuilt since.

`summary.0.1.0-9cb07c2.json` is what that release said, with what was changed on purpose since. Ids and times of day are left
out; the seed draws all else. Who changes a story or a clock on purpose keeps the new summary:
`python -m tests.deploy.demo.test_as_before SUMMARY.json`.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.demo.conftest import Played

KEPT = Path(__file__).with_name("summary.0.1.0-9cb07c2.json")
COUNTS = ("agencies", "instances", "cases", "documents", "markers", "statistics", "parked", "lost", "counted_twice", "differing", "wrong")
HANDOFF = ("from", "to", "need", "kind", "state", "late", "code", "simulated", "stages_h")
HOUR = 3_600_000
JOINT = ("agencies", "state", "tasks")
PINGPONG = ("answered_by_joint_call", "bounces")


def normal(summary: dict[str, Any]) -> dict[str, Any]:
    """A summary without ids and times of day, what is many in one order; stages in whole hours, since a request lapses at its deadline or a
    minute of the demo's clock later, as the machine is busy."""
    return (
        {name: summary[name] for name in COUNTS}
        | _without_cover(summary)
        | {
            "handoffs": _rows(({**one, "stages_h": _hours(one["stages_ms"])} for one in summary["handoffs"]), HANDOFF),
            "joint_actions": _rows(({**one, "agencies": sorted(one["agencies"])} for one in summary["joint_actions"]), JOINT),
            "pingpong_cases": _rows(summary["pingpong_cases"], PINGPONG),
        }
    )


def _without_cover(summary: dict[str, Any]) -> dict[str, Any]:
    """What was said, once each: how much cover lies beside it depends on how many deadlines one look finds, and how often something is
    said again on which roster lay before it."""
    cover, again = summary["cover"], summary["verdicts"].get("stale", 0)
    counted = {name: n - (cover if name == "counted" else 0) for name, n in summary["verdicts"].items() if name != "stale"}
    return {"events": summary["events"] - cover - again, "decisions": summary["decisions"] - cover, "verdicts": counted}


def _hours(stages: dict[str, int]) -> dict[str, int]:
    return {name: round(took / HOUR) for name, took in stages.items()}


def _rows(many: Iterable[dict[str, Any]], names: tuple[str, ...]) -> list[dict[str, Any]]:
    return sorted(({name: one[name] for name in names} for one in many), key=lambda row: json.dumps(row, sort_keys=True))


@pytest.mark.kafka
@pytest.mark.long
def test_the_summary_is_that_of_the_release_before(played: Played) -> None:
    assert normal(played.summary) == json.loads(KEPT.read_text(encoding="utf-8"))


@pytest.mark.kafka
def test_what_the_written_stories_come_to_is_in_that_of_the_release_before(played: Played) -> None:
    """Every day nothing else is played (`whole`)."""
    now, before = normal(played.summary), json.loads(KEPT.read_text(encoding="utf-8"))
    for name in ("agencies", "instances", "documents", "parked", "lost", "counted_twice", "differing", "wrong", "pingpong_cases"):
        assert now[name] == before[name], name
    for name in ("handoffs", "joint_actions"):
        assert _alike(now[name]) <= _alike(before[name]), _alike(now[name]) - _alike(before[name])


def _alike(rows: list[dict[str, Any]]) -> Counter[str]:
    """How many there are of each."""
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


if __name__ == "__main__":
    KEPT.write_text(json.dumps(normal(json.loads(Path(sys.argv[1]).read_text())), indent=1) + "\n", encoding="utf-8")
