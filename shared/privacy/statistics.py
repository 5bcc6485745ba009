"""Erasure reaches statistics: what a lead's records repeat of the person goes here, and reporting is told to let go of it there.

What has not gone out never does. What has is named to reporting in a record of its own, in a batch like any other.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update

from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.statistics import MOST_ERASED, counted
from shared.protocol.vocabulary import DataClass
from shared.store import at_rest
from shared.store.database import table
from shared.store.person_tables import StatementRow
from shared.store.tables import Statistic

REPEATED = frozenset({DataClass.D1.value, DataClass.D2.value, at_rest.WHOLE})
"""The classes of which reports and decisions repeat something, and the one under whose key all records lie."""
S, P = table(Statistic).c, table(StatementRow).c


def stated_key(case: str, field: str, statement: str) -> str:
    """The name by which a statement's record has the same id whenever it is made again."""
    return f"stated:{case}:{field}:{statement}"


def withdraw(work: UnitOfWork, case: str, classes: Collection[str]) -> None:
    """These classes of a case are erased here: so is what statistical records repeat of them, and reporting hears of those it may have."""
    if REPEATED.isdisjoint(classes):
        _of_statements(work, case, P.data_class.in_(sorted(classes)))
    else:
        _withdraw(work, case, S.body.startswith(at_rest.closed_for(case), autoescape=True))


def withdraw_statement(work: UnitOfWork, case: str, statement: str) -> None:
    """The same of one statement that is erased alone."""
    _of_statements(work, case, P.id == statement)


def _of_statements(work: UnitOfWork, case: str, which: Any) -> None:
    stated = work.session.connection().execute(select(P.field, P.id).where(P.case == case, which)).all()
    records = [work.derived(stated_key(case, field, id)).hex()[:32] for field, id in stated]
    for n in range(0, len(records), MOST_ERASED):
        _withdraw(work, case, S.record.in_(records[n : n + MOST_ERASED]))


def _withdraw(work: UnitOfWork, case: str, theirs: Any) -> None:
    connection = work.session.connection()
    told = list(connection.execute(select(S.record).where(theirs, S.batch != "").order_by(S.seq)).scalars())
    told += list(connection.execute(select(S.record).where(theirs, S.batch == "", S.done).order_by(S.seq)).scalars())
    connection.execute(update(table(Statistic)).where(theirs).values(done=True, body=""))
    for n in range(0, len(told), MOST_ERASED):
        record = counted({"kind": "erased", "simulated": False, "records": told[n : n + MOST_ERASED]})
        work.count(f"erased:{case}:{told[n]}", record, case)
