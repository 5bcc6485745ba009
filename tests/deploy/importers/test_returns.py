"""Returns of other bodies: taken with the checks of an import, beside our own figures and never among them; HTCDS v2.0 goes out and comes
back the same."""

import csv
from io import StringIO
from itertools import product
from pathlib import Path

import pytest
from rich.console import Console

from deploy.importers.persons import persons
from deploy.importers.returns import taken
from deploy.trouble import Trouble
from services.reporting.rules.exchange.htcds import COLUMNS, STATUSES, NotHtcds, PersonCounted, from_htcds, to_htcds
from services.reporting.service import PAGES
from shared.protocol.vocabulary import AgeBand, AgencyKind, Basis, Form, Sex
from shared.web.admin.application import office
from tests.deploy.importers.uk_sample import write
from tests.services.reporting.life import reporting_instance, settings
from tests.services.reporting.test_exits import some, told
from tests.shared.client import PageClient
from tests.shared.land import Hand

GOOD = "2025-Q1,Police,Dale Police,Sexual & Labour,Child (17 or under),Female,Congolese Drc,3"
OURS = "2025-Q1,police,Dale Police,LAB,adult,male,MD,5"


@pytest.fixture
def desk(tmp_path: Path):
    instance = reporting_instance(tmp_path, "rs-zg", Hand())
    client = PageClient(office(settings(tmp_path, "rs-zg"), [PAGES], [instance]))
    client.post("/who", data={"officer": "olga"})
    yield client, instance
    instance.close()


def take(folder: Path, *raw: str, body: str = "Police Statistics", **more) -> None:
    told = {"htcds": False, "revises": False, **more}
    taken(write(folder / "sent.csv", [], raw), body, "olga", folder, Console(width=200), **told)


def beside(client) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(client.get("/figures/returns.csv").text.removeprefix("\ufeff"))))


def test_a_return_stands_beside_our_figures_with_what_its_source_suppressed_and_is_restated_openly(tmp_path, desk, capsys) -> None:
    client, instance = desk
    assert "No body has sent anything yet" in client.get("/figures/returns").text
    told(instance, some())
    before = client.get("/figures/tables/T2/file.csv").text
    take(tmp_path, GOOD, OURS, GOOD.replace("Female,Congolese Drc,3", "Male,Nepalese,[c]"), GOOD.replace(",3", ",three"))
    said = capsys.readouterr().out
    assert "8 people of Police Statistics are kept beside our own figures" in said
    assert "1 cells are suppressed at source" in said
    assert "line 5: people is 'three'" in said
    assert "not known here" not in said.replace("nationality", ""), "our own codes are labels, too"
    (line,) = beside(client)
    assert (line["people_theirs"], line["suppressed_at_source"], line["people_ours"]) == ("8", "1", "15")
    with pytest.raises(Trouble, match="--revises"):
        take(tmp_path, GOOD)
    take(tmp_path, GOOD.replace(",3", ",4"), revises=True)
    take(tmp_path, GOOD.replace("2025-Q1", "2019-Q1"), body="Church Aid")
    revised, other = {row["quarter"]: row for row in beside(client)}["2025-Q1"], beside(client)[-1]
    assert (revised["people_theirs"], revised["restated_from"]) == ("4", "8")
    assert (other["body"], other["people_ours"]) == ("Church Aid", ""), "nothing known is not zero"
    assert client.get("/figures/tables/T2/file.csv").text == before, "nothing is added to ours"
    page = client.get("/figures/returns?body=Police+Statistics&by=forms").text
    assert "Each form by itself" in page
    assert page.count('<td class="govuk-table__cell govuk-table__cell--numeric">4</td>') == 3, "as a whole, and in each of two forms"
    assert client.get("/figures/returns?body=Nobody").status_code == 200
    with pytest.raises(Trouble, match="can be taken"):
        take(tmp_path, GOOD.replace(",3", ",three"), body="Other")


