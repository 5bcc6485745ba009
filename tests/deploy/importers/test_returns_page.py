"""The page by which a return is taken in: the checks of the command, each line once, nothing of the file anywhere else."""

import csv
from io import StringIO
from pathlib import Path

import pytest

from deploy.sent_files.returned import sent
from services.reporting.pages import returns_sent
from services.reporting.service import PAGES
from shared.access.actor import DemoAccess
from shared.web.admin.application import office
from shared.web.http.middleware import BODY_LIMIT
from tests.deploy.importers.offices import excel, far
from tests.deploy.importers.test_returns import GOOD, OURS
from tests.deploy.importers.uk_sample import HEADER
from tests.services.reporting.life import WATCHED, reporting_instance, settings
from tests.services.reporting.test_exits import As
from tests.shared.client import PageClient
from tests.shared.land import Hand

NEW, SECRET = "/figures/returns/new", "Milica Petrovic"
PERSONS = "vic_TypeOfExploitation,prs_Gender,prs_FirstName,cas_IncomingReferralDate\nForcedLabour,Masculine,Secretname,2025-02-03\n"


@pytest.fixture
def desk(tmp_path: Path):
    instance = reporting_instance(tmp_path, "rs-zg", Hand())
    app = office(settings(tmp_path, "rs-zg"), [PAGES], [instance])
    app.state.reads_returns = sent
    client = PageClient(app)
    client.post("/who", data={"officer": "olga"})
    yield client, tmp_path
    instance.close()


def table(*lines: str) -> bytes:
    return "\r\n".join([",".join(HEADER), *lines]).encode()


def send(client: PageClient, content: bytes, name: str = f"{SECRET}.csv", language: str = "en", **answers: str):
    said = {"body": "Police Statistics", "what": "table", "encoding": "", **answers}
    return client.post(NEW, data=said, files={"file": (name, content, "text/csv")}, headers={"accept-language": language})


def beside(client: PageClient) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(client.get("/figures/returns.csv").text.removeprefix("\ufeff"))))


def test_a_return_is_taken_and_each_bad_line_said_once_with_its_reason(desk) -> None:
    client, folder = desk
    page = send(client, table(GOOD, OURS, GOOD.replace("Female,Congolese Drc,3", "Male,Nepalese,[c]"), GOOD.replace(",3", ",three"), "x,y"))
    assert page.status_code == 200
    assert "<strong>8 people of Police Statistics are kept" in page.text
    assert "1 cell is suppressed at source" in page.text
    assert page.text.count("people is &#39;three&#39;, not a whole number from 1 to 999999") == 1
    assert page.text.count("the line has 2 cells, not 8") == 1
    assert "2 lines were left out" in page.text
    (line,) = beside(client)
    assert (line["body"], line["people_theirs"], line["suppressed_at_source"]) == ("Police Statistics", "8", "1")
    kept = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    assert b"three" not in kept
    assert SECRET.encode() not in kept, "what the file is called is nowhere"


def test_the_same_twice_changes_nothing_and_another_one_must_say_that_it_takes_the_place(desk) -> None:
    client, _ = desk
    assert send(client, table(GOOD)).status_code == 200
    again = send(client, table(GOOD))
    assert (again.status_code, "nothing of it has changed" in again.text) == (422, True)
    assert send(client, table(GOOD), revises="yes").status_code == 422, "a form that was sent twice"
    other = send(client, table(GOOD.replace(",3", ",4")))
    assert (other.status_code, "There is a return of this body for 2025-Q1" in other.text) == (422, True)
    assert send(client, table(GOOD.replace(",3", ",4")), revises="yes").status_code == 200
    (line,) = beside(client)
    assert (line["people_theirs"], line["restated_from"]) == ("4", "3")


def test_what_was_left_out_is_seen_again_where_a_return_is_here_already(desk) -> None:
    client, _ = desk
    bad = GOOD.replace("Female", "Male").replace(",3", ",three")
    send(client, table(GOOD, bad))
    for content, words in ((table(GOOD, bad), "nothing of it has changed"), (table(GOOD.replace(",3", ",4"), bad), "Tick below")):
        page = send(client, content)
        assert (page.status_code, words in page.text) == (422, True)
        assert "1 line was left out" in page.text
        assert page.text.count("&#39;three&#39;, not a whole number") == 1
        assert "kept beside our own figures" not in page.text, "nothing is taken"


