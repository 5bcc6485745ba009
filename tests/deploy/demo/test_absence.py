"""Who is away in the demo, and when: as the stories leave room for it, in whichever country."""

from pathlib import Path

import pytest

from deploy.demo.absence import MARGIN, planned
from deploy.demo.generated import Maker
from deploy.demo.run import ORDINARY
from deploy.demo.stories import STILL_LATE, overdue, repertoire
from deploy.demo.story import HOUR
from deploy.process.country_file import country_of
from tests.deploy.countries.test_countries import TESTLAND

NOW, DAY = 1_800_000_000_000, 24 * HOUR


@pytest.mark.parametrize(("country", "agency"), [("serbia", "rs-ngo-pomoc"), ("finland", "fi-oik")])
@pytest.mark.parametrize("drawn", [0, ORDINARY])
def test_whoever_lets_a_request_run_late_is_away_then_and_does_nothing_meanwhile(country: str, agency: str, drawn: int) -> None:
    land = country_of(Path(country))
    maker = Maker(land, 2024)
    stories = (*repertoire(land).stories, *(maker.ordinary(n) for n in range(drawn)))
    told = [(NOW - int(story.days_ago * DAY), story) for story in stories]
    found = planned(land, told, NOW)
    assert found is not None
    assert (found.agency, overdue(land)[0]) == (agency, agency)
    assert found.begin < NOW - int(overdue(land)[1] * HOUR) < found.end < NOW
    acts = [at + int(step.after * HOUR) for at, story in told for step in story.steps if step.agency == agency]
    acts += [at for at, story in told if story.reporter == agency]
    assert not [at for at in acts if found.begin - MARGIN < at < found.end + MARGIN]


def test_nobody_is_away_where_the_story_is_not_played_or_nobody_would_see_it() -> None:
    land = country_of(Path("serbia"))
    without = [(NOW, story) for story in repertoire(land).stories if story.name != STILL_LATE]
    assert planned(land, without, NOW) is None
    assert planned(country_of(TESTLAND), [], NOW) is None
