"""Where an agency does what it must do in a case: the page of the hand-off or of the task where it is its own, else that of the case."""

from shared.protocol.next_moves import Move, What
from shared.store.job_tables import Job
from shared.web.http.desk import Desk

ON_TASKS = frozenset({What.BEGIN, What.FINISH})
OF_CLOCKS = frozenset({What.DECIDE_STATUS, What.KEEP})
"""Jobs whose key is a clock of the country: they are done at the case."""


def job_way(desk: Desk, case: str, row: Job | Move) -> str:
    """The page where one does it, as `desk` lists it."""
    if row.what in (What.LEAD, What.HAND_OVER) and row.who == desk.agency and "referral" in desk.peers:
        return f"/lead/{case}/ask-to-lead"
    leads, answers = desk.instance.service.name == "referral", "assistance" in desk.peers
    elsewhere = leads and row.what in (What.REASSIGN, What.UNADVISED)  # the lead asks another agency at the page of the case
    if row.who != desk.agency or not row.key or row.what in OF_CLOCKS or not answers or elsewhere:
        return f"{desk.cases}/{case}"
    return f"/cases/{case}/{'tasks' if row.what in ON_TASKS else 'handoffs'}/{row.key}"
