"""Officers who walk through a case by the pages alone, a window at each agency. Forms are found by what they send: any language will do."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.browser.desks import Town
from tests.browser.heard import axe
from tests.browser.looking import errors, fits, loaded, sticking_out
from tests.browser.test_nothing_vanishes import served

PATIENCE = 90_000
"""Milliseconds for a page, of which several agencies serve theirs beside each other."""
Look = Callable[[Page], None]


Reached = Callable[[str, str], AbstractContextManager[str]]
"""Agency, address of its pages → the address at which its officer reaches them."""


def _at_once(_agency: str, address: str) -> AbstractContextManager[str]:
    return nullcontext(address)


@contextmanager
def windows(
    browser: Browser, made: Town, officers: Mapping[str, str], reached: Reached = _at_once, **options: object
) -> Iterator[dict[str, Page]]:  # fmt: skip
    """A window at each of these agencies, in which its officer is (agency → officer). `reached`: over which line. In the end no page had
    an error that its console tells."""
    with ExitStack() as stack:
        found: dict[str, Page] = {}
        for agency, officer in officers.items():
            address = stack.enter_context(reached(agency, stack.enter_context(served(made.at[agency]))))
            found[agency] = _window(browser, stack, agency, officer, address, options)
        told = [errors(page) for page in found.values()]
        yield found
        assert [one for some in told for one in some if "net::ERR_" not in one] == []


def _window(browser: Browser, stack: ExitStack, agency: str, officer: str, address: str, options: Mapping[str, object]) -> Page:
    context = browser.new_context(base_url=address, **options)
    stack.callback(context.close)
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": f"nrm_officer_{agency}", "value": officer, "url": address}])
    return context.new_page()


def press(page: Page, ends: str) -> None:
    """The button of the form that posts to such an address, unfolding what it lies in."""
    form = page.locator(f'main form[action$="{ends}"]').first
    folded = form.locator("xpath=ancestor::details[not(@open)]/summary")
    if folded.count():
        folded.first.click()
    form.locator("button").last.click()


def send(page: Page, ends: str, look: Look) -> None:
    """Press it; then the page that follows is looked at."""
    press(page, ends)
    look(loaded(page))


def tick(page: Page, *said: str, before: str = "") -> None:
    """Choices of a form, each as `name=value`; unfolding what one lies in. `before`: what all names begin with."""
    for name, _, value in (one.partition("=") for one in said):
        box = page.locator(f'main input[name="{before}{name}"][value="{value}"]').first
        folded = box.locator("xpath=ancestor::details[not(@open)]/summary")
        if folded.count():
            folded.first.click()
        box.check()


def seen_at(width: int) -> Look:
    """Nothing is too wide or sticks out, and axe finds nothing."""

    def look(page: Page) -> None:
        fits(page, width)
        assert sticking_out(page) == [], page.url
        assert axe(page) == [], page.url

    return look


def each_kind_once(look: Look) -> Look:
    """Pages that differ by nothing but whose case they show, and at which agency, are looked at once."""
    met: set[str] = set()

    def first(page: Page) -> None:
        kind = re.sub(r"[0-9a-f]{8}[0-9a-f-]{8,}|\d+", "ID", urlsplit(page.url).path)
        if kind not in met:
            met.add(kind)
            look(page)

    return first
