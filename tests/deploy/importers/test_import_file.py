from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deploy.importers.host import report_of
from deploy.importers.responders import country_file, ids
from deploy.importers.uk_nrm import ImportRow, MalformedLine, quarter, read
from deploy.trouble import Trouble
from shared.protocol.vocabulary import AgeBand, AgencyKind, Form, Sex
from tests.deploy.importers.uk_sample import RESPONDERS, lines, write

LONDON = ZoneInfo("Europe/London")
GOOD = "2023-Q4,Police,Dale Police,Sexual & Labour,Child (17 or under),Female,Congolese Drc ,3"


def read_lines(tmp_path: Path, *raw: str) -> list[ImportRow | MalformedLine]:
    return list(read(write(tmp_path / "uk.csv", [], raw)))


def one(tmp_path: Path, raw: str) -> ImportRow:
    (row,) = read_lines(tmp_path, raw)
    assert isinstance(row, ImportRow)
    return row


def test_values_stay_byte_for_byte_and_become_codes_as_well(tmp_path: Path) -> None:
    row = one(tmp_path, GOOD)
    assert row.values[-1] == "Congolese Drc "
    report = report_of(row)
    assert (report.nationality, report.forms_printed) == ("Congolese Drc ", "Sexual & Labour")
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
    assert one(tmp_path, GOOD.replace("Sexual & Labour", printed)).forms() == forms


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (GOOD.replace(",3", ",three"), "people is not a whole number"),
        (GOOD.replace(",3", ",0"), "people is not a whole number"),
        (GOOD.replace(",3", ",-1"), "people is not a whole number"),
        (GOOD.replace("2023-Q4", "2023-Q5"), "quarter is not of the form"),
        (GOOD.replace("Sexual & Labour", "Sexual & Slavery"), "exploitation_type names 'Slavery'"),
        (GOOD.replace("Female", "F"), "gender is 'F'"),
        (GOOD.replace("Child (17 or under)", "Child"), "age_at_exploitation is 'Child'"),
        (GOOD.replace("Congolese Drc ", ""), "nationality is empty"),
        (GOOD.replace("Congolese Drc ", "x" * 121), "nationality is longer than 120"),
        (GOOD.replace("Congolese Drc ", "a\x00b"), "nationality holds bytes"),
        (GOOD + ",extra", "the line has 9 cells, not 8"),
        (GOOD.replace("Dale Police", '"Dale Police'), "not proper CSV"),
    ],
)
def test_a_malformed_line_is_named_and_the_rest_goes_on(tmp_path: Path, raw: str, reason: str) -> None:
    before, bad, after = read_lines(tmp_path, GOOD, raw, GOOD.replace("Female", "Male"))
    assert isinstance(bad, MalformedLine)
    assert bad.line == 3
    assert reason in bad.reason
    assert isinstance(before, ImportRow)
    assert isinstance(after, ImportRow)


def test_bytes_that_are_not_utf8_are_a_malformed_line(tmp_path: Path) -> None:
    file = write(tmp_path / "uk.csv", [], [GOOD])
    file.write_bytes(file.read_bytes().replace(b"Congolese", b"Congol\xe9se"))
    (bad,) = read(file)
    assert bad == MalformedLine(2, "nationality holds bytes that are not UTF-8 text")


def test_another_file_is_a_trouble(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(Trouble, match="its first line must be quarter,"):
        list(read(tmp_path / "other.csv"))
    with pytest.raises(Trouble, match="cannot be read"):
        list(read(tmp_path / "none.csv"))


def test_a_row_keeps_its_identity_wherever_it_stands(tmp_path: Path) -> None:
    first, second = read_lines(tmp_path, GOOD, GOOD.replace("Female", "Male"))
    other, again, twice = read_lines(tmp_path, GOOD.replace("Female", "Male").replace(",3", ",4"), GOOD, GOOD)
    assert isinstance(first, ImportRow)
    assert isinstance(second, ImportRow)
    assert isinstance(other, ImportRow)
    assert isinstance(again, ImportRow)
    assert isinstance(twice, ImportRow)
    assert (first.identity, second.identity) == (again.identity, other.identity)
    assert twice.identity != again.identity


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
