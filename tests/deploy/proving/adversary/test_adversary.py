"""Who has stolen the broker's disks: what he wins under protocol 1, and what he finds no more once a measure is in force."""

from dataclasses import replace
from random import Random

import pytest

from deploy.proving.adversary.evidence import AGENCY, CLASSES, IS_SIDE, PERSONAL, SERVICE, TAKES_PART, TYPE, Asked, Evidence
from deploy.proving.adversary.features import CASE_GROUPS, GROUPS
from deploy.proving.adversary.linking import LINK_SIDE, LINK_STATISTIC
from deploy.proving.adversary.questions import ask
from deploy.proving.adversary.scoring import FEWEST, Finding, Guessed, found
from tests.deploy.proving.adversary.measures import protected

QUESTIONS = (AGENCY, SERVICE, TYPE, PERSONAL, TAKES_PART, IS_SIDE, LINK_SIDE, LINK_STATISTIC)
UNCOVERED = (TAKES_PART, IS_SIDE, LINK_SIDE)
"""What no measure on a record hides: a side case lies beside its main case at the same millisecond (docs/adr/0026)."""
BY_SIZE = ("sizes", "number of parts", "what stands in the clear")
HIDDEN = {
    "sizes": (BY_SIZE, (TAKES_PART, IS_SIDE)), "clocks": (("the sender's clock",), (AGENCY,)),
    "statistics": (("statistics near by",), (TYPE,)),
}  # fmt: skip
"""Measure → what it hides, and what is found by that alone where it is missing."""


@pytest.mark.parametrize("question", QUESTIONS)
def test_under_protocol_1_he_wins(won: dict[str, Finding], question: str) -> None:
    assert won[question].enough
    assert won[question].gains, won[question]


@pytest.mark.long
def test_under_protocol_1_he_wins_the_classes_too(won: dict[str, Finding]) -> None:
    assert won[CLASSES].gains, won[CLASSES]


def test_under_protocol_1_he_links_nearly_all(won: dict[str, Finding]) -> None:
    assert won[LINK_SIDE].features > 0.95
    assert won[LINK_STATISTIC].features > 0.95
    assert won[IS_SIDE].features > 0.95


def test_what_all_records_have_alike_names_nothing(month: Evidence) -> None:
    """Without what lies near by in other cases, which is for cover to hide."""
    measured = Evidence(protected(month.view), month.truth)
    only = [name for name in GROUPS if name != "other cases near by"]
    for finding in ask(measured, Asked((AGENCY, SERVICE, TYPE, CLASSES, PERSONAL), only=only)).values():
        assert not finding.gains, finding


def test_delayed_and_shuffled_statistics_are_not_linked(left: dict[str, Finding]) -> None:
    assert not left[LINK_STATISTIC].gains, left[LINK_STATISTIC]


@pytest.mark.parametrize("question", UNCOVERED)
def test_side_cases_are_found_whatever_records_look_like(left: dict[str, Finding], question: str) -> None:
    assert left[question].gains, left[question]


@pytest.mark.parametrize("measure", HIDDEN)
def test_what_a_measure_hides_is_found_without_it(month: Evidence, measure: str) -> None:
    groups, questions = HIDDEN[measure]
    asked = Asked(questions, only=groups)
    for finding in ask(Evidence(protected(month.view, but=measure), month.truth), asked).values():
        assert finding.gains, finding
    for finding in ask(Evidence(protected(month.view), month.truth), asked).values():
        assert not finding.gains, finding


def test_the_link_of_statistics_is_found_without_their_delay(month: Evidence) -> None:
    found = ask(Evidence(protected(month.view, but="statistics"), month.truth), Asked((LINK_STATISTIC,)))
    assert found[LINK_STATISTIC].gains


@pytest.mark.long
def test_sizes_alone_name_types_and_classes(month: Evidence) -> None:
    for finding in ask(month, Asked((TYPE, CLASSES), only=("sizes",))).values():
        assert finding.gains, finding


def test_who_knows_nothing_guesses_as_by_chance(month: Evidence) -> None:
    """Answers that were exchanged between the cases cannot be learned: else the game itself would tell."""
    answers = list(month.truth.events.values())
    Random(1).shuffle(answers)
    strange = Evidence(month.view, replace(month.truth, events=dict(zip(month.truth.events, answers, strict=True))))
    for finding in ask(strange, Asked((AGENCY, TYPE))).values():
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
    assert set(month.cases[IS_SIDE][0].seen) >= {name for group in CASE_GROUPS.values() for name in group}
