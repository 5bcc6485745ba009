"""The short lists: an inspector's and a child's. Each says what it rests on, and none gives an all-clear."""

from itertools import combinations

import pytest

from services.intake.rules.report import STRONG
from services.intake.rules.short_lists import LISTS, ShortList, ShortReading, short_screen
from services.intake.text import SHORT_LISTS, SHORT_READINGS
from shared.protocol.vocabulary import Indicator
from tests.browser.desks import at, words

I = Indicator  # noqa: E741


def test_the_lists_hold_each_sign_of_the_vocabulary() -> None:
    assert set(Indicator) == {sign for signs in LISTS.values() for sign in signs}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_is_enough_on_site_is_what_the_combination_says(count) -> None:
    for signs in combinations(LISTS[ShortList.INSPECTION], count):
        strong = len(STRONG.intersection(signs))
        enough = strong >= 2 or (strong == 1 and count > 1) or count - strong >= 3
        assert (short_screen(ShortList.INSPECTION, signs).reading is ShortReading.ENOUGH) is enough, signs


def test_of_a_child_each_sign_is_enough_and_it_never_is_an_all_clear() -> None:
    for sign in LISTS[ShortList.CHILD]:
        assert short_screen(ShortList.CHILD, [sign]).reading is ShortReading.ENOUGH
    for which in ShortList:
        assert short_screen(which, []).reading is ShortReading.NONE
        assert "doubt is enough" in SHORT_READINGS[which][ShortReading.NONE][1]
    assert SHORT_LISTS.keys() == SHORT_READINGS.keys() == LISTS.keys()


def test_the_pages_say_why_and_the_signs_go_on_into_a_report(tmp_path) -> None:
    with at("rs-ir", "ines", tmp_path) as ines:
        assert 'href="/screening/list/inspection"' in ines.get("/screening")
        said = ines.post("/screening/list/inspection", signs=["LI05", "LI10"])
        assert "these are signs of forced labour" in words(said.text)
        assert "The employer holds passports, cards or phones (strong)" in words(said.text)
        assert "decides nothing" in words(said.text)
        assert said.text.count('name="indicators"') == 2
        assert "fewer than this list asks for" in words(ines.post("/screening/list/inspection", signs="LI10").text)
        child = ines.post("/screening/list/child", signs="CH04")
        assert "act for the child now" in words(child.text)
        assert 'name="age" value="child"' in child.text
        assert ines.post("/screening/list/child", signs="XX").status_code == 422
        ines.get("/screening/list/other", 422)
        assert "Nothing has been reported here yet." in ines.get("/reports")
