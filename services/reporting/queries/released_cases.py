"""The cases of which a release counts something: read case by case, as the tables count them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session

from services.reporting.models import Happening, Referral, StageTime
from services.reporting.queries import table_cells
from services.reporting.queries.releases import months_of
from services.reporting.rules.tables.table_cases import CountedCase, counted_case
from shared.store.database import table


def counted_cases(session: Session, simulated: bool, quarters: Sequence[str]) -> list[CountedCase]:
    """What each case adds that has something in these quarters, or did before."""
    months = [month for quarter in quarters for month in months_of(quarter)]
    cases, loose = set[str](), set[str]()
    for facts, column, known in ((Referral, "quarter", quarters), (StageTime, "month", months), (Happening, "month", months)):
        theirs = table(facts).c
        asked = select(theirs.case, theirs.record).where(theirs[column].in_(known), theirs.simulated.is_(simulated))
        for case, record in session.connection().execute(asked):
            (cases if case else loose).add(case or record)
    return [counted_case(course) for kind, course in table_cells.courses(session, cases, loose) if kind is simulated]
