"""The page of a case in one glance: two screens of a desk and four of a telephone for the demo's busiest case, and what is behind its tabs
has an address, works without script, and is one step back from there."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from deploy.demo.stories import joint
from deploy.process.country_file import country_of
from tests.browser.desks import SERBIA, Town, words
from tests.browser.heard import SETTLED
from tests.browser.looking import drawn, looked_at, sticking_out, text
from tests.browser.played import after, play
from tests.browser.spoken import languages_of, today
from tests.browser.test_nothing_vanishes import served

pytestmark = pytest.mark.browser
SCREENS = {1280: 2 * 800, 360: 4 * 740}
"""Width → how high a page may be at most (px)."""
HEADLINES = {"way": "The way of the case", "words": "Words on these hand-offs", "people": "Who is in the case", "history": "What happened"}
"""What each tab shows, and the first page does not."""


def busy(made: Town) -> str:
    """Six agencies act together: two have ended their task, and one is late; what the lead asks is not answered yet."""
    story = joint(country_of(SERBIA))
    case = play(made, story, until=250)
    handoff = next(h for h in made.picture(case).handoffs.values() if h.need == "legal")
    lead = made.at["rs-czztlj"]
    said = {"case": case, "handoff": handoff.id, "purpose": "legal", "about": ["communication"], "words": "Invented: who interprets?"}
    assert lead.client.post("/api/referral/ask", json=said, headers={"nrm-officer": lead.officer}).status_code in (200, 201)
    made.carry()
    made.later(120)
    return case


def test_in_no_language_is_it_longer_and_nothing_sticks_out_of_its_box(
    browser: Browser, tmp_path: Path, pytestconfig: pytest.Config, shots: Path | None
) -> None:
    """Its first page; the others are measured in `test_lengths`, and here where pictures of them are wanted."""
    wrong: list[str] = []
    day = today()
    with after(tmp_path, joint, busy) as (made, case):
        lead = made.at["rs-czztlj"]
        with served(lead) as address:
            for tag in languages_of(day, pytestconfig.getoption("--long")):
                context = browser.new_context(base_url=address, locale=tag)
                context.add_cookies([{"name": "nrm_officer_rs-czztlj", "value": lead.officer, "url": address}])
                page = context.new_page()
                others = (*(f"/lead/{case}?tab={tab}" for tab in HEADLINES), "/today", f"/lead/{case}/person")
                for path in (f"/lead/{case}", *(others if shots else ())):
                    page.goto(path)
                    for width in SCREENS:
                        high, out = height(page, width), sticking_out(page)
                        if path == f"/lead/{case}" and high > SCREENS[width]:
                            wrong.append(f"{high} px high in {tag} at {width} px")
                        wrong += [f"{path.replace(case, 'CASE')} in {tag} at {width} px: {one}" for one in out]
                        if shots:
                            name = f"glance-{tag}-{width}-{path.rpartition('=')[2][-6:].strip('/')}.png"
                            page.screenshot(path=shots / name, full_page=True)
                context.close()
    assert wrong == [], f"again: NRM_DAY={day}"


def height(page: Page, width: int) -> int:
    page.set_viewport_size({"width": width, "height": 800 if width > 640 else 740})
    drawn(page).evaluate(SETTLED)
    return page.evaluate("document.documentElement.scrollHeight")


def test_a_busy_case_is_seen_in_one_glance_and_the_rest_lies_behind_tabs(browser: Browser, tmp_path: Path) -> None:
    with after(tmp_path, joint, busy) as (made, case):
        for agency, path in (("rs-czztlj", f"/lead/{case}"), ("rs-ngo-pomoc", f"/cases/{case}"), ("rs-ir", f"/reports/{case}")):
            first = words(made.at[agency].get(path))
            assert first.index("Who must move next") < first.index("Demo Person") < first.index("Joint plan"), "in this order"
            for tab, headline in HEADLINES.items():
                shown = made.at[agency].get(f"{path}?tab={tab}")
                assert headline in words(shown)
                assert headline not in first
                assert re.search(rf'href="[^"]*\?tab={tab}"[^>]* aria-current="page"', shown)
            assert made.at[agency].client.get(f"{path}?tab=nowhere", headers={"accept": "text/html"}).status_code == 404
            if agency == "rs-ir":
                continue  # the least of the three
            with served(made.at[agency]) as address:
                context = browser.new_context(base_url=address)
                context.add_cookies([{"name": f"nrm_officer_{agency}", "value": made.at[agency].officer, "url": address}])
                page = context.new_page()
                page.goto(path)
                looked_at(page, f"case-{agency}")
                for width, most in SCREENS.items():
                    assert height(page, width) <= most, f"{agency} at {width} px"
                page.get_by_role("link", name="History").press("Enter")
                assert page.url.endswith("?tab=history")
                looked_at(page, f"case-{agency}-history")
                page.go_back()
                assert "Who must move next" in text(page)
                context.close()
