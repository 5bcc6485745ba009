"""Erasure reaches statistics: what a lead's records repeat of the person goes here, and reporting is told to let go of it there.

What has not gone out never does. What has is named to reporting in a record of its own, in a batch like any other.
"""

from collections.abc import Collection

from sqlalchemy import select, update

from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.statistics import MOST_ERASED, counted
from shared.protocol.vocabulary import DataClass
from shared.store import at_rest
from shared.store.database import table
from shared.store.tables import Statistic

REPEATED = frozenset({DataClass.D1.value, DataClass.D2.value, at_rest.WHOLE})
"""The classes of which records repeat something, and the one under whose key they lie."""
S = table(Statistic).c


def withdraw(work: UnitOfWork, case: str, classes: Collection[str]) -> None:
    """These classes of a case are erased here: so is what statistical records repeat of them, and reporting hears of those it may have."""
    if REPEATED.isdisjoint(classes):
        return
    connection = work.session.connection()
    theirs = S.body.startswith(at_rest.closed_for(case), autoescape=True)
    told = list(connection.execute(select(S.record).where(theirs, S.batch != "").order_by(S.seq)).scalars())
    told += list(connection.execute(select(S.record).where(theirs, S.batch == "", S.done).order_by(S.seq)).scalars())
    connection.execute(update(table(Statistic)).where(theirs).values(done=True, body=""))
    for n in range(0, len(told), MOST_ERASED):
        record = counted({"kind": "erased", "simulated": False, "records": told[n : n + MOST_ERASED]})
        work.count(f"erased:{case}:{told[n]}", record, case)
