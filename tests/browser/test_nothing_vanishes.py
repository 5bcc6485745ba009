"""In a real browser: what was typed survives the end of a session, Back after sending asks before it makes a second case, and what did not
count stands above the page. Each page is looked at by axe, and at 360 px."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.desks import REPORT, Visitor, town
from tests.browser.looking import count, loaded, looked_at, text, unfold
from tests.services.assistance.conftest import Scene
from tests.services.reporting.operators import serving

pytestmark = pytest.mark.browser
TYPED = "behind the old mill, a second line follows"


@contextmanager
def served(visitor: Visitor) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(visitor.client.app, port) as address:
        yield address


def choose(page: Page, name: str) -> None:
    page.get_by_label(name).check()
    page.get_by_role("button", name="Continue").click()


def fill(page: Page) -> None:
    page.get_by_role("group", name="Is anyone in danger right now?").get_by_label("Yes").check()
    page.get_by_label("Child, under 18").check()
    page.get_by_label("Health care", exact=True).check()
    unfold(page, "In your words")
    page.get_by_label("Note for your own agency").fill(TYPED)


@pytest.mark.turns("javascript")
@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_report_survives_its_session_and_back_makes_no_second_case(browser: Browser, tmp_path: Path, javascript: bool) -> None:
    with town(tmp_path, rs_ir="") as made, served(made.at["rs-ir"]) as address:
        page = browser.new_context(java_script_enabled=javascript).new_page()
        page.goto(f"{address}/reports/new")
        choose(page, "Ines")
        assert "form=" in page.url
        fill(page)
        page.context.clear_cookies(name="nrm_officer_rs-ir")
        page.get_by_role("button", name="Send the report").click()
        assert "/who" in page.url
        assert TYPED not in page.url
        choose(page, "Ines")
        assert "This is probably not recorded" in text(page)
        assert page.get_by_label("Note for your own agency").input_value() == TYPED
        assert page.get_by_label("Child, under 18").is_checked()
        looked_at(page, "not-recorded-yet") if javascript else None
        page.get_by_role("button", name="Send the report").click()
        assert "/reports/" in page.url
        assert TYPED in loaded(page).content()

        page.goto(f"{address}/reports/new")
        fill(page)
        page.get_by_role("button", name="Send the report").click()
        assert "You recorded just the same a moment ago" in text(page)
        looked_at(page, "just-the-same") if javascript else None
        page.get_by_role("button", name="Send the report").click()
        assert "/reports/" in page.url
        page.goto(f"{address}/reports")
        assert count(page, "main .own-work a") == 2


def test_back_shows_what_a_form_has_recorded(browser: Browser, tmp_path: Path) -> None:
    with town(tmp_path, rs_ir="") as made, served(made.at["rs-ir"]) as address:
        page = browser.new_context().new_page()
        page.goto(f"{address}/reports/new")
        choose(page, "Ines")
        fill(page)
        page.get_by_role("button", name="Send the report").click()
        case = page.url
        page.wait_for_load_state()
        with page.expect_navigation():
            page.evaluate("history.back()")
        assert "This report was sent" in text(page)
        looked_at(page, "sent")
        page.get_by_role("button", name="Open this report").or_(page.get_by_role("link", name="Open this report")).first.click()
        assert page.url == case


def test_what_did_not_count_stands_above_the_page(browser: Browser, tmp_path: Path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora", rs_ngo_pomoc="nada") as made:
        answer = made.at["rs-ir"].post("/reports/new", form_id="report", **REPORT)
        made.carry()
        scene = Scene(made, answer.headers["location"].rpartition("/")[2])
        path = scene.open(scene.clinic)
        made.carry()
        scene.lead.post(f"{path}/revoke", form_id="revoke")
        scene.clinic.post(f"{path}/accept", form_id="accept")
        made.carry()
        with served(scene.clinic) as address:
            page = browser.new_context().new_page()
            page.goto(f"{address}/work")
            choose(page, "Zora")
            assert "Your decision did not count: Health Centre Belgrade accepted: Health care" in text(page)
            looked_at(page, "list")
            page.get_by_role("link", name="Open case").click()
            assert "Your decision did not count" in text(page)
            looked_at(page, "case")
            page.get_by_role("button", name="I have seen this").click()
            assert "Your decision did not count" not in text(page)
            page.get_by_role("link", name="History").click()
            assert "Did not count" in text(page)
