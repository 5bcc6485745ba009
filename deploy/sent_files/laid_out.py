"""Lays a workbook out, in a process of its own with a bound: a file of a few bytes may name the last of a sheet's 17 thousand million
cells, and what opens workbooks then ends its process. Knows nothing of us.

Workbook in, JSON out: the name of each sheet as text, then each of its rows as a list of text. Ends with an exit status below.
"""

import json
import resource
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

BOUNDS = {resource.RLIMIT_AS: 512 * 1024 * 1024, resource.RLIMIT_CPU: 60, resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0}
"""What laying out may take: bytes of addresses, seconds of a processor; no core, in which people's data would be, nor another file."""
LOCKED, BROKEN, LARGE = 3, 4, 5
"""Exit statuses: it has a password, cannot be opened, or takes more than it may."""
PLACE = 8
"""Bytes that a cell takes where it is empty, too; and a row, of which a blank one has no cells."""
Cell = int | float | str | bool | time | date | datetime | timedelta


def main(most: int) -> int:
    """Lay out what comes in; the exit status. `most`: bytes that its cells may take in the memory of who reads them."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")  # where memory is short, the kernel takes this process and not the agency's
    for what, bound in BOUNDS.items():
        resource.setrlimit(what, (bound, bound))
    try:
        return _written(CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read())), most)
    except PasswordError:
        return LOCKED
    except (CalamineError, OSError):
        return BROKEN
    except MemoryError:
        return LARGE


def _written(book: CalamineWorkbook, left: int) -> int:
    for name in book.sheet_names:
        _say(name)
        for cells in book.get_sheet_by_name(name).to_python(skip_empty_area=False):
            row = [] if cells.count("") == len(cells) else [_text(cell) for cell in cells]
            left -= PLACE + sum(PLACE + (sys.getsizeof(text) if text else 0) for text in row)
            if left < 0:
                return LARGE
            _say(row)
    return 0


def _say(what: object) -> None:
    sys.stdout.buffer.write(json.dumps(what, ensure_ascii=False).encode() + b"\n")


def _text(cell: Cell) -> str:
    """A cell as it reads: a whole number without its decimal nought, a day without its hour."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.6f}"  # never three decimals, which would read as thousands
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
