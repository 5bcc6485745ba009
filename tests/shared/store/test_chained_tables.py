"""Every table and every column is in the chain, or somebody has said why not; writer and oracle read the chain alike."""

import pytest
from sqlalchemy import Engine, create_engine, inspect
from sqlmodel import SQLModel

from deploy.oracle.chained import TABLES
from shared.store.chained_tables import CHAINED, NOT_CHAINED, SALT, UNSALTED
from tests.shared.store.test_migrations import OWN

assert OWN  # the services' own tables are among the metadata then
ALL = SQLModel.metadata.tables


@pytest.fixture(scope="module")
def made() -> Engine:
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    return engine


def test_every_table_is_in_the_chain_or_there_is_a_reason() -> None:
    assert CHAINED.keys().isdisjoint(NOT_CHAINED)
    assert ALL.keys() | {"alembic_version"} == CHAINED.keys() | NOT_CHAINED.keys()
    assert all(NOT_CHAINED.values())


@pytest.mark.parametrize("name", CHAINED)
def test_every_column_of_a_chained_table_is_in_its_digest(name: str, made: Engine) -> None:
    of, columns = CHAINED[name], {column.name for column in ALL[name].columns}
    assert columns == {*of.columns, *of.later} | (set() if name in UNSALTED else {SALT})
    assert set(of.key) <= set(of.columns)
    if of.unique:
        told = inspect(made).get_unique_constraints(name)
        alone = [{column.name} for column in ALL[name].columns if column.unique]
        primary = {column.name for column in ALL[name].primary_key}
        assert set(of.key) in [primary, *alone, *(set(one["column_names"]) for one in told)]


@pytest.mark.parametrize("name", CHAINED)
def test_the_oracle_reads_the_same_columns_in_the_same_order(name: str) -> None:
    writes, reads = CHAINED[name], TABLES[name]
    assert (writes.columns, writes.id, dict(writes.later)) == (reads.columns, reads.id, dict(reads.later))


def test_the_oracle_knows_no_other_table() -> None:
    assert CHAINED.keys() == TABLES.keys()
