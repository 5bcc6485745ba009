"""What the pages say of themselves is true: each line of the statement has its test, each colour is the style sheet's."""

import re
from pathlib import Path

import pytest

from shared.web.admin.about import COLOURS
from shared.web.text.accessibility_words import NOT_TESTED, TESTED
from shared.web.text.terms import TERMS
from tests.browser.desks import at, words
from tests.shared.access.offices import HTML, opened

ROOT = Path(__file__).resolve().parents[4]


def test_the_statement_says_what_was_tested_and_what_was_not(tmp_path: Path) -> None:
    for file in TESTED.values():
        assert (ROOT / "tests" / file).is_file(), file
    with at("rs-ir", "ines", tmp_path) as ines:
        assert 'href="/accessibility"' in ines.get("/reports")
        said = words(ines.get("/accessibility"))
        assert [text for text in (*TESTED, *NOT_TESTED) if text not in said] == []
        assert "we cannot say that these pages conform" in said
        explained = words(ines.get("/terms"))
        assert [one for one in TERMS.values() if one.word not in explained or one.means not in explained] == []
        styles = ines.get("/styles")
        assert [colour for _, day, night in COLOURS for colour in (day, night) if colour not in styles] == []


@pytest.mark.parametrize(("what", "day", "night"), COLOURS, ids=[day for _, day, _ in COLOURS])
def test_a_colour_is_the_style_sheets(what: str, day: str, night: str) -> None:
    by_day, _, by_night = (ROOT / "shared/web/static/theme.css").read_text().partition("@media screen and (prefers-color-scheme:dark)")
    short = {"#ffffff": "#fff"}.get(day, day)
    assert f":{short}" in by_day, what
    assert night in by_night or night == day, what


def test_only_the_demo_shows_its_styles(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as office:
        assert office.stranger().client.get("/styles", headers=HTML).status_code == 404
        assert office.stranger().client.get("/accessibility", headers=HTML).status_code == 200


def test_each_word_that_a_page_explains_is_in_the_table() -> None:
    used = {
        name
        for folder in (ROOT / "shared/web/templates", *(ROOT / "services").glob("*/templates"))
        for file in folder.rglob("*.html")
        for names in re.findall(r"m\.help\(\[([^]]*)\]\)", file.read_text(encoding="utf-8"))
        for name in re.findall(r'"(\w+)"', names)
    }
    assert {"ground", "handoff"} <= used <= set(TERMS)
