"""Documents in a real browser, without script too: a photo is attached at one agency and looked at at another. Axe looks at each page,
and it fits 360 px."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.desks import REPORT, town
from tests.browser.looking import drawn_wide, looked_at, text, visible
from tests.browser.test_documents import pieces_reach
from tests.browser.test_nothing_vanishes import choose, served
from tests.shared.privacy.files import office, picture

pytestmark = pytest.mark.browser
DRAWN = "img.own-document"
CHILD = REPORT | {"age": "child", "consent": "", "needs": ["health"]}


@pytest.mark.turns("javascript")
@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_photo_is_attached_at_one_agency_and_looked_at_at_another(browser: Browser, tmp_path: Path, javascript: bool) -> None:
    with town(tmp_path, rs_ir="", rs_czztlj="") as made, served(made.at["rs-ir"]) as here, served(made.at["rs-czztlj"]) as there:
        made.at["rs-ir"].client.cookies.set("nrm_officer_rs-ir", "ines")
        case = made.at["rs-ir"].post("/reports/new", form_id="report", **CHILD).headers["location"].rpartition("/")[2]
        made.carry()
        page = browser.new_context(java_script_enabled=javascript).new_page()
        page.goto(f"{here}/reports/{case}")
        choose(page, "Ines")
        page.get_by_role("link", name="Documents", exact=True).click()
        looked_at(page, "documents-empty") if javascript else None
        page.get_by_role("link", name="Picture of an injury").click()
        assert "Read by: Centre for Human Trafficking Victims' Protection." in text(page)
        looked_at(page, "documents-form") if javascript else None
        page.get_by_label("No", exact=True).check()
        page.get_by_label("File", exact=True).set_input_files(
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": office({"word/vbaProject.bin": b"x"})}
        )
        page.get_by_role("button", name="Attach it").click()
        assert "There is a program, another file or an address to fetch from in this file." in text(page)
        looked_at(page, "documents-wrong") if javascript else None
        assert page.get_by_label("No", exact=True).is_checked(), "what was answered stays"
        photo = {"name": "Invented photo of an arm.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(1_200, 900))}
        page.get_by_label("File", exact=True).set_input_files(photo)
        page.get_by_role("button", name="Attach it").click()
        assert "Invented photo of an arm.jpg" in text(page)
        made.carry()

        page.goto(f"{there}/lead/{case}/documents")
        choose(page, "Jelena")
        assert "0 of 1 pieces are here." in text(page)
        pieces_reach(made, tmp_path)
        page.get_by_role("link", name="Invented photo of an arm.jpg").click()
        assert drawn_wide(page, DRAWN) == 1_200 if javascript else visible(page, DRAWN)
        looked_at(page, "documents-one") if javascript else None
