"""Tables as CSV files: UTF-8 with a header line, as RFC 4180 has it.

Values stay as they are, byte for byte, with one exception: a spreadsheet takes a text that begins with = + - @ or a tab for a formula, and
runs it. Such a text gets an apostrophe in front, which spreadsheets understand as "this is text". Numbers are never touched.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from fastapi.responses import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float | bool


def safe(value: Cell) -> Cell:
    """A value that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def sheet(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The text of the file."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([safe(value) for value in row] for row in rows)
    return text.getvalue()


def download(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The file as an answer."""
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(sheet(head, rows).encode(), media_type="text/csv; charset=utf-8", headers=headers)
