"""Whatever somebody does by hand to a row that the law rests on, verify names the row: on both databases, every table, every column."""

import shutil
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import BigInteger, Boolean, Engine, Integer, LargeBinary, Table, create_engine, delete, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel

from deploy.databases import Postgres
from deploy.databases.transaction import database
from deploy.oracle import Rows
from deploy.oracle.by_hand import NAMED, altered
from deploy.oracle.chain import broken
from deploy.verify.ledger import read_file, read_postgres
from shared.store import chain, statements
from shared.store.chained_tables import CHAINED, SALT
from shared.store.database import engine_for, insert_new, is_away, upsert
from shared.store.erasure_tables import LegalHold
from shared.store.tables import Assignment
from tests.shared.store.test_migrations import OWN

assert OWN  # the services' own tables are among the metadata then
DAY = 86_400_000
NOON = 1_777_809_600_000
"""3 May 2026, 12:00 UTC."""


def values_of(table: Table, n: int) -> dict[str, Any]:
    """A row that is not another's."""
    found: dict[str, Any] = {}
    for column in table.columns:
        if column.name in ("seq", SALT):
            continue
        kind = column.type
        if isinstance(kind, Boolean):
            found[column.name] = False
        elif isinstance(kind, (Integer, BigInteger)):
            found[column.name] = n
        else:
            found[column.name] = b"bytes" if isinstance(kind, LargeBinary) else f"{column.name}-{n}"
    return found


@dataclass
class Site:
    """An instance's database with two rows in each table that the chain holds, and a way round the chain."""

    url: str
    lawful: Engine
    hand: Engine

    def rows(self) -> Rows:
        if self.lawful.dialect.name == "sqlite":
            return read_file(Path(self.lawful.url.database or ""))
        return read_postgres(self.url.replace("+psycopg", ""), "x")

    def wrong(self) -> list[str]:
        return list(altered([self.rows()]))

    def row(self, table: Table) -> dict[str, Any]:
        with self.hand.begin() as connection:
            return dict(connection.execute(select(table).order_by(*table.primary_key.columns).limit(1)).mappings().one())

    def do(self, *statements: Any) -> None:
        with self.hand.begin() as connection:
            for statement in statements:
                assert connection.execute(statement).rowcount in (1, -1)  # an insert may not be counted


def fill(url: str) -> str:
    """Once for all that copy it."""
    lawful = engine_for(url, lambda: NOON)
    SQLModel.metadata.create_all(lawful)
    with lawful.begin() as connection:
        chain.begin(connection, NOON)
    for name in CHAINED:
        with lawful.begin() as connection:
            table = SQLModel.metadata.tables[name]
            connection.execute(insert(table), [values_of(table, n) for n in (1, 2)])
    lawful.dispose()
    return url


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("filled") / "x.db"
    fill(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="module")
def filled_database(postgres: Postgres) -> str:
    name = f"filled {uuid4().hex}"
    fill(postgres.database(name))
    return name


@contextmanager
def copied(request: pytest.FixtureRequest, folder: Path) -> Generator[Site]:
    """A copy of what is filled, on the kind of database that is asked for."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").database(uuid4().hex, request.getfixturevalue("filled_database"))
    else:
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('filled_file'), folder)}"
    site = Site(url, engine_for(url, lambda: NOON), create_engine(url))
    yield site
    site.lawful.dispose()
    site.hand.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For those who put back what they have changed."""
    with copied(request, tmp_path_factory.mktemp("hand")) as site:
        yield site
        assert site.wrong() == []


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """For those who do not."""
    with copied(request, tmp_path) as site:
        yield site


def that(table: Table, row: dict[str, Any]) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key.columns]


def id_of(name: str, row: dict[str, Any]) -> str:
    return " ".join(str(row[part]) for part in CHAINED[name].id)


def another(value: Any) -> Any:
    """What somebody might make of it: a time a day later, a truth turned round, another word."""
    if isinstance(value, bytes):
        return value + b"!"
    if isinstance(value, bool):
        return not value
    return value + DAY if isinstance(value, int) else f"{value or ''}!"


