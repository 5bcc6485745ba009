"""A period beside the one before it: of what is released both numbers are shown anyway, and others are compared with the same others."""

import pytest

from services.reporting.rules.gate.released_tables import kept
from services.reporting.rules.shown.comparing import (
    PeopleOfPeriod,
    change,
    lines_before,
    people_beside,
    people_of_periods,
    period_before,
    whole_years,
    years_of_periods,
)
from tests.services.reporting.test_exits import As, Cleared, rapporteur  # noqa: F401  the same small office
from tests.services.reporting.test_table_gate import ALL, OTHERS, crowd, released


@pytest.mark.parametrize(
    ("period", "before", "year"),
    [
        ("2026-Q1", "2025-Q4", "2025-Q1"), ("2026-Q3", "2026-Q2", "2025-Q3"), ("2026", "2025", "2025"),
        ("2025-Q4/2026-Q1", "2025-Q2/2025-Q3", "2024-Q4/2025-Q1"), ("", "", ""),
    ],
)  # fmt: skip
def test_which_period_comes_before(period: str, before: str, year: str) -> None:
    assert (period_before(period), period_before(period, "year"), period_before(period, "none")) == (before, year, "")


def test_a_change_of_what_is_suppressed_is_suppressed() -> None:
    assert (change(7, 12), change(None, 12), change(7, None), change(0, 0)) == (-5, None, None, 0)


def test_across_releases_each_line_stands_beside_its_own_and_nothing_is_told_that_is_not_shown() -> None:
    first, later = crowd(1, 60, 2), [one | {"quarter": "2031-Q3"} for one in crowd(2, 60, 1)]
    before = released(first)
    after = released(later, {1: before})
    table = next(one for one in after.counted if one.id == "T2")
    then = lines_before(table, [after, before], "2031-Q2")
    assert then
    shown = {line.values: line.n for one in before.counted if one.id == "T2" for line in one.lines() if line.period == "2031-Q2"}
    assert {values: line.n for values, line in then.items()}.items() <= shown.items()
    assert lines_before(table, [after, before], "2030-Q1") is None
    assert people_beside(people_of_periods([after, before]))[0] == PeopleOfPeriod("2031-Q3", 60, 60 - before.people[1], None)


def test_years_stand_side_by_side_once_all_of_their_quarters_are_told() -> None:
    people = {"2030-Q1/2030-Q3": 30, "2030-Q4": 10, "2031-Q1": 9, "2031-Q2": 9, "2031-Q3": 9, "2031-Q4/2032-Q1": 20, "2029-Q4": 5}
    assert years_of_periods(people) == {"2030": 40}
    quarters = {"2029-Q4": 5, "2030-Q1": 30, "2030-Q4": 10, "2031-Q1": 9}
    assert whole_years(quarters, "2031-Q2") == {"2029": 5, "2030": 40}
    assert people_beside(whole_years(quarters, "2031-Q2"))[0] == PeopleOfPeriod("2030", 40, 35, 35)


def test_others_are_not_compared_with_other_others() -> None:
    def table(nationalities: tuple[str, ...], numbers: tuple[int, ...], period: str):
        return kept({
            "id": "T3", "by": ["nationality"], "several": [], "shape": "count", "periods": {period: period},
            "values": [list(nationalities)], "numbers": numbers, "times": [],
        })  # fmt: skip

    class Release:
        def __init__(self, table):
            self.counted = (table,)

    now, same, other = (table(("RS", *more, OTHERS), n, p) for more, n, p in (
        ((), (9, 6, 15), "2031-Q2"), ((), (8, 5, 13), "2031-Q1"), (("MD",), (8, 7, 5, 20), "2031-Q1"),
    ))  # fmt: skip
    assert set(lines_before(now, [Release(same)], "2031-Q1") or {}) == {("RS",), (OTHERS,), (ALL,)}
    assert set(lines_before(now, [Release(other)], "2031-Q1") or {}) == {("RS",), ("MD",), (ALL,)}


def test_a_table_has_its_period_before_beside_it_in_both_views(rapporteur) -> None:  # noqa: F811
    ask, _ = rapporteur
    ask(Cleared, "/figures/releases", kind="simulated")
    page = ask(As, "/figures/tables/T2?period=2025-Q1").text
    assert "In 2024-Q4" in page
    assert "More or fewer" in page
    none = ask(As, "/figures/tables/T2?period=2025-Q1&compare=none").text
    assert "In 2024-Q4" not in none
    assert "Of 2024-Q1 no such table is released" in ask(As, "/figures/tables/T2?period=2025-Q1&compare=year").text
    whole = ask(Cleared, "/figures/tables/T3?period=2025-Q1").text
    assert "In 2024-Q4" in whole
    assert "Rarestland" in whole
    year = ask(Cleared, "/figures/tables/T3?period=2025").text
    assert "In 2024<" in year, "its quarters added up, beside the year before"
    front = ask(Cleared, "/figures?view=restricted&data=simulated").text
    assert "beside the period before and a year before" in front
    assert "Share in 2024-Q4" in ask(As, "/figures/tables/T19?period=2025-Q1").text
