"""The UK's published referrals: a line for each combination of seven printed values, with the people."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from deploy.saying import FileSaying
from deploy.sent_files import counts, table_file
from deploy.sent_files.lines import FileLine, MalformedLine, UnfitLine
from deploy.sent_files.notices import Notices
from deploy.sent_files.spelling import Spellings, folded
from deploy.sent_files.table_file import TableFile
from shared.config import calendar
from shared.config.i18n import N_
from shared.protocol.vocabulary import AgeBand, Form, Sex

COLUMNS = (
    "quarter", "first_responder_type", "first_responder", "exploitation_type", "age_at_exploitation", "gender", "nationality",
)  # fmt: skip
HEADER = (*COLUMNS, "people")
LONGEST_VALUE = 120
"""Characters that a printed value may have; events carry no more."""

TYPES = ("Police", "Government agency", "Local Authority", "NGO and third sector")
FORMS = {
    "Sexual": Form.SEXUAL, "Labour": Form.LABOUR, "Domestic": Form.DOMESTIC, "Criminal": Form.CRIMINAL, "Organ Harvesting": Form.ORGAN,
    "Not specified or unknown": Form.UNKNOWN,
}  # fmt: skip
FOLDED = {folded(form.value): form for form in Form} | {folded(word): form for word, form in FORMS.items()}
AGES = {"Adult (18 or over)": AgeBand.ADULT, "Child (17 or under)": AgeBand.CHILD, "Not specified or unknown": AgeBand.UNKNOWN}
SEXES = {
    "Female": Sex.FEMALE, "Male": Sex.MALE, "Other": Sex.OTHER, "Unknown": Sex.UNKNOWN, "Not specified or unknown": Sex.UNKNOWN,
}  # fmt: skip
CODES = {"exploitation_type": Form, "age_at_exploitation": AgeBand, "gender": Sex}
"""Our own codes, as other bodies may send them."""
LABELS = {"first_responder_type": TYPES, "exploitation_type": FORMS, "age_at_exploitation": AGES, "gender": SEXES}
"""Labels that the series has printed so far. Another one is kept as printed and counts as unknown."""
QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
TOTAL = re.compile(r"(grand |sub-?)?totals?|all|sum", re.ASCII)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A line that can be imported."""

    line: int
    values: tuple[str, ...]
    """The seven printed values, in the order of COLUMNS, each in the spelling that stands for its twins."""
    printed: tuple[str, ...]
    """The same as they stand in the file."""
    people: int

    @property
    def responder(self) -> tuple[str, str]:
        """(type, name) of the first responder as printed."""
        return self.values[1], self.values[2]

    @property
    def identity(self) -> str:
        """What makes this row the same row in another run, wherever it then stands and however many people it then counts."""
        return _identity(self.values)

    @property
    def identities(self) -> tuple[str, str]:
        """The same, and what it was for who took each spelling as a value of its own."""
        return self.identity, _identity(self.printed)

    @property
    def forms(self) -> tuple[Form, ...]:
        """The printed set of forms as codes, in the order of the vocabulary; of a label never seen, unknown."""
        found = {FOLDED.get(folded(word), Form.UNKNOWN) for word in _words(self.values[3])}
        return tuple(form for form in Form if form in found)

    @property
    def age(self) -> AgeBand:
        """The printed age as a code."""
        return AGES.get(self.values[4]) or next((one for one in AgeBand if one == folded(self.values[4])), AgeBand.UNKNOWN)

    @property
    def sex(self) -> Sex:
        """The printed gender as a code."""
        return SEXES.get(self.values[5]) or next((one for one in Sex if one == folded(self.values[5])), Sex.UNKNOWN)

    def moment(self, person: int, zone: ZoneInfo) -> int:
        """A simulated moment (ms UTC) in the row's quarter there, the same in every run: the source gives no day."""
        start, end = quarter(self.values[0], zone)
        return Random(f"{self.identity}\n{person}").randrange(start, end)  # noqa: S311  a figure, not a secret


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that says nothing of its own, and why it is left out."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class SuppressedRow:
    """A line whose number of people the source knows and does not show."""

    line: int
    values: tuple[str, ...]

    @property
    def identity(self) -> str:
        """As of a row with its number."""
        return _identity(self.values)


@dataclass
class FileReading:
    """What a file says."""

    rows: list[ImportRow] = field(default_factory=list[ImportRow])
    malformed: list[MalformedLine] = field(default_factory=list[MalformedLine])
    suppressed: list[SuppressedRow] = field(default_factory=list[SuppressedRow])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    notices: list[str] = field(default_factory=list[str])
    """What somebody should know who sent the file, a sentence each."""


def quarter(printed: str, zone: ZoneInfo) -> tuple[int, int]:
    """Beginning and end (exclusive) of a printed quarter in the country that prints it, ms UTC. Raises UnfitLine."""
    return calendar.quarter(*_year_and_number(printed), zone)


def _year_and_number(printed: str) -> tuple[int, int]:
    match = QUARTER.fullmatch(printed)
    if match is None or not 1970 <= int(match[1]) <= 9000:
        raise UnfitLine(FileSaying(N_("quarter is '%(printed)s', not of the form 2023-Q1"), printed=printed))
    return int(match[1]), int(match[2])


def table(path: Path, encoding: str = "") -> TableFile:
    """The table of a file. Raises Trouble where there is none in it."""
    return table_file.read(path, HEADER, encoding)


def read(path: Path, spellings: Spellings | None = None, encoding: str = "") -> FileReading:
    """The file. Raises Trouble where it cannot be read at all."""
    return understood(table(path, encoding), spellings)