def test_a_changed_column_is_named(whole: Site) -> None:
    """One of each table at a time: to read and judge all tables takes ten times as long as to change a row in each."""
    tables = {name: SQLModel.metadata.tables[name] for name in CHAINED}
    rows = {name: whole.row(table) for name, table in tables.items()}
    kept = {name: {SALT: row[SALT]} if SALT in row else {} for name, row in rows.items()}  # somebody who is careful
    for n in range(max(len(table.columns) for table in tables.values())):
        columns = {name: list(table.columns)[n].name for name, table in tables.items() if n < len(table.columns)}
        changed = {name: rows[name] | {column: another(rows[name][column])} for name, column in columns.items()}
        changes = [(tables[name], name, column) for name, column in columns.items()]
        whole.do(*(update(t).where(*that(t, rows[name])).values(kept[name] | {c: changed[name][c]}) for t, name, c in changes))
        said = whole.wrong()
        whole.do(*(update(t).where(*that(t, changed[name])).values(kept[name] | {c: rows[name][c]}) for t, name, c in changes))
        for _, name, column in changes:
            row = f"row {id_of(name, rows[name])} of {name}, is not"
            assert any(row in one and "by hand" in one for one in said), (name, column)
        assert all(any(f"of {name}," in one for name in columns) for one in said), columns


def test_a_row_taken_away_of_each_table_is_named_with_its_day(whole: Site) -> None:
    rows = {name: whole.row(SQLModel.metadata.tables[name]) for name in CHAINED}
    whole.do(*(delete(table := SQLModel.metadata.tables[name]).where(*that(table, row)) for name, row in rows.items()))
    said = whole.wrong()
    whole.do(*(insert(SQLModel.metadata.tables[name]).values(row) for name, row in rows.items()))
    assert len(said) == len(rows)
    for name, row in rows.items():
        (sentence,) = (one for one in said if f"row {id_of(name, row)} of {name}, is not there: it was taken away by hand" in one)
        assert "of 2026-05-03 12:00 UTC" in sentence, name


def test_a_row_put_in_each_table_is_named(whole: Site) -> None:
    tables = {name: SQLModel.metadata.tables[name] for name in CHAINED}
    rows = {name: {**({"seq": 99} if "seq" in table.columns else {}), **values_of(table, 99)} for name, table in tables.items()}
    whole.do(*(insert(tables[name]).values(row) for name, row in rows.items()))
    said = whole.wrong()
    whole.do(*(delete(tables[name]).where(*that(tables[name], row)) for name, row in rows.items()))
    assert len(said) == len(rows)
    for name, row in rows.items():
        assert sum(f"row {id_of(name, row)} of {name}, was put in by hand" in one for one in said) == 1, name


def test_rows_that_were_lawfully_taken_away_and_are_put_back_are_named(site: Site) -> None:
    taken = {name: site.row(SQLModel.metadata.tables[name]) for name in CHAINED}
    for name, row in taken.items():
        table = SQLModel.metadata.tables[name]
        with site.lawful.begin() as connection:
            connection.execute(delete(table).where(*that(table, row)))
    assert site.wrong() == []
    site.do(*(insert(SQLModel.metadata.tables[name]).values(row) for name, row in taken.items()))
    said = site.wrong()
    assert len(said) == len(taken)
    for name, row in taken.items():
        assert any(f"row {id_of(name, row)} of {name}, was put back by hand" in sentence for sentence in said), name


def test_a_lawful_change_does_not_put_in_order_what_was_changed_by_hand(site: Site) -> None:
    holds, outbox = SQLModel.metadata.tables["legalhold"], SQLModel.metadata.tables["outbox"]
    row = site.row(holds)
    site.do(update(holds).where(*that(holds, row)).values(by="somebody", salt=row[SALT]))
    site.do(update(outbox).where(outbox.c.key == "key-1").values(officer="somebody", state="waiting"))
    with Session(site.lawful) as session, session.begin():
        held = session.get(LegalHold, row["case"])
        assert held
        held.audited = True
    with site.lawful.begin() as connection:
        statements.DONE(connection, ["key-1", "key-2"], v="counted")
    assert site.wrong() == [
        f"x: the legal hold of 2026-05-03 12:00 UTC, row {row['case']} of legalhold, "
        "was changed or taken away by hand before it was written again on 2026-05-03 12:00 UTC",
        "x: the decision of 2026-05-03 12:00 UTC, row 1 of outbox, "
        "was changed or taken away by hand before it was written again on 2026-05-03 12:00 UTC",
    ]


def test_a_row_put_in_by_hand_is_not_put_in_order_by_a_lawful_insert_that_meets_it(site: Site) -> None:
    made = {"case": "c", "officer": "o", "by": "o", "at": 1, "salt": "s"}
    site.do(insert(SQLModel.metadata.tables["assignment"]).values(made))
    with site.lawful.begin() as connection:
        assert insert_new(connection, Assignment, [{"case": "c", "officer": "o", "by": "b", "at": 2}]) == 0
    (said,) = site.wrong()
    assert "a assignment" not in said
    assert "row c o of assignment, was put in by hand" in said


