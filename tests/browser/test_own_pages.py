"""What an agency keeps for itself, and finding it again, in a browser: by keyboard, with and without script, on a telephone and a desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from deploy.brokers.ports import any_port
from tests.browser.agencies import until
from tests.browser.looking import followed, looked_at, text
from tests.shared.access.offices import Office, opened

pytestmark = pytest.mark.browser


@contextmanager
def served(office: Office) -> Iterator[str]:
    port = any_port()
    server = uvicorn.Server(uvicorn.Config(office.app, port=port, log_config=None, access_log=False, lifespan="off"))
    thread = Thread(target=server.run)
    thread.start()
    until(lambda: server.started, "the pages are served")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def typed(page: Page, label: str, said: str) -> None:
    """Into a field that the keyboard has reached."""
    page.get_by_label(label, exact=True).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(said)


@pytest.mark.turns("javascript")
@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_case_is_named_noted_on_and_found_by_keyboard(browser: Browser, tmp_path: Path, javascript: bool) -> None:
    with opened(tmp_path / "data", issuer="", keyed=True) as office, served(office) as address:
        context = browser.new_context(base_url=address, java_script_enabled=javascript)
        context.set_default_timeout(15_000)
        names = list(office.guard.seen())
        context.add_cookies([{"name": office.guard.cookie, "value": names[0], "url": address}])
        ines = office.stranger()
        ines.client.cookies.set(office.guard.cookie, names[0])
        case = office.report(ines)
        office.carry()
        page = context.new_page()
        page.goto(f"/reports/{case}/own")
        typed(page, "Label", "crvena jakna, četvrtak")
        followed(page, lambda: page.keyboard.press("Enter"))
        typed(page, "New note", "Comes on Thursday")
        page.keyboard.press("Tab")
        followed(page, lambda: page.keyboard.press("Enter"))
        assert "Comes on Thursday" in text(page)
        looked_at(page) if javascript else None
        followed(page, lambda: page.get_by_role("link", name="Correct this note").first.press("Enter"))
        assert "This note is corrected by what you write" in text(page)
        looked_at(page) if javascript else None
        page.goto("/search")
        typed(page, "Words or number", "црвена чет")
        followed(page, lambda: page.keyboard.press("Enter"))
        assert "crvena jakna" in text(page)
        assert "%" not in page.url, "what was searched for is in no address"
        looked_at(page) if javascript else None
        followed(page, lambda: page.locator(".own-work a").first.press("Enter"))
        assert page.url.endswith(f"/reports/{case}")
        looked_at(page) if javascript else None
        page.go_back()
        assert "crvena jakna" in text(page), "Back finds what was found"
        for path in ("/reports", "/search/same-person", "/search/unopened", "/assignments"):
            page.goto(path)
            looked_at(page) if javascript else None
        context.close()
