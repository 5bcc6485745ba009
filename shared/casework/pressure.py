"""A silent mark of pressure at the instance that set it: what it states from then on is for the lead alone, heard or not.

That the lead has looked it learns from the roster that says so, behind its mark on the log.
"""

from sqlalchemy import bindparam, func, select

from shared.casework.person_file import statements_of
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Verdict
from shared.protocol.events import RosterSet
from shared.protocol.following import Mark
from shared.store.database import table
from shared.store.tables import Journal

DURESS = "duress"
J = table(Journal).c
MARKED = select(func.max(J.seq)).where(J.case == bindparam("of"), J.key == bindparam("key"))
LIFTED = select(func.max(J.seq)).where(
    J.case == bindparam("of"), J.type == RosterSet.TYPE, J.verdict.in_((Verdict.COUNTED.value, Mark.IN_CHECKPOINT.value)),
    J.body.contains('"paused":false'),
)  # fmt: skip


def marked(work: UnitOfWork, case: str) -> bool:
    """Whether this instance has set a mark that the lead has not looked at since."""
    mine = [one for one in statements_of(work, case) if one.field == DURESS and one.author == work.instance.me and not one.withdrawn]
    if not mine:
        return False
    if mine[-1].waiting:
        return True
    connection = work.session.connection()
    at = connection.execute(MARKED, {"of": case, "key": mine[-1].key}).scalar() or 0
    return at > (connection.execute(LIFTED, {"of": case}).scalar() or 0)
