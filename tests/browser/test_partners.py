"""In a real browser: what a school tells without signing in, until an officer takes it up; and the short lists; by axe, 360 and 1280 px."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.desks import town
from tests.browser.test_nothing_vanishes import choose, looked_at, served, text

pytestmark = pytest.mark.browser


def test_from_a_school_to_a_report_that_an_officer_begins(browser: Browser, tmp_path: Path) -> None:
    with town(tmp_path, settings={"partners": True}, rs_ir="") as made, served(made.at["rs-ir"]) as address:
        school = browser.new_context().new_page()
        school.goto(f"{address}/partner")
        looked_at(school, "partner")
        school.get_by_label("A school or day care").check()
        school.get_by_role("group", name="Is anyone in danger right now?").get_by_label("No").check()
        school.get_by_label("What did you see or hear?").fill("a pupil sleeps in the workshop")
        school.get_by_role("button", name="Send").click()
        assert "An officer looks at it within a day" in text(school)
        looked_at(school, "partner-thanks")
        assert school.context.cookies() == []
        for n in range(5):
            made.at["rs-ir"].post("/partner", kind="union", danger="true", words=f"he owes for the journey, {n}")
        school.goto(f"{address}/partner")
        school.get_by_label("A school or day care").check()
        school.get_by_role("group", name="Is anyone in danger right now?").get_by_label("Yes").check()
        school.get_by_label("What did you see or hear?").fill("the workshop is locked at night")
        for _ in range(5):
            made.at["rs-ir"].client.app.state.partners.of_one[0].lets("127.0.0.1")
        school.get_by_role("button", name="Send").click()
        assert "not taken" in text(school)
        assert school.get_by_label("What did you see or hear?").input_value() == "the workshop is locked at night"
        looked_at(school, "partner-not-taken")
        page = browser.new_context().new_page()
        page.goto(f"{address}/today")
        choose(page, "Ines")
        looked_at(page, "partner-today")
        page.get_by_role("link", name="6 reports of partners").click()
        looked_at(page, "partner-reports")
        for one in page.get_by_label("One of several to set aside at once").all()[:5]:
            one.check()
        page.get_by_role("button", name="Set all that are ticked aside").click()
        page.get_by_role("button", name="Take it up").click()
        page.wait_for_url("**/danger")
        page.goto(f"{address}/screening/list/inspection")
        page.get_by_label("The employer holds passports").check()
        page.get_by_label("No safety equipment").check()
        page.get_by_role("button", name="What do the signs say?").click()
        assert "these are signs of forced labour" in text(page)
        looked_at(page, "short-list")
