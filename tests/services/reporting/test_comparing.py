"""A period beside the one before it: of what is released both numbers are shown anyway, and others are compared with the same others."""

import re

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
    without_gaps,
    years_of_periods,
)
from shared.config.calendar import quarter_of
from tests.services.reporting.life import WATCHED
from tests.services.reporting.test_exits import LATE, As, Cleared, rapporteur, some, told  # noqa: F401  the same small office
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
    assert whole_years(quarters, "2031-Q2") == {"2030": 40}, "of 2029 nobody counted three quarters"
    assert whole_years({"2029-Q1": 2} | quarters, "2031-Q2") == {"2029": 7, "2030": 40}
    assert whole_years({}, "2031-Q2") == {}
    assert people_beside(whole_years({"2029-Q1": 2} | quarters, "2031-Q2"))[0] == PeopleOfPeriod("2030", 40, 33, 33)


def test_periods_that_are_missing_between_others_are_named() -> None:
    assert without_gaps(["2026-Q1", "2025-Q2", "2025-Q3"]) == ["2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]
    assert without_gaps(["2027", "2025"]) == ["2025", "2026", "2027"]
    assert without_gaps(["2025-Q1/2025-Q2", "2026-Q2/2026-Q3"]) == ["2025-Q1/2025-Q2", "2025-Q3/2025-Q4", "2026-Q1", "2026-Q2/2026-Q3"]
    assert without_gaps([]) == []
    assert without_gaps(["2025-Q4", "9999-Q4"]) == ["2025-Q4", "9999-Q4"], "a wrong clock adds no quarters"


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


def test_the_trend_of_a_table_is_of_whole_periods_and_a_gap_in_it_is_nobody(rapporteur) -> None:  # noqa: F811
    ask, instance = rapporteur
    now = quarter_of(instance.clock.now()[0], WATCHED.time_zone)
    years = [f"{int(now[:4]) - back}" for back in (5, 4, 2, 1)]
    quarters = [*(f"{year}-Q{n}" for year, n in zip(years, (1, 2, 3, 4), strict=True)), f"{years[0]}-Q3", now]
    told(instance, [*some(), *({**LATE, "nationality": "Trendland", "quarter": one} for one in quarters)])

    def trend(period: str) -> tuple[list[str], list[str]]:
        twin = ask(Cleared, f"/figures/tables/T3?period={period}&data=simulated").text.partition("Show the trend as a table")[2]
        head, *lines = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", one, re.DOTALL) for one in twin.partition("</table>")[0].split("<tr")[1:]]
        return head[1:], next(line[1:] for line in lines if "Trendland" in line[0])

    whole = [f"{int(years[0]) + n}" for n in range(5)]
    assert trend(years[-1]) == (whole, ["2", "1", "0", "1", "1"]), "and the year that runs is in none but its own"
    assert trend(now[:4]) == ([*whole, now[:4]], ["2", "1", "0", "1", "1", "1"])
    quarters, numbers = trend(f"{years[-1]}-Q4")
    assert (quarters[0], quarters[19], now in quarters) == (f"{years[0]}-Q1", f"{years[-1]}-Q4", False)
    assert [int(n) for n in numbers[:20]] == [1, 0, 1, 0, 0, 1, *[0] * 8, 1, *[0] * 4, 1]
