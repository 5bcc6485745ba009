"""Spreadsheets as rows of text: Excel, old Excel and OpenDocument, by one library that opens all of them."""

import json
import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from signal import SIGABRT, SIGKILL
from zipfile import BadZipFile, ZipFile

from deploy.saying import FileSaying
from deploy.sent_files import laid_out
from deploy.trouble import Trouble
from shared.config.i18n import N_

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UNFOLDED = 128 * 1024 * 1024
"""Bytes that the parts of a workbook may have together, and its cells once they are laid out: some hundred thousand rows."""
OUT_OF_MEMORY = {laid_out.LARGE, -SIGABRT, -SIGKILL}
"""How laying out ends that takes more than it may."""
INSIDE = {"word/document.xml": N_("a Word document"), "ppt/presentation.xml": N_("a presentation")}
FAR = N_(
    "%(file)s takes more than %(most)s MiB where its cells are laid out: one may stand far from the table. Copy the table alone into a new "
    "workbook, or send it as CSV."
)
Rows = list[tuple[str, ...]]


def is_one(content: bytes) -> bool:
    """Whether a file is a workbook or another archive, and no text."""
    return content.startswith((ZIP, OLE))


def sheets(content: bytes, called: str) -> list[tuple[str, Rows]]:
    """The sheets of a workbook, in its order: name and rows. `called`: what the file is called where something is wrong with it. Raises
    Trouble where it is none, or cannot be opened."""
    _must_be_a_workbook(content, called)
    found, ended = _laid_out(content)
    if ended == laid_out.LOCKED:
        raise Trouble(FileSaying(N_("%(file)s is locked with a password; save it without one."), file=called))
    if ended in OUT_OF_MEMORY:
        raise Trouble(FileSaying(FAR, file=called, most=UNFOLDED // 1024 // 1024))
    if ended:
        raise _broken(called)
    return found


def _laid_out(content: bytes) -> tuple[list[tuple[str, Rows]], int]:
    """What a process of its own lays out, and how that ended."""
    command = [sys.executable, "-I", str(Path(laid_out.__file__)), str(UNFOLDED)]
    found: list[tuple[str, Rows]] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}) as process:
        assert process.stdin
        assert process.stdout
        with suppress(BrokenPipeError), process.stdin as to:
            to.write(content)  # all of it is read before anything is answered
        for line in process.stdout:
            if not line.endswith(b"\n"):
                break  # it ended amid a row
            said: str | list[str] = json.loads(line)
            if isinstance(said, str):
                found.append((said, []))
            else:
                found[-1][1].append(tuple(said))
    return found, process.returncode


def _must_be_a_workbook(content: bytes, called: str) -> None:
    if not content.startswith(ZIP):
        return
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts, size = archive.namelist(), sum(part.file_size for part in archive.infolist())
    except (BadZipFile, OSError, ValueError, RuntimeError):  # a name that is no text, a kind of archive that nobody knows yet
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
