"""In a real browser: away from any page at once, by button or key, with and without script, and nothing of it is left to go back to; a page
that nobody uses hides itself and keeps what was typed; no title and no address tells of a case."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.demo.stories import joint
from shared.web.text.file_words import GROUPS
from shared.web.text.labels import NEEDS
from tests.browser.desks import Town, town
from tests.browser.looking import loaded, unfold
from tests.browser.played import after
from tests.browser.test_case_glance import busy
from tests.browser.test_nothing_vanishes import choose, looked_at, served
from tests.browser.test_pages_in_languages import shape
from tests.turns import by_turns, today

TYPED = "behind the old mill"
LEAD, REPORTER = "rs-czztlj", "rs-ir"
EMPTY = "Empty page"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, rs_ir="") as made:
        yield made


def at_the_form(page: Page, address: str) -> None:
    page.goto(f"{address}/reports/new")
    choose(page, "Ines")
    unfold(page, "In your words")
    page.get_by_label("Note for your own agency").fill(TYPED)


def is_gone(page: Page, address: str) -> None:
    """An empty page, and whoever goes back is asked who they are."""
    expect(page).to_have_title(EMPTY)
    assert loaded(page).locator("body").inner_text() == EMPTY
    assert [one["name"] for one in page.context.cookies() if one["name"].startswith("nrm_officer")] == []
    page.go_back()
    assert TYPED not in loaded(page).content()
    page.goto(f"{address}/reports")
    assert "/who" in page.url


@pytest.mark.browser
def test_shift_three_times_leaves_every_window(browser: Browser, made: Town) -> None:
    with served(made.at["rs-ir"]) as address:
        page = browser.new_context().new_page()
        at_the_form(page, address)
        other = page.context.new_page()
        other.goto(f"{address}/reports")
        before = page.evaluate("history.length")
        for key in ("Shift", "Shift", "A", "Shift", "Shift"):
            page.keyboard.press(key)
        assert "Once more" in page.locator(".own-leave [role=status]").inner_text()
        looked_at(page, "leaving")
        assert page.get_by_label("Note for your own agency").input_value() == f"{TYPED}A", "typing capitals leaves nothing"
        for _ in range(3):
            page.keyboard.press("Shift")
        page.wait_for_url("**/left")
        other.wait_for_url("**/left")
        assert page.evaluate("history.length") == before, "the empty page takes the place of the other"
        is_gone(page, address)


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_the_button_leaves(browser: Browser, made: Town, javascript: bool) -> None:
    with served(made.at["rs-ir"]) as address:
        page = browser.new_context(java_script_enabled=javascript).new_page()
        at_the_form(page, address)
        page.get_by_role("button", name="Leave now").click()
        page.wait_for_url("**/left")
        is_gone(page, address)


@pytest.mark.browser
def test_a_page_that_nobody_uses_hides_itself_and_keeps_what_was_typed(browser: Browser, made: Town) -> None:
    with served(made.at["rs-ir"]) as address:
        page = browser.new_context().new_page()
        page.clock.install()
        at_the_form(page, address)
        page.clock.run_for(3 * 60_000)
        assert page.get_by_label("Note for your own agency").is_visible()
        page.keyboard.press("Tab")
        page.clock.run_for(3 * 60_000)
        assert not page.locator(".own-blank").is_visible(), "a key is use"
        page.clock.run_for(2 * 60_000)
        expect(page.locator(".own-blank")).to_be_visible()
        looked_at(page, "blank")
        page.get_by_role("button", name="Show the page").press("Enter")
        expect(page.locator(".own-blank")).not_to_be_visible()
        assert page.get_by_label("Note for your own agency").input_value() == TYPED


def titles(made: Town, case: str, long: bool) -> Iterator[tuple[str, str, str]]:
    """Path, title and addresses of each kind of page that the lead, the reporter and an agency can reach: one of those that help, the next
    one tomorrow; with --long each."""
    helping = [agency for agency in made.at if agency not in (LEAD, REPORTER)]
    for visitor in (made.at[agency] for agency in (LEAD, REPORTER, *by_turns(helping, today(), long))):
        seen, ways = set[str](), ["/today", "/search", f"/lead/{case}", f"/cases/{case}", f"/reports/{case}"]
        while ways:
            path = ways.pop()
            if shape(path) in seen:
                continue
            seen.add(shape(path))
            answer = visitor.client.get(path, headers={"accept": "text/html"}, follow_redirects=True)
            if answer.status_code != 200 or "text/html" not in answer.headers["content-type"]:
                continue
            hrefs = re.findall(r'href="(/(?!static)[^"]*)"', answer.text)
            yield path, unescape(re.search(r"<title>(.*?)</title>", answer.text, re.DOTALL)[1]), " ".join(map(unescape, hrefs))
            ways += hrefs


def test_no_title_and_no_address_tells_of_a_case(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    with after(tmp_path, joint, busy) as (made, case):
        told = re.compile("|".join(map(re.escape, [*NEEDS.values(), *GROUPS.values(), "Demo Person", "exploitation"])))
        pages = 0
        for path, title, addresses in titles(made, case, bool(pytestconfig.getoption("--long"))):
            own, dash, _ = title.rpartition(" – ")
            taken_along = path.startswith(("/screening", "/drafts/prompt-sheet"))
            assert bool(dash) is not taken_along, f"{path}: {title!r} ends with whose page it is, but of what is taken into the field"
            assert not told.search(own or title), (path, title)
            assert not re.search(r"Demo|Person|%20", addresses), path
            pages += 1
        assert pages > 60
