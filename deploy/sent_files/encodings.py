"""What a text is written in: by its mark, by its noughts, or UTF-8. What else it may be is said and never guessed: the same byte is another
letter in Belgrade than in London."""

import codecs
from contextlib import suppress

from deploy.saying import FileSaying
from deploy.sent_files.lines import UnfitLine
from deploy.trouble import Trouble
from shared.config.i18n import N_

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
"""Byte order mark → encoding. Those of UTF-32 come first: they begin as those of UTF-16 do."""
USUAL = {"cp1252": "windows-1252 (western)", "cp1250": "windows-1250 (central Europe)", "cp1251": "windows-1251 (Cyrillic)"}
"""What offices write that do not write UTF-8."""
LOST = "surrogateescape"
SAMPLE = 4_096


def text_of(content: bytes, encoding: str = "") -> str:
    """The text of a file. Bytes that are none in its encoding stay in their lines, to be named there. Raises Trouble."""
    if encoding:
        try:
            return content.decode(encoding, LOST)
        except LookupError:
            raise Trouble(FileSaying(N_("there is no encoding '%(encoding)s'; name one as cp1250 or cp1252."), encoding=encoding)) from None
        except UnicodeError:
            raise Trouble(FileSaying(N_("the file is not written in %(encoding)s."), encoding=encoding)) from None
    try:
        return content.decode(_marked(content), LOST)
    except UnicodeError:
        raise Trouble(
            FileSaying(N_("the file begins like UTF-16 or UTF-32 and does not go on like it; it may have been cut off."))
        ) from None


def _marked(content: bytes) -> str:
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return encoding
    some = content[:SAMPLE]
    if some[1::2].count(0) * 2 > len(some[1::2]) > 0:
        return "utf-16-le"
    if some[::2].count(0) * 2 > len(some[::2]) > 0:
        return "utf-16-be"
    return "utf-8"


def checked(line: str, encoding: str = "") -> str:
    """The line, where all of it is text. Raises UnfitLine with what it seems to be."""
    if line.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in line):
        return line
    if encoding:
        raise UnfitLine(FileSaying(N_("the line holds bytes that are no text in %(encoding)s"), encoding=encoding))
    readings = dict[str, list[str]]()
    for encoding, name in USUAL.items():
        with suppress(UnicodeError):
            readings.setdefault(_odd(line.encode("utf-8", LOST).decode(encoding)), []).append(name)
    told = "; ".join(f"{' / '.join(names)}: {text}" for text, names in readings.items())
    if not told:
        raise UnfitLine(FileSaying(N_("the line is not UTF-8, nor any text that we know")))
    raise UnfitLine(FileSaying(N_("the line is not UTF-8. It may say %(readings)s. Name its encoding"), readings=told))


def _odd(text: str) -> str:
    """The cells of a line that have a letter beyond ASCII."""
    return ", ".join(cell.strip() for cell in text.replace(";", ",").split(",") if not cell.isascii())
