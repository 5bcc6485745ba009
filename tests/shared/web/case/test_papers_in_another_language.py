"""What leaves the pages in another language: letters, copies and the card on paper, the card on the page, and notices. The language is
invented, is written from right to left and has no small letters but in what it fills in: a word with one nobody could have translated."""

import re
from pathlib import Path

import pytest

from shared.config.notice_ways import MailServer
from shared.config.notices import SmtpTls
from shared.messaging.notice_mail import letter
from shared.web.text.languages import LANGUAGES, Language, languages
from shared.web.text.notice_words import notice_words
from tests.browser.desks import words
from tests.shared.access.offices import Office, Person
from tests.shared.invented import invented, shouted
from tests.shared.web.case.test_rights_pages import NOTE, ask, case, release, request_of, take
from tests.shared.web.http.printed import text_of

__all__ = ["case"]
KEPT = r"https?://\S+|\S+@\S+|[0-9a-f]{8}"
"""What a paper says as it stands: addresses, marks."""


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Language:
    return languages(invented(tmp_path_factory.mktemp("locale"), said=shouted))[-1]


@pytest.fixture
def speaking(place: Office, ana: Person, ceca: Person, strange: Language) -> Office:
    """The office, where everybody reads it."""
    for desk in place.desks.values():
        desk.pages.languages = (*LANGUAGES, strange)
    for who in (ana, ceca):
        who.client.cookies.set("lang", strange.tag)
    return place


def left(said: str, place: Office) -> set[str]:
    """Words that are neither translated nor names."""
    country = place.desks["intake"].country
    names = {name for one in country.agencies for name in (one.name, one.id, *(officer.name for officer in one.officers))}
    known = re.compile("|".join([KEPT, NOTE, "Čačak", *map(re.escape, sorted(names, key=len, reverse=True))]))
    return set(re.findall(r"[A-Za-z]*[a-z][A-Za-z]+", known.sub(" ", re.sub(r"\s+", " ", said))))


def test_papers_say_all_in_it(speaking: Office, ana: Person, ceca: Person, case: str) -> None:
    here = f"/reports/{case}"
    written = {"kind": "health", "need": "health", "to": "BOLNICA", "address": "ULICA 1", "words": "MOLIMO.", "agreed": "true"}
    sent = ceca.post(f"{here}/letter", form_id="l", **written, groups=["name"])
    assert sent.headers["content-type"] == "application/pdf", words(sent.text)
    assert ask(ana, case).status_code == 303
    request = request_of(ana, case)
    assert release(ceca, case, request).status_code == 303
    copy = take(ceca, case, request, "pdf")
    file = ceca.post(f"{here}/rights/export-file", form_id="out", words="ZA SUD")
    card = ana.post(f"{here}/card", form_id="c", how="paper", language="ar")
    papers = {"letter": sent, "copy": copy, "file": file, "card": card}
    assert {name: found for name, one in papers.items() if (found := left(text_of(one.content), speaking))} == {}
    assert all(b"/Lang" in one.content for one in papers.values())


def test_the_card_is_offered_and_shown_in_it(speaking: Office, ana: Person, case: str) -> None:
    page = ana.get(f"/reports/{case}/card?language=ar")
    shown = page.partition('id="card"')[2].partition("</section>")[0]
    assert '<section class="govuk-inset-text" lang="ar" dir="auto"' in page
    status = page.partition('lang="ar" dir="rtl">')[2].partition("</ul>")[0]
    assert left(words(shown + status.rpartition('dir="rtl">')[2]), speaking) == set()
    assert 'value="ar"' in page


def test_notices_say_all_in_it(strange: Language, tmp_path: Path) -> None:
    spoken = (*LANGUAGES, strange)
    server = MailServer("mail.example", 25, SmtpTls.NONE, "nrm@agency.example", None)
    for said in (notice_words("ar", "", "https://cases.example/today", spoken), notice_words("ar", "012345", "", spoken)):
        made = letter(server, "7f", "ana@agency.example", said)
        assert made["Content-Language"] == said.language == "ar"
        assert re.findall("[a-z]{2,}", re.sub(KEPT, "", f"{made['Subject']} {made.get_content()}")) == []
    assert "012345" in notice_words("ar", "012345", "", spoken).lines[0]
