"""In a real browser, without script too: a person is registered at one agency, corrected there, and read at another. Each page is looked at
by axe, and at 360 px."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.desks import REPORT, town
from tests.browser.test_nothing_vanishes import choose, looked_at, served, text

pytestmark = pytest.mark.browser
CHILD = REPORT | {"age": "child", "consent": "", "needs": ["health"]}


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_person_is_registered_and_corrected_at_one_agency_and_read_at_another(browser: Browser, tmp_path: Path, javascript: bool) -> None:
    with town(tmp_path, rs_ir="", rs_czztlj="") as made, served(made.at["rs-ir"]) as here, served(made.at["rs-czztlj"]) as there:
        made.at["rs-ir"].client.cookies.set("nrm_officer_rs-ir", "ines")
        case = made.at["rs-ir"].post("/reports/new", form_id="report", **CHILD).headers["location"].rpartition("/")[2]
        made.carry()
        page = browser.new_context(java_script_enabled=javascript).new_page()
        page.goto(f"{here}/reports/{case}")
        choose(page, "Ines")
        assert "Nothing is on file yet of who the person is and how to reach them safely." in text(page)
        page.get_by_role("link", name="The person", exact=True).click()
        looked_at(page, "person-empty") if javascript else None

        page.locator('main a[href*="/person/safe_contact?"]').first.click()
        assert "Who will read what you write here: Centre for Human Trafficking Victims' Protection" in text(page)
        page.get_by_label("Text message", exact=True).check()
        page.get_by_label("What to say", exact=True).fill("the library, about a book")
        page.get_by_role("button", name="Put it on file").click()
        assert "How it is known: give an answer" in text(page)
        looked_at(page, "person-wrong") if javascript else None
        assert page.get_by_label("What to say", exact=True).input_value() == "the library, about a book"
        page.get_by_label("The person said so").check()
        page.get_by_role("button", name="Put it on file").click()

        page.locator('main a[href*="/person/name?"]').first.click()
        page.get_by_label("The person said so").check()
        page.get_by_label("Given names, as the person gives them").fill("Demo Persn")
        page.get_by_label("Family name, as the person gives it").fill("Invented")
        page.get_by_role("button", name="Put it on file").click()
        assert "Demo Persn" in text(page)
        page.locator('main a[href*="/person/name?"]').first.click()
        page.get_by_label("Given names, as the person gives them").fill("Demo Person")
        page.get_by_label("The person said so").check()
        looked_at(page, "person-correct") if javascript else None
        page.get_by_role("button", name="Put it on file").click()
        assert "What it was before" in text(page)
        made.carry()

        page.goto(f"{there}/lead/{case}")
        choose(page, "Jelena")
        assert "Name: Demo Person Invented." in text(page)
        assert "Reach safely: Text message." in text(page)
        assert "Say: the library, about a book" in text(page)
        looked_at(page, "person-on-top") if javascript else None
        page.get_by_role("link", name="The person", exact=True).click()
        page.locator("summary").filter(has_text="What it was before").first.click()
        assert "Demo Persn" in text(page)
        assert "Labour Inspectorate, " in text(page)
        looked_at(page, "person-read") if javascript else None
