"""Documents on an agency's pages: attached, looked at where they may be, refused in words, and nowhere in the clear."""

import re
from io import BytesIO
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from PIL import Image

from shared.casework.documents import KINDS
from tests.browser.desks import REPORT, Town, Visitor, town, words
from tests.browser.documents import attach
from tests.shared.privacy.files import MAKER, office, pdf, picture

CHILD = REPORT | {"age": "child", "consent": "", "needs": ["health"]}


def pieces_reach(made: Town, data: Path) -> None:
    """What the topic does: the sealed pieces reach whoever fetches them."""
    folders = [one for one in (data / "documents").iterdir()]
    for one in folders:
        for other in folders:
            if one != other:
                copytree(one, other, dirs_exist_ok=True, ignore=ignore_patterns(".out"))
    assert made


def one_in(at: Visitor, cases: str) -> str:
    """The address of the only document of a case."""
    (found,) = set(re.findall(rf'href="({cases}/documents/[0-9a-f]+)"', at.get(f"{cases}/documents")))
    return found


def test_a_photo_is_attached_at_one_agency_and_looked_at_where_it_may_be(tmp_path: Path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora") as made:
        ines, jelena, zora = (made.at[one] for one in ("rs-ir", "rs-czztlj", "rs-zdr-bg"))
        case = ines.post("/reports/new", form_id="report", **CHILD).headers["location"].rpartition("/")[2]
        made.carry()
        here, there = f"/reports/{case}", f"/lead/{case}"
        page = words(ines.get(f"{here}/documents"))
        assert "There is no document that your agency may see." in page
        form = words(ines.get(f"{here}/documents/new/injury_picture"))
        assert "Read by: Centre for Human Trafficking Victims' Protection" in form

        assert attach(ines, here, "injury_picture", "../../x", picture(turned=True)).headers["location"] == f"{here}/documents"
        own = one_in(ines, here)
        shown = words(ines.get(own))
        assert "x.jpg" in shown
        assert ".." not in shown
        assert "0 of 1 pieces are sent" in shown
        made.carry()

        theirs = one_in(jelena, there)
        assert "0 of 1 pieces are here." in words(jelena.get(theirs))
        assert jelena.client.get(f"{theirs}/content").status_code == 409
        pieces_reach(made, tmp_path)
        assert f'src="{theirs}/content"' in jelena.get(theirs)
        answer = jelena.client.get(f"{theirs}/content")
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "sandbox" in answer.headers["content-security-policy"]
        assert re.fullmatch(r'inline; filename="document-[0-9a-f]{8}\.jpg"', answer.headers["content-disposition"])
        drawn = Image.open(BytesIO(answer.content))
        assert (drawn.size, dict(drawn.getexif())) == ((40, 60), {})
        assert MAKER.encode() not in answer.content

        page = zora.get(f"/cases/{case}/documents")
        assert "once it has opened the invitation" in words(page)
        assert "x.jpg" not in page
        assert zora.client.get(f"{theirs.replace('/lead/', '/cases/')}/content").status_code == 404
        for file in tmp_path.rglob("*"):
            assert not file.is_file() or answer.content[:16] not in file.read_bytes(), f"{file} holds a picture in the clear"

        ines.post(f"{own}/back", form_id=ines.form_id(ines.get(own), f"{own}/back"))
        made.carry()
        assert jelena.client.get(f"{theirs}/content").status_code == 404, "taken back, nobody is shown it"
        assert "x.jpg" not in words(jelena.get(f"{there}/documents"))


def test_what_is_no_document_is_refused_in_words_and_leaves_nothing(tmp_path: Path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        ines = made.at["rs-ir"]
        case = ines.post("/reports/new", form_id="report", **CHILD).headers["location"].rpartition("/")[2]
        made.carry()
        here = f"/reports/{case}"
        for name, content, answers, said in (
            ("", b"", {}, "Choose a file."),
            ("a.jpg", b"", {}, "This file is empty."),
            ("photo.jpg", b"<svg><script>alert(1)</script></svg>", {}, "Drawings with program text (SVG)"),
            ("big.png", b"\x89PNG\r\n\x1a\n" + bytes(25 * 1024 * 1024), {}, "This file is larger than 25 MB."),
            ("macro.docx", office({"word/vbaProject.bin": b"x"}), {}, "There is a program"),
            ("a.jpg", picture(), {"naked": "yes"}, "call the police, who secure it by their own procedure"),
            ("a.jpg", picture(), {"naked": ""}, "Say whether it shows anybody naked"),
            ("a.jpg", picture(), {"shown": "rs-zdr-bg"}, "Somebody else would read this by now"),
            ("a.jpg", picture(), {"shown": "<script>"}, "Somebody else would read this by now"),
        ):
            answer = attach(ines, here, "medical_paper", name, content, **answers)
            assert answer.status_code == 422, said
            assert said in words(answer.text)
            assert "alert(1)" not in answer.text
        left = [file for file in (tmp_path / "documents").rglob("*") if file.is_file()]
        assert left == [], "nothing of any of it is kept"
        assert "There is no document" in words(ines.get(f"{here}/documents"))
        assert ines.client.get(f"{here}/documents/new/passport").status_code == 404
        assert ines.client.post(f"{here}/documents/new/passport", content=b"x").status_code == 404
        assert ines.client.get(f"{here}/documents/0123456789abcdef/content").status_code == 404
        too_much = ines.client.post(f"{here}/documents/new/medical_paper", content=bytes(28 * 1024 * 1024))
        assert too_much.status_code == 413


def test_each_kind_is_read_as_its_group_is_and_other_kinds_of_files_are_taken_out(tmp_path: Path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        ines, jelena = made.at["rs-ir"], made.at["rs-czztlj"]
        case = ines.post("/reports/new", form_id="report", **CHILD).headers["location"].rpartition("/")[2]
        made.carry()
        here = f"/reports/{case}"
        for kind, (name, content) in zip(KINDS, [("p.pdf", pdf()), ("w.docx", office()), *[("a.png", picture("PNG"))] * 3], strict=True):
            assert attach(ines, here, kind, name, content).status_code == 303, kind
        made.carry()
        pieces_reach(made, tmp_path)
        page = jelena.get(f"/lead/{case}/documents")
        found = dict.fromkeys(re.findall(r'href="(/lead/[^"]+/documents/[0-9a-f]{16})"', page))
        assert len(found) == len(KINDS)
        kinds = [jelena.client.get(f"{one}/content") for one in found]
        assert [one.status_code for one in kinds] == [200, 409, 200, 200, 200]
        assert kinds[0].headers["content-type"] == "application/pdf"
        assert kinds[0].content.startswith(b"%PDF-")
        word = list(found)[1]
        form = jelena.get(word)
        taken = jelena.post(f"{word}/file", form_id=jelena.form_id(form, f"{word}/file"), words="for the court of appeal")
        assert taken.status_code == 200, words(taken.text)
        assert taken.headers["content-type"] == "application/octet-stream"
        assert taken.headers["content-disposition"].endswith('.docx"')
        assert taken.content.startswith(b"PK")
        assert jelena.post(f"{word}/file", form_id="other").status_code == 422
        api = jelena.client.get(f"/api/lead/cases/{case}/person")
        if api.status_code == 200:
            assert not re.search(r"[0-9a-f]{64}", api.text), "no program is told a key"


@pytest.mark.parametrize("body", [b"", b"--x\r\n", b"nothing of a form"])
def test_what_is_no_form_is_an_answer_in_words(tmp_path: Path, body: bytes) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        ines = made.at["rs-ir"]
        case = ines.post("/reports/new", form_id="report", **CHILD).headers["location"].rpartition("/")[2]
        answer = ines.client.post(
            f"/reports/{case}/documents/new/medical_paper", content=body, headers={"content-type": "multipart/form-data; boundary=x"}
        )
        assert answer.status_code == 422