def everybody() -> list[PersonCounted]:
    forms = ["UNK", "CRIM", "OTH", "LAB,SEX", *Form]
    found = [
        PersonCounted("2025-Q1", kind, form, age, sex, nationality, standing, basis, "both", "3-4", closed)
        for (kind, form, age, sex), nationality, standing, basis, closed in zip(
            list(product(AgencyKind, forms, AgeBand, Sex))[:400], ["MD", "", "stateless", "RS"] * 100, [*STATUSES] * 134,
            [*Basis] * 80, [True, False] * 200, strict=False,
        )
    ]  # fmt: skip
    return [PersonCounted(**{name: str(value) if name != "closed" else value for name, value in vars(one).items()}) for one in found]


def test_what_is_written_as_htcds_is_read_back_as_it_was() -> None:
    for one in everybody():
        line = to_htcds(one)
        assert set(line) == set(COLUMNS)
        assert from_htcds(line) == one
        assert to_htcds(from_htcds(line)) == line


def test_a_line_of_another_system_is_read_by_the_standard_alone_and_who_it_is_about_is_not() -> None:
    line = {
        "prs_FirstName": "Somebody", "prs_Gender": "Feminine", "prs_Citizenship": "NP",
        "vic_TypeOfExploitation": "ForcedLabour;ForcedBegging",
        "vic_AgeWhenTrafficked": "16", "cas_IncomingReferralDate": "2025-05-03", "org_Type": "LawEnforcement",
        "vic_TraffickingStatus": "ActualVictimOfTrafficking", "cas_Status": "ClosedReferred",
    }  # fmt: skip
    one = from_htcds(line)
    assert (one.quarter, one.kind, one.forms, one.age, one.sex, one.standing, one.closed) == (
        "2025-Q2", "police", "BEG,LAB", "child", "female", "identified", True,
    )  # fmt: skip
    assert "Somebody" not in repr(one)
    assert from_htcds(line | {"nrm_Forms": "Somebody", "nrm_AgeBand": "Somebody"}) == one, "ours is read where the line is"
    told = {written: from_htcds(line | {"prs_Citizenship": written}).nationality for written in ("NP", "NPL", "NPL;IND", "Somebody", "")}
    assert told == {"NP": "NP", "NPL": "NP", "NPL;IND": "NP", "Somebody": "other", "": ""}
    for name, wrong in (
        ("prs_Gender", "Somebody"), ("vic_AgeWhenTrafficked", "old"), ("cas_IncomingReferralDate", "May"),
        ("vic_TypeOfExploitation", "ForcedLabour;Else"), ("vic_TraffickingStatus", "?"), ("cas_Status", "x" * 121),
    ):  # fmt: skip
        with pytest.raises(NotHtcds) as error:
            from_htcds(line | {name: wrong})
        assert wrong not in str(error.value)


def test_our_people_go_out_and_come_back_as_another_bodys_and_are_as_many(tmp_path, desk, capsys) -> None:
    client, instance = desk
    told(instance, some())
    out = tmp_path / "people.csv"
    persons(out, tmp_path, Console(), restricted=True, simulated=True)
    assert out.stat().st_mode & 0o777 == 0o600
    assert client.get("/figures/htcds.csv").text.replace("\r\n", "\n") == out.read_text(encoding="utf-8").replace("\r\n", "\n")
    capsys.readouterr()
    taken(out, "Ourselves, again", "olga", tmp_path, Console(width=200), htcds=True, revises=False)
    assert "30 people of Ourselves, again" in capsys.readouterr().out
    assert {(row["quarter"], row["people_theirs"], row["people_ours"]) for row in beside(client)} == {
        ("2024-Q4", "15", "15"), ("2025-Q1", "15", "15"),
    }  # fmt: skip
    named = tmp_path / "named.csv"
    named.write_text(
        "prs_FirstName;prs_Gender;vic_TypeOfExploitation;cas_IncomingReferralDate\nCanary;Feminine;Other;2020-02-01\nCanary;?;;\n"
    )
    taken(named, "Shelter Union", "olga", tmp_path, Console(width=200), htcds=True, revises=False)
    said = capsys.readouterr().out
    assert "columns that say who somebody is were not read: prs_FirstName" in said
    assert "line 3: " in said
    assert "Canary" not in said
    assert b"Canary" not in b"".join(one.read_bytes() for one in tmp_path.glob("reporting.*"))
    with pytest.raises(Trouble, match="headings"):
        taken(write(tmp_path / "sent.csv", [], [GOOD]), "X", "olga", tmp_path, Console(), htcds=True, revises=False)
