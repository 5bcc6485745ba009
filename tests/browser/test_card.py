"""In a real browser: the card for the person, two taps from the case; by axe, and at 360 and 1280 px."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.desks import REPORT, town
from tests.browser.test_nothing_vanishes import choose, looked_at, served, text

pytestmark = pytest.mark.browser


def test_a_card_is_two_taps_away(browser: Browser, tmp_path: Path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made, served(made.at["rs-ir"]) as address:
        case = made.at["rs-ir"].post("/reports/new", form_id="r", **REPORT, language="sr").headers["location"]
        made.carry()
        page = browser.new_context(java_script_enabled=True).new_page()
        page.goto(address + case)
        choose(page, "Ines")
        page.get_by_role("link", name="Card for the person").click()
        looked_at(page, "card")
        with page.expect_download() as given:
            page.get_by_role("button", name="Give it on paper").click()
        assert given.value.suggested_filename == "document.pdf"
        page.locator("summary", has_text="The person asks how things are").click()
        looked_at(page, "card-status")
        page.get_by_role("button", name="The person does not want it").click()
        page.wait_for_load_state()
        assert "refused" in text(page)
        assert "given on paper" in text(page)
