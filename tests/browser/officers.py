"""An officer at the pages of an agency: clicks, and looks at each page as axe and as a narrow telephone see it; at those that are built
alike once."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.agencies import Agency, until
from tests.browser.desks import words
from tests.browser.heard import axe
from tests.browser.looking import drawn_like, errors, fits, loaded, text

WIDTHS = (360, 1100)
expect.set_options(timeout=15_000)


class Officer:
    """Somebody at an agency, in a browser window of their own."""

    def __init__(
        self, browser: Browser, agency: Agency, name: str, met: set[str], *, javascript: bool = True, shots: Path | None = None,
        widths: Sequence[int] = WIDTHS,
    ) -> None:  # fmt: skip
        """`met`: what officers of the same story have looked at."""
        self.met, self.widths = met, widths
        self.agency, self.shots, self.javascript, self.shown = agency, shots, javascript, 0
        self.context = browser.new_context(base_url=agency.url, java_script_enabled=javascript, viewport={"width": 1100, "height": 900})
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.failed = errors(self.page)
        self.go("/")
        self.page.get_by_label(name).check()
        self.click("Continue")

    def go(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def click(self, name: str) -> None:
        """A button or a link of this name; then the page that follows is looked at."""
        self.page.get_by_role("button", name=name, exact=True).or_(self.page.get_by_role("link", name=name, exact=True)).first.click()
        loaded(self.page)
        self.look()

    def unfold(self, name: str) -> None:
        self.page.locator("summary", has_text=name).click()

    def text(self) -> str:
        return text(self.page)

    def await_text(self, text: str, path: str = "") -> None:
        """Looks again until the page says so: what another agency did has to come over the bus. What comes is read without being drawn,
        which costs a tenth; then the page itself must say it."""
        address = path or self.page.url
        until(lambda: text in words(self.context.request.get(address).text()), f"{self.agency.id} is sent {text!r}")
        until(lambda: text in (self.page.goto(address), self.text())[1], f"{self.agency.id} reads {text!r}")
        self.look()

    def look(self) -> None:
        """Nothing sticks out at any of our widths, and axe finds nothing; where pictures are taken, of each page."""
        built = drawn_like(self.page.content())
        if built in self.met and self.shots is None:
            return
        self.met.add(built)
        for width in self.widths:
            fits(self.page, width)
            self.shoot(width)
        if self.javascript:
            found = axe(self.page)
            assert found == [], f"{self.page.url}: {found}"

    def shoot(self, width: int) -> None:
        if self.shots is not None:
            self.shown += width == self.widths[0]
            self.page.screenshot(path=self.shots / f"{self.agency.id}-{self.shown:02}-{width}.png", full_page=True)

    def close(self) -> None:
        assert self.failed == []
        self.context.close()
