"""The pages of a caseworker's day, by keyboard: how one is told, the own list, a letter, the case field by field."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import followed, looked_at, text, visible
from tests.browser.test_own_pages import served, typed
from tests.shared.access.offices import opened
from tests.shared.messaging.notice_servers import Mailbox, mail_server

pytestmark = pytest.mark.browser
SAID = {"smtp_tls": "none", "notice_from": "nrm@agency.example", "notice_desk": "desk@agency.example"}


def test_each_page_of_the_day_is_used_by_keyboard_and_fits_a_telephone(browser: Browser, tmp_path: Path) -> None:
    box = Mailbox()
    with (
        mail_server(box) as mail,
        opened(tmp_path / "data", issuer="", keyed=True, smtp=mail, **SAID) as office,
        served(office) as address,
    ):
        context = browser.new_context(base_url=address)
        context.set_default_timeout(15_000)
        name = next(iter(office.guard.seen()))
        context.add_cookies([{"name": office.guard.cookie, "value": name, "url": address}])
        ines = office.stranger()
        ines.client.cookies.set(office.guard.cookie, name)
        case = office.report(ines)
        office.carry()
        ines.post(f"/reports/{case}/person/name", form_id="n", source="said", given_names="Invented")
        office.carry()
        page = context.new_page()

        page.goto("/today")
        looked_at(page, "today")
        followed(page, lambda: page.get_by_role("link", name="How you are told of new work").press("Enter"))
        looked_at(page, "notices")
        typed(page, "Your e-mail address", "nobody")
        followed(page, lambda: page.keyboard.press("Enter"))
        assert visible(page, ".govuk-error-summary")
        looked_at(page, "notices-wrong")
        typed(page, "Your e-mail address", "ines@agency.example")
        followed(page, lambda: page.keyboard.press("Enter"))
        assert "not proved yet" in text(page)
        looked_at(page, "notices-code")
        with ThreadPoolExecutor(1) as thread:  # Playwright's loop runs in this one
            thread.submit(asyncio.run, office.app.state.notices.round()).result()
        typed(page, "The code that was sent there", re.search(r"\d{6}", box.got[0].get_content())[0])
        followed(page, lambda: page.keyboard.press("Enter"))
        assert "in use" in text(page)
        looked_at(page, "notices-proved")

        page.goto("/caseload")
        looked_at(page, "caseload")
        page.goto(f"/reports/{case}/person")
        followed(page, lambda: page.get_by_role("link", name="Copy by field").press("Enter"))
        looked_at(page, "fields")
        page.get_by_label("Given names").focus()
        assert page.get_by_label("Given names").input_value() == "Invented"
        page.goto(f"/reports/{case}/letter")
        looked_at(page, "letter")
        page.get_by_label("What they are").select_option("health")
        page.get_by_label("What for").select_option("health")
        followed(page, lambda: page.get_by_role("button", name="Continue").press("Enter"))
        looked_at(page, "letter-words")
        typed(page, "Name of the recipient", "An invented clinic")
        followed(page, lambda: page.get_by_role("button", name="Make the letter (PDF)").press("Enter"))
        assert visible(page, ".govuk-error-summary")
        assert page.get_by_label("Name of the recipient").input_value() == "An invented clinic"
        looked_at(page, "letter-wrong")
        page.get_by_label("What you write").fill("Please see us.")
        with page.expect_download() as download:
            page.get_by_role("button", name="Make the letter (PDF)").press("Enter")
        assert re.fullmatch(r"document-I-1-\d{4}\.pdf", download.value.suggested_filename)
        context.close()
