"""The whole way by the pages alone: report, take, decline, accept, plan, close. One day at one width in one language, the next without
script (with --long at each width in all of them, and without script); and on a slow line that loses (`slow_line`), without script when the
other is with, and the other way round. Forms are found by what they send: any language will do. What came in is nobody's until somebody
takes it. On real parts it is told one day in five (`test_first_way`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.desks import Town, town
from tests.browser.looking import count, loaded
from tests.browser.slow_line import ONE_WAY, SlowLine, losing, slow_line
from tests.browser.spoken import one_of_them, spoken, telling, today
from tests.browser.walking import Look, seen_at, send, tick, windows
from tests.shared.land import rows

pytestmark = pytest.mark.browser
OFFICERS = {"rs-ir": "ines", "rs-czztlj": "jelena", "rs-zdr-bg": "zora", "rs-ngo-pomoc": "nada", "rs-pu-bg": "petra"}
FIRST, DECLINES = "rs-zdr-bg", "rs-pu-bg"
"""The agency that accepts before the other, and the one that declines."""
TICKED = (
    "danger=false", "age=adult", "consent=true", "forms=LAB", "indicators=LI04", "indicators=LI05", "needs=health", "needs=legal",
    "needs=safety",
)  # fmt: skip
CUT = {"rs-ir": ("/reports/new",), FIRST: ("/accept",)}
"""The report and the first yes arrive, and their answers do not."""
SEEN = """() => {
  const seen = performance.getEntriesByName("first-contentful-paint")[0]
  return seen ? seen.startTime : performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd
}"""
"""Milliseconds from when somebody taps until the page that follows is drawn."""
ACCEPTED = "select author from journal where type = 'handoff.accepted.v1'"


def walk(made: Town, pages: dict[str, Page], look: Look) -> str:
    """From the report to the end; the case."""
    ines, jelena = pages["rs-ir"], pages["rs-czztlj"]
    ines.goto("/reports/new")
    look(ines)
    tick(ines, *TICKED)
    send(ines, "/reports/new", look)
    case = ines.url.partition("?")[0].rpartition("/")[2]
    made.carry()
    for agency in (DECLINES, FIRST, "rs-ngo-pomoc"):
        page = pages[agency]
        opened(page, case, look)
        if agency == DECLINES:
            tick(page, "code=C6")
            send(page, "/decline", look)
        else:
            send(page, "/accept", look)
        made.carry()
    assert [h.to for h in made.picture(case).handoffs.values() if h.code] == [DECLINES]
    jelena.goto(f"/lead/{case}")
    look(jelena)
    send(jelena, "/take", look)
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


def opened(page: Page, case: str, look: Look) -> None:
    """From the work list to what an agency may know: of a case that is nobody's not even how the person is exploited, until somebody
    takes it; then it stands on their own Today."""
    to_answer = f'main a[href*="/cases/{case}/handoffs/"]'
    page.goto("/work")
    look(page)
    page.locator(to_answer).first.click()
    assert "/assignments/" in loaded(page).url
    send(page, "/take", look)
    page.goto("/today")
    look(page)
    page.locator(to_answer).first.click()
    send(loaded(page), "/open", look)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, assignment=True, **{agency.replace("-", "_"): officer for agency, officer in OFFICERS.items()}) as made:
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


@pytest.mark.turns("javascript")
@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_the_whole_way_on_a_slow_line(browser: Browser, made: Town, javascript: bool) -> None:
    lines: dict[str, SlowLine] = {}
    seen: list[float] = []

    @contextmanager
    def reached(agency: str, address: str) -> Iterator[str]:
        seed = losing(today() + crc32(agency.encode()))
        with slow_line(address, seed, *CUT.get(agency, ())) as (there, line):
            lines[agency] = line
            yield there

    def look(page: Page) -> None:
        """Nothing came back: one has the browser send the same form once more."""
        if page.url.startswith("chrome-error:"):
            page.reload()
            loaded(page)
        seen.append(page.evaluate(SEEN))

    with windows(browser, made, OFFICERS, reached, java_script_enabled=javascript) as pages:
        case = walk(made, pages, look)
    assert {agency: line.cut for agency, line in lines.items() if line.cut} == {agency: [*ends] for agency, ends in CUT.items()}
    assert min(seen) >= 2 * ONE_WAY * 1_000, "the line is slow"
    assert {one for instance in made.instances for (one,) in rows(instance, 'select "case" from picture')} == {case}, "no second case"
    yeses = {instance.me: rows(instance, ACCEPTED).count((f"assistance.{FIRST}",)) for instance in made.instances}
    assert (yeses[f"assistance.{FIRST}"], yeses["referral.rs-czztlj"]) == (1, 1)
    of_ms, segments, lost = sorted(seen), sum(one.segments for one in lines.values()), sum(one.lost for one in lines.values())
    assert lost, f"the line loses: {segments} segments went over it"
    print(f"from a tap until it is seen: median {of_ms[len(of_ms) // 2]:.0f}, at most {of_ms[-1]:.0f} ms, {len(seen)} pages;", end=" ")
    print(f"{lost} of {segments} segments lost")
