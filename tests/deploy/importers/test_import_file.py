from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deploy.importers.host import people, report_of
from deploy.importers.ledger import ImportLedger, Listed, Reported, Vanished
from deploy.importers.responders import country_file, former, ids, new_to
from deploy.sent_files.lines import MalformedLine
from deploy.sent_files.spelling import Spellings
from deploy.sent_files.uk_nrm import FileReading, ImportRow, quarter, read
from shared.protocol.roster import may_see
from shared.protocol.vocabulary import AgeBand, AgencyKind, Basis, DataClass, Form, Sex
from tests.deploy.importers.uk_sample import RESPONDERS, lines, write

LONDON = ZoneInfo("Europe/London")
GOOD = "2023-Q4,Police,Dale Police,Sexual & Labour,Child (17 or under),Female,Congolese Drc ,3"


def read_lines(tmp_path: Path, *raw: str) -> FileReading:
    return read(write(tmp_path / "uk.csv", [], raw))


def one(tmp_path: Path, raw: str) -> ImportRow:
    (row,) = read_lines(tmp_path, raw).rows
    return row


def test_values_stay_as_printed_and_become_codes_as_well(tmp_path: Path) -> None:
    row = one(tmp_path, GOOD)
    assert (row.printed[-1], row.values[-1]) == ("Congolese Drc ", "Congolese Drc")
    report = report_of(row)
    assert (report.nationality, report.forms_printed) == ("Congolese Drc", "Sexual & Labour")
    assert (report.forms, report.age, report.sex) == ((Form.SEXUAL, Form.LABOUR), AgeBand.CHILD, Sex.FEMALE)


@pytest.mark.parametrize(
    ("printed", "forms"),
    [
        ('"Labour, Domestic, Organ Harvesting"', (Form.LABOUR, Form.DOMESTIC, Form.ORGAN)),
        ('"Sexual, Labour & Criminal"', (Form.SEXUAL, Form.LABOUR, Form.CRIMINAL)),
        ("Not specified or unknown", (Form.UNKNOWN,)),
    ],
)
def test_forms_are_a_set(tmp_path: Path, printed: str, forms: Sequence[Form]) -> None:
    assert one(tmp_path, GOOD.replace("Sexual & Labour", printed)).forms == forms


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (GOOD.replace(",3", ",three"), "people is 'three', not a whole number"),
        (GOOD.replace(",3", ",0"), "people is '0', not a whole number"),
        (GOOD.replace(",3", ",-1"), "people is '-1', not a whole number"),
        (GOOD.replace("2023-Q4", "2023-Q5"), "quarter is '2023-Q5', not of the form"),
        (GOOD.replace("Congolese Drc ", ""), "nationality is empty"),
        (GOOD.replace("Congolese Drc ", "x" * 121), "nationality is longer than 120"),
        (GOOD.replace("Congolese Drc ", "a\x00b"), "nationality holds signs that are no text"),
        (GOOD + ",extra", "the line has 9 cells, not 8"),
        (GOOD.replace("Dale Police", '"Dale Police'), "not proper CSV"),
    ],
)
def test_a_malformed_line_is_named_and_the_rest_goes_on(tmp_path: Path, raw: str, reason: str) -> None:
    reading = read_lines(tmp_path, GOOD.replace("Female", "Other"), raw, GOOD.replace("Female", "Male"))
    (bad,) = reading.malformed
    assert bad.line == 3
    assert reason in bad.reason
    assert [row.values[5] for row in reading.rows] == ["Other", "Male"]


def test_a_row_keeps_its_identity_wherever_it_stands_and_however_it_is_spelt(tmp_path: Path) -> None:
    first, second = read_lines(tmp_path, GOOD, GOOD.replace("Female", "Male")).rows
    other, again = read_lines(tmp_path, GOOD.replace("Female", "male").replace(",3", ",4"), GOOD.replace("Drc ", "Drc")).rows
    assert (first.identity, second.identity) == (again.identity, other.identity)


def ledger(tmp_path: Path) -> ImportLedger:
    return ImportLedger(tmp_path / "import.db")


def listed(kept: ImportLedger, reading: FileReading) -> list[Listed]:
    return [Listed(kept.known(row.identities), row.values[0], suppressed=False) for row in reading.rows]


