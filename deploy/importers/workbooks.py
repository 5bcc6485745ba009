"""Spreadsheets as rows of text: Excel, old Excel and OpenDocument, by one library that opens all of them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from deploy.trouble import Trouble

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UNFOLDED = 128 * 1024 * 1024
"""Bytes that the parts of a workbook may have together: some hundred thousand rows."""
INSIDE = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a presentation"}
Cell = int | float | str | bool | time | date | datetime | timedelta
Rows = list[tuple[str, ...]]


def is_one(content: bytes) -> bool:
    """Whether a file is a workbook or another archive, and no text."""
    return content.startswith((ZIP, OLE))


def sheets(path: Path) -> list[tuple[str, Rows]]:
    """The sheets of a workbook, in its order: name and rows. Raises Trouble where it is none, or cannot be opened."""
    _must_be_a_workbook(path)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
        return [(name, list(_rows(book, name))) for name in book.sheet_names]
    except PasswordError:
        raise Trouble(f"{path} is locked with a password; save it without one.") from None
    except (CalamineError, OSError):
        raise _broken(path) from None


def _must_be_a_workbook(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(4) != ZIP:
            return
    try:
        with ZipFile(path) as archive:
            parts, size = archive.namelist(), sum(part.file_size for part in archive.infolist())
    except (BadZipFile, OSError):
        raise _broken(path) from None
    if size > UNFOLDED:
        raise Trouble(f"{path} unfolds to more than {UNFOLDED // 1024 // 1024} MiB; send it as CSV, or in parts.")
    if what := next((what for part, what in INSIDE.items() if part in parts), ""):
        raise Trouble(f"{path} is {what}, not a table: export it as CSV, Excel or OpenDocument.")
    if "mimetype" not in parts and not any(part.startswith("xl/") for part in parts):
        raise Trouble(f"{path} is a zip archive: take the table out of it.")


def _broken(path: Path) -> Trouble:
    return Trouble(f"{path} is a spreadsheet or an archive that cannot be opened: it may be cut off or damaged.")


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
