"""In a real browser: people who were found together, without script too; at 360 and 1280 px, and by axe."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.desks import town
from tests.browser.looking import count, looked_at, text
from tests.browser.test_nothing_vanishes import choose, served

pytestmark = pytest.mark.browser


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and go on").click()


@pytest.mark.turns("javascript")
@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_mother_her_son_and_a_man_from_one_form(browser: Browser, tmp_path: Path, javascript: bool) -> None:
    with town(tmp_path, rs_ir="") as made, served(made.at["rs-ir"]) as address:
        page = browser.new_context(java_script_enabled=javascript).new_page()
        page.goto(f"{address}/raids/new")
        choose(page, "Ines")
        look = (lambda name: looked_at(page, f"raid-{name}")) if javascript else (lambda _name: None)
        look("together")
        page.get_by_label("How many people?").fill("3")
        page.get_by_label("In which municipality").fill("Niš")
        page.get_by_label("When were they found?").fill("04:30")
        page.get_by_role("group", name="What does each of them need now?").get_by_label("Housing", exact=True).check()
        save(page)
        look("people")
        for number, (label, age, consent) in enumerate(
            (("red scarf", "adult", "true"), ("her son", "child", ""), ("tall", "adult", "")), 1
        ):
            row = page.get_by_role("group", name=f"Person {number}")
            row.get_by_label("Label").fill(label)
            row.get_by_label("Age", exact=True).select_option(age)
            row.get_by_label("In danger now?").select_option("false")
            row.get_by_label("Consents?").select_option(consent)
        page.get_by_role("group", name="Person 2").get_by_label("Depends on").select_option("1")
        save(page)
        assert "There is a problem" in text(page)
        look("people-wrong")
        page.get_by_role("link", name="Person 3: Consent").click()
        assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == "p3-consent"
        page.get_by_role("button", name="Save, and answer the rest later").click()
        look("send")
        page.get_by_role("button", name="Send 2 reports").click()
        assert "2 reports are sent" in text(page)
        look("half")
        page.get_by_role("link", name="Consent").click()
        page.get_by_role("group", name="Person 3").get_by_label("Consents?").select_option("true")
        save(page)
        page.get_by_role("button", name="Send 1 report").click()
        page.wait_for_url("**/raids/*")
        assert count(page, "main .own-work li") == 3
        assert "Depends on the person of case" in text(page)
        look("sent")
