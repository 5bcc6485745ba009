"""Tables as CSV that a spreadsheet opens by a double click, whatever the script of what is in them.

UTF-8 behind the mark (U+FEFF) by which Excel knows it, with a header line, as RFC 4180 has it. Where people write a comma in a number
(Serbian, Finnish, Swedish), a spreadsheet parts columns by semicolons, and would show a file with commas in one column: there the file has
semicolons, and a comma in its numbers. Otherwise values stay as they are, with one exception:
a spreadsheet takes a text that begins with = + - @ for a formula, and runs it; some also where such a sign is a full-width or a small one,
or stands behind blanks, tabs or line breaks. Such a text gets an apostrophe in front, which spreadsheets understand as "this is text".
Numbers are never touched.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from io import StringIO

from fastapi.responses import Response

from shared.config.i18n import N_

FORMULA = tuple("=+-@＝＋－＠﹦﹢﹣﹫")
BLANK = tuple("\t\r\n\v\f\0")
MARK = "\ufeff"
Cell = str | int | float | bool
BETWEEN = N_(",")
"""What stands between the columns of a file: a catalogue says ; where a number has a comma."""
WHERE_COMMAS_ARE_IN_NUMBERS = ";"


def safe(value: Cell) -> Cell:
    """A value that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    runs = isinstance(value, str) and (value.startswith(BLANK) or value.lstrip().startswith(FORMULA))
    return f"'{value}" if runs else value


def sheet(head: Sequence[str], rows: Iterable[Sequence[Cell]], between: str = BETWEEN) -> str:
    """The text of the file."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=between)
    writer.writerow([safe(word) for word in head])
    writer.writerows([_written(safe(value), between) for value in row] for row in rows)
    return text.getvalue()


def _written(value: Cell, between: str) -> Cell:
    """A number with the sign that goes with these columns."""
    return value if between == BETWEEN or type(value) is not float else str(value).replace(".", ",")


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], translate: Callable[[str], str] = str) -> Response:
    """The file as an answer, its columns parted as in the reader's language; whatever else a catalogue says there means commas."""
    between = WHERE_COMMAS_ARE_IN_NUMBERS if translate(BETWEEN) == WHERE_COMMAS_ARE_IN_NUMBERS else BETWEEN
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response((MARK + sheet(head, rows, between)).encode(), media_type="text/csv; charset=utf-8", headers=headers)
