"""Documents in the copy for the person: named with who looked at them, and handed over in a set of their own, once; what is left out is in
neither."""

import json
import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from shared.access.assignments import give
from shared.config.calendar import DAY
from tests.browser.desks import words
from tests.shared.access.offices import HTML, Office, Person
from tests.shared.privacy.files import pdf, picture
from tests.shared.web.case.test_rights_pages import ask, release, request_of, take

GIVEN, OTHERS, BACK = "Canary pay slip.png", "Canary of two people.png", "Canary taken back.pdf"


def attach(who: Person, case: str, name: str, content: bytes) -> str:
    """Attach a paper of work; its page."""
    form, here = f"/reports/{case}/documents/new/employment_paper", f"/reports/{case}/documents"
    shown = re.search(r'name="shown" value="([^"]*)"', who.get(form))[1]  # pyright: ignore[reportOptionalSubscript]
    said = {"form_id": f"attach {name}", "shown": shown, "naked": "no"}
    assert who.client.post(form, data=said, files={"file": (name, content)}, headers=HTML).status_code == 303
    return re.search(rf'href="({here}/[0-9a-f]+)">{re.escape(name)}', who.get(here))[1]  # pyright: ignore[reportOptionalSubscript]


@pytest.fixture
def case(place: Office, ana: Person) -> str:
    """Reported by Ana; a supervisor has it too."""
    made = place.report(ana)
    place.carry()
    place.desks["intake"].instance.transact(lambda work: give(work, made, "c3d2", "c3d2", 1))
    return made


def test_a_second_file_by_the_form_of_the_first_is_neither_attached_nor_dropped_in_silence(case: str, ana: Person) -> None:
    attach(ana, case, GIVEN, picture("PNG"))
    form, said = f"/reports/{case}/documents/new/employment_paper", {"form_id": f"attach {GIVEN}", "shown": "", "naked": "no"}
    answer = ana.client.post(form, data=said, files={"file": (OTHERS, picture("PNG"))}, headers=HTML)
    assert answer.status_code == 422
    assert "A file that was sent by this form is attached" in answer.text
    assert f'name="form_id" value="attach {GIVEN}"' not in answer.text, "the next that is sent is another one"
    there = ana.get(f"/reports/{case}/documents")
    assert (GIVEN in there, OTHERS in there) == (True, False)


def entry_of(page: str, name: str) -> str:
    """The box that leaves a document out."""
    entries = re.findall(r'name="left_out" value="([0-9a-f]+)"(.*?)</li>', page, re.DOTALL)
    return next(id for id, text in entries if name in text)


def test_documents_are_in_the_copy_and_go_along_but_for_those_that_may_not(place: Office, ana: Person, ceca: Person, case: str) -> None:
    given, _, back = attach(ana, case, GIVEN, picture("PNG")), attach(ana, case, OTHERS, picture("PNG")), attach(ana, case, BACK, pdf())
    place.carry()
    assert ana.post(f"{back}/back", form_id="back").status_code == 303
    place.carry()
    ana.get(f"{given}/content")
    ask(ana, case)
    id = request_of(ana, case)
    place.audit()
    preview = ceca.get(f"/reports/{case}/rights/release-copy?request={id}")
    assert f"document-{id[:8]}-1.png" in preview
    assert f'href="{given}"' in preview, "it is looked at before it is released"
    assert f'href="{back}"' not in preview
    assert release(ceca, case, id, left_out=entry_of(preview, OTHERS)).status_code == 303
    assert "Take the documents that go along (ZIP)" in words(ceca.get(f"/reports/{case}/rights"))

    told = json.loads(take(ceca, case, id).content)
    assert [(one["name"], one["file"], one["stands"]) for one in told["documents"]] == [
        (GIVEN, f"document-{id[:8]}-1.png", True), (BACK, None, False),
    ]  # fmt: skip
    assert [one["as"] for one in told["documents"][0]["looked_at"]] == ["in-charge"]
    assert told["documents"][0]["copied"] == []
    assert not re.search(r"[0-9a-f]{64}|a1f0|Canary of two", json.dumps(told)), "no key, no officer, nothing that is left out"
    assert not [one for one in told["statements"] if one["field"] == "employment_paper"]

    answer = take(ceca, case, id, "documents")
    assert answer.headers["content-disposition"] == f'attachment; filename="document-{id[:8]}.zip"'
    with ZipFile(BytesIO(answer.content)) as went:
        assert went.namelist() == [f"document-{id[:8]}-1.png"]
        assert went.testzip() is None
        assert went.read(went.namelist()[0]) == ana.client.get(f"{given}/content").content
    assert b"Canary" not in answer.content, "names are in the copy alone"
    assert take(ceca, case, id, "documents", "again").status_code == 409
    assert ("c3d2", "took-document", case) in [(who, act, about) for who, act, about, _ in place.audit()]
    place.clock.at += DAY
    assert release(ceca, case, id, "anew").status_code == 303
    answer = take(ceca, case, id, form="anew copy")
    assert answer.status_code == 200, words(answer.text)
    again = json.loads(answer.content)
    assert len(again["documents"][0]["copied"]) == 1


