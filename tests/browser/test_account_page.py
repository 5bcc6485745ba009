"""The account of the exploitation in a browser: by keyboard, with and without script, on a telephone and a desk."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import followed, looked_at, text, visible
from tests.browser.test_own_pages import served, typed
from tests.shared.access.offices import opened

pytestmark = pytest.mark.browser


@pytest.mark.turns("javascript")
@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_version_is_written_held_and_looked_at_for_release_by_keyboard(browser: Browser, tmp_path: Path, javascript: bool) -> None:
    with opened(tmp_path / "data", issuer="", keyed=True) as office, served(office) as address:
        context = browser.new_context(base_url=address, java_script_enabled=javascript)
        context.set_default_timeout(15_000)
        name = next(iter(office.guard.seen()))
        context.add_cookies([{"name": office.guard.cookie, "value": name, "url": address}])
        ines = office.stranger()
        ines.client.cookies.set(office.guard.cookie, name)
        case = office.report(ines)
        office.carry()
        page = context.new_page()
        page.goto(f"/reports/{case}")
        followed(page, lambda: page.get_by_role("link", name="Account of the exploitation").press("Enter"))
        assert "A court may order" in text(page)
        typed(page, "What the person told", "An invented account, ")
        page.keyboard.insert_text("word for word " * 40)  # at once: each key would cost a thirtieth of a page
        typed(page, "Told on", "2025-02-30")
        followed(page, lambda: page.keyboard.press("Enter"))
        assert visible(page, ".govuk-error-summary")
        assert "An invented account" in page.get_by_label("What the person told", exact=True).input_value()
        looked_at(page) if javascript else None
        page.get_by_label("Heard, and written down").check()
        typed(page, "Told on", "2025-01-02")
        followed(page, lambda: page.keyboard.press("Enter"))
        assert "Version 1" in text(page)
        looked_at(page) if javascript else None
        page.get_by_text("Name proceedings, so that the account is held").click()
        typed(page, "Number of the proceedings", "KTI 7/26")
        typed(page, "Police, prosecution or court", "Prosecutor (invented)")
        followed(page, lambda: page.keyboard.press("Enter"))
        assert "the account is held and cannot be erased" in text(page)
        followed(page, lambda: page.get_by_role("link", name="Release it to an agency").press("Enter"))
        assert "No agency of this case may be given the account now." in text(page)
        looked_at(page) if javascript else None
        context.close()
