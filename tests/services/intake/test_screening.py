"""Lists of signs: weights and combination as their sources say, explained, and without a decision."""

import re
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.rules.ilo_labour import SIGNS, SignDimension, Weight
from services.intake.rules.screening import QUESTIONS, Reading, YesMaybeNo, combined, look_deeper, positive, screen, signs_of
from shared.protocol.vocabulary import Indicator

DOMAIN = Path(__file__).parent.parent.parent.parent / "docs" / "domain.md"
S, M, W = Weight.STRONG, Weight.MEDIUM, Weight.WEAK
D = SignDimension
codes = st.sets(st.sampled_from([sign.code for sign in SIGNS]))


def printed() -> Iterator[tuple[str, str, str]]:
    """(dimension's number, sign's number, weights) as docs/domain.md prints them."""
    for line in DOMAIN.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\| D([1-6]) [^|]*\| ([SMW]/[SMW-](?: [SMW]/[SMW-])*) \|$", line):
            yield from ((match[1], f"{n:02}", weights) for n, weights in enumerate(match[2].split(), 1))


def test_signs_and_weights_are_those_of_the_source() -> None:
    letter = {S: "S", M: "M", W: "W", None: "-"}
    ours = {(sign.code[1], sign.code[3:], f"{letter[sign.adult]}/{letter[sign.child]}") for sign in SIGNS}
    assert ours == set(printed())
    assert len(SIGNS) == 67
    assert sum(sign.child is not None for sign in SIGNS) == 65
    assert W not in {sign.child for sign in SIGNS}, "the children's list has no weak signs"


def by_hand(weights: tuple[Weight, ...]) -> bool:
    """Whether some of these are one of the four ways in which the source says that a dimension is positive."""
    ways = [(S, S), (S, M), (S, W), (M, M, M), (M, M, W)]
    return any(sorted(some) == sorted(way) for way in ways for some in combinations(weights, len(way)))


def test_a_dimension_is_positive_as_the_source_says() -> None:
    for size in range(6):
        for weights in product((S, M, W), repeat=size):
            assert positive(weights) is by_hand(weights), weights


def test_dimensions_combine_as_the_source_says() -> None:
    for size in range(7):
        for some in combinations(SignDimension, size):
            found, reading = set(some), combined(some, child=False)
            means, kept = found & {D.DECEPTION, D.COERCION, D.VULNERABILITY}, found & {D.COERCION_THERE, D.VULNERABILITY_THERE}
            if D.EXPLOITATION not in found:
                assert reading is Reading.OPEN
            elif means and kept:
                assert reading is Reading.TRAFFICKED
            else:
                assert reading is (Reading.DECEIVED if D.DECEPTION in found else Reading.EXPLOITED)
            assert combined(some, child=True) is (Reading.CHILD if D.EXPLOITATION in found else Reading.OPEN)


@given(codes, codes, st.booleans())
def test_more_signs_never_make_less_of_it(some: set[str], more: set[str], child: bool) -> None:
    before, after = screen(some, child=child), screen(some | more, child=child)
    assert all(b.positive <= a.positive for b, a in zip(before.dimensions, after.dimensions, strict=True))
    assert set(before.indicators) <= set(after.indicators)


@given(codes, st.booleans())
def test_the_answer_names_all_that_it_rests_on(some: set[str], child: bool) -> None:
    answer = screen(some, child=child)
    named = {sign.code for one in answer.dimensions for sign, _ in one.signs}
    assert named == {sign.code for sign in SIGNS if sign.code in some and sign.weight(child)}


def test_a_code_that_the_list_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        screen(["D9.01"], child=False)


@given(st.dictionaries(st.sampled_from(sorted(QUESTIONS)), st.sampled_from(YesMaybeNo)))
def test_one_yes_or_two_maybe_is_a_reason_to_look_deeper(answers: dict[str, YesMaybeNo]) -> None:
    yes, maybe = (sum(said is one for said in answers.values()) for one in (YesMaybeNo.YES, YesMaybeNo.MAYBE))
    assert look_deeper(answers) is (yes >= 1 or maybe >= 2)
    assert bool(signs_of(answers)) is (yes + maybe > 0)


def test_what_a_list_says_a_report_has_a_word_for() -> None:
    assert {sign.indicator for sign in SIGNS} - {None} <= set(Indicator)
    assert {Indicator.LI04, Indicator.LI05, Indicator.LI07, Indicator.LI08} <= {s.indicator for s in SIGNS if s.adult is S}
