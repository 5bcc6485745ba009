"""How a page is looked at: once it is loaded, on a desk and on a telephone, and by axe.

A click is over as soon as the next page begins, before its first line is read: what is measured or counted then fails, or finds nothing.
So nobody looks at a page but through what stands here, or through Playwright's own calls that wait.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.heard import SETTLED, axe
from tests.browser.paper import on_paper

TOLD = re.compile(r'\b(?:class|role|type)="[^"]*"|\b(?:aria-[a-z]+|alt|lang|for|open|hidden|checked|disabled)\b')
"""Of an element's attributes: what draws it, and which of the others it has."""
WIDTHS = (1280, 360)
SCREENS = {1280: (800, 1600), 360: (800, 3200)}
"""Width → how high its screen is, and how high a page may be at most (px): two of a desk, four of a telephone."""
SHEET = 720
"""How wide a sheet of A4 is between its margins (px)."""
ON_SHEET = """[...document.querySelectorAll('button, form, select, textarea, .own-leave, .own-who, .govuk-service-navigation')]
  .filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 120))"""
"""What nobody can use on paper."""
OVERFLOWS = """() => {
  const beyond = (inner, outer) => inner.right > outer.right + 1 || inner.left < outer.left - 1
  const lines = e => {
    const found = [], range = new Range(), texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      if (texts.currentNode.parentElement.closest('.govuk-visually-hidden')) continue
      range.selectNodeContents(texts.currentNode)
      found.push(...range.getClientRects())
    }
    return found
  }
  const wide = e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'
  const boxes = [...document.querySelectorAll('body *')].filter(e => wide(e) && !e.closest('svg, .own-scroll, .govuk-skip-link'))
  const frame = e => e.ownerSVGElement.getBoundingClientRect()
  const drawn = [...document.querySelectorAll('svg.pic text')].filter(e => beyond(e.getBoundingClientRect(), frame(e)))
  return [
    ...boxes.filter(e => lines(e).some(line => beyond(line, e.getBoundingClientRect()))),
    ...drawn,
  ].map(e => e.outerHTML.slice(0, 120))
}"""
"""Elements whose words stick out of them, and words of a picture that stick out of it."""


def errors(page: Page) -> list[str]:
    """What its console tells of errors from now on: of its script, and what its policy lets not in. That a form was answered with 422 is
    meant so."""
    found: list[str] = []
    page.on("console", lambda told: found.append(told.text) if told.type == "error" and "status of 422" not in told.text else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def loaded(page: Page) -> Page:
    """The same page, with all that belongs to it."""
    page.wait_for_load_state()
    return page


def drawn(page: Page) -> Page:
    """The same page, in its fonts: before, it is higher and wider."""
    loaded(page).evaluate("document.fonts.ready.then(() => 0)")
    return page


def text(page: Page) -> str:
    return loaded(page).locator("main").inner_text()


def count(page: Page, selector: str) -> int:
    """How many there are now. Playwright's own count waits for nothing."""
    return loaded(page).locator(selector).count()


def visible(page: Page, selector: str) -> bool:
    return loaded(page).locator(selector).first.is_visible()


def drawn_wide(page: Page, selector: str) -> int:
    """How wide a picture is in pixels, once it is decoded. Needs script."""
    return loaded(page).locator(selector).evaluate("one => one.decode().then(() => one.naturalWidth)")


def unfold(page: Page, *headings: str) -> None:
    """Opens what lies folded behind these lines."""
    for heading in headings:
        loaded(page).locator("main details:not([open]) > summary").filter(has_text=heading).click()


def followed(page: Page, act: Callable[[], object]) -> None:
    """Does it, and the page that comes of it is there. For keys: a click waits for the page's beginning by itself."""
    with page.expect_navigation():
        act()


def drawn_like(html: str) -> str:
    """What a page is built of: its elements in their order with what draws them and what they are to who hears them, and where words stand.
    Pages that are alike in this differ by nothing but words and addresses."""
    built = re.sub(r">[^<]*[^<\s][^<]*<", ">x<", html)
    told = re.findall(r"<(/?[a-zA-Z][\w-]*)([^>]*)>(x?)", built)
    return " ".join(f"{tag} {' '.join(sorted(set(TOLD.findall(more))))} {words}" for tag, more, words in told)


def fits(page: Page, width: int) -> None:
    """Nothing sticks out where the window is this wide."""
    loaded(page).set_viewport_size({"width": width, "height": 900})
    wide = drawn(page).locator("html").evaluate("e => e.scrollWidth")
    assert wide <= width, f"{page.url} is {wide} px wide on {width}"


def sticking_out(page: Page) -> list[str]:
    """The beginnings of what sticks out of its box."""
    return drawn(page).evaluate(OVERFLOWS)


def height(page: Page, width: int) -> int:
    """How high a page is (px) in a window that is this wide, once its script has folded what it folds there. Needs script."""
    page.set_viewport_size({"width": width, "height": SCREENS[width][0]})
    drawn(page).evaluate(SETTLED)
    return page.evaluate("document.documentElement.scrollHeight")


def faults_of(page: Page, width: int, heard: bool) -> list[str]:
    """Whether it is seen in a few screens, and what sticks out of its box. `heard`: whether axe looks, too."""
    high, out = height(page, width), sticking_out(page)
    found = [f"{high} px high"] if high > SCREENS[width][1] else []
    return found + [f"sticks out: {one}" for one in out] + [f"axe: {one}" for one in (axe(page) if heard else ())]


def faults_on_paper(page: Page) -> list[str]:
    """What a sheet of A4 lacks of the page, or has too much. Leaves it as the screen has it."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET, "height": 1000})
    wide = drawn(page).evaluate("document.documentElement.scrollWidth")
    drawn_there = page.evaluate(ON_SHEET)
    page.emulate_media(media="screen")
    return on_paper(page.content()) + ([f"{wide} px wide on paper"] if wide > SHEET else []) + [f"printed: {one}" for one in drawn_there]


def looked_at(page: Page, name: str = "") -> None:
    """It fits at both widths, axe finds nothing; with a name, and where NRM_SHOTS is a folder, pictures of it are kept there."""
    for width in WIDTHS:
        fits(page, width)
        if name and (shots := os.environ.get("NRM_SHOTS")):
            Path(shots).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(shots) / f"{name}-{width}.png", full_page=True)
    found = axe(page)
    assert found == [], f"{page.url}: {found}"
