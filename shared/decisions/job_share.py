"""Which of an agency's jobs a service lists, where two of its services have the same cases: each job from one service alone."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, select, true

from shared.protocol.next_moves import What
from shared.store.database import table
from shared.store.job_tables import Job

J = table(Job).c
DONE_AT_THE_LEAD = frozenset({
    What.DECIDE, What.DECIDE_STATUS, What.KEEP, What.REASSIGN, What.SETTLE, What.UNADVISED, What.INFORM, What.AGREE,
})  # fmt: skip
"""What the lead of a case does at its own service; what it has taken on as any agency does, at the same service as they. In a case that
another agency leads all of it is done there, too."""
OF_THE_LEAD_ITSELF = frozenset({What.LEAD, What.HAND_OVER})
"""Who leads is settled at the service that leads, whoever leads now."""


class JobShare(StrEnum):
    """The share of one service."""

    ALL = "all"
    LED = "led"
    """Of cases that the agency leads what the lead does, and what others must do for it; and whether it takes over a lead."""
    REST = "rest"
    """All else: of those cases what any agency does, and of cases that another agency leads everything."""

    def has(self, job: Mapping[str, Any], me: str) -> bool:
        """Whether a job of this agency is of this share."""
        return self._has(job["what"] in OF_THE_LEAD_ITSELF or (job["what"] in DONE_AT_THE_LEAD and job["lead"] == me))

    def has_case(self, lead: str, me: str) -> bool:
        """Whether a case with this lead is listed at this service, where what is listed is no job."""
        return self._has(lead == me)

    def _has(self, led: bool) -> bool:
        return self is JobShare.ALL or led is (self is JobShare.LED)

    def own(self, me: str) -> ColumnElement[bool]:
        """The same of rows: which of the agency's own jobs are done at this service."""
        of_lead = and_(J.what.in_([what.value for what in DONE_AT_THE_LEAD]), J.lead == me)
        led = or_(J.what.in_([what.value for what in OF_THE_LEAD_ITSELF]), of_lead)
        return true() if self is JobShare.ALL else led if self is JobShare.LED else not_(led)

    def others(self, me: str) -> ColumnElement[bool]:
        """Of what others must do for the agency, what this service lists."""
        return self.of_case(J.lead, me)

    def of_case(self, lead: Any, me: str) -> ColumnElement[bool]:
        """The same of rows as `has_case`."""
        return true() if self is JobShare.ALL else lead == me if self is JobShare.LED else lead != me

    def lists(self, case: Any, lead: Any, me: str) -> ColumnElement[bool]:
        """Whether a case with this lead stands in a list of cases of this service: by who leads it, or since a job of the agency in it is
        done there."""
        job = select(J.case).where(J.case == case, J.who == me, self.own(me)).exists()
        return true() if self is JobShare.ALL else or_(self.of_case(lead, me), job)
