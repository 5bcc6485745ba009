"""The whole way by the pages alone: report, accept, plan, close. One day at one width in one language, the next without script (with --long
at each width in all of them, and without script); and every day on a line of 400 ms on which an answer is lost. Forms are found by what
they send: any language will do. On days on which it is without script the first way is with (`test_first_way`), and the other way round."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.desks import Town, town
from tests.browser.looking import count, loaded
from tests.browser.spoken import one_of_them, spoken, telling, today
from tests.browser.walking import Look, press, seen_at, send, tick, windows
from tests.shared.land import rows

pytestmark = pytest.mark.browser
OFFICERS = {"rs-ir": "ines", "rs-czztlj": "jelena", "rs-zdr-bg": "zora", "rs-ngo-pomoc": "nada"}
FIRST = "rs-zdr-bg"
"""The agency that accepts before the other."""
TICKED = ("danger=false", "age=adult", "consent=true", "forms=LAB", "indicators=LI04", "indicators=LI05", "needs=health", "needs=legal")
LINE = {"offline": False, "latency": 400, "downloadThroughput": 100_000, "uploadThroughput": 50_000, "packetLoss": 1}
"""Milliseconds, bytes a second; Chromium counts the loss of packets (percent) for some connections alone, so an answer is lost by hand."""
ACCEPTED = "select author from journal where type = 'handoff.accepted.v1'"


def walk(made: Town, pages: dict[str, Page], look: Look, accept: Look | None = None) -> str:
    """From the report to the end; the case. `accept`: how the first agency says yes, where it is not as the others do."""
    ines, jelena = pages["rs-ir"], pages["rs-czztlj"]
    ines.goto("/reports/new")
    look(ines)
    tick(ines, *TICKED)
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


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, **{agency.replace("-", "_"): officer for agency, officer in OFFICERS.items()}) as made:
        yield made


@pytest.mark.turns("javascript")
@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_the_whole_way_by_the_pages_alone(browser: Browser, made: Town, pytestconfig: pytest.Config, javascript: bool) -> None:
    if javascript:
        in_languages(browser, made, pytestconfig.getoption("--long"))
        return
    with windows(browser, made, OFFICERS, java_script_enabled=False) as pages:
        walk(made, pages, lambda _page: None)


def in_languages(browser: Browser, made: Town, long: bool) -> None:
    """In that of the day; with --long in each."""
    day = today() // 2
    for width, tag in spoken(day, long) if long else one_of_them(day, long):
        with telling(width, tag, today()), windows(browser, made, OFFICERS, locale=tag) as pages:
            case = walk(made, pages, seen_at(width))
            assert pages["rs-ir"].locator("html").get_attribute("lang") == tag, case
        made.later(24 * 8)


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

    with windows(browser, made, OFFICERS) as pages:
        for page in pages.values():
            page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", LINE)
        walk(made, pages, lambda _page: None, accept_twice)
    assert len(sent) == 2
    assert sent[0] == sent[1], "the same form"
    assert took[0] >= LINE["latency"] / 1_000, "the line is slow"
    yeses = {instance.me: rows(instance, ACCEPTED).count((f"assistance.{FIRST}",)) for instance in made.instances}
    assert (yeses[f"assistance.{FIRST}"], yeses["referral.rs-czztlj"]) == (1, 1)
