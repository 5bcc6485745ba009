"""In a real browser, without script too: a person is registered at one agency, with a photo, corrected there, and read at another, which
asks something and is answered. Each page is looked at by axe, and at 360 px."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from shared.protocol.case import Case
from shared.protocol.vocabulary import Need
from tests.browser.desks import REPORT, Town, town
from tests.browser.looking import drawn_wide, looked_at, text, visible
from tests.browser.test_documents import pieces_reach
from tests.browser.test_nothing_vanishes import choose, served
from tests.shared.privacy.files import picture as drawn

pytestmark = pytest.mark.browser
DRAWN = "img.own-document"
CHILD = REPORT | {"age": "child", "consent": "", "needs": ["health"]}


def picture(made: Town, case: str) -> Case:
    (lead,) = (one for one in made.instances if one.me == "referral.rs-czztlj")
    found = lead.transact(lambda work: work.picture(case))
    assert found is not None
    return found


def says(page: Page, label: str, said: str) -> None:
    """Words that speak of the language alone; the page shows first who will read them, and keeps what was typed."""
    page.get_by_label(label, exact=True).fill(said)
    page.get_by_label("Nothing by which the person can be known").check()
    page.get_by_role("button", name="Show who will read it").click()
    assert "Who will read this:" in text(page)
    assert page.get_by_label(label, exact=True).input_value() == said


@pytest.mark.turns("javascript")
@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_person_is_registered_and_corrected_at_one_agency_and_read_at_another(browser: Browser, tmp_path: Path, javascript: bool) -> None:
    with town(tmp_path, rs_ir="", rs_czztlj="") as made, served(made.at["rs-ir"]) as here, served(made.at["rs-czztlj"]) as there:
        made.at["rs-ir"].client.cookies.set("nrm_officer_rs-ir", "ines")
        case = made.at["rs-ir"].post("/reports/new", form_id="report", **CHILD).headers["location"].rpartition("/")[2]
        made.carry()
        page = browser.new_context(java_script_enabled=javascript).new_page()
        page.goto(f"{here}/reports/{case}")
        choose(page, "Ines")
        assert "Nothing is on file yet of who the person is and how to reach them safely." in text(page)
        page.get_by_role("link", name="What is on file of the person", exact=True).click()
        looked_at(page, "person-empty") if javascript else None

        page.locator('main a[href*="/person/safe_contact?"]').first.click()
        assert "Who will read what you write here: Centre for Human Trafficking Victims' Protection" in text(page)
        page.get_by_label("Text message", exact=True).check()
        page.get_by_label("What to say", exact=True).fill("the library, about a book")
        page.get_by_role("button", name="Put it on file").click()
        assert "How it is known: give an answer" in text(page)
        looked_at(page, "person-wrong") if javascript else None
        assert page.get_by_label("What to say", exact=True).input_value() == "the library, about a book"
        page.get_by_label("The person said so").check()
        page.get_by_role("button", name="Put it on file").click()

        page.locator('main a[href*="/person/name?"]').first.click()
        page.get_by_label("The person said so").check()
        page.get_by_label("Given names, as the person gives them").fill("Demo Persn")
        page.get_by_label("Family name, as the person gives it").fill("Invented")
        page.get_by_role("button", name="Put it on file").click()
        assert "Demo Persn" in text(page)
        page.locator('main a[href*="/person/name?"]').first.click()
        page.get_by_label("Given names, as the person gives them").fill("Demo Person")
        page.get_by_label("The person said so").check()
        looked_at(page, "person-correct") if javascript else None
        page.get_by_role("button", name="Put it on file").click()
        assert "What it was before" in text(page)

        page.goto(f"{here}/reports/{case}")
        page.get_by_role("link", name="Documents", exact=True).click()
        page.get_by_role("link", name="Picture of an injury").click()
        page.get_by_label("No", exact=True).check()
        photo = {"name": "Invented photo.jpg", "mimeType": "image/jpeg", "buffer": drawn(size=(300, 200))}
        page.get_by_label("File", exact=True).set_input_files(photo)
        page.get_by_role("button", name="Attach it").click()
        assert "Invented photo.jpg" in text(page)
        made.carry()
        pieces_reach(made, tmp_path)

        page.goto(f"{there}/lead/{case}")
        choose(page, "Jelena")
        assert "Name: Demo Person Invented." in text(page)
        assert "Reach safely: Text message." in text(page)
        assert "Say: the library, about a book" in text(page)
        looked_at(page, "person-on-top") if javascript else None
        page.get_by_role("link", name="What is on file of the person", exact=True).click()
        page.locator("summary").filter(has_text="What it was before").first.click()
        assert "Demo Persn" in text(page)
        assert "Labour Inspectorate, " in text(page)
        looked_at(page, "person-read") if javascript else None
        page.goto(f"{there}/lead/{case}/documents")
        page.get_by_role("link", name="Invented photo.jpg").click()
        assert drawn_wide(page, DRAWN) == 300 if javascript else visible(page, DRAWN)
        looked_at(page, "person-photo") if javascript else None

        (asked,) = (h for h in picture(made, case).handoffs.values() if h.need is Need.IDENTIFICATION)
        page.goto(f"{there}/lead/{case}/words/{asked.id}")
        page.get_by_role("link", name="Ask a question").click()
        says(page, "Your question", "Which language does she read?")
        looked_at(page, "words-asked") if javascript else None
        page.get_by_role("button", name="Send it").click()
        made.carry()
        page.goto(f"{here}/reports")
        page.locator(f'main a[href*="/words/{asked.id}"]').first.click()
        assert "Which language does she read?" in text(page)
        page.get_by_role("link", name="Answer this question").click()
        says(page, "Your answer", "Serbian, in Latin letters.")
        page.get_by_role("button", name="Send it").click()
        made.carry()
        page.goto(f"{there}/lead/{case}/words/{asked.id}")
        assert "Serbian, in Latin letters." in text(page)
        looked_at(page, "words-answered") if javascript else None