def understood(sent: TableFile, spellings: Spellings | None = None) -> FileReading:
    """What a table says. `spellings`: those of former files, to which this one's are added."""
    known = Spellings.of(LABELS)
    if spellings is not None:
        spellings.chosen.update(known.chosen)
    return _FileReader(spellings or known, sent.notices).read(sent.lines)


class _FileReader:
    """Reads line by line, knowing what came before."""

    def __init__(self, spellings: Spellings, notices: list[str]) -> None:
        self.spellings, self.notices = spellings, Notices(notices)
        self.found = FileReading()
        self.seen = dict[tuple[str, ...], tuple[int, list[str], str]]()
        """Values → the line that said them first, its cells but the last, and its number of people, as printed."""
        self.spelt = dict[tuple[str, str], dict[str, list[int]]]()
        """Column and value → how it was printed, and in which lines."""

    def read(self, lines: Sequence[FileLine | MalformedLine]) -> FileReading:
        good = [line for line in lines if isinstance(line, FileLine) and not _says_nothing(line.cells)]
        groups = counts.grouping(line.cells[-1].strip() for line in good)
        for n, column in enumerate(COLUMNS):
            self.spellings.learn(column, (line.cells[n] for line in good))
        for line in lines:
            if isinstance(line, MalformedLine):
                self.found.malformed.append(line)
            elif why := _says_nothing(line.cells):
                self.found.left_out.append(LeftOut(line.number, why))
            else:
                try:
                    self._take(line, groups)
                except (UnfitLine, counts.NoCount) as error:
                    self.found.malformed.append(MalformedLine(line.number, error.args[0]))
        self._tell_twins()
        self.found.notices = self.notices.told()
        return self.found

    def _take(self, line: FileLine, groups: frozenset[str]) -> None:
        *printed, people = line.cells
        people = people.strip()
        hidden = counts.suppressed(people)
        number = 0 if hidden else counts.people(people, groups)
        _must_fit(printed)
        values = self._spelt(line.number, printed)
        if values in self.seen:
            self._again(line.number, values, printed, people)
            return
        self.seen[values] = line.number, printed, people
        for column, word in _new(values):
            kind, rest = (
                N_("%(column)s '%(word)s' is not known here: kept as printed, its kind is not guessed"),
                N_("%(column)s '%(word)s' is not known here: kept as printed, counted as unknown"),
            )
            self.notices.add(FileSaying(kind if column == COLUMNS[1] else rest, column=column, word=word), line.number)
        if hidden:
            self.found.suppressed.append(SuppressedRow(line.number, values))
        else:
            self.found.rows.append(ImportRow(line.number, values, tuple(printed), number))

    def _spelt(self, number: int, printed: Sequence[str]) -> tuple[str, ...]:
        values = tuple(self.spellings.one(column, cell) for column, cell in zip(COLUMNS, printed, strict=True))
        for column, cell, value in zip(COLUMNS, printed, values, strict=True):
            self.spelt.setdefault((column, value), {}).setdefault(cell, []).append(number)
        return values

    def _tell_twins(self) -> None:
        for (column, value), printed in self.spelt.items():
            for twin in printed if len(printed) > 1 else ():
                for line in printed[twin] if twin != value else ():
                    self.notices.add(
                        FileSaying(N_("%(column)s '%(twin)s' is taken as '%(value)s'"), column=column, twin=twin, value=value), line
                    )

    def _again(self, number: int, values: tuple[str, ...], printed: list[str], people: str) -> None:
        first, said, of = self.seen[values]
        if people == of and printed == said:
            self.found.left_out.append(LeftOut(number, FileSaying(N_("says what line %(first)s says"), first=first)))
            return
        same, alike = (
            N_("line %(first)s says the same of %(of)s people, this one of %(people)s: one of them must go"),
            N_("line %(first)s says the same but for blanks or case of %(of)s people, this one of %(people)s: one of them must go"),
        )
        raise UnfitLine(FileSaying(same if printed == said else alike, first=first, of=of, people=people))


def _says_nothing(cells: Sequence[str]) -> str:
    """Why a line is no row of its own; empty where it is one."""
    if tuple(map(table_file.heading, cells)) == HEADER:
        return FileSaying(N_("repeats the headings"))
    return FileSaying(N_("is a total")) if any(TOTAL.fullmatch(folded(cell)) for cell in cells[:-1]) else ""


def _must_fit(printed: Sequence[str]) -> None:
    for name, cell in zip(COLUMNS, printed, strict=True):
        if not cell.strip():
            raise UnfitLine(FileSaying(N_("%(column)s is empty"), column=name))
        if len(cell) > LONGEST_VALUE:
            raise UnfitLine(FileSaying(N_("%(column)s is longer than %(most)s characters"), column=name, most=LONGEST_VALUE))
        if not "".join(cell.split()).isprintable():
            raise UnfitLine(FileSaying(N_("%(column)s holds signs that are no text"), column=name))
    _year_and_number(printed[0].strip())


def _new(values: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Labels of these values that the series has not printed so far, with their column."""
    for column, value in zip(COLUMNS, values, strict=True):
        words = _words(value) if column == "exploitation_type" else [value]
        labels = {folded(label) for label in (*LABELS.get(column, words), *CODES.get(column, ()))}
        yield from ((column, word) for word in words if folded(word) not in labels)


def _words(printed: str) -> list[str]:
    return [word.strip() for word in re.split("[,&]", printed)]


def _identity(values: Sequence[str]) -> str:
    return "\n".join((*values, "0"))
