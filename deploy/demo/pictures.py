"""`./nrm pictures`: the demo is played from its seed, and Chromium takes twelve pictures of its pages for `docs/pictures`."""

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
from PIL import Image
from rich.console import Console

from deploy.demo.fleet import Fleet
from deploy.demo.run import DemoOptions, DemoRun
from deploy.dev.testing import browser
from deploy.trouble import Trouble
from shared.access.actor import OFFICER_COOKIE
from shared.config.country import Country
from shared.protocol.vocabulary import AgencyKind

COLOURS = 96
"""Of a picture: pages have few, and a file of so many is a quarter as large."""
DESK, PHONE = 1280, 360
HIGHEST = {DESK: 1500, PHONE: 1400}
"""Pixels of a page that a picture of this width shows at most."""
NO_BROWSER = "No Chromium was found, which takes the pictures. Install it (Debian: apt install chromium), or name one in NRM_BROWSER."
NO_PLAYWRIGHT = "Playwright drives Chromium and is not installed: it is among the packages of who works on the project (./nrm check)."


@dataclass(frozen=True)
class Picture:
    """One picture: whose page, in which language, how wide. `path` may name {lead}, the busiest case as its lead sees it."""

    name: str
    agency: str
    path: str
    language: str = "en"
    width: int = DESK
    dark: bool = False


def pictures(country: Country) -> list[Picture]:
    """The twelve; agencies by what they are, so that another country's demo has them too."""
    lead, reporter = country.lead, next(one.id for one in country.agencies if "intake" in one.services)
    desk, figures = (_desk(country, kind) for kind in (AgencyKind.COORDINATOR, AgencyKind.RAPPORTEUR))
    return [
        Picture("today", lead, "/today"), Picture("case", lead, "{lead}"), Picture("case-sr", lead, "{lead}", "sr-Latn"),
        Picture("case-night", lead, "{lead}", dark=True), Picture("case-phone-fi", lead, "{lead}", "fi", PHONE),
        Picture("way", lead, "{lead}?tab=way"), Picture("person", lead, "{lead}/person"), Picture("rights", lead, "{lead}/rights"),
        Picture("report", reporter, "/reports/new"), Picture("today-phone-sr", reporter, "/today", "sr-Cyrl", PHONE),
        Picture("operations", desk, "/operations"), Picture("figures", figures, "/figures"),
    ]  # fmt: skip


def _desk(country: Country, kind: AgencyKind) -> str:
    found = (one.id for one in country.agencies if one.kind is kind and "reporting" in one.services)
    return next(found, country.lead)


def take(to: Path, country: Path, seed: int, console: Console) -> int:
    """Play the demo in a folder that goes again, and take the pictures. Raises Trouble where there is nothing that could take them."""
    playwright, path = driver()
    with tempfile.TemporaryDirectory(prefix="nrm-pictures-") as scratch:
        demo = DemoRun(DemoOptions(Path(scratch), country, seed), console)
        with demo.running() as (fleet, broker):
            demo.play(fleet, broker)
            with playwright() as play:  # its loop stands in the way of the play's own
                opened = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
                keep(opened, fleet, to, console)
                opened.close()
    return 0


def keep(opened: Any, fleet: Fleet, to: Path, console: Console) -> None:
    """Take each picture, and write its file."""
    to.mkdir(parents=True, exist_ok=True)
    assigned(fleet, case := busiest(fleet))
    lead = f"/lead/{case}"
    for one in pictures(fleet.country):
        file = to / f"{one.name}.png"
        file.write_bytes(smaller(shot(opened, fleet, one, one.path.format(lead=lead))))
        console.print(f"  {file}, {file.stat().st_size / 1024:.0f} KiB", markup=False)


def driver() -> tuple[Any, str]:
    """What drives a Chromium of this machine, and where that is. Raises Trouble that says what is missing."""
    path = browser()
    if path is None:
        raise Trouble(NO_BROWSER)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Trouble(NO_PLAYWRIGHT) from None
    return sync_playwright, path


def busiest(fleet: Fleet, get: Callable[..., httpx2.Response] = httpx2.get) -> str:
    """The open case in which most is still to be done, as its lead has it. Raises Trouble where there is none."""
    at = f"{fleet.processes[fleet.country.lead].url}/api/referral/cases"
    cases = [get(f"{at}/{id}", timeout=20).json()["case"] for id in get(at, timeout=20).json()]
    there = [case for case in cases if not case["closed_at"]]
    if not there:
        raise Trouble("The demo has no open case to take pictures of.")
    return max(there, key=lambda case: (sum(not task["ended_at"] for task in case["tasks"].values()), len(case["tasks"]), case["id"]))["id"]


def assigned(fleet: Fleet, case: str) -> None:
    """Whoever sits at the lead's desk takes the case, where nobody has it yet."""
    url, country = fleet.processes[fleet.country.lead].url, fleet.country
    who = {f"{OFFICER_COOKIE}_{country.lead}": country.agency(country.lead).officers[0].id}
    httpx2.post(f"{url}/assignments/referral/{case}/take", cookies=who, headers={"origin": url}, timeout=20)


def shot(opened: Any, fleet: Fleet, one: Picture, path: str) -> bytes:
    """What Chromium shows there, once its fonts have come."""
    url = fleet.processes[one.agency].url
    officer = fleet.country.agency(one.agency).officers[0].id
    context = opened.new_context(
        base_url=url, locale=one.language, color_scheme="dark" if one.dark else "light", viewport={"width": one.width, "height": 800}
    )
    context.add_cookies([{"name": f"{OFFICER_COOKIE}_{one.agency}", "value": officer, "url": url}])
    page = context.new_page()
    try:
        if page.goto(path).status != 200:
            raise Trouble("The page %(path)s of %(agency)s was not shown.", path=re.sub("[0-9a-f-]{36}", "CASE", path), agency=one.agency)
        page.evaluate("document.fonts.ready")
        high = min(page.evaluate("document.documentElement.scrollHeight"), HIGHEST[one.width])
        page.set_viewport_size({"width": one.width, "height": high})
        return page.screenshot()
    finally:
        context.close()


def smaller(png: bytes) -> bytes:
    """The same picture in few colours."""
    file = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS).save(file, "PNG", optimize=True)
    return file.getvalue()
