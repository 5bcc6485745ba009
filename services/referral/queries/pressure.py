"""Cases in which somebody let the lead know, by a mark that nobody else sees, that what was said may have been said under pressure."""

from sqlmodel import Session, col, select

from shared.casework.case_reader import CaseReader
from shared.protocol.case_file import Group
from shared.store.person_tables import StatementRow
from shared.store.tables import CaseView

STANDS = (
    StatementRow.group == Group.DURESS.value, col(StatementRow.superseded_by).is_(None), col(StatementRow.withdrawn).is_(False),
    col(StatementRow.erased_at).is_(None),
)  # fmt: skip


def under_pressure(reader: CaseReader) -> list[str]:
    """Open cases with such a mark that no officer has looked at yet, the oldest mark first."""
    rows = select(StatementRow.case).join(CaseView, col(CaseView.case) == col(StatementRow.case)).where(*STANDS)
    is_open = rows.where(col(CaseView.closed).is_(False), reader.open(col(StatementRow.case))).order_by(col(StatementRow.seq))
    return list(dict.fromkeys(reader.session.exec(is_open)))


def marks(reader: CaseReader, case: str) -> list[str]:
    """The ids of the marks of a case that nobody has looked at yet."""
    return marks_of(reader.session, case)


def marks_of(session: Session, case: str) -> list[str]:
    """The same, in a decision."""
    return list(session.exec(select(StatementRow.id).where(StatementRow.case == case, *STANDS).order_by(col(StatementRow.seq))))
