"""A table as an office sends it: CSV in its usual spellings, Excel or OpenDocument, with its columns in any order and a title above.

What the file is decides its content, never its name. What is no table is named for what it is.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.saying import FileSaying
from deploy.sent_files import encodings, workbooks
from deploy.sent_files.lines import FileLine, MalformedLine, UnfitLine
from deploy.sent_files.spelling import tidy
from deploy.trouble import Trouble
from shared.config.i18n import N_

LARGEST = 256 * 1024 * 1024
"""Bytes that a file may have."""
ABOVE = 30
"""Lines of titles and notes that may stand above the headings."""
LEFT_OUT = N_("the column %(name)s is left out")
COMMAS = ",;\t|"
SIGNATURES = {
    b"%PDF": N_("a PDF"), b"<!doctype html": N_("a web page"), b"<html": N_("a web page"), b"\x1f\x8b": N_("packed (gzip)"),
    b"\x89PNG": N_("a picture"), b"\xff\xd8\xff": N_("a picture"), b"GIF8": N_("a picture"), b"7z\xbc\xaf": N_("packed (7z)"),
    b"Rar!": N_("packed (RAR)"), b"{\\rtf": N_("a text document"),
}  # fmt: skip
"""How other files begin that are sent as tables."""


@dataclass
class TableFile:
    """The lines below the headings, their cells in the order that was asked for."""

    lines: list[FileLine | MalformedLine]
    notices: list[str] = field(default_factory=list[str])
    """What was left out around the table, in words."""


@dataclass(frozen=True, slots=True)
class _Headings:
    line: int
    names: tuple[str, ...]


def read(path: Path, columns: Sequence[str], encoding: str = "", optional: Sequence[str] = ()) -> TableFile:
    """The table of these columns in a file, and of the optional ones behind them, empty where it lacks one. `encoding`: what a CSV is
    written in, where it is not UTF-8. Raises Trouble."""
    return of_content(content_of(path), str(path), columns, encoding, optional)


def of_content(content: bytes, called: str, columns: Sequence[str], encoding: str = "", optional: Sequence[str] = ()) -> TableFile:
    """The same of what a file holds; `called`: what it is called where something is wrong with it. Raises Trouble."""
    _must_be_a_table(content, called)
    if workbooks.is_one(content):
        return _of_workbook(content, called, columns, optional)
    text = encodings.text_of(content, encoding)
    lines = re.split(r"\r\n|\n|\r", text)
    headings, comma = _headings_of_text(called, lines, columns)
    return _table(called, headings, _split(lines, headings.line, comma, encoding), columns, optional)


def content_of(path: Path) -> bytes:
    """What a file holds. Raises Trouble where it cannot be read, or is too large."""
    try:
        if path.stat().st_size > LARGEST:
            raise Trouble("%(file)s is larger than %(largest)s MiB; send it in parts.", file=path, largest=LARGEST // 1024 // 1024)
        return path.read_bytes()
    except OSError as error:
        raise Trouble("%(file)s cannot be read: %(why)s.", file=path, why=error.strerror) from None


def _must_be_a_table(content: bytes, called: str) -> None:
    if not content.strip():
        raise Trouble(FileSaying(N_("%(file)s is empty."), file=called))
    start = content[:64].lstrip().lower()
    for signature, what in SIGNATURES.items():
        if start.startswith(signature.lower()):
            raise Trouble(
                FileSaying(
                    N_("%(file)s is %(what)s, not a table: export it as CSV, Excel or OpenDocument."), file=called, what=FileSaying(what)
                )
            )


def _of_workbook(content: bytes, called: str, columns: Sequence[str], optional: Sequence[str]) -> TableFile:
    sheets = workbooks.sheets(content, called)
    found = [(name, rows, headings) for name, rows in sheets if (headings := _best(rows[:ABOVE], columns))]
    if not found:
        raise _no_headings(called, columns)
    name, rows, headings = found[0]
    table = _table(
        called, headings, (FileLine(n, cells) for n, cells in enumerate(rows[headings.line :], headings.line + 1)), columns, optional
    )
    if len(found) > 1:
        others = ", ".join(other for other, _, _ in found[1:])
        table.notices.append(
            FileSaying(N_("the sheet %(name)s is read; %(others)s has the same headings and is left out"), name=name, others=others)
        )
    return table


def _headings_of_text(called: str, lines: Sequence[str], columns: Sequence[str]) -> tuple[_Headings, str]:
    read = [(comma, _best([_lenient(line, comma) for line in lines[:ABOVE]], columns)) for comma in COMMAS]
    found = [(headings, comma) for comma, headings in read if headings]
    if not found:
        raise _no_headings(called, columns)
    return max(found, key=lambda one: len(set(one[0].names) & set(columns)))


def _best(rows: Iterable[Sequence[str]], columns: Sequence[str]) -> _Headings | None:
    """The first line that has more than half of the columns, none where there is none."""
    for number, cells in enumerate(rows, 1):
        names = tuple(heading(cell) for cell in cells)
        if len(set(names) & set(columns)) * 2 > len(columns):
            return _Headings(number, names)
    return None


def heading(cell: str) -> str:
    """A heading as we call it: case, blanks and hyphens aside."""
    return re.sub(r"[\s_-]+", "_", tidy(cell).casefold())


def _no_headings(called: str, columns: Sequence[str]) -> Trouble:
    words = N_("%(file)s has no line of headings among its first %(many)s: they must be %(columns)s.")
    return Trouble(FileSaying(words, file=called, many=ABOVE, columns=", ".join(columns)))


def _table(
    called: str, headings: _Headings, lines: Iterable[FileLine | MalformedLine], columns: Sequence[str], optional: Sequence[str]
) -> TableFile:
    counted = Counter(headings.names)
    if missing := [name for name in columns if name not in counted]:
        there = ", ".join(filter(None, headings.names))
        words = N_("%(file)s has no column %(missing)s; it has %(there)s.")
        raise Trouble(FileSaying(words, file=called, missing=", ".join(missing), there=there))
    columns = (*columns, *optional)
    if twice := [name for name in columns if counted[name] > 1]:
        raise Trouble(FileSaying(N_("%(file)s has the column %(twice)s twice."), file=called, twice=", ".join(twice)))
    table = TableFile([_ordered(line, headings, columns) for line in lines if not _blank(line)])
    if not table.lines:
        raise Trouble(FileSaying(N_("%(file)s has no rows below its headings."), file=called))
    if headings.line > 1:
        table.notices.append(FileSaying(N_("the lines above the headings are left out (%(many)s)"), many=headings.line - 1))
    table.notices += [FileSaying(LEFT_OUT, name=name) for name in counted if name and name not in columns]
    return table


def _ordered(line: FileLine | MalformedLine, headings: _Headings, columns: Sequence[str]) -> FileLine | MalformedLine:
    if isinstance(line, MalformedLine):
        return line
    cells = [*line.cells]
    while len(cells) > len(headings.names) and not cells[-1].strip():
        cells.pop()  # a comma at the end of a line
    if len(cells) != len(headings.names):
        words = N_("the line has %(cells)s cells, not %(columns)s")
        return MalformedLine(line.number, FileSaying(words, cells=len(cells), columns=len(headings.names)))
    return FileLine(line.number, tuple(cells[headings.names.index(name)] if name in headings.names else "" for name in columns))


def _blank(line: FileLine | MalformedLine) -> bool:
    return isinstance(line, FileLine) and not any(cell.strip() for cell in line.cells)


def _split(lines: Sequence[str], above: int, comma: str, encoding: str) -> Iterator[FileLine | MalformedLine]:
    for number, text in enumerate(lines[above:], above + 1):
        try:
            yield FileLine(number, tuple(_cells(encodings.checked(text, encoding), comma)))
        except UnfitLine as error:
            yield MalformedLine(number, error.args[0])


def _cells(text: str, comma: str) -> list[str]:
    """The cells of one line. FileLine by line, so that a stray quotation mark spoils its own line and no other."""
    nothing: list[str] = []
    try:
        return next(csv.reader([text], strict=True, delimiter=comma), nothing)
    except csv.Error:
        raise UnfitLine(
            FileSaying(N_("the line is not proper CSV (a quotation mark without its partner, or a byte that is no text)"))
        ) from None


def _lenient(text: str, comma: str) -> list[str]:
    try:
        return _cells(text, comma)
    except UnfitLine:
        return []
