"""What waits, as who must act, the lead and the coordinator see it: axe finds nothing, it fits 360 px, and by keyboard without script an
officer says why."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.desks import REPORT, Town, Visitor, town
from tests.browser.looking import looked_at, text
from tests.browser.test_nothing_vanishes import served
from tests.journeys.test_silence_goes_up import CLINIC, LEAD, says

pytestmark = pytest.mark.browser


def opened(browser: Browser, visitor: Visitor, address: str, *, script: bool = True) -> Page:
    context = browser.new_context(base_url=address, java_script_enabled=script)
    context.add_cookies([{"name": f"nrm_officer_{visitor.agency}", "value": visitor.officer, "url": address}])
    return context.new_page()


def seen(window: BrowserContext, made: Town, agency: str, **pages: str) -> None:
    """What is at these paths of an agency, in a browser that may have been at another agency before: to open a new one takes as long as
    three pages."""
    with served(made.at[agency]) as address:
        window.add_cookies([{"name": f"nrm_officer_{agency}", "value": made.at[agency].officer, "url": address}])
        page = window.new_page()
        for name, path in pages.items():
            page.goto(f"{address}{path}")
            looked_at(page, f"waits-{agency}-{name}")
        page.close()


def test_what_waits_is_seen_and_explained_at_every_width(browser: Browser, tmp_path: Path) -> None:
    window = browser.new_context()
    with town(tmp_path, rs_ir="ines", rs_czztlj="luka", rs_zdr_bg="zora", rs_koord="olga") as made:
        coordinator = next(one for one in made.instances if one.agency == "rs-koord")
        made.instances.remove(coordinator)
        case = made.at["rs-ir"].post("/reports/new", form_id="r", **REPORT | {"needs": ["health"]}).headers["location"].rpartition("/")[2]
        made.carry()
        seen(window, made, LEAD, early=f"/lead/{case}/waits")
        made.later(60)
        here = f"/cases/{case}/waits"
        with served(made.at[CLINIC]) as address:
            page = opened(browser, made.at[CLINIC], address, script=False)
            page.goto(here)
            page.locator("summary", has_text="Say why it waits").first.press("Enter")
            page.get_by_label("Why it waits").first.select_option("no_interpreter")
            page.get_by_role("button", name="Tell the others in the case").first.press("Enter")
            page.wait_for_url(f"**{here}*")
            assert "There is no interpreter" in text(page)
            page.context.close()
        made.carry()
        says(made, coordinator, LEAD)
        seen(window, made, CLINIC, waits=here, today="/today")
        seen(window, made, LEAD, waits=f"/lead/{case}/waits", escalated="/today?whose=escalated", all="/today?whose=agency")
        seen(window, made, "rs-koord", stalled="/operations/stalled")
