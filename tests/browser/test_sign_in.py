"""Signing in, breaking the glass and reviewing it in a real browser: axe finds nothing, nothing is too wide, no script is needed."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desks import REPORT
from tests.browser.looking import looked_at
from tests.services.reporting.operators import serving
from tests.shared.access.conftest import issuer, running_issuer  # noqa: F401  the same issuer
from tests.shared.access.offices import opened

pytestmark = pytest.mark.browser


@pytest.fixture
def address(tmp_path: Path, issuer: str) -> Iterator[str]:  # noqa: F811
    """Where the inspectorate's pages are, as production has them but for the seal."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with opened(tmp_path / "data", issuer, address=f"http://127.0.0.1:{port}", env="production") as made, serving(made.app, port) as at:
        yield at


def signed_in(browser: Browser, address: str, name: str, path: str, **options: Any) -> Page:
    """Somebody goes to a page, is asked to sign in, chooses at the issuer who they are, and is on that page."""
    page = browser.new_context(**options).new_page()
    page.goto(address + path)
    page.get_by_role("button", name="Sign in").press("Enter")
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(address + path)
    return page


def report(page: Page) -> str:
    """A report is filed; its case."""
    page.goto(page.url.rpartition("/reports")[0] + "/reports/new")
    page.locator(f"input[name=danger][value={REPORT['danger']}]").check()
    page.locator("input[name=age][value=unsure]").check()
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url("**/reports/*-*")
    return page.url.rpartition("/")[2]


def test_from_sign_in_to_sign_out(browser: Browser, address: str) -> None:
    ana = signed_in(browser, address, "Ana", "/reports")
    case = report(ana)
    reference = f"{case[:4]}-{case[4:8]}".upper()
    looked_at(ana)
    ana.goto(f"{address}/sessions")
    looked_at(ana)

    boris = signed_in(browser, address, "Boris", "/reports", java_script_enabled=False)
    assert boris.get_by_text(reference).count() == 0
    closed = boris.goto(f"{address}/reports/{case}")
    assert closed is not None
    assert closed.status == 404
    boris.goto(f"{address}/assignments")
    boris.get_by_role("link", name="Open a case that is not assigned to you").click()
    boris.get_by_label("Where", exact=True).select_option("Reports")
    boris.get_by_label("Reference or id of the case").fill(reference)
    boris.get_by_role("button", name="Open the case").press("Enter")
    expect(boris.get_by_text("Say in at most 500 plain characters why").first).to_be_visible()
    boris.get_by_label("Why must you see it?").fill("Somebody is in danger, and the officer is ill.")
    boris.get_by_role("button", name="Open the case").press("Enter")
    boris.wait_for_url(f"{address}/reports/{case}")

    ceca = signed_in(browser, address, "Ceca", "/break-glass/reviews")
    expect(ceca.get_by_text("Somebody is in danger, and the officer is ill.")).to_be_visible()
    looked_at(ceca)
    for path in ("/break-glass", "/assignments", f"/assignments/intake/{case}", "/access", f"/access/intake/{case}"):
        ceca.goto(address + path)
        looked_at(ceca)
    expect(ceca.get_by_text("opened with a reason").first).to_be_visible()
    ceca.goto(f"{address}/break-glass/reviews")
    ceca.get_by_role("button", name="It was in order").click()
    expect(ceca.get_by_text("Nothing is to be reviewed.")).to_be_visible()

    dana = signed_in(browser, address, "Dana", "/roles")
    dana.get_by_label("To whom").fill("b2e1")
    dana.get_by_label("Role", exact=True).select_option("auditor")
    dana.get_by_role("button", name="Give this role").click()
    looked_at(dana)

    boris.get_by_role("button", name="Sign out").click()
    expect(boris.get_by_role("heading", name="You have signed out")).to_be_visible()
    boris.goto(f"{address}/reports")
    expect(boris.get_by_role("heading", name="Sign in")).to_be_visible()
    ana.get_by_role("button", name="Sign out").click()
    looked_at(ana)
    ana.goto(f"{address}/reports")
    looked_at(ana)