def test_what_has_not_come_whole_is_named_and_nothing_goes_along(
    place: Office, ana: Person, ceca: Person, case: str, tmp_path: Path
) -> None:
    attach(ana, case, GIVEN, picture("PNG"))
    place.carry()
    for piece in (tmp_path / "data" / "documents").rglob("000"):
        piece.unlink()
    ask(ana, case)
    id = request_of(ana, case)
    assert release(ceca, case, id).status_code == 303
    assert "(ZIP)" not in words(ceca.get(f"/reports/{case}/rights"))
    assert [(one["name"], one["file"]) for one in json.loads(take(ceca, case, id).content)["documents"]] == [(GIVEN, None)]
    assert take(ceca, case, id, "documents").status_code == 404


def test_what_came_whole_only_after_the_release_does_not_go_along(
    place: Office, ana: Person, ceca: Person, case: str, tmp_path: Path
) -> None:
    attach(ana, case, GIVEN, picture("PNG"))
    place.carry()
    pieces = {piece: piece.read_bytes() for piece in (tmp_path / "data" / "documents").rglob("000")}

    def come() -> None:
        for piece, content in pieces.items():
            piece.write_bytes(content)

    for piece in pieces:
        piece.unlink()
    ask(ana, case)
    id = request_of(ana, case)
    page = ceca.get(f"/reports/{case}/rights/release-copy?request={id}")
    old = re.search(r'name="shown" value="([0-9a-f]+)"', page)[1]  # pyright: ignore[reportOptionalSubscript]
    come()
    late = ceca.post(f"/reports/{case}/rights/release-copy", form_id="late", request=id, answer="copy", shown=old)
    assert late.status_code == 422
    assert "Something was added since you opened the page" in words(late.text), "it can be looked at now, and was not"
    for piece in pieces:
        piece.unlink()
    assert release(ceca, case, id).status_code == 303
    come()
    assert "(ZIP)" not in words(ceca.get(f"/reports/{case}/rights"))
    assert [(one["name"], one["file"]) for one in json.loads(take(ceca, case, id).content)["documents"]] == [(GIVEN, None)]
    assert take(ceca, case, id, "documents").status_code == 404
    place.clock.at += DAY
    assert release(ceca, case, id, "anew").status_code == 303
    assert take(ceca, case, id, "documents", "take anew").status_code == 200, "looked at, and released anew"


def test_no_document_goes_along_where_no_copy_is_given(place: Office, ana: Person, ceca: Person, case: str) -> None:
    attach(ana, case, GIVEN, picture("PNG"))
    place.carry()
    ask(ana, case)
    id = request_of(ana, case)
    assert release(ceca, case, id, answer="refused", refusal="others").status_code == 303
    assert "(ZIP)" not in words(ceca.get(f"/reports/{case}/rights"))
    assert take(ceca, case, id, "documents").status_code == 404
