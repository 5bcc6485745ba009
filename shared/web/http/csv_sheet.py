"""Tables as CSV that a spreadsheet opens by a double click, whatever the script of what is in them.

UTF-8 behind the mark (U+FEFF) by which Excel knows it, with a header line, as RFC 4180 has it. Values stay as they are, with one exception:
a spreadsheet takes a text that begins with = + - @ for a formula, and runs it; some also where such a sign is a full-width or a small one,
or stands behind blanks, tabs or line breaks. Such a text gets an apostrophe in front, which spreadsheets understand as "this is text".
Numbers are never touched.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from fastapi.responses import Response

FORMULA = tuple("=+-@＝＋－＠﹦﹢﹣﹫")
BLANK = tuple("\t\r\n\v\f\0")
MARK = "\ufeff"
Cell = str | int | float | bool


def safe(value: Cell) -> Cell:
    """A value that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    runs = isinstance(value, str) and (value.startswith(BLANK) or value.lstrip().startswith(FORMULA))
    return f"'{value}" if runs else value


def sheet(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The text of the file."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([safe(word) for word in head])
    writer.writerows([safe(value) for value in row] for row in rows)
    return text.getvalue()


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The file as an answer."""
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response((MARK + sheet(head, rows)).encode(), media_type="text/csv; charset=utf-8", headers=headers)
