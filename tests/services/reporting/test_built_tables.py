"""Tables of one's own that everybody may build: what is released, added up, and nothing that it does not say."""

from collections import Counter
from itertools import combinations, product

import pytest

from services.reporting.rules.gate.releases import with_tables
from services.reporting.rules.shown import built_tables
from services.reporting.rules.shown.built_tables import (
    BASES,
    MOST_DIMENSIONS,
    NEVER_TOGETHER,
    NO_THING,
    THINGS,
    TOO_MANY,
    NotBuilt,
    build,
    build_each,
    offers,
)
from services.reporting.rules.tables.catalogue import BY_ID
from services.reporting.rules.tables.course import Course, KeptFact
from services.reporting.rules.tables.figures import RELEASED
from shared.protocol.statistics import ReferralCounted
from tests.services.reporting.test_table_gate import ALL, KEYS, OTHERS, POLICY, attack, crowd, person, released

ASKED = [by for size in range(1, MOST_DIMENSIONS + 1) for by in combinations(THINGS, size)]


@pytest.mark.parametrize(("people", "quarters"), [(60, 2), pytest.param(300, 4, marks=pytest.mark.long)])
def test_all_that_can_be_built_beside_all_that_is_released_withstands_the_attacker(people: int, quarters: int) -> None:
    some = crowd(people, people, quarters)
    figures, built, refused = released(some), [], 0
    for by in ASKED:
        try:
            built.append((by, [(row.values, row.people) for row in build(figures, by).rows]))
        except NotBuilt as why:
            refused += (why.why, why.allowed) == (NEVER_TOGETHER, tuple(offers(figures)))
    assert refused == len(ASKED) - len(built)
    assert (len(built) > 20, refused > 20) == (True, True)
    known = [(by, lines) for by, lines in built if not {"standing", "basis", "identified_by", "first_help"} & set(by)]
    narrow, tried = attack([(figures, some)], built=known)
    assert narrow == []
    assert tried > 30


def test_where_a_built_table_is_protected_by_itself_the_attacker_wins() -> None:
    """The control: of facts, with what is few suppressed, and no link to what is released."""
    some, by = crowd(60, 60, 2), ("gender", "age_at_exploitation", "exploitation_type")
    cells = Counter(values for one in some for values in product(*((one[name], ALL) for name in by)))
    apart = [(values, n if n >= POLICY.minimum else None) for values, n in cells.items()]
    narrow, _ = attack([(released(some), some)], built=[(by, apart)])
    assert narrow


def test_a_built_number_is_that_of_all_who_are_so_or_suppressed() -> None:
    some = crowd(7, 300, 3)
    figures = released(some)
    for by in (
        ("gender", "age_at_exploitation"),
        ("quarter", "gender", "age_at_exploitation"),
        ("exploitation_type", "first_responder_type"),
    ):
        table = build(figures, by)
        merged = {name: {row.values[n] for row in table.rows} for n, name in enumerate(by)}
        for values, number in table.rows:
            real = sum(
                all(
                    word == ALL or (figures.period_of[one["quarter"]] if name == "quarter" else one[name]) == word
                    or (word == OTHERS and one[name] not in merged[name])
                    for name, word in zip(by, values, strict=True)
                )
                for one in some
            )  # fmt: skip
            assert number in (None, real), (by, values)
        assert any(number for _, number in table.rows)


def test_in_whatever_a_table_is_built_of_nobody_is_twice() -> None:
    said = {key: value for key, value in person(exploitation_type="LAB,SEX").items() if key in (*KEYS, "quarter", "first_responder")}
    report = ReferralCounted(kind="referral", basis="none", simulated=True, case="c" * 32, **said)
    course = Course((KeptFact("r", report, "2031-03"),))
    for id in BASES:
        table = BY_ID[id]
        assert table.adds is not None
        assert [one.n for one in table.adds(course)] == [1], id
        assert not table.several
        assert not table.restricted
    assert {name for id in BASES for name in BY_ID[id].dimensions} | {*RELEASED, "quarter"} == set(THINGS)


def test_one_kind_of_figures_that_has_not_got_the_table_takes_it_from_no_other() -> None:
    some = released(crowd(7, 60, 2))
    bare = with_tables(some, ())
    first, second = build_each([bare, some], ("gender", "age_at_exploitation"))
    assert first is None
    assert second == build(some, ("gender", "age_at_exploitation"))
    with pytest.raises(NotBuilt):
        build_each([bare, bare], ("gender", "age_at_exploitation"))
    assert build_each([], ("gender",)) == []


def test_what_cannot_be_built_is_refused_with_what_can() -> None:
    figures = released(crowd(60, 60, 2))
    for by, why in ((("first_responder",), NO_THING), (("shoe_size",), NO_THING), (THINGS[:5], TOO_MANY)):
        with pytest.raises(NotBuilt) as raised:
            build(figures, by)
        assert raised.value.why == why
    with pytest.raises(NotBuilt, match="gender with age_at_exploitation") as raised:
        build(figures, ("gender", "nationality"))
    assert ("first_responder_type", "identified_by", "first_help") in raised.value.allowed, "four things with the quarter"
    for group in raised.value.allowed:
        assert build(figures, (*group, "quarter")).rows
    assert built_tables.asked_for(("", "gender", "gender")) == ("gender",)
