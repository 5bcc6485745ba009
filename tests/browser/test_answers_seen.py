"""A request is answered with an offer by keyboard and without script; at both widths axe finds nothing on the pages of both sides."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.desks import REPORT, town
from tests.browser.looking import text
from tests.browser.test_nothing_vanishes import served
from tests.browser.test_what_waits import opened, seen
from tests.journeys.test_silence_goes_up import CLINIC, LEAD

pytestmark = pytest.mark.browser


def test_an_offer_is_made_and_seen_at_every_width(browser: Browser, tmp_path: Path) -> None:
    window = browser.new_context()
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora") as made:
        report = made.at["rs-ir"].post("/reports/new", form_id="r", **REPORT | {"needs": ["health"]})
        case = report.headers["location"].rpartition("/")[2]
        made.carry()
        here = f"/cases/{case}/handoffs/" + next(h.id for h in made.picture(case).handoffs.values() if h.to == CLINIC)
        assert made.at[CLINIC].post(f"{here}/open", form_id="o").status_code == 303
        with served(made.at[CLINIC]) as address:
            page = opened(browser, made.at[CLINIC], address, script=False)
            page.goto(here)
            page.locator("summary", has_text="Send it on to another agency").press("Enter")
            page.locator("summary", has_text="Offer something else").press("Enter")
            page.get_by_label("From a later day").press("Space")
            page.get_by_role("button", name="Offer this").press("Enter")
            assert "Say from which day you can do it" in text(page), "what is missing is said where it was asked"
            page.get_by_label("In how many days can you begin?").fill("3")
            page.get_by_role("button", name="Offer this").press("Enter")
            page.wait_for_url(f"**/cases/{case}*")
            page.context.close()
        seen(window, made, CLINIC, offered=here)
        made.carry()
        seen(window, made, LEAD, agree=here, today="/today?whose=agency", work="/work")
        assert made.at[LEAD].post(f"{here}/refuse-offer", form_id="n").status_code == 303
        made.carry()
        seen(window, made, CLINIC, refused=here)
