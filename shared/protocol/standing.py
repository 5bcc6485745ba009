"""How a case stands where a decision does not count in it: one word for each state, so that whoever asked hears what is, and what may be.

A decision that the fold would supersede says nothing wrong: it does not fit what is now. Which word it gets is a table over the same states
that the fold goes by; pages and interface say it in the reader's language.
"""

from shared.protocol.case import Case, Handoff, HandoffState, TaskState
from shared.protocol.events import (
    CaseClosed,
    CaseReopened,
    HandoffRequested,
    JointActionCalled,
    JointActionCompleted,
    JointActionStarted,
    StatusDecided,
    TaskPlanned,
)
from shared.protocol.facts import Event
from shared.protocol.states import OPEN_TASK
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import Stage

CLOSED = "case-closed"
UNANSWERED = "closing-unanswered"
HANDOFF: dict[HandoffState, str] = {
    HandoffState.REQUESTED: "handoff-unanswered", HandoffState.ACKNOWLEDGED: "handoff-unanswered",
    HandoffState.INFO_REQUESTED: "handoff-unanswered", HandoffState.ACCEPTED: "handoff-held", HandoffState.ACTING: "handoff-held",
    HandoffState.COMPLETED: "handoff-completed", HandoffState.DECLINED: "handoff-declined", HandoffState.RETURNED: "handoff-returned",
    HandoffState.EXPIRED: "handoff-expired", HandoffState.REVOKED: "handoff-revoked", HandoffState.CALLED: "handoff-called",
    HandoffState.ENDED: "handoff-ended",
    HandoffState.OFFERED: "handoff-offered", HandoffState.FORWARDED: "handoff-forwarded",
}  # fmt: skip
TASK: dict[TaskState, str] = {
    TaskState.PLANNED: "task-waits", TaskState.BEGUN: "task-begun", TaskState.COMPLETED: "task-completed",
    TaskState.DROPPED: "task-dropped", TaskState.ENDED: "task-ended",
}  # fmt: skip
OTHERWISE = "would-be-superseded"


def of_handoff(handoff: Handoff) -> str:
    """How a hand-off stands."""
    return HANDOFF[handoff.state]


def against(case: Case, event: Event) -> str:
    """The word for what stands against an event that the fold would supersede in this case."""
    if case.closed_at is not None:
        return CLOSED
    handoff, task = case.handoffs.get(getattr(event, "handoff", "")), case.tasks.get(getattr(event, "task", ""))
    if handoff is not None and not isinstance(event, HandoffRequested):
        return "advice-is-asked" if handoff.waiting and case.merely_advises(handoff) else of_handoff(handoff)
    if task is not None:
        return TASK[task.state]
    match event:
        case CaseClosed():
            return UNANSWERED
        case CaseReopened():
            return "not-closed"
        case StatusDecided():
            if event.stage not in case.statuses:
                return "status-too-early" if event.stage is Stage.CONCLUSIVE_GROUNDS else OTHERWISE
            return "status-decided" if case.protocol == FIRST else "status-names-another"
        case JointActionCalled() | JointActionStarted() if case.joint is not None:
            return "joint-under-way"
        case JointActionCompleted() if any(t.state in OPEN_TASK for t in case.tasks.values()):
            return "joint-tasks-open"
        case JointActionCompleted() | TaskPlanned() if not case.acting():
            return "no-joint-action"
        case _:
            return OTHERWISE