def test_a_file_does_not_decide_how_long_the_page_is(desk) -> None:
    client, _ = desk
    more = ",".join(f"more{n}" for n in range(230))
    page = send(client, ("\r\n".join([f"{','.join(HEADER)},{more}", GOOD + "," * 230])).encode())
    assert (page.status_code, page.text.count("the column more")) == (200, 200)
    assert "30 more are not listed." in page.text
    long = send(client, table(GOOD, GOOD.replace(",3", "," + "x" * 40_000)))
    assert "x" * 200 in long.text
    assert "x" * 400 not in long.text
    none = send(client, (",".join([*HEADER[:-1], *("y" * 300 for _ in range(50))]) + "\r\n").encode())
    assert "y" * 400 not in none.text.replace(", ", "")


def test_what_is_no_return_is_said_at_its_field_and_leaves_nothing(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = desk
    for content, words in (
        (b"", "Choose a file."), (b" \n", "The file is empty."), (b"%PDF-1.4 x", "The file is a PDF, not a table"),
        (b"a,b\n1,2\n", "has no line of headings"), (table("x,y"), "No line of the file can be taken"),
        (b"PK\x03\x04broken", "cannot be opened"), (b"\xff\xfe\x00", "does not go on like it"),
    ):  # fmt: skip
        page = send(client, content)
        assert (page.status_code, words in page.text) == (422, True), words
        assert 'href="#file"' in page.text
    for answers, field in (
        ({"body": " "}, "body"),
        ({"body": "x" * 121}, "body"),
        ({"what": "x"}, "what"),
        ({"encoding": "rot13"}, "what"),
    ):
        page = send(client, table(GOOD), **answers)
        assert (page.status_code, f'href="#{field}"' in page.text) == (422, True), answers
    assert client.post(NEW, data={"body": "x"}).status_code == 400
    assert beside(client) == []
    monkeypatch.setattr(returns_sent, "LARGEST", 1_000)
    assert "larger than" in send(client, table(*[GOOD] * 50)).text


def test_more_than_a_page_takes_is_not_read_to_its_end(desk) -> None:
    client, _ = desk
    assert send(client, b"x" * (28 * BODY_LIMIT)).status_code == 413
    assert "larger than 5 MiB" in send(client, b"x" * (6 * BODY_LIMIT)).text


def test_persons_one_by_one_are_counted_and_their_names_never_read(desk) -> None:
    client, folder = desk
    page = send(client, PERSONS.encode(), what="htcds", body="Shelter's own list")
    assert "1 person of Shelter&#39;s own list is kept" in page.text
    assert "columns that say who somebody is were not read" in page.text
    assert "Secretname" not in page.text
    assert b"Secretname" not in b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


@pytest.mark.parametrize(("language", "words"), [("sr-Latn", "nije ceo broj"), ("fi", "ei ole kokonaisluku"), ("sv", "inte ett heltal")])
def test_reasons_are_in_the_readers_language(desk, language: str, words: str) -> None:
    client, _ = desk
    assert words in send(client, table(GOOD, GOOD.replace("Female", "Male").replace(",3", ",three")), language=language).text


def test_a_workbook_with_a_cell_far_out_is_refused_and_the_agency_goes_on(desk, tmp_path: Path) -> None:
    client, _ = desk
    content = far(excel(tmp_path / "sent.xlsx", [HEADER, GOOD.split(",")])).read_bytes()
    assert "one may stand far from the table" in send(client, content, "sent.xlsx").text
    for language, words in (("sr-Latn", "daleko od tabele"), ("fi", "kaukana taulukosta"), ("sv", "långt från tabellen")):
        assert words in send(client, content, "sent.xlsx", language=language).text
    assert send(client, excel(tmp_path / "sent.xlsx", [HEADER, GOOD.split(",")]).read_bytes(), "sent.xlsx").status_code == 200


def test_who_is_not_cleared_takes_nothing_in(desk) -> None:
    client, _ = desk
    client.app.state.desks["reporting"].guard = As(WATCHED.agency("rs-zg"))
    assert client.get(NEW).status_code == 403
    assert send(client, table(GOOD)).status_code == 403
    client.app.state.desks["reporting"].guard = DemoAccess(WATCHED.agency("rs-zg"))
    assert beside(client) == []
