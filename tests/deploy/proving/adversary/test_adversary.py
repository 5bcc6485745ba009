"""Who has stolen the broker's disks: what he wins under protocol 1, and what he finds no more once a measure is in force."""

from dataclasses import replace
from random import Random

import pytest

from deploy.proving.adversary.evidence import AGENCY, CLASSES, IS_SIDE, PERSONAL, REAL, SERVICE, TAKES_PART, TYPE, Evidence, GameRules
from deploy.proving.adversary.features import CASE_GROUPS, CHANNEL_GROUPS, GROUPS
from deploy.proving.adversary.linking import LINK_SIDE, LINK_STATISTIC
from deploy.proving.adversary.questions import ask
from deploy.proving.adversary.scoring import FEWEST, Guessed, GuessFinding, found
from tests.deploy.proving.adversary.measures import counted_at_once, to_the_millisecond

OF_RECORDS, OF_CASES = (AGENCY, SERVICE, TYPE, CLASSES, PERSONAL), (TAKES_PART, IS_SIDE)
WON = (TAKES_PART, IS_SIDE, LINK_SIDE)
"""What few cases are enough to win under protocol 1; the other questions need 300."""
BY_SIZE, BY_CLOCK, BY_COUNTS = ("sizes", "number of parts", "what stands in the clear"), ("the sender's clock",), ("statistics near by",)


@pytest.fixture(scope="module")
def won(former: Evidence) -> dict[str, GuessFinding]:
    return ask(former, GameRules(WON))


@pytest.mark.long
@pytest.mark.parametrize("question", WON)
def test_under_protocol_1_he_wins(won: dict[str, GuessFinding], question: str) -> None:
    assert won[question].enough
    assert won[question].gains, won[question]


@pytest.mark.long
@pytest.mark.parametrize("question", [TYPE, CLASSES, PERSONAL])
def test_under_protocol_1_he_wins_by_sizes_too(former: Evidence, question: str) -> None:
    assert ask(former, GameRules((question,)))[question].gains


@pytest.mark.long
def test_under_protocol_1_he_links_nearly_all(won: dict[str, GuessFinding]) -> None:
    assert won[LINK_SIDE].features > 0.95
    assert won[IS_SIDE].features > 0.95


@pytest.mark.long
def test_under_protocol_1_sizes_parts_and_what_is_clear_tell_who_has_a_side_case(former: Evidence) -> None:
    for finding in ask(former, GameRules(OF_CASES, only=BY_SIZE)).values():
        assert finding.gains, finding


def test_in_envelope_2_sizes_parts_and_what_is_clear_say_nothing(month: Evidence) -> None:
    """And senders tell their time so roughly that no machine is known by it."""
    asked = (*OF_RECORDS, REAL, TAKES_PART)
    findings = ask(month, GameRules(asked, only=(*BY_SIZE, *BY_CLOCK)))
    assert findings.keys() == {*asked}
    for finding in findings.values():
        assert finding.enough
        assert not finding.gains, finding


def test_by_clocks_told_to_the_millisecond_he_names_agencies(month: Evidence) -> None:
    asked = GameRules((AGENCY,), only=BY_CLOCK)
    assert ask(Evidence(to_the_millisecond(month), month.truth), asked)[AGENCY].low > 0.1


def test_batches_of_statistics_say_nothing_and_records_sent_at_once_would(month: Evidence) -> None:
    types = GameRules((TYPE,), only=BY_COUNTS)
    assert not ask(month, GameRules((LINK_STATISTIC,)))[LINK_STATISTIC].gains
    assert not ask(month, types)[TYPE].gains
    at_once = counted_at_once(month)
    assert ask(at_once, GameRules((LINK_STATISTIC,)))[LINK_STATISTIC].gains
    assert ask(at_once, types)[TYPE].gains


def test_who_knows_nothing_guesses_as_by_chance(month: Evidence) -> None:
    """Answers that were exchanged between the cases cannot be learned: else the game itself would tell."""
    answers = list(month.truth.events.values())
    Random(1).shuffle(answers)
    strange = Evidence(month.view, replace(month.truth, events=dict(zip(month.truth.events, answers, strict=True))))
    for finding in ask(strange, GameRules((AGENCY, TYPE))).values():
        assert not finding.gains, finding


def test_one_guess_more_or_less_is_no_gain_and_few_cases_are_no_interval() -> None:
    even = [Guessed(f"case {n}", n % 2, (n + 1) % 2) for n in range(40)]
    assert not found("q", "records", even).gains
    assert found("q", "records", [Guessed(f"case {n}", 0, n % 10 != 0) for n in range(40)]).gains
    few = found("q", "records", [Guessed(f"case {n}", 0, 1) for n in range(FEWEST - 1)])
    assert not few.gains
    assert not few.enough


def test_each_feature_has_its_group(month: Evidence) -> None:
    first = month.records[AGENCY][0].seen
    assert set(first) >= {name for group in GROUPS.values() for name in group}
    assert set(month.records[REAL][0].seen) >= {name for group in CHANNEL_GROUPS.values() for name in group}
    assert set(month.cases[IS_SIDE][0].seen) >= {name for group in CASE_GROUPS.values() for name in group}


def test_who_is_no_better_than_a_coin_has_learned_nothing_though_the_baseline_is_worse():
    worse = [Guessed(f"case {n}", n % 10 < 3, n % 10 < 5) for n in range(400)]
    assert found("q", "records", worse).gains
    assert not found("q", "pairs", worse).gains
    assert found("q", "pairs", [Guessed(f"case {n}", n % 10 < 3, n % 10 < 8) for n in range(400)]).gains
