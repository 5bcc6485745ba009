"""A real import: every cell equals the file's, whatever happens on the way. Every day a few rows on the mock, one day in five many on real
Kafka."""

import json
import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from deploy.brokers import Mock
from deploy.importers.reports import asking, database
from deploy.process.forked import Program, start
from deploy.sent_files.uk_nrm import HEADER
from tests.deploy.importers.offices import excel
from tests.deploy.importers.uk_sample import Line, every_combination, lines, sums, write
from tests.shared.commands import here, nrm
from tests.turns import LONG_RUNS, by_turns, today

SUPPRESSED = "2023-Q1,Police,Dale & Moor Police,Labour,Adult (18 or over),Male,Nobody’s,[c]"
TOTAL = "2023-Q1,Police,Total,Total,Total,Total,Total,99"
BAD = ("2023-Q1,Police,Dale & Moor Police,Labour,Adult (18 or over),Male,UK,many", "2023-Q1,Police", SUPPRESSED, TOTAL)


def same_as_the_file(keep: Path, listed: Sequence[Line]) -> None:
    with asking(database(keep)) as ask:
        found_by = {by: ask(by) for by in every_combination()}
    for by, found in found_by.items():
        assert {row["simulated"] for row in found} == {True}, by
        assert {tuple(row[each] for each in by): row["people"] for row in found} == sums(listed, by), by


def journal(keep: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(keep / "agencies" / "referral.uk-sca.db")) as lead:
        return lead.execute("select event, verdict from journal order by seq").fetchall()


def forget_the_last(keep: Path) -> None:
    """As a kill leaves it between the commit of the first responders and that of the import's own file."""
    with closing(sqlite3.connect(keep / "import.db")) as file, file:
        file.execute("delete from person where (row, number) in (select row, max(number) from person group by row)")


def test_a_few_rows_are_imported_and_imported_again_nothing_is_there_twice(tmp_path: Path) -> None:
    listed, keep = lines(4), tmp_path / "kept"
    people = sum(int(line[-1]) for line in listed)
    file = write(tmp_path / "uk.csv", listed, BAD)
    with Mock() as mock:
        on = ("--keep", keep, "--bus", mock.bootstrap)
        code, said = here("import", "uk-nrm", file, *on, "--limit", "5")
        assert code == 1, said
        assert "line 6: people is 'many', not a whole number" in said
        assert "1 lines are suppressed at source" in said
        assert "simulated" in said
        assert people_with_a_case(keep) == 5 < people
        forget_the_last(keep)
        assert people_with_a_case(keep) < 5
        good = excel(tmp_path / "uk.xlsx", [("Table 7",), HEADER, *reversed(listed)])
        code, said = here("import", "uk-nrm", good, *on)
        assert code == 0, said
        assert "1 lines of a former file are not in this one; their 0 people" in said, "the suppressed one"
    same_as_the_file(keep, listed)
    assert [verdict for _, verdict in journal(keep)].count("counted") == 2 * people

    file.rename(tmp_path / "away.csv")
    assert here("report", "rebuild", "--keep", keep)[0] == 0
    same_as_the_file(keep, listed)
    code, said = here("report", "referrals", "--by", "nationality,gender", "--restricted", "--json", "-", "--keep", keep)
    assert code == 0, said
    rows = json.loads(said)["rows"]
    assert {(r["nationality"], r["gender"]): r["people"] for r in rows} == sums(listed, ("nationality", "gender"))


@pytest.mark.long_run(0)
@pytest.mark.kafka
def test_import_report_rebuild_and_import_again(tmp_path: Path) -> None:
    listed, keep = lines(30), tmp_path / "kept"
    file = write(tmp_path / "uk.csv", listed, BAD)
    code, said = here("import", "uk-nrm", file, "--keep", keep)
    assert code == 1, said
    assert "line 32: people is 'many', not a whole number" in said
    assert "line 33: the line has 2 cells, not 8" in said
    assert "1 lines are suppressed at source" in said
    assert "line 35 is left out: it is a total" in said
    assert "simulated" in said
    same_as_the_file(keep, listed)
    facts = len(journal(keep))
    assert facts == 2 * sum(int(line[-1]) for line in listed)
    assert {verdict for _, verdict in journal(keep)} == {"counted"}

    file.rename(tmp_path / "away.csv")
    code, said = nrm("report", "rebuild", "--keep", keep)
    assert code == 0, said
    same_as_the_file(keep, listed)
    code, said = nrm("report", "referrals", "--by", "nationality,gender", "--restricted", "--json", "-", "--keep", keep)
    assert code == 0, said
    rows = json.loads(said)["rows"]
    assert {(r["nationality"], r["gender"]): r["people"] for r in rows} == sums(listed, ("nationality", "gender"))
    assert {r["simulated"] for r in rows} == {True}, "the source publishes no times"
    assert json.loads(said)["suppressed_lines"] == 1

    before = journal(keep)
    good = excel(tmp_path / "uk.xlsx", [("Table 7",), HEADER, *reversed(listed)])
    code, said = nrm("import", "uk-nrm", good, "--keep", keep)
    assert code == 0, said
    assert "1 lines of a former file are not in this one; their 0 people" in said, "the suppressed one"
    same_as_the_file(keep, listed)
    assert journal(keep) == before


def people_with_a_case(keep: Path) -> int:
    ledger = keep / "import.db"
    if not ledger.exists():
        return 0
    with closing(sqlite3.connect(ledger)) as file:
        try:
            return file.execute("select count(*) from person").fetchone()[0]
        except sqlite3.OperationalError:
            return 0


def killed(file: Path, keep: Path) -> None:
    """The worst end: its guard goes, and with that it is killed itself."""
    said = keep.with_suffix(".said")
    with said.open("wb") as output:
        process = start(Program("deploy.cli", ("import", "uk-nrm", str(file), "--keep", str(keep))), os.environ, output)
    while not people_with_a_case(keep):
        assert process.poll() is None, said.read_text()
        time.sleep(0.05)
    (program,) = psutil.Process(process.pid).children()
    process.kill()
    process.wait()
    program.wait(60)
    assert process.stdin
    process.stdin.close()


def limited(file: Path, keep: Path) -> None:
    code, said = nrm("import", "uk-nrm", file, "--keep", keep, "--limit", "50")
    assert code == 0, said
    assert people_with_a_case(keep) == 50


@pytest.mark.long_run(0)
@pytest.mark.kafka
def test_stopped_on_its_way_and_run_again_it_ends_the_same(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """By a kill on a day, by its own limit on the next on which this is tried; with --long by each, in a folder of its own."""
    listed = lines(60, seed=2)
    file, facts = write(tmp_path / "uk.csv", listed), 2 * sum(int(line[-1]) for line in listed)
    for stops in by_turns((killed, limited), today() // LONG_RUNS, pytestconfig.getoption("--long")):
        keep = tmp_path / stops.__name__
        stops(file, keep)
        code, said = here("import", "uk-nrm", file, "--keep", keep)
        assert code == 0, said
        same_as_the_file(keep, listed)
        verdicts = [verdict for _, verdict in journal(keep)]
        assert len(verdicts) >= facts
        assert verdicts.count("counted") == facts
