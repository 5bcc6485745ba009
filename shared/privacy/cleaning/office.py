"""Office files (Office Open XML, OpenDocument), packed anew without what they tell of their maker. One with a program in it is refused.

They are ZIP archives: how much they unpack to is counted while they are unpacked, whatever they say of themselves.
"""

import re
import zlib
from io import BytesIO
from lzma import LZMAError
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from shared.privacy.cleaning.outcome import Cleaned, NotTaken
from shared.privacy.cleaning.pictures import without_tags
from shared.protocol.documents import Media

MOST_FILES, MOST_UNPACKED = 2_000, 200 * 1024 * 1024
AT_ONCE = 1024 * 1024
OOXML = {
    "wordprocessingml.document.main+xml": Media.DOCX, "spreadsheetml.sheet.main+xml": Media.XLSX,
    "presentationml.presentation.main+xml": Media.PPTX,
}  # fmt: skip
ODF = {
    "application/vnd.oasis.opendocument.text": Media.ODT, "application/vnd.oasis.opendocument.spreadsheet": Media.ODS,
    "application/vnd.oasis.opendocument.presentation": Media.ODP,
}  # fmt: skip
TYPES, MIMETYPE = "[Content_Types].xml", "mimetype"
RUNS = re.compile(
    r"vbaproject|vbadata|macrosheets/|activex/|embeddings/|externallinks/|customui|^basic/|^scripts/"
    r"|\.(exe|dll|js|vbs|jar|ps1|bat|cmd|scr|hta|lnk|html?|svg)$",
    re.IGNORECASE,
)
"""Names of parts that hold a program or another file."""
_PRINTER = re.compile(r"printersettings\d*\.bin$", re.I)
_OUTSIDE = re.compile(rb"<[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.I)
_RUN_BY_WORDS = re.compile(rb"macroEnabled|DDEAUTO|<script:|script:event-listener|<office:script\b|ddelink", re.I)
_FIELD = re.compile(rb"instrText[^>]*>\s*DDE\b", re.I)
NOTHING_SAID = {
    "docProps/core.xml": b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "meta.xml": b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"/>',
}
"""Parts that tell who wrote it, when and with what → the same empty."""


def office(content: bytes) -> Cleaned:
    """The same file without metadata. Raises NotTaken."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = _unpacked(archive)
    except (BadZipFile, zlib.error, LZMAError, EOFError, OSError, ValueError, RuntimeError):
        raise NotTaken("document-damaged") from None
    media = _media(parts)
    for name, part in parts.items():
        _look_at(name, part)
    return Cleaned(media, _packed(parts))


def _unpacked(archive: ZipFile) -> dict[str, bytes]:
    listed, parts, left = archive.infolist(), dict[str, bytes](), MOST_UNPACKED
    if len(listed) > MOST_FILES:
        raise NotTaken("document-bomb")
    for one in listed:
        if one.flag_bits & 1:
            raise NotTaken("document-locked")
        if one.filename in parts or one.filename.startswith("/") or ".." in one.filename.split("/") or "\\" in one.filename:
            raise NotTaken("document-damaged")
        if not one.is_dir():
            parts[one.filename] = _read(archive, one, left)
            left -= len(parts[one.filename])
    return parts


def _read(archive: ZipFile, one: ZipInfo, most: int) -> bytes:
    """One part, as far as there is room for it."""
    found = bytearray()
    with archive.open(one) as part:
        while piece := part.read(AT_ONCE):
            found += piece
            if len(found) > most:
                raise NotTaken("document-bomb")
    return bytes(found)


def _media(parts: dict[str, bytes]) -> Media:
    if MIMETYPE in parts:
        found = ODF.get(parts[MIMETYPE].decode("ascii", "replace").strip())
    else:
        found = next((media for said, media in OOXML.items() if said.encode() in parts.get(TYPES, b"")), None)
    if found is None:
        raise NotTaken("document-runs" if b"macroEnabled" in parts.get(TYPES, b"") else "document-unknown")
    return found


def _look_at(name: str, part: bytes) -> None:
    binary = name.lower().endswith(".bin") and not _PRINTER.search(name)
    if RUNS.search(name) or binary or part.startswith((b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"PK\x03\x04")):
        raise NotTaken("document-runs")
    if name.endswith(".rels") and any(b"/hyperlink" not in one for one in _OUTSIDE.findall(part)):
        raise NotTaken("document-runs")  # a template or a picture that would be fetched from elsewhere
    if name.endswith((".xml", ".rels")) and (_RUN_BY_WORDS.search(part) or _FIELD.search(part)):
        raise NotTaken("document-runs")


def _packed(parts: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: name != MIMETYPE):
            one = ZipInfo(name)  # of 1980, like all others
            part = NOTHING_SAID.get(name, without_tags(parts[name]))
            archive.writestr(one, part, None if name == MIMETYPE else ZIP_DEFLATED)
    return made.getvalue()
