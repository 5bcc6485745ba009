"""In a real browser: from a doubt to a report, by the few questions and by the long list, with and without script."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.desks import town
from tests.browser.looking import count, looked_at, text, unfold
from tests.browser.test_nothing_vanishes import choose, served

pytestmark = pytest.mark.browser


@pytest.mark.turns("javascript")
@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_from_a_doubt_to_a_report(browser: Browser, tmp_path: Path, javascript: bool) -> None:
    with town(tmp_path, rs_ir="") as made, served(made.at["rs-ir"]) as address:
        page = browser.new_context(java_script_enabled=javascript).new_page()
        page.goto(f"{address}/reports/new")
        choose(page, "Ines")
        page.get_by_role("link", name="A few questions, or a list of signs").click()
        page.get_by_role("group", name="Does somebody else keep your passport").get_by_label("Yes").check()
        page.get_by_role("button", name="What do the answers say?").click()
        assert "Look deeper" in text(page)
        looked_at(page, "screening") if javascript else None

        page.get_by_role("link", name="The long list of signs at work").click()
        page.get_by_label("Adult").check()
        unfold(page, "Exploited at work", "Forced to stay or to work", "Forced when recruited")
        for sign in (
            "The kind of work",
            "Wages were misrepresented",
            "Excessive days",
            "Low pay",
            "Documents taken at work",
            "Bound by a debt at",
        ):
            page.get_by_label(sign).check()
        page.get_by_role("button", name="What do the signs say?").click()
        assert "trafficking for forced labour" in text(page)
        looked_at(page, "screening-work") if javascript else None

        page.get_by_role("button", name="Report, with these signs ticked").click()
        assert page.get_by_role("radio", name="Adult").is_checked()
        assert count(page, "input[name=indicators]:checked") == 4
        page.get_by_role("group", name="Is anyone in danger right now?").get_by_label("No").check()
        page.get_by_role("group", name="Does the person consent").get_by_label("Yes").check()
        page.get_by_role("button", name="Send the report").click()
        assert "/reports/" in page.url
