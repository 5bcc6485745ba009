"""In a real browser: a line says that there is more to do, in a place that was kept for it, so that nothing on the page moves."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from shared.web.admin.today_news import NewsStreams
from tests.browser.desks import town
from tests.browser.looking import followed
from tests.browser.test_nothing_vanishes import looked_at, served
from tests.shared.web.admin.test_today import reported

pytestmark = pytest.mark.browser


def test_what_is_new_is_said_and_moves_nothing(browser: Browser, tmp_path: Path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made, served(made.at["rs-czztlj"]) as address:
        lead = made.at["rs-czztlj"]
        lead.client.app.state.news = NewsStreams(longest=60.0, every=0.2)
        context = browser.new_context(base_url=address)
        context.add_cookies([{"name": "nrm_officer_rs-czztlj", "value": lead.officer, "url": address}])
        page = context.new_page()
        page.goto("/today?whose=agency")
        news = page.locator(".own-news a")
        expect(news.locator("strong")).to_have_text("0")
        expect(news).not_to_be_visible()
        search = page.get_by_role("button", name="Search", exact=True)
        before = search.bounding_box()
        made.later(1)
        reported(made, "one", needs=["health"])
        expect(news).to_be_visible()
        assert search.bounding_box() == before
        looked_at(page, "news")
        followed(page, lambda: news.press("Enter"))
        assert page.url.endswith("/today?whose=agency")
        expect(page.locator(".own-work li")).not_to_have_count(0)
        context.close()
