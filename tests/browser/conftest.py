"""A browser, and the agencies of the first way at work on a real broker."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.agencies import Agency
from tests.browser.heard import heard
from tests.browser.opening import chromium
from tests.services.reporting.conftest import lived  # noqa: F401  the same small history, told once for all pages


@pytest.fixture(scope="package")
def opened_browser() -> Iterator[Browser]:
    """Open no longer than this folder: Playwright's loop would stand in the way of tests that need their own."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def browser(opened_browser: Browser, pytestconfig: pytest.Config) -> Iterator[Browser]:
    """With nothing of another test's: what it knows of an address lies in a context, and no context stays open."""
    if pytestconfig.getoption("--long"):
        heard.clear()
    yield opened_browser
    for context in opened_browser.contexts:
        context.close()


@pytest.fixture
def agencies(kafka: str, tmp_path: Path) -> Iterator[Callable[[str], Agency]]:
    """Who is asked for begins to work then, and reads what came before: at rest each takes a hundredth of a core for as long as it runs."""
    made = dict[str, Agency]()

    def at(id: str) -> Agency:
        if id not in made:
            made[id] = Agency(id, kafka, tmp_path)
            made[id].start()
            made[id].await_ready()
        return made[id]

    yield at
    for agency in made.values():
        agency.leave()
    for agency in made.values():
        agency.stop()


@pytest.fixture
def shots() -> Path | None:
    """Where pictures of the pages go: NRM_SHOTS; nowhere where that is not set."""
    folder = os.environ.get("NRM_SHOTS")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)
