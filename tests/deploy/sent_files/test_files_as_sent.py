"""Files as statistics offices send them: taken for what they are, or refused in words that say what to mend. Every row here is invented."""

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy.sent_files.spelling import Spellings
from deploy.sent_files.uk_nrm import HEADER, FileReading, read
from deploy.trouble import Trouble
from shared.protocol.vocabulary import AgeBand, Form, Sex
from tests.deploy.importers.offices import excel, far, opendocument

DALE = ("2023-Q1", "Police", "Dale Police", "Labour", "Adult (18 or over)", "Male", "Bulgarian", "3")
BARN = ("2023-Q1", "NGO and third sector", "Barn’s House", "Sexual & Labour", "Child (17 or under)", "Female", "Côte d'Ivoire", "1")
MOOR = ("2023-Q2", "Police", "Moor Police", "Criminal", "Not specified or unknown", "Male", "UK", "2")
PLAIN = (HEADER, DALE, BARN, MOOR)
Cells = Sequence[str]


def changed(row: Cells, **columns: str) -> tuple[str, ...]:
    return tuple(columns.get(name, cell) for name, cell in zip(HEADER, row, strict=True))


def text(rows: Sequence[Cells], comma: str = ",", end: str = "\n") -> str:
    def cell(value: str) -> str:
        return f'"{value}"' if comma in value or '"' in value else value

    return end.join(comma.join(map(cell, row)) for row in rows) + end


def file(tmp_path: Path, *rows: Cells, comma: str = ",", end: str = "\n", encoding: str = "utf-8") -> Path:
    path = tmp_path / "sent.csv"
    path.write_bytes(text(rows, comma, end).encode(encoding))
    return path


def taken(reading: FileReading) -> list[tuple[str, ...]]:
    return [(*row.values, str(row.people)) for row in reading.rows]


def of(tmp_path: Path, *rows: Cells) -> FileReading:
    return read(file(tmp_path, HEADER, *rows))


def numbers(cells: Cells) -> list[str | float]:
    return [*cells[:-1], float(cells[-1])] if cells[-1].isdigit() else list(cells)


Made = Callable[[Path], Path]
SAME: dict[str, Made] = {
    "plain": lambda to: file(to, *PLAIN),
    "with a mark of UTF-8": lambda to: file(to, *PLAIN, encoding="utf-8-sig"),
    "UTF-16 with its mark": lambda to: file(to, *PLAIN, encoding="utf-16"),
    "UTF-16 without": lambda to: file(to, *PLAIN, encoding="utf-16-le"),
    "UTF-16 the other way round": lambda to: file(to, *PLAIN, encoding="utf-16-be"),
    "UTF-32": lambda to: file(to, *PLAIN, encoding="utf-32"),
    "lines of Windows": lambda to: file(to, *PLAIN, end="\r\n"),
    "lines of an old Mac": lambda to: file(to, *PLAIN, end="\r"),
    "semicolons": lambda to: file(to, *PLAIN, comma=";"),
    "tabs": lambda to: file(to, *PLAIN, comma="\t"),
    "semicolons and a mark": lambda to: file(to, *PLAIN, comma=";", encoding="utf-8-sig"),
    "blank lines": lambda to: file(to, HEADER, (), DALE, ("", "", ""), BARN, (), MOOR, ()),
    "columns in another order": lambda to: file(to, *((row[-1], *row[:-1]) for row in PLAIN)),
    "a further column": lambda to: file(to, *((*row, "note" if row is HEADER else "checked") for row in PLAIN)),
    "headings in words": lambda to: file(to, [n.replace("_", " ").title() for n in HEADER], *PLAIN[1:]),
    "headings with blanks": lambda to: file(to, [f" {n.upper()} " for n in HEADER], *PLAIN[1:]),
    "a title above": lambda to: file(to, ("Table 7: referrals, by quarter",), ("Source: invented",), *PLAIN),
    "blanks around cells": lambda to: file(to, HEADER, *(tuple(f" {cell} " for cell in row) for row in PLAIN[1:])),
    "Excel": lambda to: excel(to / "sent.xlsx", PLAIN),
    "Excel, numbers as numbers": lambda to: excel(to / "sent.xlsx", [numbers(row) for row in PLAIN]),
    "Excel, on its second sheet": lambda to: excel(to / "sent.xlsx", [("About this file",)], [("Table 7",), *PLAIN]),
    "Excel under another name": lambda to: excel(to / "sent.csv", PLAIN),
    "Excel, blank rows": lambda to: excel(to / "sent.xlsx", [HEADER, DALE, (), ("", ""), BARN, MOOR, ()]),
    "OpenDocument": lambda to: opendocument(to / "sent.ods", PLAIN),
    "OpenDocument, numbers as numbers": lambda to: opendocument(to / "sent.ods", [numbers(row) for row in PLAIN]),
}  # fmt: skip


