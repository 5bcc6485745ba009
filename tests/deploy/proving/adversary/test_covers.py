"""What cover hides of side cases, and that he wins when it is taken out, or is another (docs/adr/0026)."""

from collections.abc import Callable

import pytest

from deploy.proving.adversary.evidence import AGENCY, IS_SIDE, NO, REAL, SERVICE, TAKES_PART, YES, Evidence, GameRules
from deploy.proving.adversary.linking import LINK_SIDE
from deploy.proving.adversary.questions import ask
from shared.protocol.channel import in_channel
from tests.deploy.proving.adversary import covers
from tests.turns import LONG_RUNS, by_turns, today

CHANNEL, NEAR, FOLLOWS = "the channel near by", "other cases near by", "what follows"
BEYOND = GameRules((TAKES_PART,), only=(NEAR, CHANNEL), given=("its own pattern",))
"""What the channel says beyond what a case shows by itself: who has more agencies in it has more records."""
WHEN = GameRules((REAL,), only=("cases near by", CHANNEL, NEAR, "batches"), given=(FOLLOWS,))


def test_no_side_case_has_a_key_of_its_own(month: Evidence) -> None:
    """So nobody can ask which key is one, or which case such a key belongs to: there is none to ask about."""
    assert month.truth.sides
    assert not month.truth.sides.keys() & month.view.cases.keys()
    assert {e.answer for e in month.cases[IS_SIDE]} == {NO}
    assert len([key for key in month.view.cases if in_channel(key)]) == 1
    assert ask(month, GameRules((LINK_SIDE,)))[LINK_SIDE].guessed == 0


def test_the_channel_says_nothing_of_a_case_that_the_case_does_not_show(month: Evidence) -> None:
    finding = ask(month, BEYOND)[TAKES_PART]
    assert finding.enough
    assert not finding.gains, finding


def test_what_lies_near_in_time_says_nothing_of_a_case(month: Evidence) -> None:
    finding = ask(month, GameRules((TAKES_PART,), only=(NEAR,)))[TAKES_PART]
    assert finding.enough
    assert not finding.gains, finding


def test_when_it_lies_there_does_not_tell_cover_from_what_is_real(month: Evidence) -> None:
    assert {e.answer for e in month.records[REAL]} == {YES, NO}
    finding = ask(month, WHEN)[REAL]
    assert finding.enough
    assert not finding.gains, finding


def test_the_channel_does_not_say_who_wrote_a_record(month: Evidence) -> None:
    asked = GameRules((AGENCY,), only=(CHANNEL, NEAR))
    assert not ask(month, asked)[AGENCY].gains
    assert ask(covers.by_the_lead(month), GameRules((SERVICE,), only=(CHANNEL,)))[SERVICE].low > 0.03


OTHERWISE: tuple[Callable[[Evidence], Evidence], ...] = covers.bare, covers.by_the_lead, covers.at_random
"""No cover, the lead's alone, at random: one of them on a day of long runs, the next one on the next such day."""


def test_with_another_cover_or_none_he_knows_who_has_a_shelter(month: Evidence, pytestconfig: pytest.Config) -> None:
    for taken_out in by_turns(OTHERWISE, today() // LONG_RUNS, pytestconfig.getoption("--long")):
        assert ask(taken_out(month), BEYOND)[TAKES_PART].gains, taken_out.__name__


def test_without_a_channel_he_finds_side_cases_and_their_main_ones(month: Evidence, pytestconfig: pytest.Config) -> None:
    """Nearly always right; in the month of every day he learns from a dozen side cases, so that twice as often as by chance is enough."""
    open_ = covers.apart(month)
    findings = ask(open_, GameRules((TAKES_PART, IS_SIDE, LINK_SIDE)))
    linked = findings[LINK_SIDE]
    assert linked.features > (0.95 if pytestconfig.getoption("--long") else min(0.95, 2 * linked.baseline))
    for finding in findings.values():
        assert finding.gains, finding
