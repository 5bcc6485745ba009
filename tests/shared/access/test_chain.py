"""The audit's chain, offline: whatever is done to any line of it, verify names the place."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy.oracle import judge
from deploy.oracle.chain import digest_of
from deploy.verify.ledger import read_file
from shared.access.roles import Role
from tests.shared.access.offices import opened

LINES = 11
"""Eight of what people did, one of what was there before, two of what the start and the report wrote."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The database of an instance where somebody decided, read, and was refused."""
    data = tmp_path_factory.mktemp("chain") / "data"
    with opened(data) as place:
        ana, boris = place.person("a1f0", Role.OFFICER), place.person("b2e1", Role.OFFICER)
        case = place.report(ana)
        for _ in range(3):
            ana.get(f"/reports/{case}")
            boris.get(f"/reports/{case}", 404)
        assert len(place.audit()) == 8
        file = data / "intake.rs-ir.db"
        with closing(sqlite3.connect(file)) as db:
            db.execute("pragma wal_checkpoint(truncate)")
        yield file


@pytest.fixture
def database(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(whole, tmp_path / "intake.rs-ir.db"))


def found(database: Path, *statements: str) -> list[str]:
    with closing(sqlite3.connect(database)) as db:
        assert sum(db.execute(statement).rowcount for statement in statements) > 0
        db.commit()
    rows = read_file(database)
    return judge({rows.name: rows}).audit


def test_an_untouched_chain_is_whole(whole: Path) -> None:
    rows = read_file(whole)
    assert len(rows.audit) == LINES
    assert judge({rows.name: rows}).audit == []


@pytest.mark.parametrize("column", ["at", "officer", "act", '"case"', "key"])
@pytest.mark.parametrize("line", range(1, LINES + 1))
def test_a_changed_line_is_named(database: Path, line: int, column: str) -> None:
    said = found(database, f"update audit set {column} = '9' where seq = {line}")
    assert said == [f"intake.rs-ir: the audit's line {line} does not follow from the one before it: "
                    "it was changed or put in, or the one before it was"]  # fmt: skip


@pytest.mark.parametrize("line", range(1, LINES + 1))
def test_a_line_taken_away_is_named(database: Path, line: int) -> None:
    said = found(database, f"delete from audit where seq = {line}")
    expected = f"line {line} was taken away before line {line + 1}" if line < LINES else f"last line {line - 1} is not the last"
    assert len(said) == 1
    assert expected in said[0]


def test_lines_taken_from_the_end_or_all_of_them_are_missed(database: Path) -> None:
    assert "last line 2 is not the last that was written" in found(database, "delete from audit where seq > 2")[0]
    assert found(database, "delete from audit") == ["intake.rs-ir: all lines of the audit are gone"]


@pytest.mark.parametrize("line", range(1, LINES + 1))
def test_a_line_put_in_is_named_even_with_a_hash_that_fits(database: Path, line: int) -> None:
    rows = read_file(database).audit
    made = {"at": 1, "officer": "x", "act": "read:x", "case": "", "key": ""}
    before = next((row["digest"] for row in rows if row["seq"] == line - 1), "")
    put = f"insert into audit values ({line}, 1, 'x', 'read:x', '', '', '{digest_of(before, made)}', '')"
    said = found(database, f"update audit set seq = -seq - 1 where seq >= {line}", "update audit set seq = -seq where seq < 0", put)
    assert len(said) == 1
    assert f"the audit's line {line + 1} does not follow" in said[0]


def test_two_lines_that_changed_places_are_named(database: Path) -> None:
    swapped = (
        "update audit set seq = 100 where seq = 3",
        "update audit set seq = 3 where seq = 4",
        "update audit set seq = 4 where seq = 100",
    )
    assert any("line 3 does not follow" in said for said in found(database, *swapped))


def test_a_database_of_before_the_end_was_kept_is_taken_as_it_is(database: Path) -> None:
    assert found(database, "delete from auditend") == []
