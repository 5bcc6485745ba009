"""The UK's published referrals: a line for each combination of seven printed values, with the people. Values stay byte for byte."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from deploy.trouble import Trouble
from shared.config import calendar
from shared.protocol.vocabulary import AgeBand, Form, Sex

COLUMNS = (
    "quarter", "first_responder_type", "first_responder", "exploitation_type", "age_at_exploitation", "gender", "nationality",
)  # fmt: skip
HEADER = (*COLUMNS, "people")
LONGEST = 120
"""Characters that a printed value may have; events carry no more."""

FORMS = {
    "Sexual": Form.SEXUAL, "Labour": Form.LABOUR, "Domestic": Form.DOMESTIC, "Criminal": Form.CRIMINAL, "Organ Harvesting": Form.ORGAN,
    "Not specified or unknown": Form.UNKNOWN,
}  # fmt: skip
AGES = {"Adult (18 or over)": AgeBand.ADULT, "Child (17 or under)": AgeBand.CHILD, "Not specified or unknown": AgeBand.UNKNOWN}
SEXES = {
    "Female": Sex.FEMALE, "Male": Sex.MALE, "Other": Sex.OTHER, "Unknown": Sex.UNKNOWN, "Not specified or unknown": Sex.UNKNOWN,
}  # fmt: skip
QUARTER = re.compile(r"(\d{4})-Q([1-4])")


class UnfitLine(ValueError):
    """This line cannot be imported; the message says why."""


@dataclass(frozen=True, slots=True)
class MalformedLine:
    """A line that cannot be imported, and why, in words."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A line that can be imported."""

    line: int
    values: tuple[str, ...]
    """The seven printed values, in the order of COLUMNS."""
    occurrence: int
    """How many lines before this one print the same values."""
    people: int

    @property
    def responder(self) -> tuple[str, str]:
        """(type, name) of the first responder as printed."""
        return self.values[1], self.values[2]

    @property
    def identity(self) -> str:
        """What makes this row the same row in another run, wherever it then stands and however many people it then counts."""
        return "\n".join((*self.values, str(self.occurrence)))

    def forms(self) -> tuple[Form, ...]:
        """The printed set of forms as codes, in the order of the vocabulary."""
        found = {FORMS[word] for word in _words(self.values[3])}
        return tuple(form for form in Form if form in found)

    def moment(self, person: int, zone: ZoneInfo) -> int:
        """A simulated moment (ms UTC) in the row's quarter there, the same in every run: the source gives no day."""
        start, end = quarter(self.values[0], zone)
        return Random(f"{self.identity}\n{person}").randrange(start, end)  # noqa: S311  a figure, not a secret


def quarter(printed: str, zone: ZoneInfo) -> tuple[int, int]:
    """Beginning and end (exclusive) of a printed quarter in the country that prints it, ms UTC. Raises UnfitLine."""
    return calendar.quarter(*_year_and_number(printed), zone)


def _year_and_number(printed: str) -> tuple[int, int]:
    match = QUARTER.fullmatch(printed)
    if match is None or not 1970 <= int(match[1]) <= 9000:
        raise UnfitLine("quarter is not of the form 2023-Q1")
    return int(match[1]), int(match[2])


def read(path: Path) -> Iterator[ImportRow | MalformedLine]:
    """The lines of the file in order. Raises Trouble where it cannot be read at all or is another file."""
    seen = Counter[tuple[str, ...]]()
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            if tuple(_cells(file.readline())) != HEADER:
                raise Trouble(f"{path} is not the file of the UK's referrals: its first line must be {','.join(HEADER)}.")
            for number, text in enumerate(file, 2):
                if text.strip():
                    yield _row(number, text, seen)
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}.") from None
    except UnfitLine as error:
        raise Trouble(f"The first line of {path} cannot be read: {error}.") from None


def _row(number: int, text: str, seen: "Counter[tuple[str, ...]]") -> ImportRow | MalformedLine:
    try:
        *cells, people = _fit(_cells(text))
    except UnfitLine as error:
        return MalformedLine(number, str(error))
    values = tuple(cells)
    seen[values] += 1
    return ImportRow(number, values, seen[values] - 1, int(people))


def _cells(text: str) -> list[str]:
    """The cells of one line. Line by line, so that a stray quotation mark spoils its own line and no other."""
    nothing: list[str] = []
    try:
        return next(csv.reader([text], strict=True), nothing)
    except csv.Error:
        raise UnfitLine("the line is not proper CSV (a quotation mark without its partner, or a byte that is no text)") from None


def _fit(cells: list[str]) -> list[str]:
    if len(cells) != len(HEADER):
        raise UnfitLine(f"the line has {len(cells)} cells, not {len(HEADER)}")
    for name, cell in zip(HEADER, cells, strict=True):
        if not cell:
            raise UnfitLine(f"{name} is empty")
        if len(cell) > LONGEST:
            raise UnfitLine(f"{name} is longer than {LONGEST} characters")
        if not cell.isprintable():
            raise UnfitLine(f"{name} holds bytes that are not UTF-8 text")
    _year_and_number(cells[0])
    if unknown := [word for word in _words(cells[3]) if word not in FORMS]:
        raise UnfitLine(f"exploitation_type names {unknown[0]!r}; it may name {', '.join(FORMS)}")
    for name, cell, known in (("age_at_exploitation", cells[4], AGES), ("gender", cells[5], SEXES)):
        if cell not in known:
            raise UnfitLine(f"{name} is {cell!r}; it may be {', '.join(known)}")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", cells[7]):
        raise UnfitLine("people is not a whole number from 1 to 999999")
    return cells


def _words(printed: str) -> list[str]:
    return [word.strip() for word in re.split("[,&]", printed)]