@pytest.mark.parametrize("made", SAME.values(), ids=SAME)
def test_the_same_rows_are_taken_however_they_are_sent(tmp_path: Path, made: Made) -> None:
    reading = read(made(tmp_path))
    assert taken(reading) == [DALE, BARN, MOOR]
    assert (reading.malformed, reading.suppressed) == ([], [])


def zipped(to: Path) -> Path:
    with ZipFile(to / "sent.zip", "w") as archive:
        archive.writestr("referrals.csv", text(PLAIN))
    return to / "sent.zip"


def written(name: str, what: bytes) -> Made:
    def write(to: Path) -> Path:
        (to / name).write_bytes(what)
        return to / name

    return write


def damaged(to: Path, changes: dict[int, int]) -> Path:
    """A workbook whose list of parts has other bytes there."""
    path = excel(to / "sent.xlsx", PLAIN)
    content = bytearray(path.read_bytes())
    for where, byte in changes.items():
        content[content.index(b"PK\x01\x02") + where] = byte
    path.write_bytes(content)
    return path


REFUSED: dict[str, tuple[Made, str]] = {
    "a column is missing": (lambda to: file(to, *(row[:6] + row[7:] for row in PLAIN)), "has no column nationality"),
    "a column stands twice": (lambda to: file(to, *((*row, row[0]) for row in PLAIN)), "has the column quarter twice"),
    "another table": (lambda to: file(to, ("a", "b"), ("1", "2")), "has no line of headings .* quarter, "),
    "PDF": (written("sent.csv", b"%PDF-1.7\n..."), "is a PDF"),
    "a web page": (written("sent.csv", b"<!DOCTYPE html>\n<html>"), "is a web page"),
    "a packed file": (written("sent.csv.gz", gzip.compress(b"x")), "is packed"),
    "a zip archive": (zipped, "is a zip archive"),
    "a broken workbook": (written("sent.xlsx", b"PK\x03\x04 and no more"), "is a spreadsheet or an archive that cannot be opened"),
    "a workbook of a later kind of archive": (lambda to: damaged(to, {6: 255}), "an archive that cannot be opened"),
    "a workbook with a name that is no text": (lambda to: damaged(to, {9: 8, 46: 255}), "cannot be opened"),
    "a picture": (written("sent.png", b"\x89PNG\r\n\x1a\n"), "is a picture"),
    "an empty file": (written("sent.csv", b""), "is empty"),
    "a workbook of another table": (lambda to: excel(to / "sent.xlsx", [("a", "b"), (1.0, 2.0)]), "has no line of headings"),
    "a cell far from its table": (lambda to: far(excel(to / "sent.xlsx", PLAIN)), "takes more than 128 MiB where its cells are laid out"),
    "as many cells as a sheet has": (lambda to: far(opendocument(to / "sent.ods", PLAIN)), "where its cells are laid out"),
    "headings alone": (lambda to: file(to, HEADER), "has no rows below its headings"),
    "no file": (lambda to: to / "none.csv", "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize(("made", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_such_table_is_named_for_what_it_is(tmp_path: Path, made: Made, reason: str) -> None:
    with pytest.raises(Trouble, match=reason):
        read(made(tmp_path))


def test_an_archive_that_unfolds_beyond_all_measure_is_not_unfolded(tmp_path: Path) -> None:
    with ZipFile(excel(tmp_path / "sent.xlsx", PLAIN), "a", 8) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b" " * (130 * 1024 * 1024))
    with pytest.raises(Trouble, match="unfolds to more than"):
        read(tmp_path / "sent.xlsx")


@pytest.mark.parametrize(
    ("printed", "people"),
    [("1,234", 1234), ("1.234", 1234), ("1 234", 1234), ("1\u202f234", 1234), ("1’234", 1234), ("1,234,000", None), ("12,000,3", None),
     ("3.0", 3), ("3,00", 3), ("012", None), ("1,23", None), ("-3", None), ("0", None), ("three", None), ("1e3", None), ("٣", None)],
)  # fmt: skip
def test_a_number_is_read_where_it_can_mean_one_thing(tmp_path: Path, printed: str, people: int | None) -> None:
    reading = of(tmp_path, changed(DALE, people=printed), BARN)
    assert [row.people for row in reading.rows] == [*([people] if people else []), 1]
    assert [bad.line for bad in reading.malformed] == ([] if people else [2])
    assert all(f"people is {printed!r}" in bad.reason for bad in reading.malformed)


def test_a_number_that_can_mean_two_things_is_a_line_with_both(tmp_path: Path) -> None:
    reading = of(tmp_path, changed(DALE, people="2,000"), BARN)
    assert "2000" in reading.malformed[0].reason
    assert "or 2" in reading.malformed[0].reason
    clear = of(tmp_path, changed(DALE, people="2,000"), changed(BARN, people="1,234"))
    assert [row.people for row in clear.rows] == [2000, 1234], "the column's style is clear"


@pytest.mark.parametrize("mark", ["c", "[c]", "*", "..", "…", "<5", "< 3", "C"])
def test_what_the_source_suppresses_is_neither_a_number_nor_a_mistake(tmp_path: Path, mark: str) -> None:
    reading = of(tmp_path, changed(DALE, people=mark), BARN)
    assert [(one.line, one.values) for one in reading.suppressed] == [(2, DALE[:-1])]
    assert taken(reading) == [BARN]
    assert reading.malformed == []


def test_totals_and_repeated_headings_are_left_out_each_said_once(tmp_path: Path) -> None:
    total = ("2023-Q1", "Police", "Total", "Total", "Total", "Total", "Total", "3")
    grand = ("Grand total", "", "", "", "", "", "", "6")
    reading = of(tmp_path, DALE, total, HEADER, BARN, grand)
    assert [(one.line, one.reason) for one in reading.left_out] == [
        (3, "is a total"), (4, "repeats the headings"), (6, "is a total"),
    ]  # fmt: skip
    assert taken(reading) == [DALE, BARN]


def test_a_line_that_stands_twice_counts_once_and_with_two_numbers_is_asked_about(tmp_path: Path) -> None:
    reading = of(tmp_path, DALE, BARN, DALE, changed(BARN, people="4"))
    assert taken(reading) == [DALE, BARN]
    assert [(one.line, one.reason) for one in reading.left_out] == [(4, "says what line 2 says")]
    assert [bad.line for bad in reading.malformed] == [5]
    assert "line 3 says the same of 1 people, this one of 4" in reading.malformed[0].reason


def test_twins_by_a_blank_or_by_case_are_one_with_a_notice(tmp_path: Path) -> None:
    reading = of(
        tmp_path, DALE, changed(DALE, first_responder="Dale Police ", gender="female"), changed(DALE, first_responder="DALE  POLICE",
        nationality="Nobody’s"), changed(MOOR, nationality="Congolese Drc "), changed(BARN, nationality="Co\u0302te d'Ivoire"), BARN,
    )  # fmt: skip
    assert {row.responder for row in reading.rows} == {("Police", "Dale Police"), ("Police", "Moor Police"), BARN[1:3]}
    assert reading.rows[1].values[5] == "Female"
    assert reading.rows[3].values[6] == "Congolese Drc"
    notices = "\n".join(reading.notices)
    assert "first_responder 'DALE  POLICE' is taken as 'Dale Police'" in notices
    assert "nationality 'Congolese" not in notices, "printed in one way alone"


def test_twins_that_say_the_same_of_people_are_asked_about(tmp_path: Path) -> None:
    reading = of(tmp_path, BARN, changed(BARN, nationality="Co\u0302te d'Ivoire"), changed(BARN, gender="female", people="2"))
    assert taken(reading) == [BARN]
    assert [bad.line for bad in reading.malformed] == [3, 4]
    assert all("line 2 says the same but for blanks or case of 1 people" in bad.reason for bad in reading.malformed)


def test_the_spelling_that_is_printed_most_often_stands_for_the_others(tmp_path: Path) -> None:
    reading = of(tmp_path, changed(DALE, nationality="NObody"), changed(BARN, nationality="Nobody"), changed(MOOR, nationality="Nobody"))
    assert {row.values[6] for row in reading.rows} == {"Nobody"}
    assert reading.notices == ["nationality 'NObody' is taken as 'Nobody' (1 line, line 2)"]


def test_forms_are_known_in_any_case(tmp_path: Path) -> None:
    reading = of(tmp_path, changed(DALE, exploitation_type="sexual &  LABOUR"))
    assert (reading.rows[0].forms, reading.notices) == (
        (Form.SEXUAL, Form.LABOUR),
        [],
    )


def test_the_spelling_of_before_stays(tmp_path: Path) -> None:
    spellings = Spellings()
    read(file(tmp_path, HEADER, DALE), spellings)
    again = read(file(tmp_path, HEADER, changed(DALE, first_responder="dale police")), Spellings(spellings.chosen))
    assert again.rows[0].responder == ("Police", "Dale Police")


def test_a_label_never_seen_is_kept_as_printed_counts_as_unknown_and_is_reported(tmp_path: Path) -> None:
    new = changed(DALE, exploitation_type="Labour & Begging", age_at_exploitation="Adult (21 or over)", gender="Not recorded")
    reading = of(tmp_path, new, changed(new, nationality="UK"), changed(MOOR, first_responder_type="New type"))
    assert taken(reading)[0] == new
    row = reading.rows[0]
    assert (row.age, row.sex, row.forms) == (AgeBand.UNKNOWN, Sex.UNKNOWN, (Form.LABOUR, Form.UNKNOWN))
    notices = "\n".join(reading.notices)
    assert "exploitation_type 'Begging' is not known here: kept as printed, counted as unknown (2 lines, the first is line 2)" in notices
    assert "age_at_exploitation 'Adult (21 or over)' is not known here" in notices
    assert "gender 'Not recorded' is not known here" in notices
    assert "first_responder_type 'New type' is not known here: kept as printed, its kind is not guessed (1 line, line 4)" in notices


def test_bytes_of_another_encoding_are_a_line_with_what_it_seems_to_be(tmp_path: Path) -> None:
    path = file(tmp_path, HEADER, DALE, changed(BARN, nationality="Côte d'Ivoire"), encoding="cp1252")
    reading = read(path)
    assert taken(reading) == [DALE]
    assert "windows-1252" in reading.malformed[0].reason
    assert "Côte d'Ivoire" in reading.malformed[0].reason
    named = read(path, encoding="cp1252")
    assert taken(named) == [DALE, BARN]
    with pytest.raises(Trouble, match="there is no encoding 'klingon'"):
        read(path, encoding="klingon")


def test_a_formula_stays_text(tmp_path: Path) -> None:
    reading = of(tmp_path, changed(DALE, nationality='=HYPERLINK(""http://x"")'))
    assert reading.rows[0].values[6] == '=HYPERLINK("http://x")'


def test_what_stands_around_the_table_is_said(tmp_path: Path) -> None:
    path = file(tmp_path, ("Table 7",), (*HEADER, "notes"), (*DALE, "checked"))
    assert {"the lines above the headings are left out (1)", "the column notes is left out"} <= set(read(path).notices)
    book = excel(tmp_path / "sent.xlsx", PLAIN, PLAIN)
    assert "the sheet Sheet 1 is read; Sheet 2 has the same headings and is left out" in read(book).notices
