"""The whole way by the pages alone: report, accept, plan, close. At each width in a language that is another one tomorrow (with --long all
of them), without script, and on a line of 400 ms on which an answer is lost. Forms are found by what they send: any language will do."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.desks import Town, town
from tests.browser.looking import axe, count, fits, loaded, sticking_out
from tests.browser.spoken import spoken, telling, today
from tests.browser.test_nothing_vanishes import served
from tests.shared.land import rows

pytestmark = pytest.mark.browser
OFFICERS = {"rs-ir": "ines", "rs-czztlj": "jelena", "rs-zdr-bg": "zora", "rs-ngo-pomoc": "nada"}
FIRST = "rs-zdr-bg"
"""The agency that accepts before the other."""
TICKED = ("danger=false", "age=adult", "consent=true", "forms=LAB", "indicators=LI04", "indicators=LI05", "needs=health", "needs=legal")
LINE = {"offline": False, "latency": 400, "downloadThroughput": 100_000, "uploadThroughput": 50_000, "packetLoss": 1}
"""Milliseconds, bytes a second; Chromium counts the loss of packets (percent) for some connections alone, so an answer is lost by hand."""
PATIENCE = 90_000
"""Milliseconds for a page, of which four agencies serve theirs beside each other."""
ACCEPTED = "select author from journal where type = 'handoff.accepted.v1'"
Look = Callable[[Page], None]


@contextmanager
def windows(browser: Browser, made: Town, **options: object) -> Iterator[dict[str, Page]]:
    """A window at each agency, in which its officer is."""
    opened: list[BrowserContext] = []
    pages: dict[str, Page] = {}

    def open_at(agency: str, address: str) -> None:
        context = browser.new_context(base_url=address, **options)
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": f"nrm_officer_{agency}", "value": OFFICERS[agency], "url": address}])
        opened.append(context)
        pages[agency] = context.new_page()

    with (
        served(made.at["rs-ir"]) as one, served(made.at["rs-czztlj"]) as two,
        served(made.at["rs-zdr-bg"]) as three, served(made.at["rs-ngo-pomoc"]) as four,
    ):  # fmt: skip
        for agency, address in zip(OFFICERS, (one, two, three, four), strict=True):
            open_at(agency, address)
        yield pages
        for context in opened:
            context.close()


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


def walk(made: Town, pages: dict[str, Page], look: Look, accept: Look | None = None) -> str:
    """From the report to the end; the case. `accept`: how the first agency says yes, where it is not as the others do."""
    ines, jelena = pages["rs-ir"], pages["rs-czztlj"]
    ines.goto("/reports/new")
    look(ines)
    for name, _, value in (one.partition("=") for one in TICKED):
        ines.locator(f'input[name="{name}"][value="{value}"]').check()
    send(ines, "/reports/new", look)
    case = ines.url.rpartition("/")[2]
    made.carry()
    for agency in (FIRST, "rs-ngo-pomoc"):
        page = pages[agency]
        page.goto("/today")
        look(page)
        page.locator(f'a[href*="/cases/{case}/handoffs/"]').first.click()
        send(loaded(page), "/open", look)
        if accept and agency == FIRST:
            accept(page)
        else:
            send(page, "/accept", look)
        made.carry()
    jelena.goto(f"/lead/{case}")
    look(jelena)
    send(jelena, "/start-joint-action", look)
    made.carry()
    jelena.goto(f"/lead/{case}")
    assert count(jelena, ".own-plan li") >= 2
    look(jelena)
    jelena.goto(f"/lead/{case}/close")
    look(jelena)
    jelena.locator('input[name="reason"]').first.check()
    for ending in jelena.locator("main select").all():
        ending.select_option(index=1)
    send(jelena, "/close", look)
    made.carry()
    assert made.picture(case).closed_at
    return case


def seen_at(width: int) -> Look:
    """Nothing is too wide or sticks out, and axe finds nothing."""

    def look(page: Page) -> None:
        fits(page, width)
        assert sticking_out(page) == [], page.url
        assert axe(page) == [], page.url

    return look


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, **{agency.replace("-", "_"): officer for agency, officer in OFFICERS.items()}) as made:
        yield made


def test_the_whole_way_in_each_language(browser: Browser, made: Town, pytestconfig: pytest.Config) -> None:
    day = today()
    for width, tag in spoken(day, pytestconfig.getoption("--long")):
        with telling(width, tag, day), windows(browser, made, locale=tag) as pages:
            case = walk(made, pages, seen_at(width))
            assert pages["rs-ir"].locator("html").get_attribute("lang") == tag, case
        made.later(24 * 8)


def test_the_whole_way_without_script(browser: Browser, made: Town) -> None:
    with windows(browser, made, java_script_enabled=False) as pages:
        walk(made, pages, lambda _page: None)


def test_the_whole_way_on_a_slow_line_on_which_an_answer_is_lost(browser: Browser, made: Town) -> None:
    sent: list[str | None] = []
    took: list[float] = []

    def lose(route: Route) -> None:
        """The first yes arrives, and its answer does not."""
        sent.append(route.request.post_data)
        if len(sent) > 1:
            route.continue_()
            return
        assert route.fetch(max_redirects=0).status == 303
        route.abort("connectionreset")

    def accept_twice(page: Page) -> None:
        """Nothing came back: one has the browser send the same form once more."""
        page.context.route("**/accept", lose)
        press(page, "/accept")
        expect(page).to_have_url(re.compile("^chrome-error:"))
        page.reload()
        assert page.url.endswith("?sent=again"), "it says that it had it"
        began = time.monotonic()
        page.goto("/today")
        took.append(time.monotonic() - began)

    with windows(browser, made) as pages:
        for page in pages.values():
            page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", LINE)
        walk(made, pages, lambda _page: None, accept_twice)
    assert len(sent) == 2
    assert sent[0] == sent[1], "the same form"
    assert took[0] >= LINE["latency"] / 1_000, "the line is slow"
    yeses = {instance.me: rows(instance, ACCEPTED).count((f"assistance.{FIRST}",)) for instance in made.instances}
    assert (yeses[f"assistance.{FIRST}"], yeses["referral.rs-czztlj"]) == (1, 1)
