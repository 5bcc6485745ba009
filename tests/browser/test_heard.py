"""Colours are heard once for each way of being drawn, and a way that differs in anything that decides them is heard anew."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.heard import BY_COLOUR, COLOURS, axe, heard

pytestmark = pytest.mark.browser
PAGE = "<html lang=en><title>x</title><main style='background:{ground}'><h1>Invented</h1><p style='color:{ink}'>Said{more}</p></main>"
LINK = ", and <a href='/' style='color:#333;text-decoration:{line}'>a link</a> in it"


def test_what_is_drawn_otherwise_is_heard_anew(browser: Browser) -> None:
    page = browser.new_context().new_page()
    assert heard_of(page, ink="#000", ground="#fff") == set()
    known = {*heard}
    assert heard_of(page, ink="#000", ground="#fff", more=" in other words") == set()
    assert heard == known, "nothing of it is new"
    for ink, ground in (("#ccc", "#fff"), ("#000", "#222")):
        assert heard_of(page, ink=ink, ground=ground) == {"color-contrast"}
        assert heard_of(page, ink=ink, ground=ground) == {"color-contrast"}, "what is wrong stays to be heard"
    assert heard_of(page, ink="#000", ground="#fff", more=LINK.format(line="underline")) == set()
    assert heard_of(page, ink="#000", ground="#fff", more=LINK.format(line="none")) == {"link-in-text-block"}
    assert heard_of(page, ink="#000", ground="#fff", more="<b hidden>x</b>") == set()


def heard_of(page: Page, ink: str, ground: str, more: str = "") -> set[str]:
    page.set_content(PAGE.format(ink=ink, ground=ground, more=more))
    return {rule for rule, _ in axe(page, COLOURS)} & {*BY_COLOUR}
