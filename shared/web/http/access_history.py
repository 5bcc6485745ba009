"""Who has seen a case."""

from sqlmodel import col, select

from shared.access.assignments import is_here
from shared.casework.case_reader import CaseReader
from shared.decisions.errors import RuleBroken
from shared.store.tables import Audit
from shared.web.http.api_schemas import AccessAnswer
from shared.web.http.desk import Desk

ENTRIES_AT_MOST = 1000


async def access(desk: Desk, case: str) -> list[AccessAnswer]:
    """The audit's lines about a case, the newest first, with those that are just being written. Raises RuleBroken where it is not here."""
    await desk.trail.flush()

    def read(reader: CaseReader) -> list[AccessAnswer]:
        about = select(Audit).where(Audit.case == case).order_by(col(Audit.seq).desc()).limit(ENTRIES_AT_MOST)
        lines = [AccessAnswer.told(row.at, row.officer, row.act, row.key) for row in reader.session.exec(about)]
        if not is_here(reader, case):
            raise RuleBroken("no-such-case")
        return lines

    return await desk.ask(read)
