"""A trend of the height of a word: it has a name, says its numbers, leaves a gap where nothing is known, and is none where two are."""

import re
from xml.etree import ElementTree

from shared.web.drawing.sparkline import HEIGHT, WIDTH, TrendPoint, on_axis, sparkline


def points(*values: float | None) -> list[TrendPoint]:
    return [TrendPoint(f"2025-Q{n}", value, "*" if value is None else f"{value}") for n, value in enumerate(values, 1)]


def test_it_is_named_and_says_its_numbers_and_keeps_within_its_frame() -> None:
    made = sparkline(points(3, 0, 12), "Trend <b>", "trend-1")
    root = ElementTree.fromstring(made)
    assert (root.get("role"), root.get("aria-labelledby"), root.get("class")) == ("img", "trend-1-title", "pic pic--spark")
    assert [each.text for each in root if each.tag.endswith(("title", "desc"))] == ["Trend <b>", "2025-Q1: 3; 2025-Q2: 0; 2025-Q3: 12"]
    drawn = [[*map(float, pair.split(","))] for pair in re.search(r'points="([^"]+)"', made)[1].split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in drawn)
    assert drawn[2][1] < drawn[0][1] < drawn[1][1], "more is higher"
    assert not re.search(r'(?:fill|stroke)="#(?!0b0c0c|505a5f)', made), "ink and grey alone: readable in print"


def test_where_nothing_is_said_nothing_is_drawn() -> None:
    made = sparkline(points(3, 4, None, 5, None, 6, 7), "Trend", "t")
    assert made.count("<polyline") == 2
    assert len(re.findall(r"[\d.]+,[\d.]+", " ".join(re.findall(r'points="([^"]+)"', made)))) == 4
    assert made.count("<circle") == 2, "one that stands alone, and the last"
    assert "2025-Q3: *" in made


def test_two_values_are_a_change_and_no_trend() -> None:
    assert sparkline(points(3, None, 4), "Trend", "t") == sparkline([], "Trend", "t") == ""
    assert "<svg" in sparkline(points(0, 0, 0), "Trend", "t")


def test_what_is_not_on_the_axis_of_time_is_a_gap_too() -> None:
    first, _, third, fourth = points(3, 4, 5, 6)
    axis = [f"2025-Q{n}" for n in range(1, 5)]
    placed = on_axis([first, third, fourth], axis, "–")
    assert [(one.label, one.value, one.text) for one in placed][1] == ("2025-Q2", None, "–")
    assert "2025-Q2: –" in sparkline(placed, "Trend", "t")
    assert "polyline" in sparkline(placed, "Trend", "t")
    assert sparkline(placed, "Trend", "t").count("<circle") == 2, "the first stands alone, the last is marked"
