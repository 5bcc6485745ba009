"""What another body counts, as its file says it: a table of numbers, or people one by one as HTCDS v2.0 has them."""

from collections import Counter
from functools import partial

from deploy.saying import FileSaying, said
from deploy.sent_files import table_file
from deploy.sent_files.lines import FileLine, MalformedLine
from deploy.sent_files.uk_nrm import HEADER, FileReading, ImportRow, SuppressedRow, understood
from deploy.trouble import Trouble
from services.reporting.ingest.sent_returns import FileWords, LeftOutLine, NothingTaken, SentReturn, UnreadableReturn
from services.reporting.queries.other_returns import ReturnedCell
from services.reporting.rules.exchange.htcds import NAMING, READ, NotHtcds, from_htcds
from shared.config.i18n import N_

NAMES = ("prs_Gender", "vic_TypeOfExploitation", *(name for name in READ if name not in ("prs_Gender", "vic_TypeOfExploitation")))
"""Columns of the standard that are read: the first two say that a table is one of it."""
OUT = N_("line %(line)s is left out: it %(why)s")
CORE, OPTIONAL = tuple(map(table_file.heading, NAMES[:2])), tuple(map(table_file.heading, NAMES[2:]))


def sent(content: bytes, htcds: bool, encoding: str) -> SentReturn:
    """A return that was sent to the page. Its file is nowhere but in memory. Raises UnreadableReturn."""
    try:
        found, cells = returned(content, FileSaying(N_("The file")), encoding, htcds=htcds)
    except Trouble as why:
        raise UnreadableReturn(_words(why.args[0])) from None
    bad = [LeftOutLine(one.line, _words(one.reason)) for one in found.malformed]
    notices = [*found.notices, *(FileSaying(OUT, line=one.line, why=one.reason) for one in found.left_out)]
    if not cells:
        raise NothingTaken(bad)
    return SentReturn(cells, bad, [_words(one) for one in notices])


def _words(what: str) -> FileWords:
    return partial(said, what)


def returned(content: bytes, called: str, encoding: str, *, htcds: bool) -> tuple[FileReading, list[ReturnedCell]]:
    """What was read, and what it counts. `called`: what the file is called where something is wrong with it. Raises Trouble."""
    return _persons(content, called, encoding) if htcds else _cells(content, called, encoding)


def _cells(content: bytes, called: str, encoding: str) -> tuple[FileReading, list[ReturnedCell]]:
    found = understood(table_file.of_content(content, called, HEADER, encoding))
    return found, [_cell(row) for row in found.rows] + [_hidden(row) for row in found.suppressed]


def _cell(row: ImportRow) -> ReturnedCell:
    values = row.values
    forms = ",".join(sorted(row.forms)) or "UNK"
    return ReturnedCell(values[0], values[1], forms, row.age.value, row.sex.value, values[6], "undecided", row.people)


def _hidden(row: SuppressedRow) -> ReturnedCell:
    return _cell(ImportRow(row.line, row.values, row.values, 0))._replace(people=None)


def _persons(content: bytes, called: str, encoding: str) -> tuple[FileReading, list[ReturnedCell]]:
    """A line for each person. Names, contacts and words are never read."""
    table, found = table_file.of_content(content, called, CORE, encoding, OPTIONAL), FileReading()
    named = [name for name in sorted(NAMING) if any(f"the column {table_file.heading(name)} is left out" == one for one in table.notices)]
    found.notices = [one for one in table.notices if not one.startswith("the column ")]
    if named:
        words = N_("columns that say who somebody is were not read: %(named)s. Ask the body to send none")
        found.notices.append(FileSaying(words, named=", ".join(named)))
    people = Counter[ReturnedCell]()
    for line in table.lines:
        if isinstance(line, MalformedLine):
            found.malformed.append(line)
            continue
        try:
            people[_person(line)] += 1
        except NotHtcds as why:
            found.malformed.append(MalformedLine(line.number, FileSaying(why.words, **why.values)))
    return found, [cell._replace(people=n) for cell, n in people.items()]


def _person(line: FileLine) -> ReturnedCell:
    one = from_htcds(dict(zip(NAMES, line.cells, strict=True)))
    return ReturnedCell(one.quarter, one.kind, one.forms, one.age, one.sex, one.nationality, one.standing, None)
