"""The rapporteur's page and files: from facts, by any dimension, with nothing invented and nothing run as a formula."""

import csv
from io import StringIO

import orjson
import pytest
from rich.console import Console

from deploy.importers.reports import referrals
from services.reporting.ingest.statistics import take
from services.reporting.pages.figures import WIDEST, crosstab
from services.reporting.service import PAGES
from shared.web.admin.application import office
from shared.web.http.csv_sheet import sheet
from tests.browser.desks import repeated_ids
from tests.services.reporting.life import reporting_instance, settings
from tests.shared.bus import START, SimulatedRecord
from tests.shared.client import PageClient
from tests.shared.counted import record_id
from tests.shared.land import Hand

REFERRAL = {
    "kind": "referral", "quarter": "2025-Q1", "basis": "consent", "first_responder": "Inspectorate", "first_responder_type": "Government",
    "exploitation_type": "LAB", "age_at_exploitation": "adult", "gender": "male", "nationality": "", "simulated": False,
}  # fmt: skip


@pytest.fixture
def desk(tmp_path, url):
    instance = reporting_instance(tmp_path, "rs-zg", Hand(), url=url)
    client = PageClient(office(settings(tmp_path, "rs-zg"), [PAGES], [instance]))
    client.post("/who", data={"officer": "olga"})
    yield client, instance
    instance.close()


def told(instance, *bodies) -> None:
    """Statistical records arrive."""
    records = [SimulatedRecord(0, n, START, b"", orjson.dumps({"id": record_id(n), **body})) for n, body in enumerate(bodies)]
    instance.transact(lambda work: take(work, records))


def table(text: str, between: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=between))


def test_before_any_record_nothing_is_known_which_is_not_zero(desk):
    client, instance = desk
    page = client.get("/figures").text
    assert page.count("not known: no record has come yet") == 5
    told(instance, REFERRAL)
    page = client.get("/figures").text
    assert "not known" not in page


def test_both_forms_ask_for_the_kind_of_data_each_with_a_label_of_its_own(desk):
    client, instance = desk
    told(instance, REFERRAL, REFERRAL | {"simulated": True})
    page = client.get("/figures").text
    assert page.count('name="data"') == 2
    assert not repeated_ids(page)


def test_referrals_by_quarter_and_type_are_the_first_table(desk):
    client, instance = desk
    told(instance, REFERRAL, REFERRAL | {"quarter": "2025-Q2"}, REFERRAL | {"quarter": "2025-Q2", "first_responder_type": "NGO"})
    assert table(client.get("/figures.csv").text) == [
        {"quarter": "2025-Q1", "first_responder_type": "Government", "people": "1", "simulated": "no"},
        {"quarter": "2025-Q2", "first_responder_type": "Government", "people": "1", "simulated": "no"},
        {"quarter": "2025-Q2", "first_responder_type": "NGO", "people": "1", "simulated": "no"},
    ]
    page = client.get("/figures").text
    assert "People referred by quarter and type of first responder" in page


def test_what_was_refused_is_counted_on_the_page_and_in_no_figure(desk):
    client, instance = desk
    told(instance, REFERRAL)
    assert "in no figure" not in client.get("/figures").text
    told(instance, REFERRAL | {"quarter": "9999999-Q4"}, REFERRAL | {"id": "x" * 100_000})
    assert "2 records that came are in no figure" in client.get("/figures").text
    assert table(client.get("/figures.csv?rows=gender&columns=").text) == [{"gender": "male", "people": "1", "simulated": "no"}]


def test_any_dimension_may_be_asked_for_and_no_other(desk):
    client, instance = desk
    told(instance, REFERRAL)
    by = client.get("/figures.csv?rows=gender&columns=nationality")
    assert table(by.text) == [{"gender": "male", "nationality": "", "people": "1", "simulated": "no"}]
    assert by.headers["content-disposition"] == 'attachment; filename="referrals-by-gender-and-nationality.csv"'
    assert "not recorded" in client.get("/figures?rows=gender&columns=nationality").text
    assert table(client.get("/figures.csv?rows=gender&columns=").text) == [{"gender": "male", "people": "1", "simulated": "no"}]
    assert client.get("/figures?rows=record").status_code == 422


def test_a_file_names_its_columns_in_the_language_of_its_reader_with_the_code_beside(desk):
    client, instance = desk
    told(instance, REFERRAL)
    (row,) = table(client.get("/figures.csv?rows=gender&columns=", headers={"accept-language": "fi"}).text, ";")
    assert list(row) == ["sukupuoli (gender)", "ihmiset (people)", "simuloitu (simulated)"]
    assert list(row.values()) == ["male", "1", "no"], "values are codes in every language"


def test_simulated_referrals_are_never_added_to_real_ones(desk):
    client, instance = desk
    told(instance, REFERRAL, REFERRAL, REFERRAL | {"simulated": True})
    assert {(t["simulated"], t["people"]) for t in table(client.get("/figures.csv").text)} == {("no", "2"), ("yes", "1")}
    assert "Simulated data" not in client.get("/figures").text
    assert "Simulated data" in client.get("/figures?data=simulated").text


