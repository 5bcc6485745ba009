"""A file → what it is and its cleaned content, or why it is not taken. Its name and whatever was said of it are never asked.

Pictures are drawn anew from their points, PDFs and office files are written anew without metadata. What can run is refused, and not taken
out: whoever sends it should know.
"""

from collections.abc import Callable

from shared.privacy.cleaning.outcome import Cleaned, NotTaken
from shared.protocol.documents import MOST_BYTES


def cleaned(content: bytes) -> Cleaned:
    """The file as it is kept. Raises NotTaken."""
    if not content:
        raise NotTaken("document-empty")
    if len(content) > MOST_BYTES:
        raise NotTaken("document-too-large")
    made = _cleaner(content)(content)
    if len(made.content) > MOST_BYTES:
        raise NotTaken("document-too-large")
    return made


def _cleaner(content: bytes) -> Callable[[bytes], Cleaned]:
    """Imported when it is needed: each brings a library of its own."""
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (content[:4], content[8:12]) == (b"RIFF", b"WEBP"):
        from shared.privacy.cleaning.pictures import picture

        return picture
    if content.startswith(b"%PDF-"):
        from shared.privacy.cleaning.pdf import pdf

        return pdf
    if content.startswith(b"PK\x03\x04"):
        from shared.privacy.cleaning.office import office

        return office
    raise NotTaken(_why(content))


ACTIVE = (b"<svg", b"<html", b"<!doctype", b"<script", b"<?xml", b"#!", b"MZ", b"\x7fELF")


def _why(content: bytes) -> str:
    begins = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if begins.lower().startswith(ACTIVE[:5]) or begins.startswith(ACTIVE[5:]) or b"<svg" in begins.lower():
        return "document-active"
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "document-old-office"
    if content[4:8] == b"ftyp":
        return "document-heic"
    return "document-unknown"
