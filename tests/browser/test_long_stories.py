"""Two long stories by the pages alone: a raid of eight people whom six agencies help, and a child. Every day one of them at one width in
one language, tomorrow the other, the next time at the other width; with --long both at both, and each of the eight by clicks. On real
parts both are told every day (`tests/journeys/test_long_stories.py`); the third, a withdrawal in mid-transfer, has its own way there."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count as count_from
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from shared.protocol.case import HandoffState, JointState
from shared.protocol.vocabulary import Basis, Need
from tests.browser.desks import Town, town
from tests.browser.looking import count, loaded
from tests.browser.spoken import one_of_them, telling, today
from tests.browser.walking import Look, each_kind_once, seen_at, send, tick, windows

pytestmark = pytest.mark.browser
INSPECTOR, LEAD, SOCIAL = "rs-ir", "rs-czztlj", "rs-csr-ns"
OFFICERS = {
    INSPECTOR: "ines", LEAD: "jelena", "rs-pu-bg": "petra", SOCIAL: "sofija", "rs-zdr-bg": "zora", "rs-ngo-pomoc": "nada",
    "rs-ngo-line": "hana",
}  # fmt: skip
FOUND = 8
HELP = {INSPECTOR: "wage_claim", "rs-pu-bg": "investigation", SOCIAL: "housing", "rs-zdr-bg": "health", "rs-ngo-pomoc": "legal"}
"""Who helps each of the eight with what, beside the lead."""
FOR_THE_CHILD = {SOCIAL: "guardianship", "rs-pu-bg": "investigation", "rs-zdr-bg": "health"}


@dataclass
class Walk:
    """Officers at their windows, and how each page is looked at."""

    made: Town
    pages: dict[str, Page]
    look: Look

    def go(self, agency: str, path: str) -> Page:
        """An officer opens a page; what was decided before has reached everybody."""
        self.made.carry()
        page = self.pages[agency]
        page.goto(path)
        self.look(page)
        return page

    def found(self, agency: str, ends: str) -> Page:
        """The page of Today on which a row leads there."""
        for n in count_from(1):
            page = self.go(agency, f"/today?whose=agency&page={n}")
            if count(page, f'main a[href$="{ends}"]'):
                return page
            assert count(page, ".own-work li"), f"{agency} has no row that leads to {ends}"
        raise AssertionError

    def takes_on(self, agency: str, case: str, need: str) -> None:
        """Found on Today, opened, accepted."""
        self.made.carry()
        asked = next(h for h in self.made.picture(case).handoffs.values() if h.to == agency and h.need == need and h.waiting)
        page = self.found(agency, f"/handoffs/{asked.id}")
        page.locator(f'main a[href$="/handoffs/{asked.id}"]').first.click()
        self.look(loaded(page))
        send(page, "/open", self.look)
        send(page, "/accept", self.look)

    def plans(self, case: str, needs: int) -> None:
        """One plan is made of it: by the lead, if the last yes has not made it already."""
        page = self.go(LEAD, f"/lead/{case}")
        if self.made.picture(case).joint is None:
            send(page, "/start-joint-action", self.look)
            page = self.go(LEAD, f"/lead/{case}")
        assert count(page, ".own-plan li") == needs

    def works(self, agency: str, case: str) -> None:
        """Each task of an agency is begun and done, as Today leads to it."""
        for task in [one for one in self.made.picture(case).tasks.values() if one.owner == agency]:
            page = self.found(agency, f"/tasks/{task.id}")
            page.locator(f'main a[href$="/tasks/{task.id}"]').first.click()
            self.look(loaded(page))
            send(page, "/begin", self.look)
            self.go(agency, f"/cases/{case}/tasks/{task.id}")
            tick(page, "outcome=done")
            send(page, "/complete", self.look)

    def closes(self, case: str) -> None:
        """The lead ends what is its own, and the case."""
        page = self.go(LEAD, f"/lead/{case}/close")
        tick(page, "reason=goals_met")
        for ending in page.locator("main select").all():
            ending.select_option(index=1)
        send(page, "/close", self.look)
        self.made.carry()
        assert self.made.picture(case).closed_at


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, **{agency.replace("-", "_"): officer for agency, officer in OFFICERS.items()}) as made:
        yield made


@contextmanager
def walking(browser: Browser, made: Town, width: int, tag: str, shots: Path | None) -> Iterator[Walk]:
    """Officers at work; what fails says in which language and on which day."""
    size = {"width": width, "height": 900}
    with telling(width, tag, today()), windows(browser, made, OFFICERS, locale=tag, viewport=size) as pages:
        yield Walk(made, pages, each_kind_once(pictured(seen_at(width), shots, f"story-{tag}-{width}")))
    made.later(24 * 8)


def pictured(look: Look, shots: Path | None, name: str) -> Look:
    """The same, and a picture of it where NRM_SHOTS is a folder."""
    if shots is None:
        return look
    taken: list[str] = []

    def and_kept(page: Page) -> None:
        taken.append(page.url)
        loaded(page).screenshot(path=shots / f"{name}-{len(taken):03}.png", full_page=True)
        look(page)

    return and_kept


def reported(walk: Walk) -> list[str]:
    """Eight people of one raid in one form; their cases."""
    page = walk.go(INSPECTOR, "/raids/new")
    page.locator('input[name="people"]').fill(f"{FOUND}")
    page.locator('input[name="place"]').fill("Niš")
    tick(page, "forms=LAB", "indicators=LI05", *(f"needs={need}" for need in HELP.values() if need != "wage_claim"))
    send(page, "/together", walk.look)
    for n in range(1, FOUND + 1):
        for name, said in (("age", "adult"), ("danger", "false"), ("consent", "true")):
            page.locator(f'select[name="p{n}-{name}"]').select_option(said)
    send(page, "/people/1", walk.look)
    send(page, "/send", walk.look)
    return list(dict.fromkeys(re.findall(r'href="/reports/([0-9a-f-]{36})"', page.content())))


def a_raid_is_helped_by_six_agencies(walk: Walk, long: bool) -> None:
    """All are reported and asked for; one of them is helped to the end, with --long each."""
    made, helped = walk.made, FOUND if long else 1
    cases = reported(walk)
    assert len(cases) == FOUND
    made.carry()
    for agency, need in HELP.items():
        asked = [h.id for case in cases for h in made.picture(case).handoffs.values() if h.to == agency and h.need == need]
        assert len(asked) == FOUND, (agency, need)
        walk.found(agency, f"/handoffs/{asked[-1]}")
    for case in cases[:helped]:
        for agency, need in HELP.items():
            walk.takes_on(agency, case, need)
        walk.plans(case, len(HELP))
        for agency in HELP:
            walk.works(agency, case)
        made.carry()
        done = made.picture(case)
        assert done.joint is not None
        assert done.joint.state is JointState.COMPLETED
        walk.closes(case)
    page = walk.go(INSPECTOR, f"/reports/{cases[0]}")
    assert count(page, ".own-plan li") == len(HELP), "who reported sees what came of it"


def a_child_is_led_by_the_guardian(walk: Walk, _long: bool) -> None:
    made = walk.made
    page = walk.go("rs-ngo-line", "/drafts/new")
    for step, said in (
        ("danger", ["danger=false"]), ("person", ["age=child"]), ("rights", []), ("consent", []), ("place", []),
        ("happened", ["forms=BEG"]), ("signs", []), ("needs", ["needs=investigation", "needs=health"]),
    ):  # fmt: skip
        assert page.url.endswith(f"/{step}")
        tick(page, *said)
        send(page, f"/{step}", walk.look)
    send(page, "/send", walk.look)
    case = page.url.rpartition("/")[2]
    made.carry()
    assert made.picture(case).basis is Basis.CHILD
    for agency, need in FOR_THE_CHILD.items():
        walk.takes_on(agency, case, need)
    page = walk.go(SOCIAL, f"/cases/{case}/handoffs/{handoff(walk, case, Need.GUARDIANSHIP)}")
    tick(page, "action=safety_measure")
    send(page, "/take-action", walk.look)
    page = walk.go(SOCIAL, f"/cases/{case}/request?need=legal")
    page.locator('main select[name="to"], main input[name="to"]').first.wait_for()
    chosen(page, "to", "rs-ngo-pomoc")
    send(page, "/request", walk.look)
    walk.takes_on("rs-ngo-pomoc", case, "legal")
    walk.plans(case, len(FOR_THE_CHILD) + 1)
    for agency in (*FOR_THE_CHILD, "rs-ngo-pomoc"):
        walk.works(agency, case)
    made.carry()
    states = {h.need: h.state for h in made.picture(case).handoffs.values()}
    assert states[Need.GUARDIANSHIP] is states[Need.LEGAL] is HandoffState.COMPLETED
    walk.closes(case)


def handoff(walk: Walk, case: str, need: Need) -> str:
    walk.made.carry()
    return next(h.id for h in walk.made.picture(case).handoffs.values() if h.need is need)


def chosen(page: Page, name: str, value: str) -> None:
    """A choice, be it a list or buttons."""
    many = page.locator(f'main select[name="{name}"]')
    if many.count():
        many.first.select_option(value)
    else:
        tick(page, f"{name}={value}")


TOLD: tuple[Callable[[Walk, bool], None], ...] = (a_raid_is_helped_by_six_agencies, a_child_is_led_by_the_guardian)


@pytest.mark.turns("story")
@pytest.mark.parametrize("story", TOLD, ids=[one.__name__ for one in TOLD])
def test_a_long_story_is_told_to_its_end(
    browser: Browser, made: Town, pytestconfig: pytest.Config, shots: Path | None, story: Callable[[Walk, bool], None]
) -> None:
    long = bool(pytestconfig.getoption("--long"))
    for width, tag in one_of_them(today() // len(TOLD), long):
        with walking(browser, made, width, tag, shots) as walk:
            story(walk, long)