@pytest.mark.parametrize("name", CHAINED)
def test_every_way_to_write_lawfully_is_in_order(whole: Site, name: str) -> None:
    table = SQLModel.metadata.tables[name]
    model = next(one for one in SQLModel.__subclasses__() if getattr(one, "__table__", None) is table)
    with Session(whole.lawful) as session:
        session.add(model(**values_of(table, 50)))
        session.flush()
        with suppress(ZeroDivisionError), session.begin_nested():
            session.add(model(**values_of(table, 51)))
            session.flush()
            raise ZeroDivisionError
        insert_new(session.connection(), model, [values_of(table, 52)])
        if CHAINED[name].unique:
            upsert(session.connection(), model, [values_of(table, 52)], CHAINED[name].key)
        session.commit()
    assert whole.wrong() == []
    with Session(whole.lawful) as session:
        session.connection().execute(update(table).values({CHAINED[name].columns[-1]: table.c[CHAINED[name].columns[-1]]}))
        session.rollback()
        for n in (50, 52):
            key = CHAINED[name].key
            gone = delete(table).where(*(table.c[part] == values_of(table, n)[part] for part in key))
            assert session.connection().execute(gone).rowcount == 1
        session.commit()
    assert whole.wrong() == []


def test_what_was_there_before_the_chain_is_chained_at_the_first_start(site: Site) -> None:
    with site.hand.begin() as connection:
        connection.execute(delete(SQLModel.metadata.tables["audit"]))
        connection.execute(update(SQLModel.metadata.tables["auditend"]).values(digest="", chained=""))
    assert site.wrong() == []  # a release that knew no chain of rows
    for _ in range(2):
        with site.lawful.begin() as connection:
            chain.begin(connection, NOON)
    assert site.wrong() == []
    site.do(delete(SQLModel.metadata.tables["legal_basis"]).where(SQLModel.metadata.tables["legal_basis"].c.seq == 2))
    (said,) = site.wrong()
    assert "row 2 of legal_basis, is not there" in said


def test_a_second_beginning_of_the_chain_is_named(site: Site) -> None:
    with site.hand.begin() as connection:
        connection.execute(update(SQLModel.metadata.tables["legal_basis"]).values(recipient="somebody"))
        connection.execute(update(SQLModel.metadata.tables["auditend"]).values(chained=""))
    with site.lawful.begin() as connection:
        chain.begin(connection, NOON)
    assert any("row 1 of legal_basis" in said and "changed" in said for said in site.wrong())


def test_a_line_about_rows_that_is_changed_is_named(site: Site) -> None:
    audit = SQLModel.metadata.tables["audit"]
    with site.hand.begin() as connection:
        seq = (
            connection.execute(select(audit.c.seq).where(audit.c.rows.contains("legal_basis")).order_by(audit.c.seq.desc()))
            .scalars()
            .first()
        )
        connection.execute(update(audit).where(audit.c.seq == seq).values(rows="{}"))
    assert f"x: the audit's line {seq}, about rows of 2026-05-03 12:00 UTC, was changed by hand" in site.wrong()


def test_of_thousands_the_first_are_named_and_the_rest_counted_behind_what_concerns_a_person(site: Site) -> None:
    journal, bases = SQLModel.metadata.tables["journal"], SQLModel.metadata.tables["legal_basis"]
    with site.hand.begin() as connection:
        connection.execute(insert(journal), [values_of(journal, n) for n in range(100, 5100)])
        connection.execute(delete(bases).where(bases.c.seq == 2))
    said = site.wrong()
    assert "row 2 of legal_basis, is not there" in said[0]
    assert len(said) == NAMED + 2
    assert said[-1] == f"x: and {5000 - NAMED} more rows of journal"


def test_a_command_beside_the_running_process_neither_fails_nor_forks_the_chain(site: Site) -> None:
    if site.lawful.dialect.name == "sqlite":
        return  # one writer at a time
    began, tried = Event(), Event()

    def process() -> str:
        with site.lawful.connect() as connection:
            connection.execute(chain.LAST).scalar()  # what it sees is fixed before the command is there
            began.set()
            tried.wait(30)
            try:
                chain.append(connection, [{"at": NOON, "officer": "o", "act": "read:x", "case": "", "key": ""}])
                connection.commit()
            except OperationalError as error:
                return "again" if is_away(error) else "failed"
        return "done"

    with ThreadPoolExecutor(1) as pool:
        said = pool.submit(process)
        assert began.wait(30)
        with database("x", site.url) as session:
            tried.set()
            session.add(LegalHold(case="held", by="o", reason="r", at=NOON))
        assert said.result(30) == "again"
    assert site.wrong() == []
    assert list(broken([site.rows()])) == []
