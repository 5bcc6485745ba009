"""Colours are heard once for each way of being drawn, and a way that differs in anything that decides them is heard anew."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.heard import COLOURS, axe, heard

pytestmark = pytest.mark.browser
PAGE = "<html lang=en><title>x</title><main style='background:{ground}'><h1>Invented</h1><p style='color:{ink}'>Said{more}</p></main>"
LINKED = "link-in-text-block"
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
    assert heard_of(page, ink="#000", ground="#fff", more=LINK.format(line="none")) == {LINKED}
    assert heard_of(page, ink="#000", ground="#fff", more="<b hidden>x</b>") == set()


def test_what_cannot_be_judged_stays_to_be_heard(browser: Browser) -> None:
    page = browser.new_context().new_page()
    short, hidden = "<i style='color:#bbb'>{0}</i>", "<s style='color:#bbb;position:absolute;left:{0}px'>Said</s>"
    link = "<p>{0} <a href='/' style='color:#333;text-decoration:none'>Linked</a></p>"
    for more, before, then, rule in (
        (short, "x", "Said", "color-contrast"), (hidden, "-999", "300", "color-contrast"), (link, "", "Said at length", LINKED)
    ):  # fmt: skip
        assert heard_of(page, ink="#000", ground="#fff", more=more.format(before)) == set()
        assert heard_of(page, ink="#000", ground="#fff", more=more.format(then)) == {rule}, more


def heard_of(page: Page, ink: str, ground: str, more: str = "") -> set[str]:
    page.set_content(PAGE.format(ink=ink, ground=ground, more=more))
    return {rule for rule, _ in axe(page, COLOURS)}
