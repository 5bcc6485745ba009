"""The pages by day and by night, with colours that the machine forces, without motion, and at 400 % zoom (320 px): axe finds no contrast
that is too low, nothing is cut off, and what a picture says is there in each of them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from deploy.demo.stories import joint
from shared.web.drawing.svg import text_width
from tests.browser.heard import COLOURS, OPTIONS, axe
from tests.browser.looking import SHEET, drawn
from tests.browser.played import after
from tests.browser.test_case_glance import busy
from tests.browser.test_nothing_vanishes import served

pytestmark = pytest.mark.browser
HEARD_HERE = ("/search", "/operations/log")
"""Pages in which axe looks for all that it knows; in the others it does so elsewhere (`test_lengths`, `test_case_glance`), by day."""
ZOOMED = 320
"""How wide 1,280 px are at 400 % (WCAG 2.2, 1.4.10)."""
BACKDROPS = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 25, 27)"}
ADDRESSES = "[...document.querySelectorAll('a')].filter(e => !['none', 'normal'].includes(getComputedStyle(e, '::after').content)).length"
PALE = (
    "[...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && getComputedStyle(e).color === 'rgb(255, 255, 255)').length"
)
ON_SCREEN = "button:visible, nav:visible, form.own-filter:visible, main input:visible, main select:visible"
WRITTEN = (
    "[...document.querySelectorAll('svg.pic text')].map(e => [e.textContent, +e.getAttribute('font-size'), e.getComputedTextLength()])"
)
"""What a picture writes: the words, in which size, and how wide they are."""
BOLDER = 1.04
"""Bold words beside semibold ones, of which the widths are kept (`shared/web/drawing/letter_widths.py`)."""
MOVING = "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration !== '0s').length"


@pytest.fixture(scope="module")
def opened(opened_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, list[str]]]:
    """The lead's browser, and the addresses of pages on which all that has a colour is: tags, notices, forms, a drawing."""
    with after(tmp_path_factory.mktemp("theme"), joint, busy) as (made, case):
        lead = made.at["rs-czztlj"]
        with served(lead) as address:
            context = opened_browser.new_context(base_url=address, reduced_motion="reduce")
            context.add_cookies([{"name": "nrm_officer_rs-czztlj", "value": lead.officer, "url": address}])
            ways = ("", "?tab=way", "?tab=history", "/person", "/rights", "/close")
            yield context.new_page(), ["/today", "/search", "/operations/log", *(f"/lead/{case}{way}" for way in ways)]
            context.close()


@pytest.mark.turns("scheme")
@pytest.mark.parametrize("scheme", BACKDROPS)
def test_each_page_is_readable_by_day_and_by_night(opened: tuple[Page, list[str]], scheme: str) -> None:
    page, paths = opened
    page.emulate_media(color_scheme=scheme)
    for path in paths:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(path)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == BACKDROPS[scheme]
        assert axe(page, OPTIONS if path in HEARD_HERE else COLOURS) == [], path
        assert page.evaluate(MOVING) == 0, "somebody asked for no motion"
        shoot(page, f"{scheme}-{paths.index(path)}")


def test_at_400_percent_nothing_is_cut_off(opened: tuple[Page, list[str]]) -> None:
    page, paths = opened
    page.set_viewport_size({"width": ZOOMED, "height": 256})
    for path in paths:
        page.goto(path)
        assert drawn(page).evaluate("document.documentElement.scrollWidth") <= ZOOMED, path
        button = page.locator(".own-leave button").bounding_box()
        assert button is not None
        assert button["width"] * button["height"] < ZOOMED * 256 / 10, "it hides little of a small window"


def test_the_way_of_a_case_keeps_its_colours_where_the_machine_forces_its_own(opened: tuple[Page, list[str]]) -> None:
    page, paths = opened
    way = next(path for path in paths if path.endswith("tab=way"))
    page.set_viewport_size({"width": 1280, "height": 900})
    inks = []
    for scheme in BACKDROPS:
        page.emulate_media(color_scheme=scheme, forced_colors="active")
        page.goto(way)
        name = page.locator("svg.pic text[font-weight='600']").first
        inks.append(name.evaluate("e => getComputedStyle(e).fill"))
        assert page.locator("svg.pic").evaluate("e => getComputedStyle(e).backgroundColor") == BACKDROPS[scheme]
        shoot(page, f"forced-{scheme}")
    assert [one for one in page.evaluate(WRITTEN) if one[2] > text_width(one[0], one[1]) * BOLDER] == [], (
        "no letter is wider than is kept of it"
    )
    assert inks == ["rgb(11, 12, 12)", "rgb(241, 243, 243)"]
    page.emulate_media(color_scheme="dark", forced_colors="none", media="print")
    assert name.evaluate("e => getComputedStyle(e).fill") == "rgb(11, 12, 12)", "paper is light"


def test_paper_is_light_has_no_address_and_nothing_of_a_case(opened: tuple[Page, list[str]]) -> None:
    page, paths = opened
    page.emulate_media(color_scheme="dark", forced_colors="none", media="print")
    page.set_viewport_size({"width": SHEET, "height": 1000})
    case = next(path for path in paths if path.startswith("/lead/"))
    for path in ("/today", "/caseload", case):
        page.goto(path)
        assert drawn(page).evaluate("document.documentElement.scrollWidth") <= SHEET, path
        assert page.evaluate(ADDRESSES) == 0, "paper must not say in an address which case it is"
        assert page.evaluate(PALE) == 0, path
        assert not page.locator(ON_SCREEN).count(), path
    assert page.locator("main p:visible").count() == 1, "pages of a case are not printed"


def shoot(page: Page, name: str) -> None:
    if shots := os.environ.get("NRM_SHOTS"):
        page.screenshot(path=Path(shots) / f"theme-{name}.png", full_page=True)
