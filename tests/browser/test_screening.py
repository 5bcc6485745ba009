"""In a real browser: from a doubt to a report, by the few questions and by the long list, with and without script."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from shared.access.roles import Role
from tests.browser.desks import town
from tests.browser.looking import SHEET, count, faults_on_paper, looked_at, text, unfold
from tests.browser.test_nothing_vanishes import choose, served
from tests.shared.access.offices import opened

pytestmark = pytest.mark.browser
INTO_THE_FIELD = ("/drafts/prompt-sheet", "/screening", "/screening/work", "/screening/list/inspection")
"""What is printed and taken along."""


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


def test_what_is_taken_into_the_field_says_of_nobody_who_printed_it(browser: Browser, tmp_path: Path) -> None:
    """At an agency where people sign in: its pages as its program gives them, with their styles, on paper."""
    with opened(tmp_path / "data") as office:
        wanda = office.person("wanda", Role.OFFICER)
        agency = office.desks["intake"].country.agency("rs-ir").name
        page = browser.new_page()
        for path in INTO_THE_FIELD:
            html = wanda.get(path)
            page.set_content(html)
            for style in re.findall(r'<link rel="stylesheet" href="([^"]+)"', html):
                page.add_style_tag(content=wanda.get(style))
            assert page.get_by_text("Wanda").first.is_visible(), "on the screen one sees as whom one is signed in"
            assert faults_on_paper(page) == [], path
            page.emulate_media(media="print")
            page.set_viewport_size({"width": SHEET, "height": 1000})
            around = page.locator("body").inner_text().replace(page.locator("main").inner_text(), "")
            assert not [one for one in ("Wanda", agency) if one in page.title() + around], path
            assert "Wanda" not in page.locator("main").inner_text(), "the agency's kind may stand there, among those to be left out"
            page.emulate_media(media="screen")
