"""Spreadsheets as rows of text: Excel, old Excel and OpenDocument, by one library that opens all of them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from deploy.sent_files.lines import FileSaying
from deploy.trouble import Trouble
from shared.config.i18n import N_

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UNFOLDED = 128 * 1024 * 1024
"""Bytes that the parts of a workbook may have together: some hundred thousand rows."""
INSIDE = {"word/document.xml": N_("a Word document"), "ppt/presentation.xml": N_("a presentation")}
Cell = int | float | str | bool | time | date | datetime | timedelta
Rows = list[tuple[str, ...]]


def is_one(content: bytes) -> bool:
    """Whether a file is a workbook or another archive, and no text."""
    return content.startswith((ZIP, OLE))


def sheets(content: bytes, called: str) -> list[tuple[str, Rows]]:
    """The sheets of a workbook, in its order: name and rows. `called`: what the file is called where something is wrong with it. Raises
    Trouble where it is none, or cannot be opened."""
    _must_be_a_workbook(content, called)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return [(name, list(_rows(book, name))) for name in book.sheet_names]
    except PasswordError:
        raise Trouble(FileSaying(N_("%(file)s is locked with a password; save it without one."), file=called)) from None
    except (CalamineError, OSError):
        raise _broken(called) from None


def _must_be_a_workbook(content: bytes, called: str) -> None:
    if not content.startswith(ZIP):
        return
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts, size = archive.namelist(), sum(part.file_size for part in archive.infolist())
    except (BadZipFile, OSError):
        raise _broken(called) from None
    if size > UNFOLDED:
        most = UNFOLDED // 1024 // 1024
        raise Trouble(FileSaying(N_("%(file)s unfolds to more than %(most)s MiB; send it as CSV, or in parts."), file=called, most=most))
    if what := next((what for part, what in INSIDE.items() if part in parts), ""):
        raise Trouble(
            FileSaying(
                N_("%(file)s is %(what)s, not a table: export it as CSV, Excel or OpenDocument."), file=called, what=FileSaying(what)
            )
        )
    if "mimetype" not in parts and not any(part.startswith("xl/") for part in parts):
        raise Trouble(FileSaying(N_("%(file)s is a zip archive: take the table out of it."), file=called))


def _broken(called: str) -> Trouble:
    return Trouble(
        FileSaying(N_("%(file)s is a spreadsheet or an archive that cannot be opened: it may be cut off or damaged."), file=called)
    )


def _rows(book: CalamineWorkbook, name: str) -> Iterator[tuple[str, ...]]:
    for cells in book.get_sheet_by_name(name).to_python(skip_empty_area=False):
        yield tuple(_text(cell) for cell in cells)


def _text(cell: Cell) -> str:
    """A cell as it reads: a whole number without its decimal nought, a day without its hour."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.6f}"  # never three decimals, which would read as thousands
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)