def test_a_release_is_kept_and_read_on_either_database(desk):
    client, instance = desk
    told(instance, *[REFERRAL | {"gender": gender} for gender in ("male",) * 7 + ("female",) * 6])
    origin = {"origin": "http://testserver"}
    assert client.post("/figures/releases", data={"kind": "real"}, headers=origin, follow_redirects=False).status_code == 303
    assert "People referred by sex and quarter" in client.get("/figures?view=public&rows=gender&columns=").text
    assert [(row["gender"], row["people"]) for row in table(client.get("/figures.csv?view=public&rows=gender&columns=").text)] == [
        ("female", "6"), ("male", "7"), ("[all]", "13"),
    ]  # fmt: skip


RUNS = ("=1+1", "+44", "-x", "@cmd", "\tx", "\n=1+1", "\r=1", " =1+1", "\u00a0@x", "＝1+1", "＋1", "－1", "＠x", "﹦1")


@pytest.mark.parametrize("value", RUNS)
def test_what_a_spreadsheet_would_run_is_made_text_in_cells_and_in_the_head(value):
    head, row = csv.reader(StringIO(sheet([value], [[value]]), newline=""))
    assert head == row == [f"'{value}"]


@pytest.mark.parametrize("language", ["sr-Latn", "sr-Cyrl", "fi", "sv"])
def test_where_a_number_has_a_comma_a_spreadsheet_finds_the_columns_by_semicolons(desk, language):
    client, instance = desk
    told(instance, REFERRAL)
    (row,) = table(client.get("/figures.csv?rows=gender&columns=", headers={"accept-language": language}).text, ";")
    assert list(row.values()) == ["male", "1", "no"]
    assert sheet((), [(0.5, 3, "0.5", "a;b")], ";").split("\r\n")[1] == '0,5;3;0.5;"a;b"'


def test_other_values_stay_as_printed():
    values = ('Côte d\'Ivoire; "a", b', "Ђурђевдан", "a=b", "x\n=y", "–", -3, True)
    (row,) = csv.reader(StringIO(sheet((), [values]).split("\r\n", 1)[1], newline=""))
    assert row == ['Côte d\'Ivoire; "a", b', "Ђурђевдан", "a=b", "x\n=y", "–", "-3", "yes"]


def test_a_spreadsheet_knows_by_the_first_bytes_that_it_is_utf_8(desk):
    assert desk[0].get("/figures.csv").content.startswith(b"\xef\xbb\xbf")


def test_a_wide_table_keeps_its_totals():
    cells = [(("2025-Q1", f"c{n:02}"), n) for n in range(1, 31)]
    head, rows, rest = crosstab(("quarter", "nationality"), cells)
    assert (len(head), rest) == (WIDEST + 3, 30 - WIDEST)
    assert rows[0][-1] == rows[-1][-1] == f"{sum(range(1, 31)):,}"
    assert sum(int(n) for n in rows[0][1:-1]) == sum(range(1, 31))


def test_the_rapporteur_has_figures_and_no_operators_desk(desk):
    client, _ = desk
    assert client.get("/", follow_redirects=False).headers["location"] == "/figures"
    assert client.get("/operations").status_code == 404
    assert client.post("/v1/traces", content=b"").status_code == 404


def test_the_command_never_adds_simulated_people_to_real_ones(tmp_path, capsys):
    instance = reporting_instance(tmp_path, "rs-zg", Hand())
    told(instance, REFERRAL, REFERRAL, REFERRAL | {"simulated": True})
    referrals("quarter", "-", tmp_path, Console(), restricted=True)
    rows = orjson.loads(capsys.readouterr().out)["rows"]
    assert rows == [
        {"quarter": "2025-Q1", "people": 2, "simulated": False}, {"quarter": "2025-Q1", "people": 1, "simulated": True},
    ]  # fmt: skip
    referrals("quarter", None, tmp_path, Console(width=80), restricted=True)
    said = capsys.readouterr().out
    assert "simulated" not in said[: said.index("People referred, at simulated times")]
    referrals("quarter,gender,nationality", "-", tmp_path, Console(), restricted=True)
    assert [(row["people"], row["simulated"]) for row in orjson.loads(capsys.readouterr().out)["rows"]] == [(2, False), (1, True)]
    instance.close()


def test_the_command_says_that_nothing_is_known_before_anything_came(tmp_path, capsys):
    reporting_instance(tmp_path, "rs-zg", Hand()).close()
    referrals("quarter", None, tmp_path, Console(width=100), restricted=True)
    assert "nothing is known" in capsys.readouterr().out
    referrals("quarter", None, tmp_path, Console(width=100))
    assert "Nothing has been released yet" in capsys.readouterr().out
