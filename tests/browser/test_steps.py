"""In a real browser: a report in steps, with and without script; at 360 and 1280 px, by axe, and by keyboard; and what is left of it when
the browser is closed half way."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.desks import town
from tests.browser.looking import count, looked_at, text
from tests.browser.test_nothing_vanishes import choose, served

pytestmark = pytest.mark.browser
TYPED = "behind the old mill"


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and go on").click()


def nothing(page: Page) -> None:
    """Not every step must be answered."""


STEPS: tuple[tuple[str, Callable[[Page], object]], ...] = (
    ("danger", lambda page: page.get_by_role("group", name="Is anyone in danger right now?").get_by_label("No").check()),
    ("person", lambda page: page.get_by_label("Adult").check()),
    ("rights", lambda page: page.get_by_label("A lawyer, free of charge").check()),
    ("consent", lambda page: page.get_by_role("group", name="Does the person consent").get_by_label("Yes").check()),
    ("place", lambda page: page.get_by_label("In which municipality").fill("Niš")),
    ("happened", lambda page: page.get_by_label("Begging").check()),
    ("signs", nothing),
    ("needs", lambda page: page.get_by_label("Health care", exact=True).check()),
)


@pytest.mark.turns("javascript")
@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_from_danger_to_a_report_that_is_sent(browser: Browser, tmp_path: Path, javascript: bool) -> None:
    with town(tmp_path, rs_ir="") as made, served(made.at["rs-ir"]) as address:
        page = browser.new_context(java_script_enabled=javascript).new_page()
        page.goto(f"{address}/drafts/new")
        choose(page, "Ines")
        for step, answer in STEPS:
            assert page.url.endswith(f"/{step}")
            looked_at(page, f"step-{step}") if javascript else None
            answer(page)
            save(page)
        assert page.url.endswith("/send")
        looked_at(page, "step-send") if javascript else None
        page.get_by_role("link", name="What happened, in short").click()
        page.get_by_label("Note for your own agency").fill(TYPED)
        looked_at(page, "step-words") if javascript else None
        save(page)
        assert TYPED in text(page)
        page.get_by_role("button", name="Send the report").click()
        case = page.url
        assert "/reports/" in case
        page.wait_for_load_state()
        with page.expect_navigation():
            page.evaluate("history.back()")
        assert "This report was sent" in text(page)
        page.goto(f"{address}/reports")
        assert count(page, "main .own-work a") == 1


def test_who_closes_the_browser_in_danger_finds_the_report_on_today(browser: Browser, tmp_path: Path) -> None:
    with town(tmp_path, rs_ir="") as made, served(made.at["rs-ir"]) as address:
        page = browser.new_context().new_page()
        page.goto(f"{address}/drafts/new")
        choose(page, "Ines")
        page.get_by_role("radio", name="Yes").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url("**/help")
        looked_at(page, "step-help")
        assert text(page).index("Call 192 now") < text(page).index("I have called")
        page.get_by_label("I have called").check()
        save(page)
        page.wait_for_url("**/person")
        page.context.close()

        page = browser.new_context().new_page()
        page.goto(f"{address}/today")
        choose(page, "Ines")
        assert "Somebody is in danger, and nobody has your report yet." in text(page)
        looked_at(page, "step-today")
        page.get_by_role("link", name="A report that you began on").click()
        page.get_by_label("Child, under 18").check()
        save(page)
        page.wait_for_url("**/consent")
        looked_at(page, "step-consent-child")
        save(page)
        page.wait_for_url("**/send")
        assert "Somebody is in danger right now." in text(page)
        looked_at(page, "step-send-danger")
        page.get_by_role("button", name="Send the report").click()
        page.wait_for_url("**/reports/*")
        assert "called the emergency number" in text(page)
        page.goto(f"{address}/drafts/new")
        page.get_by_role("group", name="Is anyone in danger right now?").get_by_label("No").check()
        save(page)
        page.goto(f"{address}/reports")
        looked_at(page, "step-reports")
        page.get_by_role("link", name="A report that you began on").click()
        home = page.url.rpartition("/")[0]
        page.goto(f"{home}/words")
        page.get_by_label("Note for your own agency").fill(TYPED)
        thrown = page.request.post(f"{home}/throw-away", headers={"origin": address}, max_redirects=0)
        assert thrown.status == 303, "in another tab"
        save(page)
        page.wait_for_load_state()
        assert "This report is not kept here" in text(page)
        looked_at(page, "step-gone")
        page.get_by_role("button", name="Begin a report with it").click()
        page.wait_for_url("**/danger")
        assert not page.url.startswith(home)
        page.goto(f"{page.url.rpartition('/')[0]}/words")
        assert page.get_by_label("Note for your own agency").input_value() == TYPED
        page.goto(f"{address}/drafts/prompt-sheet")
        looked_at(page, "step-paper")
