"""What reporting brings up to date as its process starts, and now and then: what a former release counted or named otherwise."""

from services.reporting.queries import labels, passed_round, table_cells
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, UnitOfWork


def tend(_: State, transact: Transact, __: int) -> None:
    """Count again what other definitions counted, and renew what is derived from other tables."""
    transact(_count_again)
    transact(lambda work: labels.renew(work.session, work.instance.country))
    transact(lambda work: passed_round.count(work.session, (), work.instance.country.time_zone))


def _count_again(work: UnitOfWork) -> None:
    if not table_cells.counted_by_these(work.session):
        table_cells.recount(work.session)