def test_who_was_imported_under_each_spelling_apart_is_not_imported_again(tmp_path: Path) -> None:
    kept, row = ledger(tmp_path), one(tmp_path, GOOD)
    before = kept.name(row.identities[1])
    kept.write([Reported(before, 1, "case 1"), Reported(before, 2, "case 2")])
    said: list[MalformedLine] = []
    waiting = list(people([row], None, {row.responder: "uk-dale"}, kept, LONDON, said.append))
    assert [(person.row, person.number) for person in waiting] == [(before, 3)]
    assert said == []


def test_lines_that_vanish_from_a_quarter_are_named(tmp_path: Path) -> None:
    kept, spellings = ledger(tmp_path), Spellings()
    male, later = GOOD.replace("Female", "Male"), GOOD.replace("2023-Q4", "2024-Q1")
    first = read_lines(tmp_path, GOOD, male, later)
    kept.read(listed(kept, first), spellings)
    kept.write(Reported(kept.name(row.identity), n, f"{row.line} {n}") for row in first.rows for n in (1, 2, 3))
    assert kept.vanished(listed(kept, first)) == []
    second = read_lines(tmp_path, male)
    assert kept.vanished(listed(kept, second)) == [Vanished("2023-Q4", 1, 3)], "of the quarter that the file prints, no other"


def test_what_is_suppressed_is_kept_until_a_file_shows_it(tmp_path: Path) -> None:
    kept = ledger(tmp_path)
    hidden = read_lines(tmp_path, GOOD.replace(",3", ",[c]"))
    (row,) = hidden.suppressed
    kept.read([Listed(kept.name(row.identity), row.values[0], suppressed=True)], Spellings())
    assert kept.suppressed() == 1
    kept.read(listed(kept, read_lines(tmp_path, GOOD)), Spellings())
    assert kept.suppressed() == 0


def test_a_type_never_seen_sees_least(tmp_path: Path) -> None:
    country = country_file(tmp_path / "uk.toml", [("New type", "Crown Agency")])
    kind = country.agency(ids(country)["New type", "Crown Agency"]).kind
    assert may_see(kind, Basis.CONSENT) == {DataClass.D0}


def test_a_responder_that_no_former_file_had_is_named(tmp_path: Path) -> None:
    assert new_to((), RESPONDERS) == []
    country_file(tmp_path / "uk.toml", RESPONDERS[:2])
    assert former(tmp_path / "uk.toml") == RESPONDERS[:2]
    assert new_to(former(tmp_path / "uk.toml"), RESPONDERS) == [
        'first_responder "Barn\'s House" (NGO and third sector) is in no former file: a new agency'
    ]


def test_moments_are_of_the_quarter_and_the_same_in_every_run(tmp_path: Path) -> None:
    start, end = quarter("2023-Q4", LONDON)
    assert datetime.fromtimestamp(start / 1000, LONDON) == datetime(2023, 10, 1, tzinfo=LONDON), "in summer time, an hour before UTC's"
    assert datetime.fromtimestamp(end / 1000, LONDON) == datetime(2024, 1, 1, tzinfo=LONDON)
    moments = [one(tmp_path, GOOD).moment(n, LONDON) for n in range(1, 50)]
    assert all(start <= at < end for at in moments)
    assert moments == [one(tmp_path, GOOD).moment(n, LONDON) for n in range(1, 50)]
    assert len(set(moments)) == len(moments)


def test_every_responder_becomes_an_agency_with_its_printed_name(tmp_path: Path) -> None:
    responders = [*RESPONDERS, ("Police", 'The "Other" \\ Police — Ω'), ("Government agency", "Dale & Moor Police")]
    country = country_file(tmp_path / "uk.toml", responders)
    assert set(ids(country)) == set(responders)
    assert country.agency(ids(country)["Police", "Dale & Moor Police"]).kind is AgencyKind.POLICE
    assert len({a.id for a in country.agencies}) == len(responders) + 2


def test_a_country_file_grows_and_ids_stay(tmp_path: Path) -> None:
    before = ids(country_file(tmp_path / "uk.toml", RESPONDERS[:2]))
    text = (tmp_path / "uk.toml").read_text()
    assert ids(country_file(tmp_path / "uk.toml", RESPONDERS[:2])) == before
    assert (tmp_path / "uk.toml").read_text() == text
    after = ids(country_file(tmp_path / "uk.toml", [*reversed(RESPONDERS)]))
    assert after.items() > before.items()


def test_the_sample_has_no_line_twice() -> None:
    assert len({line[:-1] for line in lines(40)}) == 40
