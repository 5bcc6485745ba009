"""`./nrm report take FILE --body NAME`: what another body counts, with the checks of an import, kept beside our own figures."""

from collections import Counter
from pathlib import Path

from rich.console import Console
from sqlmodel import Session

from deploy.importers import table_file, telling
from deploy.importers.database import database
from deploy.importers.lines import FileLine, MalformedLine
from deploy.importers.uk_nrm import FileReading, ImportRow, SuppressedRow, read
from deploy.trouble import Trouble
from services.reporting.models import OtherReturn
from services.reporting.queries.other_returns import AlreadyTaken, ReturnedCell, take
from services.reporting.rules.htcds import NAMING, READ, NotHtcds, from_htcds
from shared.config.clock import wall
from shared.protocol.statistics import printable
from shared.store.database import engine_for

NAMES = ("prs_Gender", "vic_TypeOfExploitation", *(name for name in READ if name not in ("prs_Gender", "vic_TypeOfExploitation")))
"""Columns of the standard that are read: the first two say that a table is one of it."""
CORE, OPTIONAL = tuple(map(table_file.heading, NAMES[:2])), tuple(map(table_file.heading, NAMES[2:]))


def taken(file: Path, body: str, officer: str, keep: Path, console: Console, *, htcds: bool, revises: bool, encoding: str = "") -> None:
    """Take a return, and say what of it was left out. Raises Trouble."""
    from deploy.folder_lock import locked

    if not body.strip() or not printable(body.strip()):
        raise Trouble("Name the body that counted this, in at most 120 characters.")
    found, cells = _persons(file, encoding) if htcds else _cells(file, encoding)
    telling.beforehand(console, found, ())
    telling.malformed(console, found)
    if not cells:
        raise Trouble(f"No line of {file} can be taken; nothing was.")
    said = OtherReturn(
        body=body.strip(), source="htcds" if htcds else "table", taken_at=wall(), taken_by=officer, left_out=len(found.malformed)
    )
    place = database(keep)
    with locked(keep):
        _keep(place, said, cells, revises=revises)
    people, hidden = sum(one.people or 0 for one in cells), sum(one.people is None for one in cells)
    console.print(
        f"{people} people of {body.strip()} are kept beside our own figures, and never added to them: the same person may be in both."
    )
    if hidden:
        console.print(f"{hidden} cells are suppressed at source.", style="yellow")


def _keep(file: Path, said: OtherReturn, cells: list[ReturnedCell], *, revises: bool) -> None:
    from services.reporting.service import SERVICE
    from shared.store.database import migrate

    engine = engine_for(f"sqlite:///{file}")
    try:
        migrate(engine, SERVICE.migrations)
        with Session(engine) as session, session.begin():
            take(session, said, cells, revises=revises)
    except AlreadyTaken as quarters:
        raise Trouble(f"There is a return of this body for {quarters}: --revises says that this one takes its place.") from None
    finally:
        engine.dispose()


def _cells(file: Path, encoding: str) -> tuple[FileReading, list[ReturnedCell]]:
    found = read(file, encoding=encoding)
    return found, [_cell(row) for row in found.rows] + [_hidden(row) for row in found.suppressed]


def _cell(row: ImportRow) -> ReturnedCell:
    values = row.values
    forms = ",".join(sorted(row.forms)) or "UNK"
    return ReturnedCell(values[0], values[1], forms, row.age.value, row.sex.value, values[6], "undecided", row.people)


def _hidden(row: SuppressedRow) -> ReturnedCell:
    return _cell(ImportRow(row.line, row.values, row.values, 0))._replace(people=None)


def _persons(file: Path, encoding: str) -> tuple[FileReading, list[ReturnedCell]]:
    """A line for each person. Names, contacts and words are never read."""
    sent, found = table_file.read(file, CORE, encoding, OPTIONAL), FileReading()
    named = [name for name in sorted(NAMING) if any(f"the column {table_file.heading(name)} is left out" == one for one in sent.notices)]
    found.notices = [one for one in sent.notices if not one.startswith("the column ")]
    if named:
        found.notices.append(f"columns that say who somebody is were not read: {', '.join(named)}. Ask the body to send none")
    people = Counter[ReturnedCell]()
    for line in sent.lines:
        if isinstance(line, MalformedLine):
            found.malformed.append(line)
            continue
        try:
            people[_person(line)] += 1
        except NotHtcds as why:
            found.malformed.append(MalformedLine(line.number, str(why)))
    return found, [cell._replace(people=n) for cell, n in people.items()]


def _person(line: FileLine) -> ReturnedCell:
    one = from_htcds(dict(zip(NAMES, line.cells, strict=True)))
    return ReturnedCell(one.quarter, one.kind, one.forms, one.age, one.sex, one.nationality, one.standing, None)
