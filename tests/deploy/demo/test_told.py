"""Each written story of the demo comes to its turn, and what only one of them shows is looked for where that is told."""

from pathlib import Path

from deploy.demo.stories import repertoire
from deploy.process.country_file import country_of
from tests.deploy.demo.told import ALWAYS, ENDS, QUARTERS, REASONS, told_on

WRITTEN = {story.name: story for story in repertoire(country_of(Path("serbia"))).stories}
DAY = 739_219


def test_in_four_days_all_are_told_and_each_of_the_others_on_one_of_them() -> None:
    days = [told_on(day, long=False) for day in range(DAY, DAY + len(QUARTERS))]
    assert {name for told in days for name in told} == {*WRITTEN} == told_on(DAY, long=True)
    assert all({*ALWAYS} < told for told in days)
    assert sum(map(len, days)) == len(WRITTEN) + (len(days) - 1) * len(ALWAYS)


def test_the_quarters_are_as_long_as_each_other() -> None:
    steps = [sum(len(WRITTEN[name].steps) for name in quarter) for quarter in QUARTERS]
    assert max(steps) < 1.2 * min(steps)


def test_who_shows_what_nobody_else_does_is_told_by_turns() -> None:
    assert {*ENDS, *REASONS, "late", "advice", "sent-on"} <= {name for quarter in QUARTERS for name in quarter}
