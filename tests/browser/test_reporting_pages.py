"""Reporting's pages in a real browser, at a desk and on a phone: axe finds nothing, nothing is too wide, no script is needed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from playwright.sync_api import Browser, Page, expect

from services.reporting.ingest.releases import release
from services.reporting.ingest.statistics import take
from services.reporting.service import PAGES
from shared.config.promises import LatencyPromise
from shared.web.admin.application import office
from tests.browser.looking import WIDTHS, faults_of, faults_on_paper, looked_at
from tests.services.reporting.life import Life, reporting_instance, settings
from tests.services.reporting.operators import fill, serving
from tests.services.reporting.test_pictures import lived as people_of_pictures
from tests.shared.bus import START, SimulatedRecord
from tests.shared.counted import record_id
from tests.shared.land import rows

pytestmark = pytest.mark.browser
REFERRAL = {
    "kind": "referral", "quarter": "2025-Q1", "basis": "consent", "first_responder": "Inspectorate", "first_responder_type": "police",
    "exploitation_type": "LAB", "age_at_exploitation": "adult", "gender": "male", "simulated": False,
}  # fmt: skip
STAGE = {
    "kind": "stage", "giver": "rs-insp", "receiver": "rs-lead", "need": "identification", "stage": "answered", "ms": 90_000_000,
    "machine": False, "outcome": "accepted", "late": True, "month": "2025-01",
}  # fmt: skip


@pytest.fixture(scope="module")
def operators(tmp_path_factory: pytest.TempPathFactory, lived: tuple[Life, list[str]]) -> Iterator[tuple[str, str]]:
    """Where the operators' pages are, and a trace. Tests read there."""
    data = tmp_path_factory.mktemp("operators")
    instance = reporting_instance(data, "rs-koord", lived[0].clock)
    instance.country = instance.country.model_copy(update={"promises": (LatencyPromise(stage="answered", hours=24, percent=90),)})
    app = office(settings(data, "rs-koord"), [PAGES], [instance])
    fill(app, instance, lived)
    (trace, *_) = rows(instance, "select trace_id from finished_span where stage != '' group by 1 order by count(*) desc")
    with serving(app) as address:
        yield address, trace[0]
    instance.close()


@pytest.fixture(scope="module")
def rapporteur(tmp_path_factory: pytest.TempPathFactory, lived: tuple[Life, list[str]]) -> Iterator[str]:
    """Where the rapporteur's pages are, of what was released: what may be is counted once for all tests, which read it."""
    data = tmp_path_factory.mktemp("rapporteur")
    instance = reporting_instance(data, "rs-zg", lived[0].clock)
    told: list[dict[str, Any]] = [REFERRAL | {"id": record_id(n), "nationality": f"C{chr(65 + n % 15)}"} for n in range(40)]
    told += [REFERRAL | {"id": record_id(f"f{n}"), "nationality": "CH", "gender": "female"} for n in range(9)]
    told += [{**one, "id": record_id(f"w{n}"), "simulated": False} for n, one in enumerate(people_of_pictures(40))]
    told += [STAGE | {"id": record_id("s1"), "simulated": False}, STAGE | {"id": record_id("s2"), "simulated": True}]
    instance.transact(lambda work: take(work, [SimulatedRecord(0, n, START, b"", orjson.dumps(body)) for n, body in enumerate(told)]))
    instance.transact(lambda work: release(work.session, instance.country, "olga", instance.clock.now()[0], simulated=False))
    with serving(office(settings(data, "rs-zg"), [PAGES], [instance])) as address:
        yield address
    instance.close()


def signed_in(browser: Browser, address: str, **options: Any) -> Page:
    page = browser.new_context(**options).new_page()
    page.goto(f"{address}/who")
    page.check("input[type=radio]")
    page.click("main button")
    return page


FEW = ("/figures", "/figures/packs/greta", "/figures/codebook", "/figures/pictures", "/figures/tables/T4", "/figures/tables/T16")
"""The rapporteur's pages of which there is most to see: they show the few that matter first. Looked at in the longest language."""


def opened(page: Page, address: str, path: str) -> None:
    """The page is there, and looked at."""
    answer = page.goto(address + path)
    assert answer is not None
    assert answer.status == 200
    looked_at(page)


def test_the_operators_pages_are_accessible(browser: Browser, operators: tuple[str, str]):
    """Those on which axe does not look in `test_operators_numbers`."""
    address, _ = operators
    page = signed_in(browser, address)
    page.goto(f"{address}/operations")
    pair = page.locator("a[href^='/operations/pairs/']").first.get_attribute("href") or ""
    for path in ("/operations?stage=delivered", "/operations/agencies"):
        opened(page, address, path)
    finnish = signed_in(browser, address, locale="fi-FI")
    for path in ("/operations", pair, "/operations/agencies/rs-pol"):
        opened(finnish, address, path)
        assert finnish.locator("html").get_attribute("lang") == "fi", "the longest language"


def test_the_rapporteurs_pages_are_accessible(browser: Browser, rapporteur: str):
    page = signed_in(browser, rapporteur)
    for path in (
        "/figures?rows=gender&columns=nationality",
        "/figures?data=simulated",
        "/figures?view=public",
        "/figures?view=public&rows=nationality&columns=",
        "/figures/pictures?view=public",
        "/figures/build?view=public&by=gender&by=age_at_exploitation",
        "/figures/tables/T2?view=public",
    ):
        opened(page, rapporteur, path)


def test_the_rapporteurs_pages_are_seen_in_two_screens(browser: Browser, rapporteur: str):
    page = signed_in(browser, rapporteur, locale="fi-FI")
    for path in FEW:
        opened(page, rapporteur, path)
        assert [one for width in WIDTHS for one in faults_of(page, width, heard=False)] == [], path
        assert faults_on_paper(page) == [], path


def test_choosing_what_to_count_by_works_without_script(browser: Browser, rapporteur: str):
    page = signed_in(browser, rapporteur, java_script_enabled=False)
    page.goto(f"{rapporteur}/figures")
    page.select_option("#rows", "nationality")
    page.select_option("#columns", "")
    page.click("form[action='/figures#referrals'] button")
    expect(page.get_by_text("People referred by nationality", exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.click("text=Download these referrals (CSV)")
    assert "CH,12,no" in Path(download.value.path()).read_text()


def test_the_way_of_a_case_is_reached_from_what_waits(browser: Browser, operators: tuple[str, str]):
    address, _ = operators
    page = signed_in(browser, address)
    page.goto(f"{address}/operations")
    page.locator("a[href*='/operations/traces/']").first.click()
    expect(page.locator("svg.pic")).to_be_visible()
    page.get_by_text("Show as a table").click()
    expect(page.get_by_role("table").first).to_be_visible()
