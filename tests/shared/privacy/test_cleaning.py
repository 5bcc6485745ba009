"""Files are known by their content, lose what they tell of their maker, and are refused where anything in them could run."""

import struct
import zlib
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shared.privacy.cleaning.content import cleaned
from shared.privacy.cleaning.outcome import NotTaken
from shared.privacy.cleaning.process import clean
from shared.protocol.documents import MOST_BYTES, Media
from tests.shared.privacy.files import MAKER, office, packed, pdf, picture

MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
LINK = b'<Relationships><Relationship Type="http://x/%s" Target="http://x.invalid" TargetMode="External"/></Relationships>'


@pytest.mark.parametrize(("kind", "media"), [("JPEG", Media.JPEG), ("PNG", Media.PNG), ("WEBP", Media.JPEG)])
def test_a_picture_keeps_its_points_and_nothing_beside_them(kind: str, media: Media) -> None:
    sent = picture(kind, turned=True)
    assert MAKER.encode() in sent
    made = cleaned(sent)
    assert made.media is media
    drawn = Image.open(BytesIO(made.content))
    drawn.load()
    assert drawn.size == (40, 60), "upright, as its camera meant it"
    assert not dict(drawn.getexif())
    assert drawn.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert MAKER.encode() not in made.content
    assert b"Invented remark" not in made.content


def test_a_pdf_loses_its_maker_and_keeps_its_pages() -> None:
    made = cleaned(pdf())
    assert made.media is Media.PDF
    with pikepdf.open(BytesIO(made.content)) as document:
        assert len(document.pages) == 1
        assert "/Info" not in document.trailer
        assert "/Metadata" not in document.Root
    assert MAKER.encode() not in made.content


def test_an_office_file_loses_its_maker_and_the_places_of_its_pictures() -> None:
    made = cleaned(office())
    assert made.media is Media.DOCX
    with ZipFile(BytesIO(made.content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert parts["word/document.xml"] == b"<w:document><w:t>Invented</w:t></w:document>"
    assert not any(MAKER.encode() in part for part in parts.values())
    assert Image.open(BytesIO(parts["word/media/image1.jpeg"])).size == (60, 40)
    odt = packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office:text/>"})
    assert cleaned(odt).media is Media.ODT
    outward = {"word/_rels/document.xml.rels": LINK % b"hyperlink"}
    assert cleaned(office(outward)).media is Media.DOCX, "a link that one may click is no program"


def _large_png() -> bytes:
    """100,000 by 100,000 points, in a few bytes."""

    def part(kind: bytes, said: bytes) -> bytes:
        return struct.pack(">I", len(said)) + kind + said + struct.pack(">I", zlib.crc32(kind + said))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"")) + part(b"IEND", b"")


ACTION = {"OpenAction": pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")}
LAUNCH = {"AA": pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.Launch))}
HOLDS_FILE = {"Names": pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array()))}

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "document-empty"),
    "too much": (lambda: b"\xff\xd8\xff" + bytes(MOST_BYTES), "document-too-large"),
    "an SVG with script": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "document-active"),
    "an SVG behind a declaration": (lambda: b'\xef\xbb\xbf <?xml version="1.0"?><svg/>', "document-active"),
    "a page": (lambda: b"<!DOCTYPE html><html></html>", "document-active"),
    "a script": (lambda: b"#!/bin/sh\n", "document-active"),
    "a program": (lambda: b"MZ\x90", "document-active"),
    "an old office file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document-old-office"),
    "a HEIC": (lambda: b"\x00\x00\x00\x18ftypheic", "document-heic"),
    "words": (lambda: b"Invented words", "document-unknown"),
    "another archive": (lambda: packed({"a.txt": b"a"}), "document-unknown"),
    "a picture that unpacks to 30 GB": (lambda: _large_png(), "document-too-many-points"),
    "half a picture": (lambda: picture()[:400], "document-damaged"),
    "a JPEG in name only": (lambda: b"\xff\xd8\xff" + b"<script>", "document-damaged"),
    "half a PDF": (lambda: b"%PDF-1.7\n", "document-damaged"),
    "a PDF that runs": (lambda: pdf(**ACTION), "document-runs"),
    "a PDF that starts a program": (lambda: pdf(**LAUNCH), "document-runs"),
    "a PDF that holds a file": (lambda: pdf(**HOLDS_FILE), "document-runs"),
    "macros": (lambda: office(types=MACRO), "document-runs"),
    "macros without saying so": (lambda: office({"word/vbaProject.bin": b"x"}), "document-runs"),
    "a template of elsewhere": (lambda: office({"word/_rels/settings.xml.rels": LINK % b"attachedTemplate"}), "document-runs"),
    "an archive in it": (lambda: office({"word/x.xml": b"PK\x03\x04"}), "document-runs"),
    "a field that runs": (lambda: office({"word/document2.xml": b"<w:instrText>DDEAUTO c:\\\\x</w:instrText>"}), "document-runs"),
    "a zip bomb": (lambda: office({f"word/media/{n}.xml": bytes(70_000_000) for n in range(3)}), "document-bomb"),
    "many files": (lambda: office({f"word/{n}.xml": b"" for n in range(2_001)}), "document-bomb"),
    "a part that does not unpack": (lambda: (whole := office())[:49] + b"\xff" + whole[50:], "document-damaged"),
    "a name that leads out": (lambda: office({"../../x": b"x"}), "document-damaged"),
}  # fmt: skip
"""Made where it is tried: each process of the tests reads this file, and the bomb alone takes half a second."""


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_for_what_it_is(name: str) -> None:
    make, code = REFUSED[name]
    with pytest.raises(NotTaken) as refused:
        cleaned(make())
    assert refused.value.code == code


def test_what_is_locked_is_refused() -> None:
    made = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as document:
        document.save(made, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(NotTaken, match="document-locked"):
        cleaned(made.getvalue())


def test_a_picture_in_a_pdf_loses_its_place() -> None:
    made = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        stream = pikepdf.Stream(document, picture(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Filter=pikepdf.Name.DCTDecode)
        document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))
        document.save(made)
    assert MAKER.encode() in made.getvalue()
    assert MAKER.encode() not in cleaned(made.getvalue()).content


@given(st.sampled_from([picture(), picture("PNG"), pdf(), office()]), st.data())
@settings(max_examples=80, deadline=None)
def test_whatever_is_broken_is_refused_or_cleaned_and_nothing_else_happens(sent: bytes, data: st.DataObject) -> None:
    broken = bytearray(sent)
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        code, made = "", cleaned(bytes(broken[: data.draw(st.integers(1, len(broken)))])).content
    except NotTaken as refused:
        code, made = refused.code, b""
    assert made or code.startswith("document-")


async def _cleaned(sent: bytes) -> tuple[Media, bytes]:
    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(sent), 50_000):
            yield sent[at : at + 50_000]

    back = bytearray()

    async def take(piece: bytes) -> None:
        back.extend(piece)

    return await clean(pieces(), take), bytes(back)


async def test_a_process_of_its_own_gives_the_same() -> None:
    sent = picture(size=(1_500, 1_000))
    assert await _cleaned(sent) == tuple(cleaned(sent))
    with pytest.raises(NotTaken, match="document-active"):
        await _cleaned(b"<svg>" + bytes(2_000_000))
    with pytest.raises(NotTaken, match="document-unknown"):
        await _cleaned(bytes(MOST_BYTES))
