"""Which language pages are looked at in."""

import pytest

from tests.browser.looking import WIDTHS, drawn_like
from tests.browser.spoken import LANGUAGES, by_axe, one_of_them, spoken, telling, today


def test_in_as_many_days_as_there_are_languages_each_is_seen_at_each_width() -> None:
    days = range(739_000, 739_000 + len(LANGUAGES))
    assert sorted(one for day in days for one in spoken(day, long=False)) == sorted(spoken(0, long=True))
    assert all(len(list(spoken(day, long=False))) == len(WIDTHS) for day in days)


def test_a_long_way_has_one_width_a_day_and_in_ten_days_each_language_at_each_width() -> None:
    days = range(739_000, 739_000 + len(LANGUAGES) * len(WIDTHS))
    assert all(len(list(one_of_them(day, long=False))) == 1 for day in days)
    assert sorted(one for day in days for one in one_of_them(day, long=False)) == sorted(spoken(0, long=True))
    assert [width for width, _ in one_of_them(739_000, long=True)] == [*WIDTHS]


def test_axe_looks_at_one_width_a_day_and_at_the_other_tomorrow() -> None:
    assert sorted(width for day in (739_000, 739_001) for width in WIDTHS if by_axe(width, day, long=False)) == sorted(WIDTHS)
    assert all(by_axe(width, 739_000, long=True) for width in WIDTHS)


def test_of_forms_that_are_alike_axe_looks_at_half_on_a_day_and_in_four_days_at_each_at_each_width() -> None:
    heard = [(alike, width, day) for day in range(739_000, 739_004) for alike in range(6) for width in WIDTHS
             if by_axe(width, day, False, alike)]  # fmt: skip
    assert sorted((alike, width) for alike, width, _ in heard) == sorted((alike, width) for alike in range(6) for width in WIDTHS)
    assert [sum(day == one for *_, one in heard) for day in range(739_000, 739_004)] == [3] * 4
    assert all(by_axe(width, 739_000, True, alike) for width in WIDTHS for alike in range(6))


@pytest.mark.parametrize(
    "other",
    ["<p class='x'>", '<p class="y">One</p>', '<p class="x"></p>', '<p class="x" role="alert">One</p>', '<p class="x">One</p><p>Two</p>',
     '<p class="x" lang="fi">One</p>'],
)  # fmt: skip
def test_pages_are_alike_that_differ_by_words_and_addresses_alone(other: str) -> None:
    assert drawn_like('<p class="x" id="a"><a href="/1">One</a></p>') == drawn_like('<p id="b" class="x"><a href="/2">Two words</a></p>')
    assert drawn_like('<p class="x">One</p>') != drawn_like(other)


def test_a_day_is_had_again_and_a_failure_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NRM_DAY", "739001")
    (width, tag), *_ = spoken(today(), long=False)
    with pytest.raises(AssertionError) as failed, telling(width, tag, today()):
        raise AssertionError
    assert failed.value.__notes__ == [f"In {tag} at {width} px. The languages of this day again: NRM_DAY=739001."]
